"""Notices of deadlines: who gets them and what they say.

A notice has the reference, the name of the deadline, the due time and a link. It goes only to users who may see
the case.
"""

import frappe
from frappe import _
from frappe.utils import format_datetime

from iso10002 import roles
from iso10002.handling import notify
from iso10002.handling.clocks.definition import WARNING, Level
from iso10002.handling.clocks.keep import Clock
from iso10002.handling.notify import Desk


def recipients(level: Level, case: frappe._dict, desk: Desk) -> dict[str, str]:
	"""Return name and address of the users a notice goes to: those of the level who may see the case.

	Before a handler is named, the lead of the team gets what is meant for the handler. Where nobody is left,
	the managers who may see the case get it.
	"""
	found: dict[str, str] = {}
	owner = case.handler or (case.team and case.accountable)
	if level.to_handler and desk.address(owner):
		found[owner] = desk.address(owner)
	if level.to_managers:
		found.update(desk.with_role(roles.MANAGER))
	if level.role:
		found.update(desk.with_role(level.role))
	if level.user and desk.address(level.user):
		found[level.user] = desk.address(level.user)
	return notify.who_may_see(found, case.name) or notify.managers(case.name, desk)


def send(to: dict[str, str], case: frappe._dict, clock: Clock, level: Level, desk: Desk) -> None:
	"""Write the notifications and the mails of one notice, in the transaction of the caller."""
	notify.tell(to, _subject(case.name, clock, level), desk, "Complaint", case.name)


def _subject(complaint: str, clock: Clock, level: Level) -> str:
	due = format_datetime(clock.state.due_on)
	if level.kind == WARNING:
		return _("{0}: {1} is due on {2}").format(complaint, clock.definition.clock, due)
	if level.escalation:
		return _("{0}: {1} was due on {2} (escalation level {3})").format(
			complaint, clock.definition.clock, due, level.escalation
		)
	return _("{0}: {1} was due on {2}").format(complaint, clock.definition.clock, due)
