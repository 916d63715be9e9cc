"""The entry rules of every stage, through the document API: each holds, and breaking it is refused."""

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
	status_of,
	take,
	user_of,
)

from iso10002.handling import checks, events
from iso10002.handling import stages as stage
from iso10002.handling.errors import (
	IntakeError,
	StageConflictError,
	StageError,
)
from iso10002.handling.moves import move, next_steps, passed


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
