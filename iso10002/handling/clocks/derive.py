"""From the events of a case to the state of a clock: a pure function, so that the past can be worked out again.

Nothing in here reads the database or looks at the watch: the same events, definition and time always give
the same state, whether they came one by one or all at once.
"""

import json
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from frappe.utils import get_datetime

from iso10002.handling.clocks.definition import MET_BY, REPEATING, STARTS, Definition
from iso10002.handling.stages import ENDED

WAITING = "Waiting"
RUNNING = "Running"
PAUSED = "Paused"
MET = "Met"
STOPPED = "Stopped"
EXEMPT = "Exempt"
STATES = (WAITING, RUNNING, PAUSED, MET, STOPPED, EXEMPT)
OPEN = (RUNNING, PAUSED)

PAUSE = "Deadline Paused"
RESUME = "Deadline Resumed"
EXTENSION = "Deadline Extended"
EXEMPTION = "Deadline Exempted"
MARKED = "Deadline Met"
AWARE = "Became Aware"
OF_ONE_CLOCK = (PAUSE, RESUME, EXTENSION, EXEMPTION, MARKED)

# A fact recorded in these fields of the case can be corrected; the clocks follow the right value.
CORRECTED = {
	"received_on": "Received",
	"aware_on": AWARE,
	"acknowledged_on": "Acknowledged",
	"communicated_on": "Decision Communicated",
	"outside_referred_on": "Referred",
	"acceptance_on": "Accepted",
}
MATTERS = (
	{kind for kinds in (*STARTS.values(), *MET_BY.values()) for kind in kinds}
	| {*ENDED, *OF_ONE_CLOCK, "Correction", "Remedy Changed", "Received"}
) - {AWARE, "Remedies Performed"}


@dataclass(frozen=True)
class Fact:
	"""Something that happened at `on` (naive, site's zone). `clock` and `round` for what is done to one clock."""

	kind: str
	on: datetime
	clock: str | None = None
	round: int = 0
	details: dict = field(default_factory=dict, hash=False)


@dataclass(frozen=True)
class State:
	"""One round of a clock. Only an "Updated" clock that repeats, or one that starts again, has more than one."""

	round: int = 0
	state: str = WAITING
	started_on: datetime | None = None
	due_on: datetime | None = None
	first_due_on: datetime | None = None
	met_on: datetime | None = None
	stopped_on: datetime | None = None
	breached_on: datetime | None = None
	paused_since: datetime | None = None
	paused_for: int = 0
	extensions: int = 0
	extended_by: str | None = None
	exempt_reason: str | None = None


def facts_of(events: Iterable[dict]) -> list[Fact]:
	"""Return the facts in a journal.

	Args:
		events: rows of Complaint Event with event, occurred_on (datetime), remark and details (JSON text or
			dict), in the order they were recorded.

	Corrections are applied to what they correct; "Became Aware" is the receipt where nothing else was said.
	"""
	found: list[Fact] = []
	aware: datetime | None = None
	for row in events:
		kind, on, details = row["event"], row["occurred_on"], _details(row.get("details"))
		if kind == "Correction":
			kind = CORRECTED.get(details.get("field"))
			to = _moment(details.get("to"))
			if kind == AWARE:
				aware = to
			elif kind and to:
				_correct(found, kind, to)
		elif kind in OF_ONE_CLOCK:
			details = {**details, "remark": row.get("remark")}
			found.append(Fact(kind, on, details.get("clock"), details.get("round") or 0, details))
		elif kind == "Remedy Changed":
			if details.get("all_performed"):
				found.append(Fact("Remedies Performed", on))
		elif kind in MATTERS:
			if kind == "Received":
				aware = _moment(details.get("aware_on"))
			found.append(Fact(kind, on))
	received = next((fact for fact in found if fact.kind == "Received"), None)
	if received:
		found.insert(0, Fact(AWARE, aware or received.on))
	return found


def derive(definition: Definition, facts: Iterable[Fact], now: datetime) -> list[State]:
	"""Return the rounds of a clock as they stand at `now`, the first one Waiting if nothing started it."""
	rounds = [State()]
	for fact in facts:
		current = _step(definition, rounds[-1], fact)
		rounds[-1] = current
		again = _starts_again(definition, current, fact)
		if again:
			rounds.append(_started(definition, len(rounds), again))
	rounds[-1] = at(definition, rounds[-1], now)
	return rounds


def at(definition: Definition, state: State, now: datetime) -> State:
	"""Return a state as time alone makes it: a running clock past its due time is breached, a window shut."""
	if state.state != RUNNING or now <= state.due_on:
		return state
	if definition.is_window:
		return replace(state, state=STOPPED, stopped_on=state.due_on)
	return replace(state, breached_on=state.breached_on or state.due_on)


def _step(definition: Definition, state: State, fact: Fact) -> State:
	if fact.clock:
		mine = (fact.clock, fact.round) == (definition.clock, state.round)
		return _own(definition, state, fact) if mine else state
	if state.state == WAITING:
		if fact.kind in STARTS[definition.starts_on]:
			return _started(definition, state.round, fact.on)
		return state
	if state.state in OPEN:
		# a contact recorded late belongs to an earlier round
		early = definition.repeats and fact.on < state.started_on
		if fact.kind in MET_BY[definition.met_by] and not early:
			return _over(definition, state, fact.on, MET)
		if fact.kind in ENDED:
			return _over(definition, state, fact.on, STOPPED)
	elif state.state == STOPPED and fact.kind == "Reopened" and not definition.is_window:
		return replace(state, state=RUNNING, stopped_on=None)
	return state


def _own(definition: Definition, state: State, fact: Fact) -> State:
	"""Return the state after something that was done to this clock alone."""
	if state.state not in OPEN:
		return state
	if fact.kind == PAUSE:
		if state.state == PAUSED or not definition.pause_allowed or fact.on > state.due_on:
			return state
		return replace(state, state=PAUSED, paused_since=fact.on)
	if fact.kind == RESUME:
		return _resumed(definition, state, fact.on)
	if fact.kind == EXTENSION:
		state = at(definition, state, fact.on)
		length, unit = fact.details["length"], fact.details["unit"]
		by = f"{length} {unit}"
		return replace(
			state,
			due_on=definition.extended(state.due_on, length, unit),
			extensions=state.extensions + 1,
			extended_by=f"{state.extended_by} + {by}" if state.extended_by else by,
		)
	if fact.kind == MARKED:
		return _over(definition, state, fact.on, MET)
	ended = _over(definition, state, fact.on, EXEMPT)
	return replace(ended, exempt_reason=fact.details.get("remark"))


def _started(definition: Definition, number: int, on: datetime) -> State:
	due = definition.due(on)
	return State(number, RUNNING, on, due, due)


def _starts_again(definition: Definition, state: State, fact: Fact) -> datetime | None:
	"""Return when the next round starts, if this fact starts one."""
	if definition.repeats and state.state == MET and state.met_on == fact.on and fact.kind in REPEATING:
		return fact.on
	if state.state in (MET, EXEMPT, STOPPED) and fact.kind in STARTS[definition.starts_on]:
		return fact.on
	return None


def _resumed(definition: Definition, state: State, on: datetime) -> State:
	if state.state != PAUSED:
		return state
	until = max(on, state.paused_since)
	return replace(
		state,
		state=RUNNING,
		due_on=definition.after_pause(state.due_on, state.paused_since, until),
		paused_since=None,
		paused_for=state.paused_for + int((until - state.paused_since) / timedelta(seconds=1)),
	)


def _over(definition: Definition, state: State, on: datetime, how: str) -> State:
	state = at(definition, _resumed(definition, state, on), on)
	if state.state not in OPEN:  # a window that had shut before
		return state
	return replace(
		state,
		state=how,
		met_on=on if how == MET else None,
		stopped_on=on if how != MET else None,
	)


def _correct(found: list[Fact], kind: str, to: datetime) -> None:
	"""Put the right time into the latest fact of a kind; an answer may have been acceptance or rejection."""
	kinds = ("Accepted", "Rejected") if kind == "Accepted" else (kind,)
	for index in range(len(found) - 1, -1, -1):
		if found[index].kind in kinds and not found[index].clock:
			found[index] = replace(found[index], on=to)
			return


def _details(value: str | dict | None) -> dict:
	return value if isinstance(value, dict) else json.loads(value or "{}")


def _moment(value: str | datetime | None) -> datetime | None:
	return get_datetime(value) if value else None
