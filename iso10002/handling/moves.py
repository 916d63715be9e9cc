"""Moving a case from stage to stage. Every road ends here: buttons, API, workflow actions, plain saving.

`follow_stage` runs inside saving and holds the rules; `move` is what buttons and API call.
"""

import json
from itertools import pairwise

import frappe
from frappe import _
from frappe.model.document import Document
from frappe.utils import cstr, getdate, now_datetime

from iso10002.handling import checks, derived, events, remedies, validation, workflows
from iso10002.handling.errors import StageConflictError, StageError
from iso10002.handling.stages import APPROVED, ASSESSED, CLOSED, ENDED, MOVES, STAGES, Stage, named, routes

SERVER_FIELDS = (
	"significance_noticed_on",
	"stages_passed",
	"stage_since",
	"derived_priority",
	"acknowledge_due",
	"response_due",
	"assessed_by",
	"assessed_on",
	"investigation_started_on",
	"proposed_by",
	"proposed_on",
	"approved_by",
	"approved_on",
	"closed_by",
	"closed_on",
	"closing_record",
	"reopened_count",
	"rejected_on",
)


@frappe.whitelist(methods=["POST"])
def move(
	complaint: str,
	action: str,
	values: dict | str | None = None,
	remark: str | None = None,
	seen_stage: str | None = None,
) -> dict:
	"""Take one step with a case: fill in what the step asks for and enter the next stage.

	Args:
		complaint: the reference of the case.
		action: an action `next_steps` offers: a workflow action while a workflow is active, else a move.
		values: fields of the case to set on the way, of those the target stage asks for.
		remark: goes into the event.
		seen_stage: the stage the caller saw; a case moved meanwhile is refused.

	Returns:
		dict with `status`, `workflow_state` and `modified` of the case after the step.

	Raises:
		PermissionError: the user may not change this case.
		StageConflictError: somebody else moved it in the meantime.
		StageError: the step is not open to the user from here, or something is missing (all is listed).
	"""
	case = frappe.get_doc("Complaint", complaint, for_update=True)
	case.check_permission("write")
	if seen_stage and case.status != seen_stage:
		frappe.throw(
			_("{0} is now in the stage {1}. Reload it and look again.").format(
				frappe.bold(complaint), frappe.bold(named(case.status))
			),
			StageConflictError,
		)
	steps = _open_steps(case)
	step = next((step for step in steps if step["action"] == action), None)
	if not step:
		_refuse_step(case, action, steps)
	_fill_in(case, step["stage"], validation.fields_with_values(values))
	case.flags.remark = remark
	if step["state"]:
		case.workflow_state = step["state"]
	case.status = step["stage"]
	case.save()
	return {"status": case.status, "workflow_state": case.workflow_state, "modified": str(case.modified)}


def next_steps(case: Document) -> list[dict]:
	"""Return the steps open to the session's user with what each still needs, in the order of the process.

	Each step has `action`, `stage`, `state` (workflow state or None), `asks` (fields of its dialog) and
	`checks` (results of the entry table, see `checks.Result`).
	"""
	steps = _open_steps(case)
	workflow = workflows.active_workflow()
	for step in steps:
		way = _best_way(case, case.status, step["stage"], workflow) or []
		found = [row for _stage, rows in way for row in rows]
		step["asks"] = _asks(case, step["stage"], found)
		step["checks"] = [row.as_dict() for row in found]
	return steps


def protect_record(case: Document) -> None:
	"""Refuse changes to what the system keeps and to what stands as recorded; runs first in every saving.

	Raises:
		StageError: names the field.
	"""
	before = case.get_doc_before_save()
	_refuse_server_fields(case, before or frappe._dict())
	derived.protect(case, before or frappe._dict())
	if before and not case.flags.correcting:
		_refuse_frozen(case, before)


def follow_stage(case: Document) -> None:
	"""Hold the stage rules while a case is saved: find the stage it goes to and enter it.

	Raises:
		StageError: the stage does not follow, the user may not, or something is missing (all is listed).
	"""
	case.flags.entered = []
	before = case.get_doc_before_save()
	workflow = workflows.active_workflow()
	if not before:
		case.stages_passed = json.dumps([])
		case.stage_since = now_datetime()
		if workflow:
			case.workflow_state = workflows.first_state(workflow)
		return
	target = _target_stage(case, before, workflow)
	case.status = target
	if target != before.status:
		_enter(case, before, target, workflow)
	elif APPROVED in passed(case):
		remedies.authorise(case)


def record_stage(case: Document) -> None:
	"""Append an event for each stage the saving entered (after the case itself was written)."""
	for entry in case.flags.entered or []:
		events.append(case.name, **entry)
	before = case.get_doc_before_save()
	if before and before.status == case.status and before.workflow_state != case.workflow_state:
		if workflows.active_workflow():
			events.append(
				case.name,
				"Workflow Step",
				remark=case.flags.remark,
				details={"workflow_state": [before.workflow_state, case.workflow_state]},
			)


def passed(case: Document) -> list[str]:
	"""Return the stages the case has passed and whose record stands."""
	return json.loads(case.stages_passed or "[]")


def frozen_fields(case: Document) -> set[str]:
	"""Return the fields that may not be edited any more in this case; corrections are events."""
	return {field for name in passed(case) for field in STAGES[name].freezes}


def is_same(case: Document, before: Document | frappe._dict, field: str) -> bool:
	"""Whether a field is the same in both, as the database would hold it: a form sends text, times to the second."""
	kind = case.meta.get_field(field).fieldtype
	old, new = (cstr(doc.get(field)) for doc in (before, case))
	if kind == "Datetime":
		return old.split(".")[0] == new.split(".")[0]
	return old.replace("\r\n", "\n") == new.replace("\r\n", "\n")


def _open_steps(case: Document) -> list[dict]:
	workflow = workflows.active_workflow()
	if workflow:
		found = [
			{
				"action": row.action,
				"state": row.next_state,
				"stage": workflows.stage_of_state(workflow, row.next_state) or case.status,
			}
			for row in workflows.permitted_transitions(case)
		]
		return list({step["action"]: step for step in found}.values())
	roles = set(frappe.get_roles())
	return [
		{"action": row.action, "state": None, "stage": row.target}
		for row in MOVES
		if case.status in row.sources and roles.intersection(row.roles)
	]


def _asks(case: Document, target: str, found: list[checks.Result]) -> list[str]:
	"""Return the fields a step's dialog shows: those of the stage and of its checks that are still open."""
	if target == case.status:
		return []
	wanted = dict.fromkeys((*STAGES[target].asks, *(field for row in found for field in row.fields)))
	closed = frozen_fields(case) | {df.fieldname for df in case.meta.get_table_fields()}
	return [field for field in wanted if field not in closed]


def _fill_in(case: Document, target: str, values: dict) -> None:
	way = _best_way(case, case.status, target, workflows.active_workflow()) or []
	asked = _asks(case, target, [row for _stage, rows in way for row in rows])
	strangers = set(values) - set(asked)
	if strangers:
		frappe.throw(
			_("The step to {0} does not ask for: {1}").format(named(target), ", ".join(sorted(strangers))),
			StageError,
		)
	case.update(values)


def _target_stage(case: Document, before: Document, workflow: Document | None) -> str:
	"""Return the stage this saving goes to; with an active workflow its states decide."""
	if not workflow:
		return case.status
	moved = case.workflow_state != before.workflow_state
	target = (workflows.stage_of_state(workflow, case.workflow_state) if moved else None) or before.status
	if case.status not in (before.status, target):
		frappe.throw(
			_("Stage: the workflow {0} moves this case. Use its actions.").format(frappe.bold(workflow.name)),
			StageError,
		)
	return target


def _enter(case: Document, before: Document, target: str, workflow: Document | None) -> None:
	if not workflow and not case.flags.asks_no_role:
		_refuse_role(before.status, target)
	way = _best_way(case, before.status, target, workflow)
	if way is None:
		frappe.throw(
			_("A case cannot go from {0} to {1}.").format(
				frappe.bold(named(before.status)), frappe.bold(named(target))
			),
			StageError,
		)
	missing = [row for _stage, found in way for row in found if not row.ok]
	if missing:
		frappe.throw(
			[row.advice for row in missing],
			StageError,
			title=_("Missing for {0}").format(named(target)),
			as_list=True,
		)
	came_from = before.status
	for name, found in way:
		_enter_one(case, name, came_from, found)
		came_from = name
	if target == CLOSED:
		case.closing_record = events.as_json(_closing_record(case))
	if target == APPROVED:
		remedies.authorise(case)
	case.stage_since = now_datetime()


def _enter_one(case: Document, name: str, came_from: str, found: list[checks.Result]) -> None:
	"""Stamp, clear and note one stage on the way."""
	stage = STAGES[name]
	reopened = came_from in ENDED and name == ASSESSED
	reason = case.flags.remark or _reason(case, stage, reopened, came_from)
	cleared = {}
	if came_from in stage.forgets or not stage.forgets:
		cleared = {field: case.get(field) for field in stage.clears if case.get(field)}
		case.update(dict.fromkeys(cleared))
	for user_field, time_field in stage.stamps:
		if user_field and not case.get(user_field):
			case.set(user_field, frappe.session.user)
		if time_field:
			case.set(time_field, now_datetime())
	stages = [old for old in (*passed(case), came_from) if old not in stage.forgets]
	case.stages_passed = json.dumps(list(dict.fromkeys([*stages, name])))
	if reopened:
		case.reopened_count = (case.reopened_count or 0) + 1
	noted = {field: case.get(field) for field in stage.asks if case.get(field)}
	case.flags.entered.append(
		{
			"event": "Reopened" if reopened else name,
			"occurred_on": _happened_on(case, stage),
			"channel": case.get(stage.channel) if stage.channel else None,
			"remark": reason,
			"from_stage": came_from,
			"to_stage": name,
			"details": {"values": noted, "cleared": cleared, "checks": [row.name for row in found]},
		}
	)


def _happened_on(case: Document, stage: Stage) -> str | None:
	"""Return when a stage was reached as far as the case says so; a bare date of today means now."""
	moment = case.get(stage.happened) if stage.happened else None
	if moment and case.meta.get_field(stage.happened).fieldtype == "Date" and getdate(moment) == getdate():
		return None
	return moment


def _reason(case: Document, stage: Stage, reopened: bool, came_from: str) -> str | None:
	if reopened:
		return case.reopening_reason
	if case.sent_back_reason and came_from in stage.forgets:
		return case.sent_back_reason
	return case.get(stage.remark) if stage.remark else None


def _best_way(
	case: Document, source: str, target: str, workflow: Document | None
) -> list[tuple[str, list[checks.Result]]] | None:
	"""Return the way to `target` with the fewest unmet checks: each stage on it with its results."""
	absent = workflows.stages_without_state(workflow) if workflow else ()
	ways = [
		[(name, checks.results(case, name, came_from)) for came_from, name in pairwise((source, *way))]
		for way in routes(source, target, absent)
	]
	return min(ways, key=lambda way: sum(not row.ok for _stage, found in way for row in found), default=None)


def _closing_record(case: Document) -> list[dict]:
	"""Return the checklist as it was met: per stage of this round when, by whom and which checks held."""
	earlier = {row.event: row for row in events.entries(case.name) if row.event in passed(case)}
	record = [
		{
			"stage": name,
			"on": row.occurred_on,
			"by": row.user,
			"checks": checks.describe(case, name, json.loads(row.details or "{}").get("checks", [])),
		}
		for name, row in earlier.items()
	]
	for entry in case.flags.entered:
		record.append(
			{
				"stage": entry["event"],
				"on": entry["occurred_on"] or now_datetime(),
				"by": frappe.session.user,
				"checks": checks.describe(case, entry["event"], entry["details"]["checks"]),
			}
		)
	return record


def _refuse_step(case: Document, action: str, steps: list[dict]) -> None:
	"""Say whose step it is, or which steps there are instead."""
	workflow = workflows.active_workflow()
	if workflow:
		allowed = workflows.roles_for(workflow, case.workflow_state, action)
	else:
		allowed = {
			role for row in MOVES if row.action == action and case.status in row.sources for role in row.roles
		}
	if allowed and allowed.isdisjoint(frappe.get_roles()):
		advice = _("Ask somebody with one of these roles: {0}").format(", ".join(sorted(map(_, allowed))))
	elif steps:
		advice = _("Open to you are: {0}").format(", ".join(_(step["action"]) for step in steps))
	else:
		advice = _("No step is open to you here.")
	frappe.throw(
		_("{0} is not open to you in the stage {1}.").format(
			frappe.bold(_(frappe.utils.escape_html(action))), frappe.bold(named(case.status))
		)
		+ " "
		+ advice,
		StageError,
	)


def _refuse_role(source: str, target: str) -> None:
	roles = set(frappe.get_roles())
	possible = [row for row in MOVES if source in row.sources and row.target == target]
	if possible and not any(roles.intersection(row.roles) for row in possible):
		frappe.throw(
			_("Only {0} may bring a case from {1} to {2}.").format(
				", ".join(sorted({_(role) for row in possible for role in row.roles})),
				named(source),
				named(target),
			),
			frappe.PermissionError,
		)


def _refuse_server_fields(case: Document, before: Document) -> None:
	for field in SERVER_FIELDS:
		if (case.get(field) or None) != (before.get(field) or None) and not is_same(case, before, field):
			frappe.throw(
				_("{0} is kept by the system and cannot be set.").format(
					frappe.bold(_(case.meta.get_label(field)))
				),
				StageError,
			)


def _refuse_frozen(case: Document, before: Document) -> None:
	for field in sorted(frozen_fields(before)):
		if not is_same(case, before, field):
			frappe.throw(
				_("{0} stands as it was recorded. Use 'Correct' and give a reason.").format(
					frappe.bold(_(case.meta.get_label(field)))
				),
				StageError,
			)
