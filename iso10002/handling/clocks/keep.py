"""The rows of Complaint Clock follow the events of their case.

`prepare` and `write` do it while a case is saved, `follow` after an event that is written on its own,
`rebuild` for cases that came in without (import of old cases, demo data). All derive the same way.
"""

from collections.abc import Iterable
from dataclasses import asdict, dataclass, fields
from datetime import datetime

import frappe
from frappe import _
from frappe.model.document import Document
from frappe.utils import get_datetime, now, now_datetime

from iso10002.handling import events, intake, remedies
from iso10002.handling.clocks import rules
from iso10002.handling.clocks.definition import Definition
from iso10002.handling.clocks.derive import (
	AWARE,
	CORRECTED,
	MATTERS,
	OPEN,
	PAUSED,
	RUNNING,
	Fact,
	State,
	derive,
	facts_of,
)
from iso10002.handling.stages import BEFORE_DECISION, RECEIVED

DUE_FIELDS = {"Acknowledge": "acknowledge_due", "Answer": "response_due"}
STILL_TO_COME = {"Acknowledge": (RECEIVED,), "Answer": BEFORE_DECISION}  # stages before that was done
STATE_FIELDS = tuple(part.name for part in fields(State))
# What a row has beside its state; `next_due_on` is what the sweep reads, `counts_on` what figures read.
ROW_FIELDS = (
	"clock_name",
	"purpose",
	"rule",
	"version",
	"counting",
	"next_due_on",
	"counts_on",
	"warned_level",
	"escalation",
)
ALL_FIELDS = (*ROW_FIELDS, *STATE_FIELDS)


@dataclass
class Clock:
	"""A row of Complaint Clock as it should be. `name` is None for one that is not stored yet."""

	definition: Definition
	state: State
	name: str | None = None
	warned_level: int = 0
	escalation: int = 0

	@property
	def next_due_on(self) -> datetime | None:
		"""When the next notice goes out; None where none will."""
		levels = self.definition.levels
		if self.state.state != RUNNING or self.warned_level >= len(levels):
			return None
		return levels[self.warned_level].moment(self.state.started_on, self.state.due_on)

	@property
	def counts_on(self) -> datetime | None:
		"""The due time figures count it at: the first one it missed, whatever was extended since, else the last one."""
		return self.state.breached_on or self.state.due_on

	def values(self) -> dict:
		"""Return the fields of the row."""
		definition = self.definition
		return {
			"clock_name": definition.clock,
			"purpose": definition.purpose,
			"rule": definition.rule,
			"version": definition.version,
			"counting": counting_text(definition),
			"next_due_on": self.next_due_on,
			"counts_on": self.counts_on,
			"warned_level": self.warned_level,
			"escalation": self.escalation,
			**asdict(self.state),
		}


def prepare(case: Document) -> None:
	"""Work out the clocks of a case while it is saved, and copy what is due into it; `write` stores them.

	The events this saving will write count already. Runs after the stage was entered (`case.flags.entered`).
	"""
	case.flags.clocks, case.flags.saved_on = None, now_datetime()
	before = case.get_doc_before_save()
	if not before:
		intake.set_due(case)
		chosen = rules.choose(case)[0]
		facts = [Fact(AWARE, get_datetime(case.aware_on or case.received_on))]
		facts.append(Fact("Received", get_datetime(case.received_on)))
		case.flags.clocks = _derived(chosen, facts, {})
		case.flags.clocks_stored = {}
		_copy_due(case, case.flags.clocks)
		return
	case.flags.moments = _changed_moments(case, before)
	for entry in case.flags.entered or []:
		entry["occurred_on"] = entry["occurred_on"] or case.flags.saved_on
	pending = [*case.flags.moments, *(case.flags.entered or []), *_remedies_performed(case)]
	other_rules = rules.may_change(case, before)
	if not other_rules and not any(entry["event"] in MATTERS for entry in pending):
		return
	stored = _stored(case.name)
	if not stored:  # the case came in without clocks, see `rebuild`
		intake.set_due(case)
		return
	definitions = _definitions_in(stored)
	if other_rules:
		definitions = _rechosen(case, before, definitions, stored)
	entries = [
		{**entry, "occurred_on": get_datetime(entry.get("occurred_on") or now_datetime())}
		for entry in pending
	]
	case.flags.clocks = _derived(definitions, facts_of([*journal(case.name), *entries]), stored)
	case.flags.clocks_stored = stored
	_copy_due(case, case.flags.clocks)


def write(case: Document) -> None:
	"""Store what `prepare` worked out, after the case and its events were written."""
	for entry in case.flags.moments or []:
		if not case.flags.correcting:
			events.append(case.name, **entry)
	if case.flags.clocks is None:
		return
	_store(case.name, case.flags.clocks, case.flags.clocks_stored)
	case.flags.clocks = None


def follow(complaint: str) -> None:
	"""Bring the clocks of a case up to date after an event was written on its own."""
	stored = _stored(complaint)
	if not stored:
		return
	clocks = _derived(_definitions_in(stored), facts_of(journal(complaint)), stored)
	_store(complaint, clocks, stored)
	_store_due(complaint, clocks)


def rebuild(complaints: Iterable[str]) -> None:
	"""Give cases without clocks the ones of today's rules, and derive all from their events.

	For cases that came in by another road than saving. Existing clocks keep their frozen rule.
	"""
	for complaint in complaints:
		stored = _stored(complaint)
		definitions = _definitions_in(stored)
		if not definitions:
			definitions = rules.choose(frappe.get_doc("Complaint", complaint))[0]
		clocks = _derived(definitions, facts_of(journal(complaint)), stored)
		_store(complaint, clocks, stored)
		_store_due(complaint, clocks)


def clocks_of(complaint: str) -> list[frappe._dict]:
	"""Return the clocks of a case that started, the next due first, for a reader who has the case open."""
	rows = [row for row in _stored(complaint, lock=False).values() if row.started_on]
	order = {state: number for number, state in enumerate(OPEN)}
	return sorted(rows, key=lambda row: (order.get(row.state, len(order)), row.due_on))


def counting_text(definition: Definition) -> str:
	"""Return how a clock counts, such as "15 business days (Ireland)"."""
	units = {
		"Hours": _("{0} hours"),
		"Working Hours": _("{0} working hours"),
		"Calendar Days": _("{0} calendar days"),
		"Business Days": _("{0} business days"),
		"Weeks": _("{0} weeks"),
		"Months": _("{0} months"),
	}
	text = units[definition.unit].format(definition.length)
	return f"{text} ({definition.calendar.name})" if definition.calendar else text


def _derived(
	definitions: dict[str, Definition], facts: list[Fact], stored: dict[tuple[str, int], frappe._dict]
) -> list[Clock]:
	moment, found = now_datetime(), []
	for definition in definitions.values():
		for state in derive(definition, facts, moment):
			clock = Clock(definition, state)
			row = stored.get((definition.clock, state.round))
			if row:
				clock.name, clock.escalation = row.name, row.escalation
				# a new rule and every extension warn anew
				if (row.version, row.extensions) == (definition.version, state.extensions):
					clock.warned_level = row.warned_level
			found.append(clock)
	return found


def _rechosen(
	case: Document, before: Document, definitions: dict[str, Definition], stored: dict
) -> dict[str, Definition]:
	"""Return the definitions after a change of the case: where another rule serves it now, open clocks follow.

	An edit of the rules alone changes nothing: both choices below are made with the rules as they are today.
	"""
	was, now_chosen = rules.choose(before, case)
	found = dict(definitions)
	for name, definition in now_chosen.items():
		if name not in found:
			found[name] = definition
		elif name in was and was[name].rule != definition.rule and found[name].rule != definition.rule:
			rounds = [row for (clock, _round), row in stored.items() if clock == name]
			if all(row.state in ("Waiting", *OPEN) for row in rounds):
				found[name] = definition
		elif name not in was and found[name].rule != definition.rule:
			found[name] = definition
	return found


def _store(complaint: str, clocks: list[Clock], stored: dict[tuple[str, int], frappe._dict]) -> None:
	_keep_versions(clocks, {row.version for row in stored.values()})
	fresh = [clock for clock in clocks if not clock.name]
	if fresh:
		_insert(complaint, fresh)
	for clock in clocks:
		row = stored.get((clock.definition.clock, clock.state.round))
		values = clock.values()
		if not row or all(row.get(field) == values[field] for field in ALL_FIELDS if field != "counting"):
			continue
		if row.version != values["version"]:
			_note_other_rule(complaint, row, clock)
		frappe.db.set_value("Complaint Clock", row.name, values)


def _insert(complaint: str, clocks: list[Clock]) -> None:
	"""Store new rows with one statement; a column that is empty in all of them is left out."""
	moment, user = now(), frappe.session.user
	about = {
		"owner": user,
		"creation": moment,
		"modified": moment,
		"modified_by": user,
		"complaint": complaint,
	}
	rows = []
	for clock in clocks:
		clock.name = frappe.generate_hash(length=10)
		rows.append({"name": clock.name, **about, **clock.values()})
	columns = [field for field in rows[0] if any(row[field] is not None for row in rows)]
	table = frappe.qb.DocType("Complaint Clock")
	values = [tuple(row[field] for field in columns) for row in rows]
	frappe.qb.into(table).columns(*columns).insert(*values).run()


def _keep_versions(clocks: list[Clock], known: set[str]) -> None:
	"""Store the text of definitions no case has kept so far."""
	wanted = {clock.definition.version: clock.definition for clock in clocks}
	missing = set(wanted) - known
	if not missing:
		return
	table = frappe.qb.DocType("Complaint Clock Version")
	found = frappe.qb.from_(table).select(table.name).where(table.name.isin(sorted(missing))).run()
	for name in sorted(missing - {name for (name,) in found}):
		definition = wanted[name]
		row = frappe.new_doc("Complaint Clock Version")
		row.update({"rule": definition.rule, "clock_name": definition.clock, "definition": definition.text})
		row.name = name
		row.db_insert(ignore_if_duplicate=True)


def _note_other_rule(complaint: str, row: frappe._dict, clock: Clock) -> None:
	events.append(
		complaint,
		"Deadline Changed",
		details={
			"deadline": clock.definition.clock,
			"rule": [row.rule, clock.definition.rule],
			"due_on": [row.due_on, clock.state.due_on],
		},
	)


def _stored(complaint: str, lock: bool = True) -> dict[tuple[str, int], frappe._dict]:
	row = frappe.qb.DocType("Complaint Clock")
	columns = [row[field] for field in ("name", *ALL_FIELDS)]
	found = frappe.qb.from_(row).select(*columns).where(row.complaint == complaint).orderby(row.creation)
	found = found.orderby(row.clock_name).orderby(row.round)
	rows = (found.for_update() if lock else found).run(as_dict=True)
	return {(each.clock_name, each.round): each for each in rows}


def _definitions_in(stored: dict[tuple[str, int], frappe._dict]) -> dict[str, Definition]:
	"""Return the frozen definitions behind stored rows by the clock's name."""
	if not stored:
		return {}
	names = {row.clock_name: row.version for row in stored.values()}
	texts = read_versions(set(names.values()))
	return {clock: Definition.from_text(texts[version]) for clock, version in names.items()}


def read_versions(names: set[str]) -> dict[str, str]:
	"""Return the texts of frozen definitions by version."""
	table = frappe.qb.DocType("Complaint Clock Version")
	query = frappe.qb.from_(table).select(table.name, table.definition).where(table.name.isin(sorted(names)))
	return dict(query.run())


def journal(complaint: str) -> list[dict]:
	"""Return the events of a case that matter to clocks, in the order they were recorded."""
	row = frappe.qb.DocType("Complaint Event")
	return (
		frappe.qb.from_(row)
		.select(row.event, row.occurred_on, row.remark, row.details)
		.where(row.complaint == complaint)
		.where(row.event.isin(sorted(MATTERS)))
		.orderby(row.creation)
		.orderby(row.occurred_on)
		.run(as_dict=True)
	)


def _changed_moments(case: Document, before: Document) -> list[dict]:
	"""Return a correction for each recorded time that changed: those of the receipt, or one being corrected."""
	fields = CORRECTED if case.flags.correcting else ("received_on", "aware_on")
	return [
		{"event": "Correction", "details": {"field": field, "from": before.get(field), "to": case.get(field)}}
		for field in fields
		if _moment(before, field) != _moment(case, field)
	]


def _remedies_performed(case: Document) -> list[dict]:
	"""Return what this saving will note about remedies, if by then all are performed."""
	if not remedies.all_performed(case) or not remedies.changes(case):
		return []
	return [{"event": "Remedy Changed", "details": {"all_performed": True}}]


def _moment(doc: Document, field: str) -> datetime | None:
	value = doc.get(field)
	return get_datetime(value).replace(microsecond=0) if value else None


def due_of(status: str, clocks: list[Clock]) -> dict[str, datetime | None]:
	"""Return what a case in a stage shows as due, by field; fields no started clock has the purpose of are left out.

	The earliest due time of the running clocks. None while what is waited for has no deadline that runs: one that
	stands still or was taken away is not overdue. Else that of the last one over.
	"""
	found = {}
	for purpose, field in DUE_FIELDS.items():
		mine = [clock.state for clock in clocks if clock.definition.purpose == purpose and clock.state.due_on]
		running = [state.due_on for state in mine if state.state == RUNNING]
		if running:
			found[field] = min(running)
		elif mine:
			stands_still = status in STILL_TO_COME[purpose] or any(state.state == PAUSED for state in mine)
			found[field] = None if stands_still else max(state.due_on for state in mine)
	return found


def _copy_due(case: Document, clocks: list[Clock]) -> None:
	case.update(due_of(case.status, clocks))


def _store_due(complaint: str, clocks: list[Clock]) -> None:
	"""Copy what is due into the stored case; a form opened before has to be loaded again."""
	have = frappe.db.get_value("Complaint", complaint, ["status", *DUE_FIELDS.values()], as_dict=True)
	wanted = due_of(have.status, clocks)
	if not wanted.items() <= have.items():
		frappe.db.set_value("Complaint", complaint, wanted)
