"""Evidence of a case: a private file with its source and the hash of its content, never overwritten.

Source: ISO 10002:2018 clause 4.9 (integrity of information).
"""

import hashlib
import os
import shutil

import frappe
from frappe import _
from frappe.model.document import Document
from frappe.utils import cstr, get_datetime, now_datetime

from iso10002.confidentiality.files import validate_kind
from iso10002.handling import events
from iso10002.handling.errors import DocumentError
from iso10002.handling.intake import CLOCK_SKEW

DOCTYPE = "Complaint Evidence"
BLOCK = 1 << 20  # bytes read at a time
PRIVATE = "/private/files/"


def refuse_changes(doc: Document) -> None:
	"""Evidence stays as it was recorded; something new is a new version.

	Raises:
		DocumentError: names the changed field.
	"""
	before = doc.get_doc_before_save()
	for df in doc.meta.fields if before else ():
		if cstr(before.get(df.fieldname)) != cstr(doc.get(df.fieldname)):
			frappe.throw(
				_("{0}: evidence stays as it was recorded. Add a new version of it instead.").format(
					frappe.bold(_(df.label))
				),
				DocumentError,
			)


def validate_origin(doc: Document, case: Document) -> None:
	"""Evidence was obtained in the past.

	Raises:
		DocumentError: the time lies in the future.
	"""
	if get_datetime(doc.obtained_on) > now_datetime() + CLOCK_SKEW:
		frappe.throw(_("Obtained on: the time lies in the future."), DocumentError)


def validate_version(doc: Document) -> None:
	"""A new version replaces the latest evidence of the same case, with a reason.

	Raises:
		DocumentError: evidence of another case, an older version, or no reason.
	"""
	if not doc.supersedes or not doc.is_new():
		return
	if frappe.db.get_value(DOCTYPE, doc.supersedes, "complaint") != doc.complaint:
		frappe.throw(_("New version of: choose evidence of this case."), DocumentError)
	newer = frappe.db.get_value(DOCTYPE, {"supersedes": doc.supersedes})
	if newer:
		frappe.throw(
			_("New version of: {0} was replaced by {1} already.").format(
				frappe.bold(doc.supersedes), frappe.bold(newer)
			),
			DocumentError,
		)
	if not (doc.supersedes_reason or "").strip():
		frappe.throw(_("Why there is a new version: give the reason."), DocumentError)


def take_in(doc: Document) -> None:
	"""Look at the file of new evidence: make it private, and note its name, size and hash.

	Raises:
		DocumentError: no file, a file elsewhere, or one the user may not read.
		FileTypeError: a kind of file that is not accepted.
	"""
	if not doc.is_new():
		return
	file = _own_file(doc.file)
	validate_kind(file)
	if not file.is_private:
		file.is_private = 1
		# Safe: the user may read the file, and it only becomes less open.
		file.save(ignore_permissions=True)
	doc.flags.file = file.name
	doc.file_name = file.file_name
	doc.flags.is_shared = _is_shared(file)
	doc.file = _copy_on_disk(file)
	doc.sha256, doc.size_bytes = measure(doc.file)


def bind_file(doc: Document) -> None:
	"""Attach the file to the evidence, so that who sees the case may open it and nobody else.

	Frappe keeps one copy of files with the same content, and removes it with the last record that has its
	`content_hash`, before any hook may refuse. Evidence therefore has its content for itself and no such hash.
	"""
	values = {
		"attached_to_doctype": DOCTYPE,
		"attached_to_name": doc.name,
		"attached_to_field": "file",
		"content_hash": None,
		"owner": "Administrator",  # Frappe lets an owner keep a file for ever
	}
	file = frappe.get_doc("File", doc.flags.file)
	if not doc.flags.is_shared:
		uploaded = _path_of(file.file_url)
		file.db_set({**values, "file_url": doc.file})
		frappe.db.after_commit.add(lambda: os.path.exists(uploaded) and os.remove(uploaded))
		return
	own = frappe.copy_doc(file)
	own.update({"name": frappe.generate_hash(length=10), "file_url": doc.file, "docstatus": 0})
	own.db_insert()
	own.db_set(values)  # after the insert, which makes the session's user the owner


def _is_shared(file: Document) -> bool:
	"""Whether the content of a file belongs to another record too: to a document, or to a file of the same content."""
	if file.attached_to_name and frappe.db.exists(file.attached_to_doctype, file.attached_to_name):
		return True
	row = frappe.qb.DocType("File")
	same = (row.file_url == file.file_url) | (row.content_hash == (file.content_hash or file.file_url))
	return bool(frappe.qb.from_(row).select(row.name).where(row.name != file.name).where(same).limit(1).run())


def _copy_on_disk(file: Document) -> str:
	"""Copy the content of a private file for evidence alone, under a name nobody can guess, and return the address;
	undone with the transaction."""
	_root, ending = os.path.splitext(file.file_url)
	url = f"{PRIVATE}{frappe.generate_hash(length=32)}{ending}"
	target = _path_of(url)
	try:
		shutil.copyfile(_path_of(file.file_url), target)
	except OSError:
		frappe.throw(_("File: the content of {0} is not there.").format(file.file_name), DocumentError)
	frappe.db.after_rollback.add(lambda: os.path.exists(target) and os.remove(target))
	return url


def _path_of(url: str) -> str:
	return frappe.get_site_path(PRIVATE.strip("/"), os.path.basename(url))


def measure(url: str) -> tuple[str, int]:
	"""Return the SHA-256 (hex) and the size in bytes of the content of a private file.

	Raises:
		DocumentError: the file is not there.
	"""
	found, size = hashlib.sha256(), 0
	try:
		with open(_path_of(url), "rb") as content:
			while block := content.read(BLOCK):
				found.update(block)
				size += len(block)
	except OSError:
		frappe.throw(_("File: the content of {0} is not there.").format(os.path.basename(url)), DocumentError)
	return found.hexdigest(), size


def superseded_by(doc: Document) -> str | None:
	"""Return the newer version of this evidence, if there is one. The caller has the evidence open."""
	return frappe.db.get_value(DOCTYPE, {"supersedes": doc.name})


@frappe.whitelist(methods=["POST"])
def verify(evidence: str) -> dict:
	"""Compute the hash of a file again and compare it with the recorded one; a difference is an event.

	Args:
		evidence: the number of the evidence.

	Returns:
		dict with `same`, `sha256` (now; None if the file is gone) and `recorded`.

	Raises:
		PermissionError: the user may not see the case.
	"""
	doc = frappe.get_doc(DOCTYPE, evidence)
	doc.check_permission("read")
	try:
		now, _size = measure(doc.file)
	except DocumentError:
		frappe.clear_last_message()
		now = None
	if now != doc.sha256:
		events.append(
			doc.complaint,
			"Evidence Altered",
			details={"document": doc.name, "recorded": doc.sha256, "found": now},
		)
	return {"same": now == doc.sha256, "sha256": now, "recorded": doc.sha256}


def protect_file(file: Document, method: str | None = None) -> None:
	"""Refuse to change or delete the file of evidence (doc_events hook of File).

	Raises:
		DocumentError: the file is evidence.
	"""
	if method == "on_trash":
		before = file
	else:
		before = file.get_doc_before_save()
	if not before or before.attached_to_doctype != DOCTYPE or not before.attached_to_name:
		return
	if not frappe.db.exists(DOCTYPE, before.attached_to_name):
		return
	kept = ("file_url", "file_name", "is_private", "attached_to_doctype", "attached_to_name")
	if method == "on_trash" or any(cstr(before.get(field)) != cstr(file.get(field)) for field in kept):
		frappe.throw(
			_("{0} is evidence in a case and stays as it is.").format(
				frappe.bold(frappe.utils.escape_html(before.file_name))
			),
			DocumentError,
		)


def _own_file(url: str | None) -> Document:
	"""Return the File with this address that the session's user may read.

	An address alone opens nothing: who names the file of somebody else is refused in the same words as for
	a file that does not exist.
	"""
	if not url:
		frappe.throw(_("File: attach the file."), DocumentError)
	if not url.startswith(("/files/", PRIVATE)):
		frappe.throw(_("File: upload it here; an address elsewhere can change."), DocumentError)
	for name in frappe.get_all("File", filters={"file_url": url, "is_folder": 0}, pluck="name"):
		file = frappe.get_doc("File", name)
		if file.has_permission("read"):
			return file
	frappe.throw(_("File: this file is not there. Attach it again."), DocumentError)
