"""From an improvement, or the cause of a case, to a Non Conformance or Quality Action of ERPNext, and its state back.

Every employee reads those, so they get the name of a cause and, where no confidential case is behind it, of a category:
words of the masters, none of a case, no number and no person. Source: ISO 10002:2018 clauses 8.2 and 8.7.
"""

from collections.abc import Callable
from dataclasses import dataclass

import frappe
from frappe import _
from frappe.model.document import Document
from frappe.utils import nowdate

from iso10002.confidentiality.rule import STANDARD
from iso10002.handling import events, improvements
from iso10002.integrations import hosts
from iso10002.integrations.erpnext.errors import QualityError

IMPROVEMENT = improvements.DOCTYPE
# What ties an improvement to its record; custom fields, there beside ERPNext only.
TIES = ("quality_type", "quality_record", "quality_state")
DELETED = "Deleted"


def _non_conformance(text: str, procedure: str | None, kind: str | None) -> dict:
	if not procedure:
		frappe.throw(
			_("Quality Procedure: choose the one that was not followed or is missing."), QualityError
		)
	return {"subject": text[:140], "procedure": procedure, "status": "Open"}


def _action(text: str, procedure: str | None, kind: str | None) -> dict:
	if kind not in ("Corrective", "Preventive"):
		frappe.throw(_("Corrective or preventive: choose one."), QualityError)
	# without an open line ERPNext takes an action for completed
	lines = [{"problem": text, "status": "Open"}]
	return {
		"corrective_preventive": kind,
		"procedure": procedure,
		"date": nowdate(),
		"resolutions": lines,
	}


@dataclass(frozen=True)
class Record:
	"""A kind of record: how it is filled from the neutral text, and the status that means it is done."""

	fill: Callable[[str, str | None, str | None], dict]
	done: str


RECORDS = {
	"Non Conformance": Record(_non_conformance, "Resolved"),
	"Quality Action": Record(_action, "Completed"),
}


@frappe.whitelist(methods=["POST"])
def make_record(
	improvement: str, doctype: str, procedure: str | None = None, kind: str | None = None
) -> dict:
	"""Make a Non Conformance or Quality Action of an improvement, with the user's own rights in ERPNext.

	Args:
		improvement: name of the Complaint Improvement.
		doctype: one of RECORDS.
		procedure: a Quality Procedure; a Non Conformance needs it.
		kind: of a Quality Action: Corrective or Preventive.

	Returns:
		dict with `doctype`, `name` and `text`, the words it got.

	Raises:
		PermissionError: the user may not change the improvement or make such a record.
		QualityError: it has a record, has neither cause nor category, or something is missing.
	"""
	_refuse_without_host()
	doc = frappe.get_doc(IMPROVEMENT, improvement, for_update=True)
	doc.check_permission("write")
	return _make(doc, doctype, procedure, kind)


@frappe.whitelist(methods=["POST"])
def make_record_of_cause(
	complaint: str,
	doctype: str,
	responsible: str,
	due_on: str,
	procedure: str | None = None,
	kind: str | None = None,
) -> dict:
	"""Make an improvement of the cause of a case, note it in the case, and make its record in ERPNext.

	Args:
		complaint: the reference of the case.
		doctype, procedure, kind: see `make_record`.
		responsible: user who answers for the improvement.
		due_on: day it is due.

	Returns:
		dict with `doctype`, `name`, `text` (see `make_record`) and `improvement`.

	Raises:
		PermissionError: the user may not change the case, or not make an improvement or such a record.
		QualityError: the case has no cause yet, or something is missing.
	"""
	_refuse_without_host()
	case = frappe.get_doc("Complaint", complaint)
	case.check_permission("write")
	if not case.cause:
		frappe.throw(_("Cause: enter it in the complaint first."), QualityError)
	doc = frappe.new_doc(IMPROVEMENT)
	doc.update(
		{
			"subject": _text(case.cause, None)[:140],
			"action": _("See the {0}.").format(_(doctype)),
			"comes_from": "Cause of complaints",
			"cause": case.cause,
			"category": case.category if case.confidentiality_level == STANDARD else None,
			"responsible": responsible,
			"due_on": due_on,
		}
	)
	doc.insert()
	improvements.note(case.name, doc.name)
	return {**_make(doc, doctype, procedure, kind), "improvement": doc.name}


def protect(doc: Document, method: str | None = None) -> None:
	"""Keep what ties an improvement to its record (doc_events hook `validate`).

	Raises:
		QualityError: it was set by hand.
	"""
	if doc.flags.following_record:
		return
	before = doc.get_doc_before_save() or frappe._dict()
	if any((doc.get(field) or None) != (before.get(field) or None) for field in TIES):
		frappe.throw(_("The record made in ERPNext is kept by the system and cannot be set."), QualityError)


def follow(doc: Document, method: str | None = None) -> None:
	"""Have a record read back if an improvement has it (doc_events hook, after it was changed)."""
	if _improvements_with(doc.doctype, doc.name):
		_enqueue(doc.doctype, doc.name)


def follow_deletion(doc: Document, method: str | None = None) -> None:
	"""Untie improvements from a record that is deleted (doc_events hook `on_trash`)."""
	for name in _improvements_with(doc.doctype, doc.name):
		frappe.db.set_value(IMPROVEMENT, name, {**dict.fromkeys(TIES), "quality_state": DELETED})


def read_back(doctype: str, name: str) -> None:
	"""Read the status of a record into the improvements that have it (background job)."""
	user = frappe.session.user
	# who resolves it in ERPNext needs no right on improvements: what is written is what ERPNext says
	frappe.set_user("Administrator")
	try:
		status = frappe.db.get_value(doctype, name, "status")
		for improvement in _improvements_with(doctype, name):
			_read_into(frappe.get_doc(IMPROVEMENT, improvement, for_update=True), RECORDS[doctype], status)
	finally:
		frappe.set_user(user)


def untie_all() -> None:
	"""Take all links into ERPNext off the improvements, because it leaves."""
	if not _has_ties():
		return
	row = frappe.qb.DocType(IMPROVEMENT)
	query = frappe.qb.update(row).where(row.quality_record.notnull())
	for field in TIES:
		query = query.set(row[field], None)
	query.run()


def _make(doc: Document, doctype: str, procedure: str | None, kind: str | None) -> dict:
	record = RECORDS.get(doctype)
	if not record:
		frappe.throw(_("Choose one of these: {0}").format(", ".join(map(_, RECORDS))), QualityError)
	if doc.get("quality_record"):
		frappe.throw(
			_("{0} {1} was made of it.").format(_(doc.quality_type), frappe.bold(doc.quality_record)),
			QualityError,
		)
	if not frappe.has_permission(doctype, "create"):
		frappe.throw(
			_("You may not make a {0} in ERPNext. Ask somebody who may.").format(_(doctype)),
			frappe.PermissionError,
		)
	if procedure and not (
		frappe.db.exists("Quality Procedure", procedure)
		and frappe.has_permission("Quality Procedure", "read", doc=procedure)
	):
		frappe.throw(_("Quality Procedure: choose one of the list."), QualityError)
	text = _text(doc.cause, None if _comes_from_confidential_case(doc.name) else doc.category)
	made = frappe.new_doc(doctype)
	made.update(record.fill(text, procedure, kind))
	made.insert()
	doc.update({"quality_type": doctype, "quality_record": made.name, "quality_state": made.status})
	doc.flags.following_record = True
	doc.save()
	return {"doctype": doctype, "name": made.name, "text": text}


def _comes_from_confidential_case(improvement: str) -> bool:
	"""Whether a case above Standard led to an improvement, as the journals note it."""
	row, case = frappe.qb.DocType("Complaint Event"), frappe.qb.DocType("Complaint")
	return bool(
		frappe.qb.from_(row)
		.join(case)
		.on(case.name == row.complaint)
		.select(row.name)
		.where(row.event == improvements.NOTED)
		.where(row.details == events.as_json({"document": improvement}))
		.where(case.confidentiality_level != STANDARD)
		.limit(1)
		.run()
	)


def _text(cause: str | None, category: str | None) -> str:
	"""Return the neutral words: of the masters alone."""
	if cause and category:
		return _("Cause of complaints: {0} ({1})").format(_(cause), _(category))
	if cause:
		return _("Cause of complaints: {0}").format(_(cause))
	if category:
		return _("Complaints of the category: {0}").format(_(category))
	frappe.throw(_("Cause: enter it, or a category. Nothing else is said in ERPNext."), QualityError)


def _improvements_with(doctype: str, name: str) -> list[str]:
	if not _has_ties():
		return []  # an update of ERPNext that runs before ours
	return frappe.get_all(IMPROVEMENT, {"quality_type": doctype, "quality_record": name}, pluck="name")


def _has_ties() -> bool:
	return frappe.db.table_exists(IMPROVEMENT) and frappe.db.has_column(IMPROVEMENT, "quality_record")


def _read_into(doc: Document, record: Record, status: str | None) -> None:
	"""A record that is done makes the improvement done; one opened again takes that back until its effect is known."""
	before = doc.quality_state
	if status == before:
		return
	doc.quality_state = status
	if not doc.effect and not doc.dropped_reason:
		if status == record.done and not doc.done_on:
			doc.done_on = nowdate()
		elif before == record.done:
			doc.done_on = None
	doc.flags.following_record = True
	# Safe: only what ERPNext says about a record tied to this improvement was set, and every rule of saving holds.
	doc.save(ignore_permissions=True)


def _enqueue(doctype: str, name: str) -> None:
	frappe.enqueue(read_back, queue="short", enqueue_after_commit=True, doctype=doctype, name=name)


def _refuse_without_host() -> None:
	if not hosts.active("erpnext"):
		frappe.throw(_("ERPNext is not on this site, or not switched on in the settings."), QualityError)
