"""The second stage: a review of a rejected decision by somebody who had no part in the case.

Source: ISO 10002:2018 clause 7.9 and annex G.
"""

import frappe
from frappe import _
from frappe.model.document import Document
from frappe.utils import now_datetime

from iso10002.handling import declarations, derived, documents, events
from iso10002.handling.errors import DocumentError, IndependenceError
from iso10002.handling.stages import UNDER_REVIEW, named

CONFIRMED = "Confirmed"


@frappe.whitelist()
def make_review(complaint: str) -> Document:
	"""Return a new, unsaved review of a case with its reviewer, grounds and first decision.

	Raises:
		PermissionError: the user may not see the case or make reviews.
		DocumentError: the case is not under review.
	"""
	case = frappe.get_doc("Complaint", complaint)
	case.check_permission("read")
	frappe.has_permission("Complaint Review", "create", throw=True)
	doc = frappe.new_doc("Complaint Review")
	doc.complaint = case.name
	prepare(doc, case)
	return doc


def prepare(doc: Document, case: Document) -> None:
	"""Fill in what follows from the case; keeps what is there.

	Raises:
		DocumentError: the case is not under review.
	"""
	if case.status != UNDER_REVIEW:
		frappe.throw(
			_("{0} is in the stage {1}. A review starts when the case is under review.").format(
				frappe.bold(case.name), frappe.bold(named(case.status))
			),
			DocumentError,
		)
	doc.reviewer = doc.reviewer or case.reviewer
	doc.grounds = doc.grounds or case.review_grounds
	doc.first_decision, doc.first_decision_reasons = case.decision, case.decision_reasons


def validate_reviewer(doc: Document, case: Document) -> None:
	"""The review is made by the reviewer the case names: that one was checked for an earlier part.

	Raises:
		IndependenceError: another person is named.
	"""
	if doc.docstatus == 0 and doc.reviewer != case.reviewer:
		frappe.throw(
			_("Reviewer: {0} is not the reviewer named in the case. Name the reviewer there first.").format(
				frappe.bold(frappe.utils.escape_html(doc.reviewer))
			),
			IndependenceError,
		)


def validate_outcome(doc: Document) -> None:
	"""A confirmed decision stays; a varied or overturned one is replaced, an overturned one by another.

	Raises:
		DocumentError: says which field and why.
	"""
	before = doc.get_doc_before_save()
	if before:
		doc.first_decision, doc.first_decision_reasons = before.first_decision, before.first_decision_reasons
	if not doc.outcome:
		return
	if doc.outcome == CONFIRMED and (doc.new_decision or doc.new_decision_reasons):
		frappe.throw(_("New decision: a confirmed decision stays as it is. Leave it empty."), DocumentError)
	if doc.outcome == "Overturned" and doc.new_decision and doc.new_decision == doc.first_decision:
		frappe.throw(
			_("New decision: it is the same as the first one. Choose another one, or Varied as the outcome."),
			DocumentError,
		)


def holds_work(doc: Document) -> bool:
	"""Whether anything was recorded that only a reviewer without a conflict may record."""
	return bool(
		doc.looked_at
		or doc.outcome
		or doc.reasons
		or doc.new_decision
		or doc.new_decision_reasons
		or doc.recommendation
	)


def missing(doc: Document) -> list[str]:
	"""Return what a review still needs to be completed, as sentences."""
	found = []
	if doc.conflict_declaration != declarations.NONE:
		found.append(_("Declare whether there is a conflict of interest."))
	if not doc.looked_at:
		found.append(_("What was looked at: describe it."))
	if not doc.outcome:
		found.append(_("Outcome: choose it."))
	if not doc.reasons:
		found.append(_("Reasons: give them."))
	if doc.outcome and doc.outcome != CONFIRMED and not (doc.new_decision and doc.new_decision_reasons):
		found.append(_("New decision: enter it with its reasons."))
	return found


def validate_completion(doc: Document, case: Document) -> None:
	"""Hold what a completed review needs; all that is missing is said at once.

	Raises:
		DocumentError: the case is not under review, another person completes it, or parts are missing.
	"""
	if case.status != UNDER_REVIEW:
		frappe.throw(
			_("{0} is in the stage {1}. A review is completed while the case is under review.").format(
				frappe.bold(case.name), frappe.bold(named(case.status))
			),
			DocumentError,
		)
	if frappe.session.user != doc.reviewer or case.reviewer != doc.reviewer:
		frappe.throw(_("Only the reviewer named in the case completes this review."), DocumentError)
	if open_points := missing(doc):
		frappe.throw(open_points, DocumentError, title=_("Missing in the review"), as_list=True)
	doc.completed_by, doc.completed_on = frappe.session.user, now_datetime()


def write_to_case(doc: Document) -> None:
	"""Write outcome and reasons of a completed review to the case, and the new decision if there is one."""
	case = frappe.get_doc("Complaint", doc.complaint, for_update=True)
	case.check_permission("write")
	details = {"document": doc.name, "amends": doc.amended_from, "outcome": doc.outcome}
	case.update({"review_outcome": doc.outcome, "review_reasons": doc.reasons})
	if doc.outcome != CONFIRMED:
		details["decision"] = [case.decision, doc.new_decision]
		details["decision_reasons"] = [case.decision_reasons, doc.new_decision_reasons]
		case.update({"decision": doc.new_decision, "decision_reasons": doc.new_decision_reasons})
		# An approved decision stands for everybody but the reviewer; the event keeps the first one.
		case.flags.correcting = True
	derived.save(case)
	events.append(case.name, "Review Completed", remark=doc.amendment_reason, details=details)


def validate_cancellation(doc: Document) -> None:
	"""A completed review is taken back only while its outcome was not told to the complainant.

	Raises:
		DocumentError: the outcome was communicated.
	"""
	case = documents.case_of(doc)
	if case.status != UNDER_REVIEW:
		frappe.throw(
			_("{0} is in the stage {1}: the outcome of this review was told. It stands.").format(
				frappe.bold(case.name), frappe.bold(named(case.status))
			),
			DocumentError,
		)
