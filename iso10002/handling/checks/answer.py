"""Checks of the communication, the complainant's answer, review and referral (clauses 7.8 and 7.9, annex G)."""

import frappe
from frappe import _
from frappe.model.document import Document

from iso10002.handling import independence, remedies
from iso10002.handling import stages as stage
from iso10002.handling.checks.table import check

# Decision Communicated


@check(
	stage.COMMUNICATED,
	clause="G",
	fields=("first_contact", "immediate_action", "acceptance"),
	came_from=stage.BEFORE_ASSESSMENT,
)
def put_right_at_once(case: Document) -> tuple[bool, str, str]:
	return (
		case.first_contact and case.immediate_action and case.acceptance == "Accepted",
		_("Put right at first contact, and the complainant is content"),
		_(
			"Tick 'Put right at first contact', say what was done at once and that the complainant accepted it."
		),
	)


@check(stage.COMMUNICATED, clause="7.5", fields=("safety_implication",), came_from=stage.BEFORE_ASSESSMENT)
def no_safety_implication(case: Document) -> tuple[bool, str, str]:
	return (
		case.safety_implication == "No",
		_("Safety is not concerned"),
		_("Say whether safety is concerned. If it is, the case must be assessed and investigated."),
	)


@check(stage.COMMUNICATED, clause="F", fields=("remedies",), came_from=stage.BEFORE_ASSESSMENT)
def remedies_within_own_authority(case: Document) -> tuple[bool, str, str]:
	return (
		not remedies.beyond_authority(case, None, frappe.session.user),
		_("Remedies are within your authority"),
		_("A remedy is worth more than you may approve. The case must be assessed and decided."),
	)


@check(stage.COMMUNICATED, clause="7.8", fields=("communicated_on", "communication_channel"))
def decision_told(case: Document) -> tuple[bool, str, str]:
	return (
		case.communicated_on and case.communication_channel,
		_("When and how the decision was told"),
		_("Enter when and through which channel the decision was communicated."),
	)


@check(stage.COMMUNICATED, clause="7.8", fields=("communication_text",))
def communication_kept(case: Document) -> tuple[bool, str, str]:
	return (
		case.communication_text,
		_("What was sent or said, with the reasons"),
		_("Enter what was sent or said, with the reasons."),
	)


@check(stage.COMMUNICATED, clause="7.8", fields=("further_ways",))
def further_ways_told(case: Document) -> tuple[bool, str, str]:
	return (
		case.further_ways,
		_("The further ways open to the complainant"),
		_("Enter which internal review and outside bodies the complainant was told about."),
	)


@check(
	stage.COMMUNICATED,
	clause="7.9",
	came_from=(stage.UNDER_REVIEW,),
)
def review_decided(case: Document) -> tuple[bool, str, str]:
	return (
		case.review_outcome and case.review_reasons,
		_("Outcome of the review and its reasons"),
		_("The reviewer completes the review with its outcome and reasons."),
	)


@check(stage.COMMUNICATED, clause="4.7", fields=("reviewer",), came_from=(stage.UNDER_REVIEW,))
def review_has_its_reviewer(case: Document) -> tuple[bool, str, str]:
	return case.reviewer, _("Who reviewed the decision"), _("Name the reviewer.")


# The complainant's answer


@check(stage.ACCEPTED, clause="7.9", fields=("acceptance", "acceptance_on"))
def acceptance_recorded(case: Document) -> tuple[bool, str, str]:
	return (
		case.acceptance == "Accepted" and case.acceptance_on,
		_("The complainant accepted, and when"),
		_("Set the answer to Accepted and enter its date."),
	)


@check(stage.REJECTED, clause="7.9", fields=("acceptance", "acceptance_on"))
def rejection_recorded(case: Document) -> tuple[bool, str, str]:
	return (
		case.acceptance == "Rejected" and case.acceptance_on,
		_("The complainant rejected the decision, and when"),
		_("Set the answer to Rejected and enter its date."),
	)


# Review and referral


@check(stage.UNDER_REVIEW, clause="7.9", fields=("review_request",))
def review_asked_for(case: Document) -> tuple[bool, str, str]:
	return (
		case.review_request == "Asked for",
		_("The complainant asked for a review"),
		_("Set 'Internal review' to 'Asked for'."),
	)


@check(stage.UNDER_REVIEW, clause="4.7", fields=("reviewer",))
def reviewer_without_part(case: Document) -> tuple[bool, str, str]:
	return (
		case.reviewer and not independence.had_part(case, case.reviewer),
		_("A reviewer who had no part in the case so far"),
		_("Name a reviewer who is not complained about and had no part in the case so far."),
	)


@check(stage.REFERRED, clause="7.9")
def outside_body_named(case: Document) -> tuple[bool, str, str]:
	return (
		case.outside_body and case.outside_referred_on,
		_("The outside body and the date"),
		_("Record the referral to the outside body."),
	)


@check(stage.REMEDY, clause="7.7", fields=("remedies",))
def remedy_accepted(case: Document) -> tuple[bool, str, str]:
	return (
		remedies.in_progress(case),
		_("An accepted remedy to carry out"),
		_("Enter the accepted remedy with progress Accepted."),
	)
