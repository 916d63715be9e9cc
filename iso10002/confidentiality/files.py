"""Files of a case: always private, of the kinds the settings allow, and had by nobody who may not see the case."""

import os
import posixpath
import re
from urllib.parse import unquote

import filetype
import frappe
from frappe import _
from frappe.core.doctype.file.file import has_permission
from frappe.core.doctype.file.utils import delete_file
from frappe.model.document import Document
from frappe.utils import escape_html

from iso10002.confidentiality.conditions import is_about_hidden
from iso10002.confidentiality.rule import CASE_DOCTYPES

# Kinds of content that go by several endings, or look the same from outside.
ALIKE = (
	frozenset({"jpg", "jpeg"}),
	frozenset({"tif", "tiff"}),
	frozenset({"png", "apng"}),
	frozenset({"mp4", "m4a", "m4v", "mov", "3gp"}),
	frozenset({"doc", "xls", "ppt", "msg"}),
)
PACKED = frozenset({"docx", "xlsx", "pptx", "odt", "ods", "odp", "epub", "zip"})
# Content a computer would act on; refused even where the settings allow every kind of file.
ACTIVE = frozenset({"exe", "elf", "html", "script", "swf", "wasm", "crx", "deb", "rpm"})
TEXTS = frozenset({"txt", "csv", "eml"})

MARKUP = re.compile(rb"<(!doctype\s+html|html|head|body|script|svg|iframe)\b", re.IGNORECASE)
COMMAND = re.compile(rb"#!|<\?php")
HEAD = 4096


class FileTypeError(frappe.ValidationError):
	"""The file is of a kind that is not accepted as an attachment of a case."""


def take_in_case_file(file: Document, method: str | None = None) -> None:
	"""Check a new file of a case and keep it private (doc_events hook of File, `before_insert`).

	Frappe has stored the content by now, in public if the client asked for that; where this refuses, Frappe
	removes it again.

	Raises:
		FileTypeError: names the file and the kinds that are accepted.
		PermissionError: the user may not write the case.
	"""
	if not _is_case_file(file):
		return
	shared = bool(file.file_url and frappe.db.exists("File", {"file_url": file.file_url}))
	if shared:
		file.flags.new_file = False  # or Frappe would remove the file of the others when it rolls back
	_validate_right(file)
	validate_kind(file)
	_keep_apart(file, shared)


def hold_case_file(file: Document, method: str | None = None) -> None:
	"""Keep a changed file of a case private and of an allowed kind (doc_events hook of File, `before_validate`).

	Raises:
		FileTypeError: names the file and the kinds that are accepted.
		PermissionError: the user may not write the case.
	"""
	if file.is_new():
		return
	if file.has_value_changed("file_url") and (_is_case_file(file) or _names_file_of_a_case(file)):
		frappe.throw(_("File URL: the file stays as it is. Upload another one instead."), FileTypeError)
	if _is_case_file(file):
		_validate_right(file)
		validate_kind(file)
		_drop_field(file)
		file.is_private = 1  # Frappe moves the file where this is a change


def may_use_file(doc: Document, ptype: str | None = None, user: str | None = None) -> bool:
	"""Answer for one File (hook `has_permission`): as Frappe, but nobody makes a row that names a case's file.

	Whoever has a row may download what it names. A file of a case is only for who sees the case, also for
	whom Frappe would let because of being its owner.
	"""
	if ptype == "create" and _names_file_of_a_case(doc):
		return False
	user = user or frappe.session.user
	if is_about_hidden(doc, user):
		return False
	return has_permission(doc, ptype, user)


def validate_kind(file: Document) -> None:
	"""Refuse a file whose name or content is of a kind that is not accepted.

	Raises:
		FileTypeError: names the file and the kinds that are accepted.
	"""
	allowed = _allowed_endings()
	name = file.file_name or file.file_url or ""
	ending = os.path.splitext(name)[1].lstrip(".").lower()
	if allowed and ending not in allowed:
		_refuse(name, _("files of this kind are not accepted."), allowed)
	kind = _kind_of(_content(file), ending)
	if kind and not _fits(kind, ending, allowed):
		_refuse(name, _("its content is not what its name says, but of the kind {0}.").format(kind), allowed)


def _is_case_file(file: Document) -> bool:
	return file.attached_to_doctype in CASE_DOCTYPES


def _validate_right(file: Document) -> None:
	"""Whoever attaches a file must be able to write the record; Frappe asks on some of its roads only."""
	if not file.flags.ignore_permissions:
		frappe.get_doc(file.attached_to_doctype, file.attached_to_name).check_permission("write")


def _allowed_endings() -> list[str]:
	endings = (frappe.get_cached_doc("ISO10002 Settings").allowed_file_types or "").split(",")
	return [ending.strip() for ending in endings if ending.strip()]


def _content(file: Document) -> bytes:
	if file.is_remote_file:
		return b""
	content = getattr(file, "_content", None) or file.get_content() or b""
	return content.encode() if isinstance(content, str) else content


def _kind_of(content: bytes, ending: str) -> str | None:
	"""Return the kind of some content by what it begins with, as a file name ending; None if it is not known."""
	if known := filetype.guess(content):
		return known.extension
	head = content[:HEAD].replace(b"\0", b"").lstrip(b"\xef\xbb\xbf\xff\xfe \t\r\n")
	if COMMAND.match(head):
		return "script"
	# a text may speak of HTML, but not begin with it
	if MARKUP.match(head) if ending in TEXTS else MARKUP.search(head):
		return "html"
	return None


def _fits(kind: str, ending: str, allowed: list[str]) -> bool:
	"""Whether content of this kind may come under this ending: it is that, or something as harmless."""
	alike = next((kinds for kinds in ALIKE if kind in kinds), {kind})
	if ending in alike or (kind in PACKED and ending in PACKED):
		return True
	if not allowed:
		return kind not in ACTIVE
	return kind not in PACKED and not alike.isdisjoint(allowed)


def _keep_apart(file: Document, shared: bool) -> None:
	"""Give the file an address among the private ones that no other file has, and nobody as its owner.

	Frappe stores equal content once and gives both the same address: then the one could be had through the
	other. The hash by which it finds equal content is therefore a random one.
	"""
	_drop_field(file)
	file.is_private = 1
	file.owner = "Administrator"  # Frappe lets an owner keep a file for ever
	if file.is_remote_file:
		return
	_store_under_random_name(file, shared)
	file.content_hash = frappe.generate_hash(length=32)


def _store_under_random_name(file: Document, shared: bool) -> None:
	"""Give the stored content a name nobody can guess, undone with the transaction; `file_name` stays for people."""
	ending = os.path.splitext(file.file_name or file.file_url)[1].lower()
	url = f"/private/files/{frappe.generate_hash(length=32)}{ending}"
	target = frappe.get_site_path(url.strip("/"))
	with open(target, "wb") as stored:
		stored.write(_content(file))
	frappe.db.after_rollback.add(lambda: os.path.exists(target) and os.remove(target))
	if not shared:
		delete_file(file.file_url)
	file.file_url = url


def _drop_field(file: Document) -> None:
	"""Forget the field a file is said to be in if it is none for files: Frappe would write the address into it."""
	df = frappe.get_meta(file.attached_to_doctype).get_field(file.attached_to_field or "")
	if not df or df.fieldtype not in ("Attach", "Attach Image"):
		file.attached_to_field = None


def _names_file_of_a_case(file: Document) -> bool:
	"""Whether the address given for a file is that of a stored file of a case, however it is written."""
	address = unquote(file.file_url or "")
	if not address.startswith("/"):
		return False
	stored = f"/private/files/{posixpath.basename(posixpath.normpath(address))}"
	return bool(
		frappe.db.exists("File", {"file_url": stored, "attached_to_doctype": ("in", list(CASE_DOCTYPES))})
	)


def _refuse(name: str, why: str, allowed: list[str]) -> None:
	advice = _("Attach one of: {0}").format(", ".join(allowed)) if allowed else _("Attach something else.")
	frappe.throw(f"{frappe.bold(escape_html(name))}: {why} {advice}", FileTypeError)
