"""What the active Frappe Workflow on Complaint says: which state stands for which stage, and who may move.

No state is named here: states are the admin's, only the mapping (*Update Field* `status`) is read.
"""

import frappe
from frappe import _
from frappe.model.document import Document
from frappe.model.workflow import (
	get_transitions,
	get_workflow,
	get_workflow_name,
	has_approval_access,
	is_transition_condition_satisfied,
)
from frappe.query_builder.functions import Count

from iso10002.handling.errors import WorkflowMappingError
from iso10002.handling.stages import RECEIVED, STAGES, named


def active_workflow() -> Document | None:
	"""Return the active Workflow on Complaint, or None."""
	return get_workflow("Complaint") if get_workflow_name("Complaint") else None


def stage_of_state(workflow: Document, state: str | None) -> str | None:
	"""Return the stage a workflow state stands for; None for a state that leaves the stage as it is."""
	for row in workflow.states:
		if row.state == state and row.update_field == "status":
			return row.update_value
	return None


def stages_without_state(workflow: Document) -> set[str]:
	"""Return the stages the workflow has no state for (the admin dropped them)."""
	return set(STAGES) - {row.update_value for row in workflow.states if row.update_field == "status"}


def first_state(workflow: Document) -> str:
	"""Return the state a new case starts in: the first row of the workflow, as Frappe has it."""
	return workflow.states[0].state


def permitted_transitions(doc: Document) -> list[dict]:
	"""Return the transitions the session's user may take from the case's present state."""
	user = frappe.session.user
	return [row for row in get_transitions(doc) if has_approval_access(user, doc, row)]


def state_towards(doc: Document, workflow: Document, stage: str) -> str | None:
	"""Return the state of `stage` a transition leads to from the case's present one, whoever may take it."""
	for row in workflow.transitions:
		if row.state == doc.workflow_state and stage_of_state(workflow, row.next_state) == stage:
			if is_transition_condition_satisfied(row, doc):
				return row.next_state
	return None


def roles_for(workflow: Document, state: str | None, action: str) -> set[str]:
	"""Return the roles the workflow lets take `action` from `state`."""
	return {row.allowed for row in workflow.transitions if (row.state, row.action) == (state, action)}


def validate_workflow_mapping(workflow: Document, method: str | None = None) -> None:
	"""Refuse a workflow on Complaint whose states do not map to stages (doc_events hook of Workflow).

	Raises:
		WorkflowMappingError: a state sets a stage that does not exist or none of the states sets `status`;
			the first state does not stand for Received; the workflow keeps its state in another field; or
			a state submits or cancels the document.
	"""
	if workflow.document_type != "Complaint" or not workflow.is_active:
		return
	if workflow.workflow_state_field != "workflow_state":
		frappe.throw(
			_("Workflow State Field of a workflow on Complaint must be {0}.").format("workflow_state"),
			WorkflowMappingError,
		)
	for row in workflow.states:
		if row.update_field == "status" and row.update_value not in STAGES:
			frappe.throw(
				_("Row {0}: {1} is not a stage of a complaint. Update Value must be one of: {2}").format(
					row.idx, frappe.bold(row.update_value), ", ".join(STAGES)
				),
				WorkflowMappingError,
			)
		if str(row.doc_status) != "0":
			frappe.throw(
				_("Row {0}: complaints are not submitted. Set Doc Status to 0.").format(row.idx),
				WorkflowMappingError,
			)
	if workflow.states and stage_of_state(workflow, workflow.states[0].state) != RECEIVED:
		frappe.throw(
			_(
				"The first state must stand for the stage {0}: set Update Field to {1} and Update Value to {0}."
			).format(frappe.bold(RECEIVED), "status"),
			WorkflowMappingError,
		)
	validate_no_case_is_stranded(workflow)


def validate_no_case_is_stranded(workflow: Document) -> None:
	"""Refuse a workflow that drops the only state of a stage in which there are still cases.

	Raises:
		WorkflowMappingError: names the stages and how many cases are in them.
	"""
	absent = stages_without_state(workflow)
	counts = [row for row in _cases_per_stage() if row.status in absent]
	if counts:
		frappe.throw(
			_("There are cases in stages this workflow has no state for: {0}. Keep a state for them.").format(
				", ".join(f"{named(row.status)} ({row.cases})" for row in counts)
			),
			WorkflowMappingError,
		)


def align_states(workflow: Document, method: str | None = None) -> None:
	"""Give every case a state that stands for its stage (doc_events hook of Workflow, after saving).

	The stage is the truth: after a workflow was off, replaced or remapped, states follow stages.
	"""
	if workflow.document_type != "Complaint" or not workflow.is_active:
		return
	complaint = frappe.qb.DocType("Complaint")
	for row in _cases_per_stage():
		fitting = [state.state for state in workflow.states if state.update_value == row.status]
		passing = [state.state for state in workflow.states if state.update_field != "status"]
		(
			frappe.qb.update(complaint)
			.set(complaint.workflow_state, fitting[0])
			.where(complaint.status == row.status)
			.where(complaint.workflow_state.isnull() | complaint.workflow_state.notin(fitting + passing))
			.run()
		)


def _cases_per_stage() -> list[frappe._dict]:
	"""Return a row (status, cases) per stage that has cases. Only counts, so no access rule applies."""
	complaint = frappe.qb.DocType("Complaint")
	return (
		frappe.qb.from_(complaint)
		.select(complaint.status, Count("*").as_("cases"))
		.groupby(complaint.status)
		.run(as_dict=True)
	)
