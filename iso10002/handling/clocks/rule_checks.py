"""Clock rules and calendars that cannot work are refused, with the field and the row in the message."""

import re

import frappe
from frappe import _
from frappe.model.document import Document
from frappe.utils import add_days, cint, getdate, nowdate

from iso10002.handling.clocks import counting
from iso10002.handling.clocks.calendars import zone_of
from iso10002.handling.clocks.definition import MET_BY, MISSED, REMINDER, REPEATING, STARTS, WARNING
from iso10002.handling.clocks.rules import CONDITION_FIELDS, LISTS, seconds
from iso10002.handling.errors import ClockRuleError

# Calendar days a unit may take at most, to see whether a calendar reaches far enough.
DAYS_PER_UNIT = {
	counting.HOURS: 1 / 24,
	counting.WORKING_HOURS: 7 / 20,
	counting.CALENDAR_DAYS: 1,
	counting.BUSINESS_DAYS: 7 / 5,
	counting.WEEKS: 7,
	counting.MONTHS: 31,
}


def validate_rule(rule: Document) -> None:
	"""Check conditions, deadlines, warnings and calendar of a rule.

	Raises:
		ClockRuleError: names the table, the row and the field.
	"""
	if cint(rule.priority) < 0:
		frappe.throw(_("Priority: a priority is 0 or more."), ClockRuleError)
	names = set()
	for row in rule.clocks:
		_check_clock(rule, row)
		if row.clock_name in names:
			_refuse(rule, row, "clock_name", _("this rule has a deadline of this name already."))
		names.add(row.clock_name)
	for row in rule.conditions:
		_check_condition(rule, row)
	for row in rule.warnings:
		_check_warning(rule, row, names)
	for name in sorted(names):
		_check_escalation(rule, name)
	if rule.is_active:
		_check_coverage(rule)


def validate_calendar(doc: Document) -> None:
	"""Check time zone, hours and holidays of a calendar.

	Raises:
		ClockRuleError: names the table, the row and the field.
	"""
	try:
		zone_of(doc.time_zone or "")
	except ValueError:
		frappe.throw(
			_("Time zone: {0} is not known. Enter one such as Europe/Berlin.").format(
				frappe.bold(frappe.utils.escape_html(doc.time_zone or ""))
			),
			ClockRuleError,
		)
	if doc.valid_from and doc.valid_to and getdate(doc.valid_from) > getdate(doc.valid_to):
		frappe.throw(_("Holidays entered until: lies before the first day."), ClockRuleError)
	if not doc.hours:
		frappe.throw(_("Working hours: enter at least one weekday."), ClockRuleError)
	known: dict[str, list[tuple[int, int]]] = {}
	for row in doc.hours:
		start, end = seconds(row.from_time), seconds(row.to_time) or 24 * 3600
		if start >= end:
			_refuse(doc, row, "to_time", _("must be later than the beginning."))
		if any(start < until and since < end for since, until in known.setdefault(row.weekday, [])):
			_refuse(doc, row, "from_time", _("overlaps with another row of this weekday."))
		known[row.weekday].append((start, end))
	days = set()
	for row in doc.holidays:
		day = getdate(row.day)
		if day in days:
			_refuse(doc, row, "day", _("this day is in the list already."))
		if (doc.valid_from and day < getdate(doc.valid_from)) or (
			doc.valid_to and day > getdate(doc.valid_to)
		):
			_refuse(doc, row, "day", _("lies outside the time for which holidays were entered."))
		days.add(day)


def _check_clock(rule: Document, row: Document) -> None:
	length = cint(row.length)
	if length <= 0:
		_refuse(rule, row, "length", _("a deadline is at least 1 long."))
	if length > counting.LONGEST[row.unit]:
		_refuse(rule, row, "length", _("at most {0} are possible.").format(counting.LONGEST[row.unit]))
	if (row.unit in counting.NEED_CALENDAR or row.roll) and not rule.calendar:
		_refuse(rule, row, "unit", _("business days and working hours need a calendar in the rule."))
	if row.unit in counting.EXACT:
		for field in ("cut_off", "first_day_counts", "roll"):
			if row.get(field):
				_refuse(rule, row, field, _("is for days, weeks and months, not for hours."))
	row.cut_off = (row.cut_off or "").strip() or None
	if row.cut_off and not re.fullmatch(r"([01]?\d|2[0-3]):[0-5]\d(:[0-5]\d)?", row.cut_off):
		_refuse(rule, row, "cut_off", _("enter an hour such as 17:00."))
	if set(STARTS[row.starts_on]) & set(MET_BY[row.met_by]):
		_refuse(rule, row, "met_by", _("would be met by what starts it."))
	if row.repeats and not set(REPEATING) & set(MET_BY[row.met_by]):
		_refuse(rule, row, "repeats", _("only a deadline met by an update starts again."))
	_check_extensions(rule, row)


def _check_extensions(rule: Document, row: Document) -> None:
	for field in ("extensions_allowed", "extension_length"):
		if cint(row.get(field)) < 0:
			_refuse(rule, row, field, _("cannot be negative."))
	if not cint(row.extensions_allowed):
		return
	unit = row.extension_unit or row.unit
	if cint(row.extension_length) <= 0:
		_refuse(rule, row, "extension_length", _("say how long an extension may be."))
	if cint(row.extension_length) > counting.LONGEST[unit]:
		_refuse(rule, row, "extension_length", _("at most {0} are possible.").format(counting.LONGEST[unit]))
	if unit in counting.NEED_CALENDAR and not rule.calendar:
		_refuse(
			rule, row, "extension_unit", _("business days and working hours need a calendar in the rule.")
		)
	if row.is_window:
		_refuse(rule, row, "extensions_allowed", _("what may be missed is not extended."))


def _check_condition(rule: Document, row: Document) -> None:
	if row.field not in CONDITION_FIELDS:
		_refuse(rule, row, "field", _("is not a field a condition can look at."))
	if not frappe.get_meta("Complaint").has_field(row.field):
		_refuse(rule, row, "field", _("complaints have no such field on this site."))
	value = (row.value or "").strip()
	if row.operator == "is":
		if value not in ("set", "not set"):
			_refuse(rule, row, "value", _("enter 'set' or 'not set'."))
		return
	if not value:
		_refuse(rule, row, "value", _("is empty. To ask whether a field is empty, use 'is' and 'not set'."))
	if row.operator not in ("=", "!=", *LISTS):
		return
	df = frappe.get_meta("Complaint").get_field(row.field)
	for part in value.split(",") if row.operator in LISTS else [value]:
		part = part.strip()
		known = part in df.options.split("\n") if df.fieldtype == "Select" else True
		if df.fieldtype == "Link":
			known = frappe.db.exists(df.options, part)
		if df.fieldtype == "Check":
			known = part in ("0", "1")
		if not known:
			_refuse(
				rule,
				row,
				"value",
				_("{0} is no value of {1}.").format(
					frappe.bold(frappe.utils.escape_html(part)), frappe.bold(_(df.label))
				),
			)


def _check_warning(rule: Document, row: Document, names: set[str]) -> None:
	if row.clock_name and row.clock_name not in names:
		_refuse(rule, row, "clock_name", _("this rule has no deadline of this name."))
	if row.kind == WARNING and not 1 <= cint(row.percent) <= 99:
		_refuse(
			rule,
			row,
			"percent",
			_("a warning goes out at 1 to 99 % of the time. What is later is a reminder."),
		)
	if row.kind == REMINDER and not 1 <= cint(row.days) <= 365:
		_refuse(rule, row, "days", _("a reminder comes 1 to 365 days after."))
	if row.kind == REMINDER and not 0 <= cint(row.times) <= 50:
		_refuse(rule, row, "times", _("a reminder is repeated 1 to 50 times."))
	if cint(row.escalation) < 0:
		_refuse(rule, row, "escalation", _("cannot be negative."))
	if not (row.to_handler or row.to_managers or row.role or row.user):
		_refuse(rule, row, "to_handler", _("say who gets the notice."))
	if row.reassign_to and not row.escalation:
		_refuse(rule, row, "reassign_to", _("a case changes hands only at an escalation level above 0."))


def _check_escalation(rule: Document, clock: str) -> None:
	"""Levels rise with time and nobody is escalated to twice: a case would go round in circles."""
	order = {WARNING: 0, MISSED: 1, REMINDER: 2}
	rows = [row for row in rule.warnings if row.clock_name in (None, "", clock) and cint(row.escalation)]
	rows.sort(key=lambda row: (order[row.kind], cint(row.percent), cint(row.days)))
	level, seen = 0, set()
	for row in rows:
		if row.escalation <= level:
			_refuse(
				rule,
				row,
				"escalation",
				_("of {0}: a later notice needs a higher level than an earlier one.").format(
					frappe.bold(frappe.utils.escape_html(clock))
				),
			)
		level = row.escalation
		for field in ("reassign_to", "user", "role"):
			if row.get(field) and (field, row.get(field)) in seen:
				_refuse(
					rule,
					row,
					field,
					_(
						"{0} was escalated to at a lower level already; the escalation would go in a circle."
					).format(frappe.bold(frappe.utils.escape_html(row.get(field)))),
				)
			seen.add((field, row.get(field)))


def _check_coverage(rule: Document) -> None:
	"""The calendar of an active rule knows the holidays as far as its deadlines reach from today."""
	counted = [row for row in rule.clocks if row.unit in counting.NEED_CALENDAR or row.roll]
	if not counted:
		return
	calendar = frappe.get_doc("Complaint Calendar", rule.calendar)
	for row in counted:
		length = cint(row.length) * DAYS_PER_UNIT[row.unit]
		if cint(row.extensions_allowed):
			unit = row.extension_unit or row.unit
			length += cint(row.extensions_allowed) * cint(row.extension_length) * DAYS_PER_UNIT[unit]
		end = add_days(getdate(nowdate()), int(length) + 1)
		starts_late = calendar.valid_from and getdate(calendar.valid_from) > getdate(nowdate())
		if not calendar.valid_to or getdate(calendar.valid_to) < end or starts_late:
			_refuse(
				rule,
				row,
				"length",
				_(
					"the calendar {0} has no holidays entered for the time from today to {1}. Enter them there, then activate the rule."
				).format(
					frappe.bold(frappe.utils.escape_html(calendar.name)),
					frappe.format(end, {"fieldtype": "Date"}),
				),
			)


def _refuse(doc: Document, row: Document, field: str, what: str) -> None:
	frappe.throw(
		_("{0}, row {1}, {2}: {3}").format(
			_(doc.meta.get_label(row.parentfield)), row.idx, frappe.bold(_(row.meta.get_label(field))), what
		),
		ClockRuleError,
	)
