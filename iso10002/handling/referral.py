"""Referral of a case to an outside body: what went there, what came back, and what follows from it in the case.

Source: ISO 10002:2018 clause 7.9 and annex G; ISO 10003 for the outside settlement of disputes.
"""

import frappe
from frappe import _
from frappe.model.document import Document
from frappe.utils import flt, format_date, getdate, nowdate

from iso10002.handling import derived, events, moves
from iso10002.handling.errors import DocumentError
from iso10002.handling.stages import ASSESSED, ENDED, REFERRED, REMEDY, named

# Outcomes after which the organisation has something to do.
FOR_THE_COMPLAINANT = (
	"Decided for the complainant",
	"Decided partly for the complainant",
	"Settled by agreement",
)
STANDS = ("body", "referred_on")
OUTCOME = ("outcome", "outcome_on", "outcome_text")


@frappe.whitelist()
def make_referral(complaint: str) -> Document:
	"""Return a new, unsaved referral of a case to an outside body, dated today.

	Raises:
		PermissionError: the user may not see the case or make referrals.
	"""
	case = frappe.get_doc("Complaint", complaint)
	case.check_permission("read")
	frappe.has_permission("Complaint Referral", "create", throw=True)
	doc = frappe.new_doc("Complaint Referral")
	doc.update({"complaint": case.name, "referred_on": nowdate()})
	return doc


def validate_dates(doc: Document, case: Document) -> None:
	"""A referral follows the receipt of the complaint, its outcome follows the referral, nothing is in the future.

	Raises:
		DocumentError: names the field.
	"""
	referred, today = getdate(doc.referred_on), getdate(nowdate())
	if referred > today:
		frappe.throw(_("Referred on: the day lies in the future."), DocumentError)
	if referred < getdate(case.received_on):
		frappe.throw(_("Referred on: the day lies before the receipt of the complaint."), DocumentError)
	if doc.answer_due and getdate(doc.answer_due) < referred:
		frappe.throw(_("Our answer is due by: the day lies before the referral."), DocumentError)
	if doc.outcome and not doc.outcome_on:
		frappe.throw(_("Outcome known on: enter the day."), DocumentError)
	if doc.outcome_on and not doc.outcome:
		frappe.throw(_("Outcome: choose what came out."), DocumentError)
	if doc.outcome_on and not referred <= getdate(doc.outcome_on) <= today:
		frappe.throw(_("Outcome known on: not before the referral and not in the future."), DocumentError)


def validate_record(doc: Document) -> None:
	"""What was sent to a body and what it decided stands as recorded.

	Raises:
		DocumentError: names the field.
	"""
	before = doc.get_doc_before_save()
	if not before:
		doc.binding = doc.binding or frappe.db.get_value("Dispute Resolution Body", doc.body, "binding")
		return
	for field in (*STANDS, *(OUTCOME if before.outcome else ())):
		if frappe.utils.cstr(before.get(field)) != frappe.utils.cstr(doc.get(field)):
			frappe.throw(
				_("{0} stands as it was recorded. Record another referral instead.").format(
					frappe.bold(_(doc.meta.get_label(field)))
				),
				DocumentError,
			)


def validate_cost(doc: Document) -> None:
	"""Costs are not negative and have a currency.

	Raises:
		DocumentError: says which.
	"""
	if flt(doc.cost) < 0:
		frappe.throw(_("Cost: it cannot be negative."), DocumentError)
	if flt(doc.cost) and not doc.currency:
		frappe.throw(_("Currency: choose the currency of the cost."), DocumentError)


def refer(doc: Document) -> None:
	"""Note a new referral in the case, and bring a rejected case to the outside body where the user may."""
	events.append(
		doc.complaint,
		"Referral Recorded",
		occurred_on=None if getdate(doc.referred_on) == getdate(nowdate()) else doc.referred_on,
		details={"document": doc.name, "body": doc.body, "reference": doc.reference},
	)
	case = frappe.get_doc("Complaint", doc.complaint, for_update=True)
	values = {
		"outside_body": doc.body,
		"outside_referred_on": doc.referred_on,
		"outside_reference": doc.reference,
	}
	if REFERRED not in moves.passed(case):
		case.update(values)
		derived.save(case)
		_take_step(case, REFERRED)


def follow_outcome(doc: Document) -> None:
	"""Write a new outcome to the case; a favourable one reopens an ended case or starts the remedy."""
	before = doc.get_doc_before_save()
	if not doc.outcome or (before and before.outcome):
		return
	case = frappe.get_doc("Complaint", doc.complaint, for_update=True)
	line = _("{0}, {1}: {2}.").format(doc.body, format_date(doc.outcome_on), _(doc.outcome))
	words = " ".join(filter(None, (line, doc.outcome_text)))
	case.outside_outcome = "\n\n".join(filter(None, (case.outside_outcome, words)))
	for_complainant = doc.outcome in FOR_THE_COMPLAINANT
	reopens = for_complainant and case.status in ENDED
	if reopens:
		case.reopening_reason = words
	derived.save(case)
	events.append(
		case.name,
		"Referral Outcome",
		occurred_on=None if getdate(doc.outcome_on) == getdate(nowdate()) else doc.outcome_on,
		details={
			"document": doc.name,
			"body": doc.body,
			"outcome": doc.outcome,
			"binding": bool(doc.binding),
		},
	)
	if reopens:
		_take_step(case, ASSESSED)
	elif for_complainant and case.status == REFERRED:
		_take_step(case, REMEDY)


def _take_step(case: Document, target: str) -> None:
	"""Take the step to `target` with the rights of the session's user; say what is missing where it is not open."""
	steps = [step for step in moves.next_steps(case) if step["stage"] == target]
	if not steps:
		if target != REFERRED:
			_say(case, target, [_("Somebody who may take this step has to do it.")])
		return
	missing = [row["advice"] for row in steps[0]["checks"] if not row["ok"]]
	if missing:
		_say(case, target, missing)
		return
	moves.move(case.name, steps[0]["action"])


def _say(case: Document, target: str, what: list[str]) -> None:
	frappe.msgprint(
		[_("{0} should now go on to {1}.").format(case.name, named(target)), *what],
		title=_("Still to do"),
		as_list=True,
		indicator="orange",
	)
