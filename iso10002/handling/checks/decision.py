"""Checks of investigation and decision (clauses 7.6 and 7.7, annexes D and F)."""

import frappe
from frappe import _
from frappe.model.document import Document
from frappe.utils import get_datetime

from iso10002.handling import documents, independence, remedies
from iso10002.handling import stages as stage
from iso10002.handling.checks.table import check

AGAINST_PERSON = ("Upheld", "Partly upheld")


# Investigating


@check(stage.INVESTIGATING, stage.PROPOSED, clause="7.6", fields=("investigator",))
def investigator_named(case: Document) -> tuple[bool, str, str]:
	return case.investigator, _("Investigator"), _("Name an investigator.")


@check(stage.INVESTIGATING, clause="4.7", fields=("investigator",))
def investigator_independent(case: Document) -> tuple[bool, str, str]:
	return (
		not (reason := independence.barred_because(case, case.investigator)),
		_("The investigator is independent of whoever is complained about"),
		_("{0} Name another investigator.").format(reason),
	)


@check(stage.INVESTIGATING, clause="7.7", fields=("sent_back_reason",), came_from=(stage.PROPOSED,))
def sending_back_explained(case: Document) -> tuple[bool, str, str]:
	return (
		case.sent_back_reason,
		_("Why the proposal was sent back"),
		_("Say what is missing in the proposal."),
	)


# Decision Proposed


@check(stage.PROPOSED, clause="7.6")
def investigated_deeply_enough(case: Document) -> tuple[bool, str, str]:
	required = documents.required_depth(case.severity)
	return (
		required == documents.DEPTHS[0]
		or any(
			row.depth_reason or not documents.is_less_deep(row.depth, required)
			for row in documents.completed_investigations(case.name)
		),
		_("A completed investigation as deep as the severity asks for"),
		_("Complete an investigation of the depth {0}, or of less with a reason.").format(_(required)),
	)


@check(stage.PROPOSED, clause="7.6", fields=("allegations",))
def every_point_answered(case: Document) -> tuple[bool, str, str]:
	return (
		case.allegations and all(row.outcome and row.finding for row in case.allegations),
		_("A finding and an outcome for every point"),
		_("Enter what was found and the outcome for every point complained about."),
	)


@check(stage.PROPOSED, clause="D", fields=("allegations",))
def persons_heard(case: Document) -> tuple[bool, str, str]:
	unheard = _persons_not_heard(case)
	return (
		not unheard,
		_("Persons complained about were given the details and heard"),
		_(
			"No finding against a person who was not heard: enter when the details were given and when the "
			"person was heard, or why not, for {0} of the persons complained about."
		).format(len(unheard)),
	)


@check(stage.PROPOSED, clause="7.6", fields=("investigation_summary",))
def investigation_described(case: Document) -> tuple[bool, str, str]:
	return case.investigation_summary, _("What was found"), _("Describe what the investigation found.")


@check(stage.PROPOSED, clause="8.2", fields=("cause",))
def cause_found(case: Document) -> tuple[bool, str, str]:
	founded = any(row.outcome in AGAINST_PERSON for row in case.allegations)
	return (
		case.cause or not founded,
		_("Cause, where a point is upheld"),
		_("Choose the cause of what went wrong."),
	)


@check(stage.PROPOSED, clause="7.7", fields=("decision", "decision_reasons"))
def decision_reasoned(case: Document) -> tuple[bool, str, str]:
	return (
		case.decision and case.decision_reasons,
		_("Decision and its reasons"),
		_("Choose the decision and give its reasons."),
	)


@check(stage.PROPOSED, clause="7.7", fields=("remedies",))
def remedies_complete(case: Document) -> tuple[bool, str, str]:
	return (
		remedies.have_their_value(case),
		_("A value for every remedy that has one"),
		_("Enter the value of each remedy offered that has one."),
	)


# Decision Approved


@check(stage.APPROVED, clause="4.7")
def approver_independent(case: Document) -> tuple[bool, str, str]:
	reason = independence.approval_barred_because(case, frappe.session.user)
	return not reason, _("Whoever approves is independent"), reason or ""


@check(stage.APPROVED, clause="F", fields=("remedies",))
def remedies_within_authority(case: Document) -> tuple[bool, str, str]:
	return (
		not remedies.beyond_authority(case, case.proposed_by, case.approved_by or frappe.session.user),
		_("Remedies are within the approver's authority"),
		_("A remedy is worth more than you may approve. Somebody with sufficient authority must approve it."),
	)


def _persons_not_heard(case: Document) -> list[str]:
	"""Return the persons complained about against whom a point is upheld and who were not heard.

	A point without a named person counts against everybody complained about.
	"""
	upheld = [row for row in case.allegations if row.outcome in AGAINST_PERSON]
	if not upheld:
		return []
	named = {row.person for row in upheld if row.person}
	return [
		person.name
		for person in independence.persons_complained_about(case)
		if (person.name in named or not all(row.person for row in upheld)) and not _was_heard(person)
	]


def _was_heard(person: frappe._dict) -> bool:
	if person.not_heard_reason:
		return True
	return bool(
		person.details_given_on
		and person.heard_on
		and get_datetime(person.details_given_on) <= get_datetime(person.heard_on)
	)
