"""Files of a case: always private, and only of the kinds the settings allow."""

import os

import frappe
from frappe import _
from frappe.model.document import Document

from iso10002.confidentiality.rule import HANGS_ON_CASE

CASE_DOCTYPES = frozenset({"Complaint", *HANGS_ON_CASE})


class FileTypeError(frappe.ValidationError):
	"""The file is of a kind that is not accepted as an attachment of a case."""


def validate_case_file(file: Document, method: str | None = None) -> None:
	"""Keep a file of a case private and of an allowed kind (doc_events hook of File).

	Raises:
		FileTypeError: names the file's ending and the allowed ones.
	"""
	if file.attached_to_doctype not in CASE_DOCTYPES or file.is_folder:
		return
	allowed = [
		part.strip()
		for part in (frappe.get_cached_doc("ISO10002 Settings").allowed_file_types or "").split(",")
		if part.strip()
	]
	name = file.file_name or file.file_url or ""
	ending = os.path.splitext(name)[1].lstrip(".").lower()
	if allowed and ending not in allowed:
		frappe.throw(
			_("{0}: files of this kind are not accepted. Attach one of: {1}").format(
				frappe.bold(frappe.utils.escape_html(name)), ", ".join(allowed)
			),
			FileTypeError,
		)
	file.is_private = 1
