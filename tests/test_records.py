"""What stands as recorded, corrections, and the priority of a case."""

import json

import frappe
import pytest
from factories import (
	acting_as,
	complaint_in,
	edit,
	take,
	user_of,
)

from iso10002.handling import events
from iso10002.handling import stages as stage
from iso10002.handling.corrections import correct
from iso10002.handling.errors import (
	IntakeError,
	StageError,
)
from iso10002.handling.panel import case_panel

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


@pytest.mark.parametrize("action", ("Record Acceptance", "Record Rejection"))
def test_another_answer_is_no_correction_and_the_steps_to_take_instead_are_there(action):
	case = complaint_in(stage.COMMUNICATED)
	take(case, action)
	other = "Rejected" if action == "Record Acceptance" else "Accepted"
	with acting_as(user_of("handler")):
		assert "acceptance" not in case_panel(frappe.get_doc("Complaint", case))["correctable"]
		with pytest.raises(StageError, match="close the case and reopen it"):
			correct(case, "acceptance", other, "Ticked wrongly.")
	assert frappe.db.get_value("Complaint", case, "acceptance") != other
	if action == "Record Acceptance":
		take(case, "Close")
		take(case, "Reopen", reopening_reason="The answer was noted wrongly.")
	else:
		take(case, "Review")
	assert not frappe.db.get_value("Complaint", case, "acceptance")


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
