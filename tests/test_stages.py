"""The entry rules of every stage, through the document API: each holds, and breaking it is refused."""

import json

import frappe
import pytest
from factories import (
	ENTRY,
	acting_as,
	answer_points,
	complaint_in,
	entry_values,
	make_complaint,
	make_party,
	make_user,
	take,
	unique,
	user_of,
)

from iso10002 import roles
from iso10002.handling import checks, events
from iso10002.handling import stages as stage
from iso10002.handling.contacts import record_contact
from iso10002.handling.corrections import correct
from iso10002.handling.errors import (
	AuthorityError,
	IndependenceError,
	IntakeError,
	StageConflictError,
	StageError,
)
from iso10002.handling.moves import move, next_steps, passed


def status_of(case: str) -> str:
	return frappe.db.get_value("Complaint", case, "status")


def edit(case: str, as_user: str = "handler", **values):
	with acting_as(user_of(as_user)):
		doc = frappe.get_doc("Complaint", case)
		doc.update(values)
		doc.save()
	return doc


def test_a_case_goes_from_receipt_to_closing_by_people_of_the_right_roles():
	case = complaint_in(stage.CLOSED)
	doc = frappe.get_doc("Complaint", case)
	assert doc.status == stage.CLOSED
	assert doc.closed_by == user_of("handler") and doc.closed_on
	assert [row.event for row in events.entries(case)] == [
		stage.RECEIVED,
		stage.ACKNOWLEDGED,
		stage.ASSESSED,
		stage.INVESTIGATING,
		stage.PROPOSED,
		stage.APPROVED,
		stage.COMMUNICATED,
		stage.ACCEPTED,
		stage.CLOSED,
	]


def test_every_stage_can_be_reached_and_every_move_starts_and_ends_in_a_known_stage():
	reached = {row.target for row in stage.MOVES} | {stage.RECEIVED}
	assert reached == set(stage.STAGES)
	assert all(source in stage.STAGES for row in stage.MOVES for source in row.sources)
	fields = {df.fieldname for df in frappe.get_meta("Complaint").fields}
	for row in stage.STAGES.values():
		named = {
			*row.asks,
			*row.freezes,
			*row.clears,
			*(name for pair in row.stamps for name in pair if name),
		}
		named |= {name for name in (row.happened, row.channel, row.remark) if name}
		assert named <= fields, f"{row.name}: {named - fields}"
	assert {field for rows in checks.CHECKS.values() for row in rows for field in row.fields} <= fields
	assert set(frappe.get_meta("Complaint").get_field("status").options.split("\n")) == set(stage.STAGES)


REQUIRED = [
	(stage.RECEIVED, "Acknowledge", "acknowledged_on"),
	(stage.RECEIVED, "Acknowledge", "acknowledgement_channel"),
	(stage.ACKNOWLEDGED, "Assess", "severity"),
	(stage.ACKNOWLEDGED, "Assess", "impact"),
	(stage.ACKNOWLEDGED, "Assess", "complexity"),
	(stage.ACKNOWLEDGED, "Assess", "safety_implication"),
	(stage.ACKNOWLEDGED, "Assess", "immediate_action_needed"),
	(stage.ACKNOWLEDGED, "Assess", "immediate_action_possible"),
	(stage.ACKNOWLEDGED, "Assess", "category"),
	(stage.ACKNOWLEDGED, "Assess", "handler"),
	(stage.ASSESSED, "Investigate", "investigator"),
	(stage.INVESTIGATING, "Propose Decision", "investigation_summary"),
	(stage.INVESTIGATING, "Propose Decision", "cause"),
	(stage.INVESTIGATING, "Propose Decision", "decision"),
	(stage.INVESTIGATING, "Propose Decision", "decision_reasons"),
	(stage.APPROVED, "Communicate Decision", "communicated_on"),
	(stage.APPROVED, "Communicate Decision", "communication_channel"),
	(stage.APPROVED, "Communicate Decision", "communication_text"),
	(stage.APPROVED, "Communicate Decision", "further_ways"),
	(stage.COMMUNICATED, "Record Acceptance", "acceptance"),
	(stage.COMMUNICATED, "Record Acceptance", "acceptance_on"),
	(stage.COMMUNICATED, "Record Rejection", "acceptance"),
	(stage.RECEIVED, "Withdraw", "ending_reason"),
	(stage.RECEIVED, "Not a Complaint", "ending_reason"),
	(stage.RECEIVED, "Mark as Duplicate", "duplicate_of"),
]


@pytest.mark.parametrize(("source", "action", "field"), REQUIRED)
def test_a_stage_is_not_entered_while_something_is_missing(source, action, field):
	case = complaint_in(source)
	with pytest.raises(StageError):
		take(case, action, **{field: None})
	assert status_of(case) == source
	assert action not in [row.event for row in events.entries(case)]


def test_all_that_is_missing_is_said_at_once():
	case = complaint_in(stage.ACKNOWLEDGED)
	with acting_as(user_of("handler")), pytest.raises(StageError) as refused:
		move(case, "Assess", values={})
	told = str(refused.value)
	for part in ("Assess severity", "safety is concerned", "at once", "category"):
		assert part in told


def test_a_stage_that_does_not_follow_is_refused():
	case = complaint_in(stage.RECEIVED)
	for action in ("Close", "Approve Decision", "Investigate", "Reopen", "No such step"):
		with acting_as(user_of("handler")), pytest.raises(StageError):
			move(case, action)
	assert status_of(case) == stage.RECEIVED


def test_a_step_is_refused_to_who_has_not_its_role():
	case = complaint_in(stage.PROPOSED)
	for kind in ("handler", "investigator", "manager", "auditor"):
		with pytest.raises((StageError, frappe.PermissionError)):
			take(case, "Approve Decision", as_user=user_of(kind))
	assert take(case, "Approve Decision") == stage.APPROVED


def test_a_step_takes_only_the_fields_it_asks_for():
	case = complaint_in(stage.RECEIVED)
	with pytest.raises(StageError, match="does not ask for"):
		take(case, "Acknowledge", decision="Upheld")


def test_a_case_moved_meanwhile_is_not_moved_again():
	case = complaint_in(stage.ACKNOWLEDGED)
	with acting_as(user_of("handler")), pytest.raises(StageConflictError):
		move(case, "Acknowledge", seen_stage=stage.RECEIVED)


def test_a_spoken_acknowledgement_needs_a_note_of_what_was_said():
	case = complaint_in(stage.RECEIVED)
	with pytest.raises(StageError, match="note of what was said"):
		take(case, "Acknowledge", acknowledgement_channel="Phone")
	take(case, "Acknowledge", acknowledgement_channel="Phone", acknowledgement_note="We look into it.")
	assert status_of(case) == stage.ACKNOWLEDGED


def test_the_acknowledgement_is_an_event_at_its_own_time_and_channel():
	received = frappe.utils.add_to_date(frappe.utils.now(), hours=-5)
	told = frappe.utils.add_to_date(frappe.utils.now(), hours=-2)
	case = make_complaint(as_user=user_of("intake"), received_on=received).name
	take(case, "Acknowledge", acknowledged_on=told, acknowledgement_channel="E-mail")
	event = events.timeline(case)[0]
	assert (event.event, event.channel) == (stage.ACKNOWLEDGED, "E-mail")
	assert abs(frappe.utils.time_diff_in_seconds(event.occurred_on, told)) < 1
	assert event.creation > event.occurred_on


def test_a_finding_against_a_person_needs_a_hearing_or_a_reason():
	case = complaint_in(stage.INVESTIGATING)
	person = make_party(case, role="Person complained about", full_name="Some Clerk", email=None)
	with pytest.raises(StageError, match="not heard"):
		take(case, "Propose Decision")
	person.update(
		{
			"details_given_on": frappe.utils.add_to_date(frappe.utils.now(), hours=-2),
			"heard_on": frappe.utils.add_to_date(frappe.utils.now(), hours=-1),
		}
	)
	person.save()
	assert take(case, "Propose Decision") == stage.PROPOSED


def test_a_reason_why_a_person_was_not_heard_is_enough():
	case = complaint_in(stage.INVESTIGATING)
	make_party(case, role="Person complained about", email=None, not_heard_reason="Left the company in May.")
	assert take(case, "Propose Decision") == stage.PROPOSED


def test_nobody_is_heard_before_the_details_were_given():
	case = complaint_in(stage.INVESTIGATING)
	now = frappe.utils.now()
	with pytest.raises(IntakeError, match="details"):
		make_party(case, role="Person complained about", heard_on=now)
	with pytest.raises(IntakeError, match="details"):
		make_party(
			case,
			role="Person complained about",
			heard_on=frappe.utils.add_to_date(now, hours=-2),
			details_given_on=frappe.utils.add_to_date(now, hours=-1),
		)


def test_every_point_needs_a_finding():
	case = complaint_in(stage.INVESTIGATING)
	with acting_as(user_of("investigator")), pytest.raises(StageError, match="every point"):
		move(case, "Propose Decision", values=entry_values(stage.PROPOSED))


def test_a_proposal_sent_back_needs_a_reason_and_is_proposed_anew():
	case = complaint_in(stage.PROPOSED)
	with pytest.raises(StageError, match="missing in the proposal"):
		take(case, "Send Back", investigator=user_of("investigator"))
	take(case, "Send Back", sent_back_reason="The photos are missing.")
	doc = frappe.get_doc("Complaint", case)
	assert doc.status == stage.INVESTIGATING and not doc.proposed_by
	assert events.timeline(case)[0].remark == "The photos are missing."
	take(case, "Propose Decision")
	doc.reload()
	assert doc.proposed_by == user_of("investigator") and not doc.sent_back_reason


# First contact


FIRST_CONTACT = {
	"first_contact": 1,
	"immediate_action": "New parcel handed over.",
	"safety_implication": "No",
	"acceptance": "Accepted",
}


def test_what_is_put_right_at_first_contact_takes_the_short_way():
	case = complaint_in(stage.RECEIVED)
	take(case, "Answer at First Contact", as_user=user_of("intake"), **FIRST_CONTACT)
	assert status_of(case) == stage.COMMUNICATED
	take(case, "Record Acceptance")
	take(case, "Close")
	assert status_of(case) == stage.CLOSED
	assert stage.ASSESSED not in passed(frappe.get_doc("Complaint", case))


@pytest.mark.parametrize(
	"broken",
	[
		{"first_contact": 0},
		{"immediate_action": None},
		{"acceptance": "Rejected"},
		{"safety_implication": "Yes"},
		{"safety_implication": None},
		{"further_ways": None},
	],
)
def test_the_short_way_is_closed_to_what_is_not_settled_or_concerns_safety(broken):
	case = complaint_in(stage.RECEIVED)
	with pytest.raises(StageError):
		take(case, "Answer at First Contact", **{**FIRST_CONTACT, **broken})
	assert status_of(case) == stage.RECEIVED


# Rejection, review, referral, silence


def rejected_case() -> str:
	case = complaint_in(stage.COMMUNICATED)
	take(case, "Record Rejection")
	return case


def test_a_rejected_case_is_closed_only_when_review_and_reasons_are_recorded():
	case = rejected_case()
	with pytest.raises(StageError, match="reviewed first"):
		take(case, "Close", exhaustion_reason="Nothing left.")
	with pytest.raises(StageError, match="exhausted"):
		take(case, "Close", review_request="Declined")
	assert take(case, "Close", review_request="Declined", exhaustion_reason="Nothing left.") == stage.CLOSED


def test_a_reviewer_has_had_no_part_in_the_case():
	case = rejected_case()
	investigator = make_user(roles.REVIEWER, email=user_of("investigator")).name
	with pytest.raises(StageError, match="no part"):
		take(case, "Review", reviewer=investigator)
	assert take(case, "Review") == stage.UNDER_REVIEW


def test_a_review_leads_to_a_decision_that_is_communicated_anew():
	case = rejected_case()
	take(case, "Review")
	doc = frappe.get_doc("Complaint", case)
	assert not doc.communicated_on and not doc.acceptance
	with pytest.raises(StageError, match="reviewer's reasons"):
		take(case, "Communicate Decision")
	take(case, "Communicate Decision", review_outcome="Varied", review_reasons="The loss was greater.")
	take(case, "Record Acceptance")
	assert take(case, "Close") == stage.CLOSED
	told = [row for row in events.entries(case) if row.event == stage.COMMUNICATED]
	assert len(told) == 2


def test_a_case_referred_outside_is_closed_with_the_outcome_there():
	case = rejected_case()
	take(case, "Refer to Outside Body")
	with pytest.raises(StageError, match="outside body"):
		take(case, "Close", exhaustion_reason="Decided outside.")
	take(case, "Close", exhaustion_reason="Decided outside.", outside_outcome="In our favour.")
	assert status_of(case) == stage.CLOSED


def test_silence_closes_a_case_only_after_the_reminders():
	case = complaint_in(stage.COMMUNICATED)
	with pytest.raises(StageError, match="2 reminders"):
		take(case, "Close", acceptance="No answer")
	for _ in range(2):
		with acting_as(user_of("handler")):
			record_contact(case, channel="Letter", remark="We ask for your answer.", kind="Reminder")
	assert take(case, "Close", acceptance="No answer") == stage.CLOSED


# Ends and reopening


def test_a_case_ends_early_with_a_reason():
	for action, end in (("Withdraw", stage.WITHDRAWN), ("Not a Complaint", stage.NOT_A_COMPLAINT)):
		assert take(complaint_in(stage.ACKNOWLEDGED), action) == end


def test_a_duplicate_names_another_complaint():
	first, second = complaint_in(stage.RECEIVED), complaint_in(stage.RECEIVED)
	with pytest.raises(StageError, match="duplicate"):
		take(second, "Mark as Duplicate", duplicate_of=second)
	assert take(second, "Mark as Duplicate", duplicate_of=first) == stage.DUPLICATE


def test_a_closed_case_is_reopened_with_a_reason_and_decided_anew():
	case = complaint_in(stage.CLOSED)
	with pytest.raises(StageError, match="reopened"):
		take(case, "Reopen")
	take(case, "Reopen", reopening_reason="New evidence.")
	doc = frappe.get_doc("Complaint", case)
	assert doc.status == stage.ASSESSED and doc.reopened_count == 1
	assert not any((doc.decision, doc.approved_by, doc.communicated_on, doc.acceptance, doc.closed_on))
	event = events.timeline(case)[0]
	assert (event.event, event.remark) == ("Reopened", "New evidence.")
	for action in ("Investigate", "Propose Decision", "Approve Decision", "Communicate Decision"):
		take(case, action)
	take(case, "Record Acceptance")
	assert take(case, "Close") == stage.CLOSED


def test_what_was_decided_before_reopening_stays_in_the_journal():
	case = complaint_in(stage.CLOSED)
	take(case, "Reopen", reopening_reason="New evidence.")
	details = json.loads(
		frappe.get_all("Complaint Event", {"complaint": case, "event": "Reopened"}, pluck="details")[0]
	)
	assert details["cleared"]["decision"] == "Upheld"
	assert details["cleared"]["closing_record"]


def test_the_checklist_is_frozen_into_the_case_when_it_is_closed():
	doc = frappe.get_doc("Complaint", complaint_in(stage.CLOSED))
	record = json.loads(doc.closing_record)
	assert record[0]["stage"] == stage.RECEIVED and record[-1]["stage"] == stage.CLOSED
	by_stage = {row["stage"]: row for row in record}
	for name in passed(doc):
		wanted = {row.name for row in checks.CHECKS[name] if row.came_from is None}
		assert wanted <= {row["name"] for row in by_stage[name]["checks"]}
	assert by_stage[stage.APPROVED]["by"] == user_of("approver")


# What stands as recorded


def test_what_was_recorded_is_corrected_with_a_reason_and_both_values_are_kept():
	case = complaint_in(stage.ACKNOWLEDGED)
	with pytest.raises(StageError, match="Correct"):
		edit(case, channel="E-mail")
	with acting_as(user_of("handler")):
		with pytest.raises(StageError, match="Reason"):
			correct(case, "channel", "E-mail", "  ")
		event = correct(case, "channel", "E-mail", "Mixed up with another case.")
	details = json.loads(frappe.db.get_value("Complaint Event", event, "details"))
	assert (details["from"], details["to"]) == ("Phone", "E-mail")
	assert frappe.db.get_value("Complaint", case, "channel") == "E-mail"


def test_the_words_of_the_complainant_are_added_to_but_never_changed():
	case = complaint_in(stage.ACKNOWLEDGED)
	with pytest.raises(StageError):
		edit(case, description="Nothing happened.")
	with acting_as(user_of("handler")):
		correct(case, "description", "It was the second parcel.", "Called again.")
	assert frappe.db.get_value("Complaint", case, "description") == "The parcel arrived open and half empty."
	assert events.timeline(case)[0].event == "Correction"


def test_a_point_complained_about_stays_as_it_was_said():
	case = complaint_in(stage.ACKNOWLEDGED)
	with acting_as(user_of("handler")):
		doc = frappe.get_doc("Complaint", case)
		doc.allegations[0].allegation = "Everything was fine"
		with pytest.raises(IntakeError, match="stays as it was said"):
			doc.save()
		doc.reload()
		doc.set("allegations", [])
		with pytest.raises(IntakeError, match="stays as it was said"):
			doc.save()
		doc.reload()
		doc.append("allegations", {"allegation": "The driver was rude"})
		doc.save()


def test_what_the_system_keeps_cannot_be_set():
	case = complaint_in(stage.ASSESSED)
	for field, value in (
		("assessed_by", "Administrator"),
		("stages_passed", '["Closed"]'),
		("closing_record", "[]"),
		("reopened_count", 3),
		("response_due", "2030-01-01 00:00:00"),
		("approved_by", "Administrator"),
	):
		with pytest.raises(StageError, match="kept by the system"):
			edit(case, **{field: value})


def test_a_decision_is_not_changed_after_it_was_approved():
	case = complaint_in(stage.APPROVED)
	with pytest.raises(StageError, match="stands as it was recorded"):
		edit(case, decision="Not upheld")
	with acting_as(user_of("handler")), pytest.raises(StageError, match="cannot be corrected"):
		correct(case, "decision", "Not upheld", "We changed our mind.")


# Priority


def test_the_priority_follows_from_the_matrix_and_another_one_needs_a_reason():
	case = complaint_in(stage.ACKNOWLEDGED)
	with pytest.raises(StageError, match="priority other than"):
		take(case, "Assess", priority="Urgent")
	take(case, "Assess", priority="Urgent", priority_reason="A journalist asks.")
	doc = frappe.get_doc("Complaint", case)
	assert (doc.derived_priority, doc.priority) == ("Low", "Urgent")


def test_a_safety_implication_makes_a_case_urgent():
	case = complaint_in(stage.ACKNOWLEDGED)
	take(case, "Assess", safety_implication="Yes")
	assert frappe.db.get_value("Complaint", case, "priority") == "Urgent"


def test_a_later_assessment_is_kept_in_the_journal_with_the_priority_it_changed():
	case = complaint_in(stage.ASSESSED)
	doc = edit(case, severity="Serious", impact="Many people")
	assert doc.priority == "Urgent"
	found = {row.event: row for row in events.timeline(case)}
	assert {"Assessment Changed", "Priority Changed"} <= set(found)


# Remedies and authority


def offer(case: str, value: float, remedy: str = "Refund") -> None:
	with acting_as(user_of("investigator")):
		doc = frappe.get_doc("Complaint", case)
		doc.append(
			"remedies", {"remedy_type": remedy, "progress": "Offered", "value": value, "currency": "EUR"}
		)
		doc.save()


@pytest.fixture
def limited_refund():
	"""Refunds up to 50 by investigators and up to 500 by approvers."""
	name = unique("Refund")
	frappe.get_doc(
		{
			"doctype": "Complaint Remedy Type",
			"remedy_name": name,
			"kind": "Money back",
			"has_value": 1,
			"authorities": [
				{"role": roles.INVESTIGATOR, "up_to": 50},
				{"role": roles.APPROVER, "up_to": 500},
				{"role": roles.MANAGER, "up_to": 9000, "valid_to": "2020-01-01"},
			],
		}
	).insert()
	return name


def test_a_remedy_above_the_proposers_authority_is_approved_by_somebody_who_has_it(limited_refund):
	case = complaint_in(stage.INVESTIGATING)
	offer(case, 501, limited_refund)
	take(case, "Propose Decision")
	with pytest.raises(StageError, match="may approve"):
		take(case, "Approve Decision")
	doc = frappe.get_doc("Complaint", case)
	doc.remedies[0].value = 500
	doc.save()
	assert take(case, "Approve Decision") == stage.APPROVED
	assert frappe.get_doc("Complaint", case).remedies[0].authorised_by == user_of("approver")


def test_a_remedy_raised_after_the_decision_needs_authority_too(limited_refund):
	case = complaint_in(stage.INVESTIGATING)
	offer(case, 20, limited_refund)
	take(case, "Propose Decision")
	take(case, "Approve Decision")
	with acting_as(user_of("handler")):
		doc = frappe.get_doc("Complaint", case)
		doc.remedies[0].value = 400
		with pytest.raises(AuthorityError):
			doc.save()


def test_a_remedy_with_a_value_needs_its_value():
	case = complaint_in(stage.INVESTIGATING)
	offer(case, 0)
	with pytest.raises(StageError, match="value of each remedy"):
		take(case, "Propose Decision")


def test_a_case_is_closed_when_every_remedy_is_verified():
	case = complaint_in(stage.INVESTIGATING)
	offer(case, 20)
	for action in ("Propose Decision", "Approve Decision", "Communicate Decision", "Record Acceptance"):
		take(case, action)
	with pytest.raises(StageError, match="verify every accepted remedy"):
		take(case, "Close")
	with pytest.raises(StageError, match="progress Accepted"):
		take(case, "Carry Out Remedy")
	today = frappe.utils.nowdate()
	for values in (
		{"progress": "Accepted"},
		{"progress": "Performed", "performed_on": today},
		{"progress": "Verified", "verified_on": today},
	):
		with acting_as(user_of("handler")):
			doc = frappe.get_doc("Complaint", case)
			doc.remedies[0].update(values)
			doc.save()
		if values["progress"] == "Accepted":
			assert take(case, "Carry Out Remedy") == stage.REMEDY
	assert doc.remedies[0].verified_by == user_of("handler")
	assert take(case, "Close") == stage.CLOSED


@pytest.mark.parametrize(
	"values",
	[
		{"progress": "Performed"},
		{"progress": "Performed", "performed_on": "2999-01-01"},
		{"progress": "Verified", "performed_on": "2026-01-05"},
		{"progress": "Verified", "performed_on": "2026-01-05", "verified_on": "2026-01-04"},
	],
)
def test_a_remedy_is_performed_and_verified_on_possible_days(values):
	case = complaint_in(stage.INVESTIGATING)
	offer(case, 20)
	doc = frappe.get_doc("Complaint", case)
	doc.remedies[0].update(values)
	with pytest.raises(StageError, match="row 1"):
		doc.save()


# Independence


def test_who_is_complained_about_is_no_officer_of_the_case_and_does_not_move_it():
	case = complaint_in(stage.ASSESSED)
	clerk = make_user(roles.INVESTIGATOR, roles.HANDLER, roles.REVIEWER).name
	make_party(case, role="Person complained about", linked_doctype="User", linked_name=clerk, email=None)
	for field in ("handler", "investigator", "reviewer"):
		with pytest.raises(IndependenceError):
			edit(case, **{field: clerk})
	with pytest.raises((IndependenceError, frappe.PermissionError)):
		take(case, "Investigate", as_user=clerk)


def test_the_person_complained_about_is_recognised_by_the_email_address_too():
	case = complaint_in(stage.ASSESSED)
	clerk = make_user(roles.INVESTIGATOR).name
	make_party(case, role="Person complained about", email=clerk.upper())
	with pytest.raises(IndependenceError):
		edit(case, investigator=clerk)


def test_an_officer_has_the_role_for_it_and_is_enabled():
	case = complaint_in(stage.ASSESSED)
	with pytest.raises(IntakeError, match="roles"):
		edit(case, investigator=user_of("auditor"))
	gone = make_user(roles.INVESTIGATOR, enabled=0).name
	with pytest.raises(IntakeError, match="disabled"):
		edit(case, investigator=gone)


def test_a_new_handler_is_noted():
	case = complaint_in(stage.ASSESSED)
	other = make_user(roles.HANDLER).name
	edit(case, handler=other)
	assert events.timeline(case)[0].event == "Reassigned"


# The checklist and the rules are one


def test_the_checklist_shows_as_missing_exactly_what_saving_refuses():
	case = complaint_in(stage.ACKNOWLEDGED)
	with acting_as(user_of("handler")):
		doc = frappe.get_doc("Complaint", case)
		step = next(row for row in next_steps(doc) if row["action"] == "Assess")
		missing = [row["advice"] for row in step["checks"] if not row["ok"]]
		assert missing
		with pytest.raises(StageError) as refused:
			move(case, "Assess")
	assert str(refused.value) == str(missing)
	assert set(ENTRY[stage.ASSESSED]) <= set(step["asks"])


def test_points_are_answered_in_the_form_and_count_for_the_checklist():
	case = complaint_in(stage.INVESTIGATING)
	with acting_as(user_of("investigator")):
		answer_points(case)
		step = next_steps(frappe.get_doc("Complaint", case))[0]
	assert {row["name"]: row["ok"] for row in step["checks"]}["every_point_answered"]
