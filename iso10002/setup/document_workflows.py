"""The workflows of Complaint Investigation and Complaint Review a site starts with.

Only here do their states have names: no rule depends on them, how far a document is follows from its
declaration and from being submitted. The workflows are the admin's: seeded once, never written over.
"""

import frappe

from iso10002.handling.declarations import CONFLICT
from iso10002.roles import INVESTIGATOR, REVIEWER
from iso10002.setup.workflow import ensure

# Workflow: DocType, and who takes the steps.
WORKFLOWS = {
	"Complaint Investigation Progress": ("Complaint Investigation", INVESTIGATOR),
	"Complaint Review Progress": ("Complaint Review", REVIEWER),
}
# State: doc status, style.
STATES = {
	"Planned": ("0", "Primary"),
	"In Progress": ("0", "Primary"),
	"Conflict of Interest": ("0", "Danger"),
	"Completed": ("1", "Success"),
	"Taken Back": ("2", "Inverse"),
}
# From, action, to, condition.
STEPS = (
	("Planned", "Start", "In Progress", None),
	("Planned", "End with Conflict", "Conflict of Interest", f'doc.conflict_declaration == "{CONFLICT}"'),
	("In Progress", "End with Conflict", "Conflict of Interest", f'doc.conflict_declaration == "{CONFLICT}"'),
	("In Progress", "Complete", "Completed", f'doc.conflict_declaration != "{CONFLICT}"'),
	("Completed", "Take Back", "Taken Back", None),
)


def seed_document_workflows() -> None:
	"""Create the workflows: active on a fresh site, inactive where the DocType has one already."""
	for state, (_doc_status, style) in STATES.items():
		ensure("Workflow State", "workflow_state_name", state, style=style)
	for _state, action, _next, _condition in STEPS:
		ensure("Workflow Action Master", "workflow_action_name", action)
	for name, (doctype, role) in WORKFLOWS.items():
		if not frappe.db.exists("Workflow", name):
			_seed(name, doctype, role)


def remove_document_workflows() -> None:
	"""Delete the workflows on our documents, and our states and actions no other workflow uses."""
	for doctype, _role in WORKFLOWS.values():
		for name in frappe.get_all("Workflow", filters={"document_type": doctype}, pluck="name"):
			frappe.delete_doc("Workflow", name, force=True)
	used_states = set(frappe.get_all("Workflow Document State", pluck="state"))
	used_actions = set(frappe.get_all("Workflow Transition", pluck="action"))
	for state in set(STATES) - used_states:
		frappe.delete_doc_if_exists("Workflow State", state, force=True)
	for action in {row[1] for row in STEPS} - used_actions:
		frappe.delete_doc_if_exists("Workflow Action Master", action, force=True)


def _seed(name: str, doctype: str, role: str) -> None:
	workflow = frappe.new_doc("Workflow")
	workflow.update(
		{
			"workflow_name": name,
			"document_type": doctype,
			"workflow_state_field": "workflow_state",
			"is_active": 0 if frappe.db.exists("Workflow", {"document_type": doctype, "is_active": 1}) else 1,
			# Frappe's mails go to everybody with the role and work without login.
			"send_email_alert": 0,
		}
	)
	for state, (doc_status, _style) in STATES.items():
		workflow.append(
			"states",
			{
				"state": state,
				"doc_status": doc_status,
				"allow_edit": "All",  # who may write is said by the permissions of the DocType
			},
		)
	for state, action, next_state, condition in STEPS:
		workflow.append(
			"transitions",
			{
				"state": state,
				"action": action,
				"next_state": next_state,
				"allowed": role,
				"allow_self_approval": 1,
				"condition": condition,
			},
		)
	workflow.insert(ignore_permissions=True)  # safe: runs at installation
