"""From a complaint back to the ticket it came from: neutral notes, the status, and who may resolve it when.

Only Standard cases are spoken of on a ticket; every agent reads that. Nothing a ticket does changes a complaint, so there is
no loop. What a ticket of an app is, is in `integrations/<app>/tickets.py`.
"""

from importlib import import_module
from types import ModuleType

import frappe
from frappe import _
from frappe.model.document import Document
from frappe.utils import cstr

from iso10002.confidentiality.rule import STANDARD
from iso10002.handling.stages import ENDED
from iso10002.integrations import confidential, hosts
from iso10002.integrations.kinds import SOURCES, TICKETS

ON_ITS_OWN, AFTER, WITH = "on its own", "after the complaint ended", "with the complaint"
LEVEL_RAISED = "Level Raised"


class TicketHeldError(frappe.ValidationError):
	"""A ticket is to be resolved while the complaint about it is open."""


def on_event(event: Document, method: str | None = None) -> None:
	"""See to the ticket of a case when its level is raised or its stage changes (doc_events hook of Complaint Event).

	Stages are written by a job: whatever is wrong with the ticket, the case goes on.
	"""
	if event.event == LEVEL_RAISED:
		confidential.protect(event.complaint)
	elif event.to_stage and not frappe.flags.in_import and _ticket_of(event.complaint):
		frappe.enqueue(
			write, queue="short", enqueue_after_commit=True, complaint=event.complaint, stage=event.to_stage
		)


def write(complaint: str, stage: str) -> None:
	"""Write what the settings say of a stage to the ticket of a case (background job).

	Args:
		complaint: the reference of the case.
		stage: the stage it has entered.
	"""
	ticket = _ticket_of(complaint)
	if not ticket:
		return
	doctype, name = ticket
	settings = frappe.get_cached_doc("Complaint Ticket Settings")
	rows = [row for row in settings.notes if row.stage == stage]
	statuses = [row.ticket_status for row in rows if row.ticket_status]
	if settings.resolution == WITH and stage in ENDED and not _open_cases(doctype, name):
		statuses = [settings.resolved_status]
	if not rows and not statuses:
		return
	before, app = frappe.session.user, tickets_of(doctype)
	frappe.set_user("Administrator")  # an agent reads who wrote it, and is not to read who handles the case
	try:
		for row in rows:
			if row.note:
				app.note(name, row.note)
		if statuses:
			_set_status(doctype, name, statuses[-1])
	finally:
		frappe.set_user(before)


def hold_open(ticket: Document, method: str | None = None) -> None:
	"""Refuse to resolve a ticket before its complaint ended, where the settings say so.

	doc_events hook of tickets, `before_validate`: Helpdesk closes old tickets without validating them.

	Raises:
		TicketHeldError: says that the ticket is not to be resolved yet, and not why.
	"""
	if ticket.flags.written_by_complaint or ticket.is_new() or not hosts.active(SOURCES[ticket.doctype]):
		return
	if frappe.get_cached_doc("Complaint Ticket Settings").resolution in (None, "", ON_ITS_OWN):
		return
	if tickets_of(ticket.doctype).is_being_resolved(ticket):
		if _open_cases(ticket.doctype, cstr(ticket.name), STANDARD):
			frappe.throw(
				_("This ticket is resolved later: something that belongs to it is still being handled."),
				TicketHeldError,
			)


def tickets_of(doctype: str) -> ModuleType:
	"""Return what an app knows of its tickets."""
	return import_module(f"iso10002.integrations.{SOURCES[doctype]}.tickets")


def statuses() -> list[str]:
	"""Return what the tickets of this site call their statuses."""
	found = [tickets_of(doctype).statuses() for doctype in TICKETS if hosts.active(SOURCES[doctype])]
	return sorted({status for names in found for status in names})


def _ticket_of(complaint: str) -> tuple[str, str] | None:
	"""Return the ticket a Standard case came from, if it is there."""
	if not any(hosts.active(SOURCES[doctype]) for doctype in TICKETS):
		return None  # every event of every case asks
	fields = ["reference_doctype", "reference_name", "confidentiality_level"]
	case = frappe.db.get_value("Complaint", complaint, fields, as_dict=True)
	if not case or case.confidentiality_level != STANDARD or case.reference_doctype not in TICKETS:
		return None
	doctype, name = case.reference_doctype, case.reference_name
	if not hosts.active(SOURCES[doctype]) or not name or not frappe.db.exists(doctype, name):
		return None
	return doctype, name


def _open_cases(doctype: str, name: str, level: str | None = None) -> list[str]:
	filters = {"reference_doctype": doctype, "reference_name": name, "status": ["not in", ENDED]}
	if level:
		filters["confidentiality_level"] = level
	return frappe.get_all("Complaint", filters=filters, pluck="name", limit=1)


def _set_status(doctype: str, name: str, status: str) -> None:
	"""Set a status the ticket has not; one that its app does not know is left out and logged."""
	if status not in tickets_of(doctype).statuses():
		frappe.log_error(
			title=f"{doctype} {name}: no status {status}",
			message="Complaint Ticket Settings names a status this kind of ticket does not have.",
		)
		return
	ticket = frappe.get_doc(doctype, name)
	if ticket.status != status:
		ticket.status = status
		ticket.flags.written_by_complaint = True
		ticket.save(ignore_permissions=True)  # safe: the settings ask for it, and it says nothing of the case
