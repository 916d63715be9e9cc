"""The workflow "Complaint Handling" a site starts with, derived from the table of stages.

Only here, and nowhere else in the code, do workflow states have names. The workflow is the admin's from
the first minute: it is seeded once and never written over.
"""

import frappe

from iso10002.handling.stages import (
	ACCEPTED,
	CLOSED,
	ENDED,
	MOVES,
	REJECTED,
	STAGES,
)

WORKFLOW = "Complaint Handling"

# States that would have the name of a state every Frappe site has, with a meaning of its own.
STATE_NAMES = {REJECTED: "Decision Not Accepted", ACCEPTED: "Decision Accepted"}
STYLES = {CLOSED: "Success", ACCEPTED: "Success", REJECTED: "Danger"}


def seed_workflow() -> None:
	"""Create the workflow: active on a fresh site, inactive where Complaint has a workflow already."""
	if frappe.db.exists("Workflow", WORKFLOW):
		return
	for stage in STAGES:
		ensure("Workflow State", "workflow_state_name", state_of(stage), style=_style(stage))
	for move in MOVES:
		ensure("Workflow Action Master", "workflow_action_name", move.action)
	workflow = frappe.new_doc("Workflow")
	workflow.update(
		{
			"workflow_name": WORKFLOW,
			"document_type": "Complaint",
			"workflow_state_field": "workflow_state",
			"is_active": 0
			if frappe.db.exists("Workflow", {"document_type": "Complaint", "is_active": 1})
			else 1,
			# The desk shows the state in the colour of its stage (complaint_list.js).
			"override_status": 1,
			# Frappe's mails go to everybody with the role and work without login; the app has its own notices.
			"send_email_alert": 0,
		}
	)
	for stage in STAGES:
		workflow.append(
			"states",
			{
				"state": state_of(stage),
				"doc_status": "0",
				"update_field": "status",
				"update_value": stage,
				"allow_edit": "All",  # who may write is said by the permissions of Complaint
				# Frappe's Workflow Action would ask for every user with a role, at every step of every case,
				# whether they may see it. The list of complaints has queues instead.
				"is_optional_state": 1,
			},
		)
	for move in MOVES:
		for source in move.sources:
			for role in move.roles:
				workflow.append(
					"transitions",
					{
						"state": state_of(source),
						"action": move.action,
						"next_state": state_of(move.target),
						"allowed": role,
						"allow_self_approval": 1,
					},
				)
	workflow.insert(ignore_permissions=True)  # safe: runs at installation


def remove_workflow() -> None:
	"""Delete the workflows on Complaint, and our states and actions no other workflow uses."""
	for name in frappe.get_all("Workflow", filters={"document_type": "Complaint"}, pluck="name"):
		frappe.delete_doc("Workflow", name, force=True)
	used_states = set(frappe.get_all("Workflow Document State", pluck="state"))
	used_actions = set(frappe.get_all("Workflow Transition", pluck="action"))
	for stage in STAGES:
		if state_of(stage) not in used_states:
			frappe.delete_doc_if_exists("Workflow State", state_of(stage), force=True)
	for move in MOVES:
		if move.action not in used_actions:
			frappe.delete_doc_if_exists("Workflow Action Master", move.action, force=True)


def state_of(stage: str) -> str:
	"""Return the name of the seeded state that stands for a stage."""
	return STATE_NAMES.get(stage, stage)


def _style(stage: str) -> str:
	return STYLES.get(stage, "Inverse" if stage in ENDED else "Primary")


def ensure(doctype: str, field: str, name: str, **values) -> None:
	"""Create a record with this name if there is none; an existing one is left as it is."""
	if not frappe.db.exists(doctype, name):
		doc = frappe.new_doc(doctype)
		doc.update({field: name, **values})
		doc.insert(ignore_permissions=True)  # safe: runs at installation
