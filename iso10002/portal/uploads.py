"""Files from complainants: few, not large, of the kinds the settings allow by name and by content, neutral in name."""

import os

import frappe
from frappe import _
from frappe.core.api.file import get_max_file_size
from frappe.utils import escape_html
from werkzeug.datastructures import FileStorage

from iso10002.confidentiality.files import FileTypeError, validate_kind
from iso10002.portal.protection import settings

LONGEST_NAME = 120
TEXT_OF_A_FORM = 2**20


def read(storages: list[FileStorage]) -> list[dict]:
	"""Read and check uploaded files before anything is written.

	Returns:
		A list of dicts: `name` as the visitor has it, `content` bytes.

	Raises:
		FileTypeError: too many, too large, empty, or of a kind that is not accepted; says which and what to do.
	"""
	limits = settings()
	given = [storage for storage in storages if storage.filename]
	if len(given) > limits.most_files:
		frappe.throw(_("At most {0} files can be sent at once.").format(limits.most_files), FileTypeError)
	return [
		check(tidy(storage.filename), storage.read(limits.most_megabytes * 2**20 + 1)) for storage in given
	]


def together() -> int:
	"""Return how many megabytes the files of one request may have: what Frappe takes in, less the form around them."""
	return (get_max_file_size() - TEXT_OF_A_FORM) // 2**20


def check(name: str, content: bytes) -> dict:
	"""Check one file; see `read`."""
	if not content:
		_refuse(name, _("the file is empty."))
	if len(content) > settings().most_megabytes * 2**20:
		_refuse(name, _("the file is larger than {0} MB.").format(settings().most_megabytes))
	file = frappe.new_doc("File")
	file.update({"file_name": name, "content": content})
	validate_kind(file)
	return {"name": name, "content": content}


def store(complaint: str, files: list[dict], label: str = "attachment") -> list[dict]:
	"""Attach checked files to a case, under names that tell nothing.

	Returns:
		A list of dicts: `file` the name of the File, `name` as the visitor has it.
	"""
	stored = []
	for number, given in enumerate(files, 1):
		ending = os.path.splitext(given["name"])[1].lower()
		file = frappe.new_doc("File")
		file.update(
			{
				"file_name": f"{complaint}-{label}-{number}-{frappe.generate_hash(length=6)}{ending}",
				"attached_to_doctype": "Complaint",
				"attached_to_name": complaint,
				"is_private": 1,
				"content": given["content"],
			}
		)
		# Safe: a visitor has no right on files; the content was checked, and the case is the visitor's own.
		file.insert(ignore_permissions=True)
		stored.append({"file": file.name, "name": given["name"]})
	return stored


def tidy(name: str) -> str:
	"""Return a file name without folders and signs that are not for people."""
	name = "".join(sign for sign in os.path.basename(name.replace("\\", "/")) if sign.isprintable()).strip()
	stem, ending = os.path.splitext(name)
	return f"{stem[: LONGEST_NAME - len(ending)]}{ending}"


def _refuse(name: str, why: str) -> None:
	frappe.throw(f"{frappe.bold(escape_html(name))}: {why}", FileTypeError)
