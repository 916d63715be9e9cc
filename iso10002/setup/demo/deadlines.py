"""The deadlines of a demo case, derived from its journal as for any other case, and the notices given on the way."""

from datetime import timedelta

import frappe

from iso10002.handling.clocks.definition import MISSED, WARNING, Definition
from iso10002.handling.clocks.derive import derive, facts_of
from iso10002.handling.clocks.keep import Clock, due_of
from iso10002.setup.demo.casefile import CaseFile
from iso10002.setup.demo.world import World

VERSION = "Complaint Clock Version"
SWEPT_AFTER = timedelta(minutes=3)


def add_deadlines(case: CaseFile, world: World, managers: list[str]) -> None:
	"""Give a case its deadlines as they stand today, copy what is due into it, and enter past notices."""
	facts = facts_of(case.events)
	clocks = [
		Clock(definition, state, case.row_name("clock", f"{definition.clock}:{state.round}"))
		for definition in world.definitions(case.fields).values()
		for state in derive(definition, facts, case.until)
	]
	for clock in clocks:
		_give_notices(case, clock, managers)
	for clock in clocks:
		world.versions[clock.definition.version] = clock.definition
		case.clocks.append({"name": clock.name, "complaint": case.name, **_stamp(case), **clock.values()})
	case.fields.update(due_of(case.get("status"), clocks))
	case.events.sort(key=lambda row: row["creation"])


def keep_versions(definitions: dict[str, Definition]) -> list[str]:
	"""Store the frozen rules the deadlines refer to, and return those that were not there."""
	there = set(frappe.get_all(VERSION, {"name": ("in", list(definitions) or [""])}, pluck="name"))
	for name, definition in definitions.items():
		if name not in there:
			row = frappe.new_doc(VERSION)
			row.update(
				{"rule": definition.rule, "clock_name": definition.clock, "definition": definition.text}
			)
			row.name = name
			row.db_insert()
	return sorted(set(definitions) - there)


def _give_notices(case: CaseFile, clock: Clock, managers: list[str]) -> None:
	"""Enter the notices whose time came before the deadline was over, as the sweep would have."""
	state = clock.state
	if not state.started_on:
		return
	over = state.met_on or state.stopped_on or state.paused_since or case.until
	for number, level in enumerate(clock.definition.levels):
		moment = level.moment(state.started_on, state.due_on)
		if moment + SWEPT_AFTER >= min(over, case.until):
			break
		clock.warned_level = number + 1
		if clock.definition.is_window and level.kind != WARNING:
			continue
		handler = case.get("handler") if (case.get("assessed_on") or case.until) <= moment else None
		to = sorted(
			{*([handler] if level.to_handler and handler else []), *(managers if level.to_managers else [])}
		)
		to = to or sorted(managers)
		at = moment + SWEPT_AFTER
		case.add_notice(
			at,
			{
				"clock": clock.name,
				"notice_key": f"{clock.name}-{clock.definition.version}-{state.extensions}-{number}",
				"kind": level.kind,
				"due_on": state.due_on,
				"was_for": moment,
				"recipients": ", ".join(to),
				"escalation": level.escalation,
			},
		)
		case.note_by_sweep(
			at,
			"Deadline Missed" if level.kind == MISSED else "Deadline Warning",
			{
				"deadline": clock.definition.clock,
				"due_on": state.due_on,
				"notice": level.kind,
				"percent": level.percent or None,
				"days_after": level.days or None,
				"sent_to": to,
			},
		)
		if level.escalation > clock.escalation:
			clock.escalation = level.escalation
			case.note_by_sweep(
				at, "Escalated", {"deadline": clock.definition.clock, "level": level.escalation}
			)


def _stamp(case: CaseFile) -> dict:
	created = case.get("creation")
	return {
		"creation": created,
		"modified": created,
		"owner": case.get("owner"),
		"modified_by": case.get("owner"),
	}
