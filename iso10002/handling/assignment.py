"""Assigning a case to somebody by Frappe's own means (Assign To, Assignment Rule, ToDo).

Source: ISO 10002:2018 clauses 4.7 and 4.10.
"""

import frappe
from frappe import _
from frappe.model.document import Document

from iso10002.confidentiality.files import CASE_DOCTYPES
from iso10002.handling.errors import IndependenceError
from iso10002.handling.independence import barred_because


def validate_todo(todo: Document, method: str | None = None) -> None:
	"""Refuse a task in a case for somebody who may not see the case or take part in it (doc_events hook of ToDo).

	Raises:
		IndependenceError: names the user and the reason.
	"""
	if todo.reference_type not in CASE_DOCTYPES or not (todo.reference_name and todo.allocated_to):
		return
	before = todo.get_doc_before_save()
	if before and before.allocated_to == todo.allocated_to:
		return
	doc = frappe.get_doc(todo.reference_type, todo.reference_name)
	case = doc if doc.doctype == "Complaint" else frappe.get_doc("Complaint", doc.complaint)
	reason = barred_because(case, todo.allocated_to)
	if not reason and not frappe.has_permission(doc.doctype, "read", doc=doc, user=todo.allocated_to):
		reason = _("{0} may not see this case.").format(
			frappe.bold(frappe.utils.escape_html(todo.allocated_to))
		)
	if reason:
		frappe.throw(_("Assigned to: {0} Choose somebody else.").format(reason), IndependenceError)
