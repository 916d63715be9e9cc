"""What people do to a single deadline: extend, pause, resume, exempt, mark as met. Each is an event.

Every function checks the right on the case and the definition the case has kept, never the rule of today.
"""

from datetime import datetime

import frappe
from frappe import _
from frappe.model.document import Document
from frappe.utils import cint, get_datetime, getdate, now_datetime, nowdate

from iso10002 import roles
from iso10002.handling import events
from iso10002.handling.clocks import derive, keep
from iso10002.handling.clocks.definition import MET_BY, Definition
from iso10002.handling.errors import ClockError
from iso10002.handling.intake import CLOCK_SKEW

KEEPERS = frozenset({roles.HANDLER, roles.MANAGER})
MANAGERS = frozenset({roles.MANAGER})
SHOWN = (
	"name",
	"clock_name",
	"purpose",
	"round",
	"state",
	"counting",
	"started_on",
	"due_on",
	"first_due_on",
	"met_on",
	"breached_on",
	"paused_since",
	"extended_by",
	"exempt_reason",
	"escalation",
)


def shown(case: Document) -> list[dict]:
	"""Return the deadlines of a case for its form, open ones first.

	Each has the fields of `SHOWN` and `may`: the names of the functions below this user may call on it now.
	"""
	rows = keep.clocks_of(case.name)
	if not rows:
		return []
	texts = keep.read_versions({row.version for row in rows})
	may_write = case.has_permission("write")
	return [
		{
			**{field: row[field] for field in SHOWN},
			"may": _open_to(row, Definition.from_text(texts[row.version])) if may_write else [],
		}
		for row in rows
	]


@frappe.whitelist(methods=["POST"])
def extend(clock: str, length: int, unit: str | None, reason: str, notice_sent_on: str) -> str:
	"""Extend a deadline within what its rule allows; that it was missed before stays visible.

	Args:
		clock: name of the Complaint Clock.
		length: by how many units.
		unit: the unit of extensions in the rule; None means that one.
		reason: why.
		notice_sent_on: when the complainant was told the reason and the new date (site's time zone).

	Returns:
		The name of the event.

	Raises:
		PermissionError: the user may not change this case or is neither its handler nor a manager by role.
		ClockError: the rule does not allow it, or reason or notice are missing.
	"""
	row, definition = _open(clock, KEEPERS)
	length, unit = cint(length), unit or definition.extension_unit
	if row.state != derive.RUNNING:
		_refuse(row, _("only a running deadline is extended."))
	if row.extensions >= definition.extensions_allowed:
		_refuse(row, _("may be extended {0} times, not more.").format(definition.extensions_allowed))
	if unit != definition.extension_unit:
		_refuse(row, _("is extended in {0}.").format(_(definition.extension_unit)))
	if not 1 <= length <= definition.extension_length:
		_refuse(
			row,
			_("an extension has 1 to {0} {1}.").format(
				definition.extension_length, _(definition.extension_unit)
			),
		)
	reason = _reason(row, reason)
	if not notice_sent_on:
		_refuse(row, _("enter when the complainant was told about the extension."))
	if _past(row, notice_sent_on) < get_datetime(row.started_on):
		_refuse(row, _("the complainant cannot have been told before the deadline began."))
	return _note(
		row,
		derive.EXTENSION,
		reason,
		length=length,
		unit=unit,
		notice_sent_on=notice_sent_on,
		due_on=[row.due_on, definition.extended(row.due_on, length, unit)],
	)


@frappe.whitelist(methods=["POST"])
def pause(clock: str, reason: str) -> str:
	"""Let a deadline stand still from now on, if its rule allows it.

	Raises:
		PermissionError: see `extend`.
		ClockError: it may not pause, does not run, is missed already, or no reason is given.
	"""
	row, definition = _open(clock, KEEPERS)
	if not definition.pause_allowed:
		_refuse(row, _("does not stop while you wait; its rule forbids it."))
	if row.state != derive.RUNNING:
		_refuse(row, _("is not running."))
	if row.due_on < now_datetime():
		_refuse(row, _("is over already and cannot be paused any more."))
	return _note(row, derive.PAUSE, _reason(row, reason))


@frappe.whitelist(methods=["POST"])
def resume(clock: str) -> str:
	"""Let a paused deadline go on from now; it moves by the time it stood still.

	Raises:
		PermissionError: see `extend`.
		ClockError: it is not paused.
	"""
	row, _definition = _open(clock, KEEPERS)
	if row.state != derive.PAUSED:
		_refuse(row, _("is not paused."))
	return _note(row, derive.RESUME, None)


@frappe.whitelist(methods=["POST"])
def exempt(clock: str, reason: str) -> str:
	"""Take a deadline away from a case; a manager does that, and the reason stays with it.

	Raises:
		PermissionError: the user may not change this case or is no manager.
		ClockError: it is over already, or no reason is given.
	"""
	row, _definition = _open(clock, MANAGERS)
	return _note(row, derive.EXEMPTION, _reason(row, reason))


@frappe.whitelist(methods=["POST"])
def mark_met(clock: str, met_on: str, remark: str) -> str:
	"""Say that a deadline no event can meet was met, such as a notice to a regulator.

	Args:
		clock: name of the Complaint Clock.
		met_on: when, in the site's time zone.
		remark: what was done.

	Raises:
		PermissionError: see `extend`.
		ClockError: the deadline is met by events, the time lies in the future, or no remark is given.
	"""
	row, definition = _open(clock, KEEPERS)
	if MET_BY[definition.met_by]:
		_refuse(row, _("is met by what happens to the complaint, not by hand."))
	moment = _past(row, met_on)
	if moment < get_datetime(row.started_on):
		_refuse(row, _("cannot be met before it began."))
	return _note(row, derive.MARKED, _reason(row, remark), occurred_on=moment)


def _open(clock: str, allowed: frozenset[str]) -> tuple[frappe._dict, Definition]:
	"""Return a clock that is not over and its definition, with the case locked; the rights come first."""
	complaint = frappe.db.get_value("Complaint Clock", clock, "complaint")
	if not complaint:
		frappe.throw(_("There is no such deadline."), frappe.DoesNotExistError)
	case = frappe.get_doc("Complaint", complaint, for_update=True)
	case.check_permission("write")
	if allowed.isdisjoint(frappe.get_roles()):
		frappe.throw(
			_("Only {0} may do this.").format(", ".join(sorted(_(role) for role in allowed))),
			frappe.PermissionError,
		)
	row = frappe.db.get_value("Complaint Clock", clock, "*", as_dict=True, for_update=True)
	if row.state not in derive.OPEN:
		_refuse(row, _("does not run any more."))
	return row, Definition.from_text(keep.read_versions({row.version})[row.version])


def _open_to(row: frappe._dict, definition: Definition) -> list[str]:
	mine, found = set(frappe.get_roles()), []
	if row.state not in derive.OPEN:
		return found
	if mine & KEEPERS:
		running = row.state == derive.RUNNING
		if running and row.extensions < definition.extensions_allowed:
			found.append("extend")
		if running and definition.pause_allowed and row.due_on >= now_datetime():
			found.append("pause")
		if not running:
			found.append("resume")
		if not MET_BY[definition.met_by]:
			found.append("mark_met")
	if mine & MANAGERS:
		found.append("exempt")
	return found


def _reason(row: frappe._dict, text: str | None) -> str:
	if not (text or "").strip():
		_refuse(row, _("give a reason."))
	return text.strip()


def _past(row: frappe._dict, value: str) -> datetime:
	"""Return a time that was given as a moment; a bare date of today means now.

	Raises:
		ClockError: it is no time, or lies in the future.
	"""
	try:
		moment = get_datetime(value)
	except (ValueError, TypeError):
		moment = None
	if not moment:
		_refuse(row, _("{0} is no date.").format(frappe.utils.escape_html(str(value))))
	if len(str(value)) <= 10 and getdate(value) == getdate(nowdate()):
		return now_datetime()
	if moment > now_datetime() + CLOCK_SKEW:
		_refuse(row, _("the time lies in the future."))
	return moment


def _note(row: frappe._dict, event: str, remark: str | None, **details) -> str:
	on = details.pop("occurred_on", None)
	details.update({"clock": row.clock_name, "round": row.round})
	return events.append(row.complaint, event, occurred_on=on, remark=remark, details=details)


def _refuse(row: frappe._dict, what: str) -> None:
	frappe.throw(f"{frappe.bold(frappe.utils.escape_html(row.clock_name))}: {what}", ClockError)
