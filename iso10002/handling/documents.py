"""The documents of a case beside the Complaint itself: their numbers, and what the stages ask of them.

Investigation, review, referral and evidence each have a DocType of their own; `<reference>-INV-1` is the first
investigation of a case. Nothing here moves a case.
"""

import frappe
from frappe import _
from frappe.model.document import Document

from iso10002.handling.errors import DocumentError

DEPTHS = ("Brief", "Standard", "Full")
SEVERITIES = ("Minor", "Moderate", "Serious", "Critical")
MARKS = {
	"Complaint Investigation": "INV",
	"Complaint Review": "REV",
	"Complaint Referral": "REF",
	"Complaint Evidence": "EV",
}


def next_name(doctype: str, complaint: str) -> str:
	"""Return the next number of this kind in a case, such as CMP-2026-00007-INV-2.

	The row of the case is locked until the transaction ends, so two at once get two numbers. Nothing of
	these kinds is ever deleted, so no number comes twice.
	"""
	if not frappe.db.get_value("Complaint", complaint, "name", for_update=True):
		frappe.throw(_("Complaint: choose the case this belongs to."), DocumentError)
	filters = {"complaint": complaint}
	if frappe.get_meta(doctype).is_submittable:
		filters["amended_from"] = ("is", "not set")
	return f"{complaint}-{MARKS[doctype]}-{frappe.db.count(doctype, filters) + 1}"


def case_of(doc: Document, answering: bool = False) -> Document:
	"""Return the case of a document, after checking that the session's user may change it.

	Args:
		doc: a document with the field `complaint`.
		answering: the user only answers a question asked of him or her; seeing the case is enough.

	Raises:
		PermissionError: the user may not change the case.
		DocumentError: the document was moved to another case.
	"""
	before = doc.get_doc_before_save()
	if before and before.complaint != doc.complaint:
		frappe.throw(_("Complaint: this stays with its case."), DocumentError)
	case = frappe.get_doc("Complaint", doc.complaint)
	case.check_permission("read" if answering else "write")
	return case


def refuse_deletion() -> None:
	"""Nothing recorded in a case is deleted (clause 4.9).

	Raises:
		DocumentError: always.
	"""
	frappe.throw(_("What was recorded in a case is never deleted."), DocumentError)


def refuse_renaming() -> None:
	"""The number of a document never changes.

	Raises:
		DocumentError: always.
	"""
	frappe.throw(_("The number never changes."), DocumentError)


def required_depth(severity: str | None) -> str:
	"""Return how deep a case of this severity is investigated by the settings; Brief where they are silent."""
	for row in frappe.get_cached_doc("ISO10002 Settings").get("depth_rules") or []:
		if row.severity == severity:
			return row.depth
	return DEPTHS[0]


def is_less_deep(depth: str | None, than: str) -> bool:
	"""Whether one depth is less than another; a missing one is less than all."""
	return not depth or DEPTHS.index(depth) < DEPTHS.index(than)


def is_severe(case: Document) -> bool:
	"""Whether the settings ask for a second person to approve and to close a case of this severity."""
	lowest = frappe.get_cached_doc("ISO10002 Settings").get("second_person_from")
	return bool(lowest and case.severity and SEVERITIES.index(case.severity) >= SEVERITIES.index(lowest))


def completed_investigations(complaint: str) -> list[frappe._dict]:
	"""Return the completed investigations of a case, oldest first: name, depth, depth_reason, conclusion.

	The caller has the case open, so its access rule was applied already.
	"""
	row = frappe.qb.DocType("Complaint Investigation")
	return (
		frappe.qb.from_(row)
		.select(row.name, row.depth, row.depth_reason, row.conclusion)
		.where(row.complaint == complaint)
		.where(row.docstatus == 1)
		.orderby(row.completed_on)
		.orderby(row.name)
		.run(as_dict=True)
	)


def points_found(complaint: str) -> set[str]:
	"""Return the points (row names) of a case on which a completed investigation has a finding."""
	row, doc = frappe.qb.DocType("Complaint Finding"), frappe.qb.DocType("Complaint Investigation")
	query = (
		frappe.qb.from_(row)
		.join(doc)
		.on(row.parent == doc.name)
		.select(row.point_row)
		.where(doc.complaint == complaint)
		.where(doc.docstatus == 1)
	)
	return {point for (point,) in query.run()}


def open_referrals(complaint: str) -> list[str]:
	"""Return the referrals of a case to an outside body that have no outcome yet."""
	row = frappe.qb.DocType("Complaint Referral")
	query = (
		frappe.qb.from_(row)
		.select(row.name)
		.where(row.complaint == complaint)
		.where(row.outcome.isnull() | (row.outcome == ""))
	)
	return [name for (name,) in query.run()]
