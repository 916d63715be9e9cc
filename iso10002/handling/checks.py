"""What must be true to enter each stage: one table, read by saving, the API, the form's checklist and the
closing record.

A check looks at the case and answers what it looked for, whether it is there, and what to do if not.
Add a rule by adding one function. Clause numbers are those of ISO 10002:2018; the words are ours.
"""

from collections.abc import Callable
from dataclasses import asdict, dataclass

import frappe
from frappe import _
from frappe.model.document import Document
from frappe.utils import cint, get_datetime

from iso10002.handling import events, independence, remedies
from iso10002.handling import stages as stage

WITHOUT_DECISION = (stage.WITHDRAWN, stage.NOT_A_COMPLAINT, stage.DUPLICATE)
AGAINST_PERSON = ("Upheld", "Partly upheld")


@dataclass(frozen=True)
class Result:
	"""What one check found. `advice` says what to do while `ok` is False."""

	name: str
	stage: str
	clause: str
	fields: tuple[str, ...]
	label: str
	ok: bool
	advice: str

	def as_dict(self) -> dict:
		return asdict(self)


@dataclass(frozen=True)
class Check:
	"""A named check of one stage; `came_from` limits it to entries from certain stages."""

	name: str
	stage: str
	clause: str
	fields: tuple[str, ...]
	came_from: tuple[str, ...] | None
	look: Callable[[Document], tuple[bool, str, str]]

	def run(self, case: Document) -> Result:
		ok, label, advice = self.look(case)
		return Result(self.name, self.stage, self.clause, self.fields, label, bool(ok), advice)


CHECKS: dict[str, list[Check]] = {name: [] for name in stage.STAGES}


def check(*stages: str, clause: str, fields: tuple[str, ...] = (), came_from: tuple[str, ...] | None = None):
	"""Enter the decorated function in the table for each of `stages`."""

	def enter(look: Callable[[Document], tuple[bool, str, str]]):
		for name in stages:
			CHECKS[name].append(Check(look.__name__, name, clause, fields, came_from, look))
		return look

	return enter


def results(case: Document, target: str, came_from: str) -> list[Result]:
	"""Run the checks of `target` that apply to a case coming from `came_from`."""
	return [
		entry.run(case) for entry in CHECKS[target] if entry.came_from is None or came_from in entry.came_from
	]


def describe(case: Document, target: str, names: list[str]) -> list[dict]:
	"""Return clause and wording of the named checks of a stage, for the closing record."""
	return [
		{"name": entry.name, "clause": entry.clause, "label": entry.look(case)[1]}
		for entry in CHECKS.get(target, [])
		if entry.name in names
	]


# Acknowledged


@check(stage.ACKNOWLEDGED, clause="7.4", fields=("acknowledged_on", "acknowledged_by"))
def acknowledgement_made(case: Document) -> tuple[bool, str, str]:
	return (
		case.acknowledged_on and case.acknowledged_by,
		_("When and by whom it was acknowledged"),
		_("Enter when the complaint was acknowledged and by whom."),
	)


@check(stage.ACKNOWLEDGED, clause="7.4", fields=("acknowledgement_channel",))
def acknowledgement_way(case: Document) -> tuple[bool, str, str]:
	return (
		case.acknowledgement_channel,
		_("How it was acknowledged"),
		_("Choose the channel the acknowledgement went through."),
	)


@check(stage.ACKNOWLEDGED, clause="7.4", fields=("acknowledgement_note",))
def spoken_acknowledgement_noted(case: Document) -> tuple[bool, str, str]:
	return (
		case.acknowledgement_note or not _is_oral(case.acknowledgement_channel),
		_("What was said, if it was acknowledged in speech"),
		_("A spoken acknowledgement needs a note of what was said."),
	)


# Assessed


@check(stage.ASSESSED, clause="7.5", fields=("severity", "impact", "complexity"))
def weight_assessed(case: Document) -> tuple[bool, str, str]:
	return (
		case.severity and case.impact and case.complexity,
		_("Severity, impact and complexity"),
		_("Assess severity, impact and complexity."),
	)


@check(stage.ASSESSED, clause="7.5", fields=("safety_implication",))
def safety_assessed(case: Document) -> tuple[bool, str, str]:
	return case.safety_implication, _("Whether safety is concerned"), _("Say whether safety is concerned.")


@check(stage.ASSESSED, clause="7.5", fields=("immediate_action_needed", "immediate_action_possible"))
def immediate_action_assessed(case: Document) -> tuple[bool, str, str]:
	return (
		case.immediate_action_needed and case.immediate_action_possible,
		_("Need and possibility of immediate action"),
		_("Say whether something must and whether something can be done at once."),
	)


@check(stage.ASSESSED, clause="7.5", fields=("priority", "priority_reason"))
def priority_set(case: Document) -> tuple[bool, str, str]:
	overridden = case.derived_priority and case.priority != case.derived_priority
	return (
		case.priority and (case.priority_reason or not overridden),
		_("Priority, with a reason where it differs from the matrix"),
		_("Give the reason for a priority other than {0}.").format(_(case.derived_priority))
		if overridden
		else _("Complete severity and impact; the priority follows from the matrix in ISO10002 Settings."),
	)


@check(stage.ASSESSED, clause="8.2", fields=("category", "allegations"))
def classified(case: Document) -> tuple[bool, str, str]:
	return (
		case.category and case.allegations and all(row.category for row in case.allegations),
		_("Category of the case and of every point"),
		_("Enter each point complained about, and choose a category for the case and for every point."),
	)


@check(stage.ASSESSED, clause="4.12", fields=("handler",))
def handler_named(case: Document) -> tuple[bool, str, str]:
	return case.handler, _("Somebody answers for the case"), _("Name a handler.")


@check(stage.ASSESSED, clause="7.9", fields=("reopening_reason",), came_from=stage.ENDED)
def reopening_reason_given(case: Document) -> tuple[bool, str, str]:
	return case.reopening_reason, _("Reason for reopening"), _("Say why the case is reopened.")


# Investigating


@check(stage.INVESTIGATING, clause="7.6", fields=("investigator",))
def investigator_named(case: Document) -> tuple[bool, str, str]:
	return case.investigator, _("Investigator"), _("Name an investigator.")


@check(stage.INVESTIGATING, clause="4.7", fields=("investigator",))
def investigator_independent(case: Document) -> tuple[bool, str, str]:
	return (
		not independence.is_concerned(case, case.investigator),
		_("The investigator is not the person complained about"),
		_("{0} is complained about in this case. Name another investigator.").format(case.investigator),
	)


@check(stage.INVESTIGATING, clause="7.7", fields=("sent_back_reason",), came_from=(stage.PROPOSED,))
def sending_back_explained(case: Document) -> tuple[bool, str, str]:
	return (
		case.sent_back_reason,
		_("Why the proposal was sent back"),
		_("Say what is missing in the proposal."),
	)


# Decision Proposed


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


@check(stage.APPROVED, clause="F", fields=("remedies",))
def remedies_within_authority(case: Document) -> tuple[bool, str, str]:
	return (
		not remedies.beyond_authority(case, case.proposed_by, case.approved_by or frappe.session.user),
		_("Remedies are within the approver's authority"),
		_("A remedy is worth more than you may approve. Somebody with sufficient authority must approve it."),
	)


# Decision Communicated


@check(stage.COMMUNICATED, clause="G", fields=("first_contact",), came_from=stage.BEFORE_ASSESSMENT)
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
	fields=("review_outcome", "review_reasons"),
	came_from=(stage.UNDER_REVIEW,),
)
def review_decided(case: Document) -> tuple[bool, str, str]:
	return (
		case.review_outcome and case.review_reasons,
		_("Outcome of the review and its reasons"),
		_("Enter the outcome of the review and the reviewer's reasons."),
	)


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


@check(stage.REFERRED, clause="7.9", fields=("outside_body", "outside_referred_on"))
def outside_body_named(case: Document) -> tuple[bool, str, str]:
	return (
		case.outside_body and case.outside_referred_on,
		_("The outside body and the date"),
		_("Enter the outside body and when the case was referred to it."),
	)


@check(stage.REMEDY, clause="7.7", fields=("remedies",))
def remedy_accepted(case: Document) -> tuple[bool, str, str]:
	return (
		remedies.in_progress(case),
		_("An accepted remedy to carry out"),
		_("Enter the accepted remedy with progress Accepted."),
	)


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


@check(stage.CLOSED, clause="7.9", fields=("outside_outcome",), came_from=(stage.REFERRED,))
def outside_outcome_known(case: Document) -> tuple[bool, str, str]:
	return (
		case.outside_outcome,
		_("Outcome at the outside body"),
		_("Enter the outcome at the outside body."),
	)


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


def _is_oral(channel: str | None) -> bool:
	return bool(channel and frappe.get_cached_value("Complaint Channel", channel, "is_oral"))


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
