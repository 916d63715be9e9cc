"""The sweep: every few minutes it looks at the clocks whose next notice is due, and at nothing else.

Each clock is handled in a transaction of its own: notice rows, notifications, mail queue, event and the
clock's new state are committed together. A sweep that is killed leaves whole clocks done and whole clocks
undone; the next one goes on. After a standstill all missed notices of a clock are recorded, but only the
latest one is sent.
"""

from datetime import datetime, timedelta
from time import monotonic

import frappe
from frappe import _
from frappe.utils import now, now_datetime

from iso10002.confidentiality.rule import may_see
from iso10002.handling import events, notify
from iso10002.handling.clocks import keep, notices
from iso10002.handling.clocks.definition import MISSED, WARNING, Definition, Level
from iso10002.handling.clocks.derive import RUNNING, State, at
from iso10002.handling.clocks.keep import STATE_FIELDS, Clock

BATCH = 200
SECONDS = 240  # a job of the default queue has 300
RETRY = timedelta(hours=1)
CASE_FIELDS = ("name", "handler", "team", "accountable", "status")


def run() -> None:
	"""Sweep what is due (scheduler, every five minutes)."""
	sweep()


def sweep(seconds: float = SECONDS) -> int:
	"""Handle the clocks that are due, the longest due first, and return how many were handled.

	Args:
		seconds: after this time it stops; the next sweep goes on.
	"""
	desk, until, handled = notify.Desk(), monotonic() + seconds, 0
	while batch := _due():
		for name, complaint in batch:
			_safely(name, complaint, desk)
			handled += 1
			if monotonic() > until:
				return handled
	return handled


def _due() -> list[tuple[str, str]]:
	row = frappe.qb.DocType("Complaint Clock")
	query = frappe.qb.from_(row).select(row.name, row.complaint).where(row.next_due_on <= now_datetime())
	return query.orderby(row.next_due_on).limit(BATCH).run()


def _safely(name: str, complaint: str, desk: notify.Desk) -> None:
	"""Handle one clock; what goes wrong is logged, put off for an hour and does not stop the others."""
	try:
		handle(name, complaint, desk)
		frappe.db.commit()  # one transaction per clock: a sweep that stops in the middle has lost and doubled nothing
	except Exception:
		frappe.db.rollback()
		frappe.log_error(f"Deadline of {complaint}", reference_doctype="Complaint Clock", reference_name=name)
		frappe.db.set_value("Complaint Clock", name, "next_due_on", now_datetime() + RETRY)
		frappe.db.commit()  # or the next round would meet the same clock again


def handle(name: str, complaint: str, desk: notify.Desk) -> None:
	"""Give the notices of one clock that are due, without committing. The case is locked first, as in saving."""
	case = frappe.db.get_value("Complaint", complaint, list(CASE_FIELDS), as_dict=True, for_update=True)
	row = frappe.db.get_value("Complaint Clock", name, "*", as_dict=True, for_update=True)
	moment = now_datetime()
	if not row or row.state != RUNNING or not row.next_due_on or row.next_due_on > moment:
		return
	clock = _clock(row)
	levels = clock.definition.levels
	due = [number for number in range(row.warned_level, len(levels)) if _moment(clock, number) <= moment]
	clock.state = at(clock.definition, clock.state, moment)
	if clock.definition.is_window:
		due = [number for number in due if levels[number].kind == WARNING]
	if due:
		_give(case, clock, due, desk)
		clock.warned_level = due[-1] + 1
	frappe.db.set_value("Complaint Clock", name, clock.values())


def _give(case: frappe._dict, clock: Clock, due: list[int], desk: notify.Desk) -> None:
	keys = {number: _key(clock, number) for number in due}
	known = _known(list(keys.values()))
	fresh = [number for number in due if keys[number] not in known]
	if not fresh:
		return
	levels = clock.definition.levels
	sending = next((number for number in reversed(fresh) if _is_addressed(levels[number])), None)
	to = notices.recipients(levels[sending], case, desk) if sending is not None else {}
	rises = max(levels[number].escalation for number in fresh)
	_record(case.name, clock, {number: keys[number] for number in fresh}, sending, to)
	_append_events(case, clock, [levels[number] for number in fresh], to, rises)
	if to:
		notices.send(to, case, clock, levels[sending], desk)
	clock.escalation = max(clock.escalation, rises)


def _append_events(case: frappe._dict, clock: Clock, given: list[Level], to: dict, rises: int) -> None:
	missed = any(level.kind == MISSED for level in given)
	details = {
		"deadline": clock.definition.clock,
		"due_on": clock.state.due_on,
		"notice": given[-1].kind,
		"percent": given[-1].percent or None,
		"days_after": given[-1].days or None,
		"sent_to": sorted(to),
	}
	events.append(case.name, "Deadline Missed" if missed else "Deadline Warning", details=details)
	if rises <= clock.escalation:
		return
	successor = next((level.reassign_to for level in reversed(given) if level.reassign_to), None)
	details = {"deadline": clock.definition.clock, "level": rises}
	if successor and successor != case.handler:
		details["reassigned" if _reassign(case.name, successor) else "not_reassigned"] = successor
	events.append(case.name, "Escalated", details=details)


def _reassign(complaint: str, user: str) -> bool:
	"""Give the case to another handler; False where the rules of the case refuse (complained about, role, disabled), or
	to who may not see it: being named opens a case, and whoever makes rules would name oneself."""
	if not may_see(user, complaint):
		return False
	frappe.db.savepoint("reassign")
	try:
		case = frappe.get_doc("Complaint", complaint)
		case.handler = user
		case.reassignment_reason = _("A deadline was missed.")
		case.save()
	except (frappe.ValidationError, frappe.PermissionError):
		frappe.db.rollback(save_point="reassign")
		frappe.clear_last_message()
		return False
	return True


def _record(complaint: str, clock: Clock, keys: dict[int, str], sending: int | None, to: dict) -> None:
	"""Insert a row per notice; the key is unique, so that no notice is given twice."""
	moment, user = now(), frappe.session.user
	columns = (
		"name",
		"owner",
		"creation",
		"modified",
		"modified_by",
		"docstatus",
		"idx",
		"complaint",
		"clock",
	)
	columns += ("notice_key", "kind", "due_on", "was_for", "recipients", "escalation")
	rows = []
	for number, key in keys.items():
		level = clock.definition.levels[number]
		sent = ", ".join(sorted(to)) if number == sending else None
		about = (key, level.kind, clock.state.due_on, _moment(clock, number), sent, level.escalation)
		name = frappe.generate_hash(length=10)
		rows.append((name, user, moment, moment, user, 0, 0, complaint, clock.name, *about))
	table = frappe.qb.DocType("Complaint Clock Notice")
	frappe.qb.into(table).columns(*columns).insert(*rows).run()


def _known(keys: list[str]) -> set[str]:
	table = frappe.qb.DocType("Complaint Clock Notice")
	query = frappe.qb.from_(table).select(table.notice_key).where(table.notice_key.isin(keys))
	return {key for (key,) in query.run()}


def _clock(row: frappe._dict) -> Clock:
	text = keep.read_versions({row.version})[row.version]
	state = State(**{field: row[field] for field in STATE_FIELDS})
	return Clock(Definition.from_text(text), state, row.name, row.warned_level, row.escalation)


def _key(clock: Clock, number: int) -> str:
	"""The same notice has the same key in every sweep; an extension or another rule makes new notices."""
	return f"{clock.name}-{clock.definition.version}-{clock.state.extensions}-{number}"


def _moment(clock: Clock, number: int) -> datetime:
	return clock.definition.levels[number].moment(clock.state.started_on, clock.state.due_on)


def _is_addressed(level: Level) -> bool:
	return bool(level.to_handler or level.to_managers or level.role or level.user)
