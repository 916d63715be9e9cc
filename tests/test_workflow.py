"""The admin's workflow: renamed, split, added and dropped states keep every rule; without it the rules hold too."""

import frappe
import pytest
from factories import (
	acting_as,
	answer_points,
	complaint_in,
	entry_values,
	make_complaint,
	take,
	target_of,
	user_of,
)
from frappe.model.workflow import apply_workflow, get_workflow_name

from iso10002.handling import events, workflows
from iso10002.handling import stages as stage
from iso10002.handling.errors import StageError, WorkflowMappingError
from iso10002.handling.moves import move, next_steps
from iso10002.setup.workflow import WORKFLOW, seed_workflow


def state_of_case(case: str) -> tuple[str, str]:
	return tuple(frappe.db.get_value("Complaint", case, ["status", "workflow_state"]))


def the_workflow():
	return frappe.get_doc("Workflow", WORKFLOW)


def add_state(workflow, state: str, after: str, stage_name: str | None) -> None:
	"""Add a state as an admin does in the Workflow form."""
	if not frappe.db.exists("Workflow State", state):
		frappe.get_doc({"doctype": "Workflow State", "workflow_state_name": state}).insert()
	mapping = {"update_field": "status", "update_value": stage_name} if stage_name else {}
	workflow.append("states", {"state": state, "doc_status": "0", "allow_edit": "All", **mapping})


def add_transition(
	workflow, state: str, action: str, next_state: str, role: str = "Complaint Handler"
) -> None:
	if not frappe.db.exists("Workflow Action Master", action):
		frappe.get_doc({"doctype": "Workflow Action Master", "workflow_action_name": action}).insert()
	workflow.append(
		"transitions", {"state": state, "action": action, "next_state": next_state, "allowed": role}
	)


def rename_state(workflow, old: str, new: str) -> None:
	"""Give a state another name: a new Workflow State in every row that has the old one."""
	if not frappe.db.exists("Workflow State", new):
		frappe.get_doc({"doctype": "Workflow State", "workflow_state_name": new}).insert()
	for row in workflow.states:
		if row.state == old:
			row.state = new
	for row in workflow.transitions:
		row.state = new if row.state == old else row.state
		row.next_state = new if row.next_state == old else row.next_state


def drop_state(workflow, state: str) -> None:
	workflow.states = [row for row in workflow.states if row.state != state]
	workflow.transitions = [row for row in workflow.transitions if state not in (row.state, row.next_state)]


@pytest.fixture
def no_workflow():
	frappe.db.set_value("Workflow", WORKFLOW, "is_active", 0)
	frappe.cache.delete_key("workflow")
	yield
	frappe.db.rollback()
	frappe.cache.delete_key("workflow")


@pytest.fixture(autouse=True)
def forget_workflows():
	yield
	frappe.db.rollback()
	frappe.clear_cache(doctype="Complaint")
	frappe.cache.delete_key("workflow")


def test_a_fresh_site_has_the_workflow_active():
	assert get_workflow_name("Complaint") == WORKFLOW
	assert the_workflow().send_email_alert == 0


def test_every_state_of_the_seeded_workflow_stands_for_a_stage_and_every_move_is_a_transition():
	workflow = the_workflow()
	assert {row.update_value for row in workflow.states} == set(stage.STAGES)
	assert len(workflow.transitions) == sum(len(row.sources) * len(row.roles) for row in stage.MOVES)


def test_seeding_again_changes_nothing():
	before = the_workflow().as_json()
	seed_workflow()
	assert the_workflow().as_json() == before


def test_frappes_own_workflow_action_moves_the_stage_and_obeys_its_checks():
	case = complaint_in(stage.RECEIVED)
	with acting_as(user_of("handler")):
		with pytest.raises(StageError):
			apply_workflow(frappe.get_doc("Complaint", case).as_json(), "Acknowledge")
		doc = frappe.get_doc("Complaint", case)
		doc.update(entry_values(stage.ACKNOWLEDGED))
		doc.save()
		apply_workflow(doc.as_json(), "Acknowledge")
	assert state_of_case(case) == (stage.ACKNOWLEDGED, "Acknowledged")


def test_the_stage_cannot_be_set_beside_the_workflow():
	case = complaint_in(stage.RECEIVED)
	with acting_as(user_of("handler")):
		doc = frappe.get_doc("Complaint", case)
		doc.update({**entry_values(stage.ACKNOWLEDGED), "status": stage.ACKNOWLEDGED})
		with pytest.raises(StageError, match="workflow"):
			doc.save()


def test_a_state_set_by_plain_saving_moves_the_stage_under_the_same_checks():
	case = complaint_in(stage.RECEIVED)
	with acting_as(user_of("handler")):
		doc = frappe.get_doc("Complaint", case)
		doc.workflow_state = "Acknowledged"
		with pytest.raises(StageError, match="acknowledged"):
			doc.save()
		doc.reload()
		doc.update({**entry_values(stage.ACKNOWLEDGED), "workflow_state": "Acknowledged"})
		doc.save()
	assert state_of_case(case) == (stage.ACKNOWLEDGED, "Acknowledged")


def test_renamed_states_keep_every_rule():
	workflow = the_workflow()
	rename_state(workflow, "Acknowledged", "Receipt confirmed")
	rename_state(workflow, "Closed", "Filed away")
	workflow.save()
	case = complaint_in(stage.RECEIVED)
	with pytest.raises(StageError):
		take(case, "Acknowledge", acknowledged_on=None)
	take(case, "Acknowledge")
	assert state_of_case(case) == (stage.ACKNOWLEDGED, "Receipt confirmed")
	closed = complaint_in(stage.CLOSED)
	assert state_of_case(closed) == (stage.CLOSED, "Filed away")


def test_a_renamed_state_takes_the_cases_in_it_along():
	case = complaint_in(stage.ACKNOWLEDGED)
	workflow = the_workflow()
	rename_state(workflow, "Acknowledged", "Receipt confirmed")
	workflow.save()
	assert state_of_case(case) == (stage.ACKNOWLEDGED, "Receipt confirmed")
	assert take(case, "Assess") == stage.ASSESSED


def test_a_split_state_keeps_the_stage_and_is_noted():
	workflow = the_workflow()
	add_state(workflow, "Waiting for the expert", "Investigating", stage.INVESTIGATING)
	add_transition(workflow, "Investigating", "Ask the expert", "Waiting for the expert")
	add_transition(workflow, "Waiting for the expert", "Expert has answered", "Investigating")
	workflow.save()
	case = complaint_in(stage.INVESTIGATING)
	with acting_as(user_of("handler")):
		move(case, "Ask the expert", remark="Dr. Weiß looks at it.")
	assert state_of_case(case) == (stage.INVESTIGATING, "Waiting for the expert")
	assert (events.timeline(case)[0].event, events.timeline(case)[0].remark) == (
		"Workflow Step",
		"Dr. Weiß looks at it.",
	)
	with pytest.raises(StageError):
		take(case, "Propose Decision")
	with acting_as(user_of("handler")):
		move(case, "Expert has answered")
	assert take(case, "Propose Decision") == stage.PROPOSED


def test_an_added_state_without_a_stage_leaves_the_stage_as_it_is():
	workflow = the_workflow()
	add_state(workflow, "On the board's table", "Decision Proposed", None)
	add_transition(workflow, "Decision Proposed", "To the board", "On the board's table")
	add_transition(
		workflow, "On the board's table", "Approve Decision", "Decision Approved", "Complaint Approver"
	)
	workflow.save()
	case = complaint_in(stage.PROPOSED)
	with acting_as(user_of("handler")):
		move(case, "To the board")
	assert state_of_case(case) == (stage.PROPOSED, "On the board's table")
	assert take(case, "Approve Decision") == stage.APPROVED


def test_a_dropped_state_drops_no_rule():
	workflow = the_workflow()
	drop_state(workflow, "Acknowledged")
	add_transition(workflow, "Received", "Take up", "Assessed")
	frappe.db.delete("Complaint", {"status": stage.ACKNOWLEDGED})  # rolled back with the test
	workflow.save()
	case = complaint_in(stage.RECEIVED)
	with acting_as(user_of("handler")):
		step = next(
			row for row in next_steps(frappe.get_doc("Complaint", case)) if row["action"] == "Take up"
		)
		assert "acknowledgement_made" in {row["name"] for row in step["checks"]}
		with pytest.raises(StageError, match="acknowledged"):
			move(case, "Take up", values=entry_values(stage.ASSESSED))
		move(case, "Take up", values={**entry_values(stage.ACKNOWLEDGED), **entry_values(stage.ASSESSED)})
	assert state_of_case(case) == (stage.ASSESSED, "Assessed")
	assert {stage.ACKNOWLEDGED, stage.ASSESSED} <= {row.event for row in events.entries(case)}


def test_a_transition_over_a_stage_the_workflow_still_has_is_refused():
	workflow = the_workflow()
	add_transition(workflow, "Received", "Straight to the end", "Closed")
	workflow.save()
	case = complaint_in(stage.RECEIVED)
	with acting_as(user_of("handler")), pytest.raises(StageError, match="cannot go"):
		move(case, "Straight to the end")


def test_a_workflow_with_an_unknown_stage_is_refused():
	workflow = the_workflow()
	workflow.states[3].update_value = "Somewhere"
	with pytest.raises(WorkflowMappingError, match="Somewhere"):
		workflow.save()


def test_a_workflow_starts_where_complaints_start():
	workflow = the_workflow()
	workflow.states[0].update_value = stage.CLOSED
	with pytest.raises(WorkflowMappingError, match="first state"):
		workflow.save()


def test_a_stage_with_cases_in_it_cannot_lose_its_state():
	complaint_in(stage.ASSESSED)
	workflow = the_workflow()
	drop_state(workflow, "Assessed")
	with pytest.raises(WorkflowMappingError, match="Assessed"):
		workflow.save()


def test_workflows_on_other_doctypes_are_none_of_our_business():
	workflow = frappe.get_doc(
		{
			"doctype": "Workflow",
			"workflow_name": "Notes",
			"document_type": "Note",
			"workflow_state_field": "workflow_state",
			"is_active": 1,
			"states": [{"state": "Received", "doc_status": "0", "allow_edit": "All"}],
		}
	)
	workflows.validate_workflow_mapping(workflow)
	workflows.align_states(workflow)


# Without a workflow


def test_with_the_workflow_off_the_same_way_leads_to_closing(no_workflow):
	case = complaint_in(stage.CLOSED)
	assert frappe.db.get_value("Complaint", case, "status") == stage.CLOSED
	assert len(events.entries(case)) == 9


def test_with_the_workflow_off_checks_roles_and_order_are_the_same(no_workflow):
	case = complaint_in(stage.RECEIVED)
	with pytest.raises(StageError):
		take(case, "Acknowledge", acknowledged_on=None)
	with pytest.raises(StageError):
		take(case, "Acknowledge", as_user=user_of("approver"))
	with pytest.raises(StageError):
		take(case, "Assess")


def test_with_the_workflow_off_saving_the_stage_obeys_checks_roles_and_order(no_workflow):
	case = make_complaint(as_user=user_of("intake")).name

	def save(kind: str, **values):
		with acting_as(user_of(kind)):
			doc = frappe.get_doc("Complaint", case)
			doc.update(values)
			doc.save()

	with pytest.raises(StageError, match="acknowledged"):
		save("handler", status=stage.ACKNOWLEDGED)
	with pytest.raises(StageError, match="cannot go"):
		save("handler", status=stage.CLOSED)
	with pytest.raises(frappe.PermissionError):
		save("approver", status=stage.ACKNOWLEDGED, **entry_values(stage.ACKNOWLEDGED))
	save("handler", status=stage.ACKNOWLEDGED, **entry_values(stage.ACKNOWLEDGED))
	assert frappe.db.get_value("Complaint", case, "status") == stage.ACKNOWLEDGED


def test_a_workflow_switched_on_again_takes_up_the_cases_where_they_are(no_workflow):
	case = complaint_in(stage.INVESTIGATING)
	workflow = the_workflow()
	workflow.is_active = 1
	workflow.save()
	assert state_of_case(case) == (stage.INVESTIGATING, "Investigating")
	with acting_as(user_of("investigator")):
		answer_points(case)
		move(case, "Propose Decision", values=entry_values(target_of("Propose Decision")))
	assert state_of_case(case)[0] == stage.PROPOSED
