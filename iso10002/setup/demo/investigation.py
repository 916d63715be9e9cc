"""The investigations of demo cases whose severity asks for one of its own, as they would be after real work."""

import frappe
from frappe.model.workflow import get_workflow, get_workflow_name

from iso10002.handling import documents
from iso10002.handling.declarations import COMPLETED, IN_PROGRESS, NONE
from iso10002.setup.demo.casefile import CaseFile

DOCTYPE = "Complaint Investigation"
PLAN = "Ask the customer and the team concerned, then compare with the records of the account."
RESULTS = (
	"Talked on the phone; the account is as the customer told.",
	"The entries of the account were compared with the letters sent.",
	"Agrees with what the team told.",
	"Nothing that contradicts it.",
)


def needs_investigation(case: CaseFile) -> bool:
	"""Whether the severity of the case asks for an investigation of its own."""
	return documents.required_depth(case.get("severity")) != documents.DEPTHS[0]


def open_investigation(case: CaseFile, investigator: str) -> None:
	"""Open an investigation now, with its steps, and declare that there is no conflict of interest."""
	depth = documents.required_depth(case.get("severity"))
	name = f"{case.name}-INV-{len(case.investigations) + 1}"
	case.note("Investigation Opened", investigator, details={"document": name, "depth": depth})
	row = case.add_row(
		case.investigations,
		"investigation",
		investigator,
		{
			"complaint": case.name,
			"investigator": investigator,
			"status": IN_PROGRESS,
			"required_depth": depth,
			"depth": depth,
			"conflict_declaration": NONE,
			"declared_by": investigator,
			"declared_on": case.now,
			"plan": PLAN,
			"workflow_state": state_with(DOCTYPE, "0"),
			"docstatus": 0,
			"steps": [],
			"findings": [],
			"causes": [],
		},
	)
	row["name"] = name
	case.note("No Conflict Declared", investigator, details={"document": name})
	rules = frappe.get_cached_doc("ISO10002 Settings").depth_steps
	for step in [rule.step for rule in rules if not documents.is_less_deep(depth, rule.from_depth)]:
		case.add_row(row["steps"], f"{name}-step", investigator, {"step": step, "required": 1})


def complete_investigation(case: CaseFile, investigator: str, conclusion: str, cause: str | None) -> None:
	"""Complete the open investigation now, with the findings the points of the case have by now."""
	if not case.investigations or case.investigations[-1]["docstatus"]:
		open_investigation(case, investigator)
	row = case.investigations[-1]
	name, now = row["name"], case.now
	for number, step in enumerate(row["steps"]):
		step.update({"done_on": now.date(), "result": RESULTS[number % len(RESULTS)]})
	for point in case.allegations:
		values = {
			"point_row": point["name"],
			**{key: point[key] for key in ("allegation", "outcome", "finding")},
		}
		case.add_row(row["findings"], f"{name}-finding", investigator, values)
	if cause:
		case.add_row(row["causes"], f"{name}-cause", investigator, {"cause": cause, "rank": 1})
	row.update(
		{
			"status": COMPLETED,
			"docstatus": 1,
			"workflow_state": state_with(DOCTYPE, "1"),
			"conclusion": conclusion,
			"completed_by": investigator,
			"completed_on": now,
			"modified": now,
		}
	)
	for child in (*row["steps"], *row["findings"], *row["causes"]):
		child.update({"docstatus": 1, "modified": now})
	case.note(
		"Investigation Completed",
		investigator,
		details={
			"document": name,
			"depth": row["depth"],
			"required_depth": row["required_depth"],
			"outcomes": {number: point["outcome"] for number, point in enumerate(case.allegations, 1)},
			"causes": [cause] if cause else [],
		},
	)


def state_with(doctype: str, doc_status: str) -> str | None:
	"""Return the state of a document that is worked on (doc status 0) or completed (1) in the active workflow.

	States are the admin's: one that is worked on is the one from which it can be completed.
	"""
	if not get_workflow_name(doctype):
		return None
	workflow = get_workflow(doctype)
	status = {row.state: str(row.doc_status) for row in workflow.states}
	completing = [
		row
		for row in workflow.transitions
		if status.get(row.state) == "0" and status.get(row.next_state) == "1"
	]
	if completing:
		return completing[0].state if doc_status == "0" else completing[0].next_state
	return next((state for state, found in status.items() if found == doc_status), None)
