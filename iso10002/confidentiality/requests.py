"""Requests: which function one calls, and those Frappe would answer past the access rule."""

import frappe
from frappe import _
from frappe.model.document import Document
from frappe.utils import sbool

from iso10002.confidentiality.rule import CASE_DOCTYPES

METHODS = ("/api/method/", "/api/v1/method/", "/api/v2/method/")


def called_function() -> str:
	"""Return the dotted name of the function the request calls, "" if none."""
	for start in METHODS:
		if frappe.request.path.startswith(start):
			return frappe.request.path.removeprefix(start).strip("/")
	return str(frappe.form_dict.get("cmd") or "")


def refuse_expanded_cases() -> None:
	"""Refuse `expand_links` for a document that links to a case (hook `before_request`).

	Frappe then hands out the linked documents without asking who may see them; anybody who can write a link,
	such as that of a ToDo, could read any case.

	Raises:
		PermissionError: says what to do instead.
	"""
	if not sbool(frappe.form_dict.get("expand_links")):
		return
	doctype, name = _asked_for(frappe.request.path)
	if doctype and frappe.db.exists(doctype, name) and _leads_to_case(frappe.get_doc(doctype, name)):
		frappe.throw(
			_(
				"{0} leads to a complaint, and complaints are not expanded. Ask for the complaint itself."
			).format(frappe.bold(_(doctype))),
			frappe.PermissionError,
		)


def _asked_for(path: str) -> tuple[str, str] | tuple[None, None]:
	"""Return DocType and name of a request for one document: /api/resource/X/Y, also with a version before."""
	head, found, tail = path.partition("/resource/")
	doctype, _slash, name = tail.strip("/").partition("/")
	return (doctype, name) if head.startswith("/api") and found and name else (None, None)


def _leads_to_case(doc: Document) -> bool:
	for row in (doc, *doc.get_all_children()):
		for df in (*row.meta.get_link_fields(), *row.meta.get_dynamic_link_fields()):
			target = df.options if df.fieldtype == "Link" else row.get(df.options)
			if row.get(df.fieldname) and target in CASE_DOCTYPES:
				return True
	return False
