"""The conflict-of-interest declaration in an investigation or a review: before any work, by the officer in person.

A declared conflict ends the document and bars the officer from the case; the journal of the case remembers it.

Source: ISO 10002:2018 clause 4.7 and annex D.
"""

import frappe
from frappe import _
from frappe.model.docstatus import DocStatus
from frappe.model.document import Document
from frappe.utils import now_datetime

from iso10002.handling import conflicts, events, independence
from iso10002.handling.errors import DeclarationError, DocumentError, IntakeError

NONE = "No conflict of interest"
CONFLICT = "Conflict of interest"

PLANNED = "Planned"
IN_PROGRESS = "In progress"
COMPLETED = "Completed"
ENDED = "Ended by a conflict of interest"
CANCELLED = "Cancelled"

KEPT_BY_SERVER = ("declared_by", "declared_on", "status", "completed_by", "completed_on")


def keep_server_fields(doc: Document) -> None:
	"""Put back what only the server writes, whatever the caller sent."""
	before = doc.get_doc_before_save()
	if not before and doc.amended_from:
		before = frappe.get_doc(doc.doctype, doc.amended_from)
		before.update({"status": PLANNED, "completed_by": None, "completed_on": None})
	for field in KEPT_BY_SERVER:
		doc.set(field, before.get(field) if before else None)
	doc.status = doc.status or PLANNED


def validate_amendment(doc: Document) -> None:
	"""What was cancelled is amended within its case, with a reason.

	First of all checks, for the others read what is amended: fields of what an amendment links to can be asked for with it.

	Raises:
		DocumentError: it amends something else, or the reason is missing.
	"""
	if not doc.amended_from:
		return
	amended = {"name": doc.amended_from, "complaint": doc.complaint, "docstatus": DocStatus.cancelled()}
	if not frappe.db.exists(doc.doctype, amended):
		frappe.throw(
			_("{0}: choose a cancelled document of this case.").format(_(doc.meta.get_label("amended_from"))),
			DocumentError,
		)
	if not (doc.amendment_reason or "").strip():
		frappe.throw(_("Why it is amended: give the reason."), DocumentError)


def refuse_changes_after_conflict(doc: Document) -> None:
	"""A document that ended with a conflict of interest stays as it is.

	Raises:
		DeclarationError: anything but the workflow state was changed.
	"""
	before = doc.get_doc_before_save()
	if before and before.conflict_declaration == CONFLICT:
		changed = before.workflow_state != doc.workflow_state
		if doc.docstatus != before.docstatus or not changed or _differs(doc, before):
			frappe.throw(
				_(
					"{0} ended with a conflict of interest and stays as it is. Another person makes a new one."
				).format(frappe.bold(doc.name)),
				DeclarationError,
			)


def follow(doc: Document, officer_field: str, work: bool) -> None:
	"""Hold the rules of the declaration while the document is saved.

	Args:
		doc: an investigation or a review.
		officer_field: the field with the officer who declares.
		work: whether the document holds any work (steps, interviews, findings, an outcome).

	Raises:
		DeclarationError: somebody else declared, a declaration was taken back, or there is work without one.
		IntakeError: the conflict was not described.
	"""
	before = doc.get_doc_before_save()
	officer = doc.get(officer_field)
	if not before and doc.amended_from:
		before = frappe.get_doc(doc.doctype, doc.amended_from)
	old = before.conflict_declaration if before else None
	if old and before.get(officer_field) != officer:
		frappe.throw(
			_(
				"{0} has made the declaration and stays in this document. Another person makes a new one."
			).format(frappe.bold(before.get(officer_field))),
			DeclarationError,
		)
	if (old or "") != (doc.conflict_declaration or ""):
		_declare(doc, old, officer)
	if doc.conflict_declaration == CONFLICT and not (doc.conflict_details or "").strip():
		frappe.throw(_("What the conflict is: describe it in a few words."), IntakeError)
	if work and not doc.conflict_declaration:
		frappe.throw(
			_("Before any work is recorded, {0} declares whether there is a conflict of interest.").format(
				frappe.bold(officer)
			),
			DeclarationError,
		)
	doc.status = _progress(doc)


def note(doc: Document) -> None:
	"""Append the declaration to the journal of the case, once; the details stay in the document."""
	before = doc.get_doc_before_save()
	if doc.conflict_declaration and (not before or before.conflict_declaration != doc.conflict_declaration):
		if doc.amended_from and not before:
			return
		if doc.conflict_declaration == CONFLICT:
			conflicts.declare(doc.complaint, doc.declared_by, doc.name)
		else:
			events.append(doc.complaint, "No Conflict Declared", details={"document": doc.name})


def _declare(doc: Document, old: str | None, officer: str) -> None:
	if frappe.session.user != officer:
		frappe.throw(
			_("Only {0} can make this declaration, in person.").format(frappe.bold(officer)), DeclarationError
		)
	if not doc.conflict_declaration or old == CONFLICT:
		frappe.throw(_("A declaration is not taken back."), DeclarationError)
	doc.declared_by, doc.declared_on = officer, now_datetime()
	if doc.conflict_declaration == CONFLICT:
		independence.release(doc.complaint, officer)


def _progress(doc: Document) -> str:
	"""Return how far the document is; derived, so that a site's workflow may call its states as it likes."""
	if doc.docstatus == 2:
		return CANCELLED
	if doc.conflict_declaration == CONFLICT:
		return ENDED
	if doc.docstatus == 1:
		return COMPLETED
	return IN_PROGRESS if doc.conflict_declaration else PLANNED


def _differs(doc: Document, before: Document) -> bool:
	"""Whether anything but state and time stamps is different."""
	skip = {"workflow_state", "modified", "modified_by"}
	for old, new in ((before, doc), *zip(before.get_all_children(), doc.get_all_children(), strict=False)):
		for df in old.meta.fields:
			if df.fieldtype in frappe.model.table_fields or df.fieldname in skip:
				continue
			if frappe.utils.cstr(old.get(df.fieldname)) != frappe.utils.cstr(new.get(df.fieldname)):
				return True
	return len(before.get_all_children()) != len(doc.get_all_children())
