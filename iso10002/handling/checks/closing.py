"""Checks of closing and of ending without a decision (clause 7.9)."""

import frappe
from frappe import _
from frappe.model.document import Document
from frappe.utils import cint

from iso10002.handling import documents, events, independence, remedies, significance
from iso10002.handling import stages as stage
from iso10002.handling.checks.table import check
from iso10002.roles import MANAGER

WITHOUT_DECISION = (stage.WITHDRAWN, stage.NOT_A_COMPLAINT, stage.DUPLICATE)


# Closed


@check(stage.CLOSED, clause="7.9", fields=("remedies",))
def remedies_done(case: Document) -> tuple[bool, str, str]:
	return (
		not remedies.open_rows(case),
		_("Every remedy offered is verified or declined"),
		_("Carry out and verify every accepted remedy, and enter the answer to every remedy offered."),
	)


@check(stage.CLOSED, clause="7.8", fields=("communicated_on",))
def everything_communicated(case: Document) -> tuple[bool, str, str]:
	return (
		case.communicated_on and case.further_ways,
		_("The decision and the further ways were communicated"),
		_("Communicate the decision and the further ways first."),
	)


@check(stage.CLOSED, clause="7.9", fields=("acceptance",), came_from=(stage.COMMUNICATED,))
def silence_after_reminders(case: Document) -> tuple[bool, str, str]:
	needed = cint(frappe.get_cached_doc("ISO10002 Settings").reminders_before_silence)
	sent = events.count(case.name, "Reminder", since=case.communicated_on)
	return (
		case.acceptance == "No answer" and sent >= needed,
		_("No answer in spite of reminders"),
		_(
			"Record the answer, or set it to 'No answer' after {0} reminders since the decision ({1} so far)."
		).format(needed, sent),
	)


@check(stage.CLOSED, clause="7.9", fields=("review_request",), came_from=(stage.REJECTED,))
def review_done_or_declined(case: Document) -> tuple[bool, str, str]:
	return (
		case.review_outcome or case.review_request == "Declined",
		_("Internal review done, or declined by the complainant"),
		_("A rejected decision is reviewed first, unless the complainant declined the review."),
	)


@check(stage.CLOSED, clause="7.9", fields=("exhaustion_reason",), came_from=(stage.REJECTED, stage.REFERRED))
def options_exhausted(case: Document) -> tuple[bool, str, str]:
	return (
		case.exhaustion_reason,
		_("Why the reasonable options are exhausted"),
		_("Say why the reasonable internal and outside options are exhausted."),
	)


@check(stage.CLOSED, clause="7.9", came_from=(stage.REFERRED,))
def outside_outcome_known(case: Document) -> tuple[bool, str, str]:
	return (
		case.outside_outcome,
		_("Outcome at the outside body"),
		_("Enter the outcome at the outside body in the referral."),
	)


@check(stage.CLOSED, clause="7.9", came_from=(stage.REFERRED, stage.REMEDY))
def no_referral_open(case: Document) -> tuple[bool, str, str]:
	waiting = documents.open_referrals(case.name)
	return (
		not waiting,
		_("Every referral to an outside body has its outcome"),
		_("Enter the outcome of: {0}").format(", ".join(waiting)),
	)


@check(stage.CLOSED, clause="5.4")
def management_told(case: Document) -> tuple[bool, str, str]:
	return (
		not case.significant or case.significance_noticed_on,
		significance.shown(case),
		_(
			"Nobody was told of this significant complaint. Give somebody the role {0}, then save the case."
		).format(_(MANAGER)),
	)


@check(stage.CLOSED, clause="4.7")
def closer_independent(case: Document) -> tuple[bool, str, str]:
	reason = independence.closing_barred_because(case, frappe.session.user)
	return not reason, _("Whoever closes is independent"), reason or ""


# Ends without a decision


@check(*WITHOUT_DECISION, clause="7.9", fields=("ending_reason",))
def ending_explained(case: Document) -> tuple[bool, str, str]:
	return (
		case.ending_reason,
		_("Reason for ending without a decision"),
		_("Say why the case ends without a decision."),
	)


@check(stage.DUPLICATE, clause="7.2", fields=("duplicate_of",))
def original_named(case: Document) -> tuple[bool, str, str]:
	return (
		case.duplicate_of and case.duplicate_of != case.name,
		_("The complaint this one repeats"),
		_("Choose the complaint this one is a duplicate of."),
	)
