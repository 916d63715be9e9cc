"""Assigning a case to somebody by Frappe's own means (Assign To, Assignment Rule, ToDo).

Source: ISO 10002:2018 clauses 4.7, 4.10 and 4.12.
"""

import json

import frappe
from frappe import _
from frappe.model.document import Document
from frappe.utils import escape_html

from iso10002.confidentiality.guards import refusal
from iso10002.confidentiality.rule import CASE_DOCTYPES
from iso10002.handling import events, notify, teams
from iso10002.handling.errors import IndependenceError
from iso10002.handling.independence import barred_because
from iso10002.handling.stages import ENDED
from iso10002.roles import HANDLER, MANAGER

PASSED_OVER = "Assignment Passed Over"


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
	if reason := unfit_because(todo.reference_type, todo.reference_name, todo.allocated_to):
		refusal.note(reason, todo.reference_type, todo.reference_name, todo.allocated_to)
		frappe.throw(_("Assigned to: {0} Choose somebody else.").format(reason), IndependenceError)


def take_over(todo: Document, method: str | None = None) -> None:
	"""Who an Assignment Rule assigns a case without a handler to becomes its handler (doc_events hook of ToDo).

	Runs within the saving of the case, so the case is not saved again; `follow` tells the document being saved.
	"""
	if not todo.assignment_rule or todo.reference_type != "Complaint" or not todo.allocated_to:
		return
	case = frappe.db.get_value("Complaint", todo.reference_name, ["handler", "status"], as_dict=True)
	may_handle = {HANDLER, MANAGER}.intersection(frappe.get_roles(todo.allocated_to))
	if not case or case.handler or case.status in ENDED or not may_handle:
		return
	values = {"handler": todo.allocated_to, "accountable": todo.allocated_to}
	frappe.db.set_value("Complaint", todo.reference_name, values, update_modified=False)
	details = {"handler": [None, todo.allocated_to], "rule": todo.assignment_rule}
	events.append(todo.reference_name, "Assigned", details=details)
	teams.warn_of_workload(todo.allocated_to)
	frappe.flags.setdefault("iso10002_assigned", {})[todo.reference_name] = values


def follow(case: Document) -> None:
	"""Take over into the document what an Assignment Rule wrote to its row while it was saved."""
	values = (frappe.flags.iso10002_assigned or {}).pop(case.name, None)
	if values:
		case.update(values)


def unfit_because(doctype: str, name: str, user: str) -> str | None:
	"""Return why a document of a case is not assigned to a user, as a sentence; None if it may be."""
	doc = frappe.get_doc(doctype, name)
	case = doc if doctype == "Complaint" else frappe.get_doc("Complaint", doc.complaint)
	reason = barred_because(case, user)
	if not reason and not frappe.has_permission(doctype, "read", doc=doc, user=user):
		reason = _("{0} may not see this case.").format(frappe.bold(escape_html(user)))
	return reason


def note_passed_over(doc: dict, rule: str, passed_over: list[str], assigned: str | None) -> None:
	"""Note whom an Assignment Rule passed over; once, although the rule is asked at every saving.

	Where nobody was left, the case stays with whoever answers for it, and the managers are told.
	"""
	complaint = doc["name"] if doc["doctype"] == "Complaint" else doc["complaint"]
	details = {"rule": rule, "passed_over": passed_over, "assigned": assigned}
	if _last_details(complaint) == details:
		return
	events.append(complaint, PASSED_OVER, details=details)
	if not assigned:
		desk = notify.Desk()
		subject = _("{0}: nobody of the Assignment Rule {1} may take part. Name a handler.").format(
			complaint, rule
		)
		notify.tell(notify.managers(complaint, desk), subject, desk, "Complaint", complaint)


def _last_details(complaint: str) -> dict | None:
	last = frappe.get_all(
		"Complaint Event",
		filters={"complaint": complaint, "event": PASSED_OVER},
		pluck="details",
		order_by="creation desc",
		limit=1,
	)
	return json.loads(last[0]) if last else None
