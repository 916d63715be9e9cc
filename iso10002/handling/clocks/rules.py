"""Which clock rule serves which case, and what a case keeps of it.

Rules and calendars are read once per change: what was read is remembered under the time of the last change,
which comes from the database each time, so an edited rule is never served from memory.
"""

import re
from functools import lru_cache

import frappe
from frappe.model.document import Document
from frappe.utils import cint, get_system_timezone, get_time, getdate
from frappe.utils.data import compare

from iso10002.handling.clocks.calendars import WEEKDAYS, WorkCalendar
from iso10002.handling.clocks.definition import MISSED, REMINDER, WARNING, Definition, Level

# Fields of a complaint a condition may name.
CONDITION_FIELDS = (
	"category",
	"channel",
	"product_or_service",
	"customer_type",
	"vulnerable",
	"severity",
	"impact",
	"complexity",
	"safety_implication",
	"priority",
	"status",
	"jurisdiction",
	"language",
	"receiving_unit",
	"unit_concerned",
	"market_segment",
	# on sites that have these links, such as beside ERPNext
	"company",
	"branch",
	"department",
	"territory",
)
LISTS = ("in", "not in")

Rule = tuple[str, list[tuple[str, str, str]], tuple[Definition, ...]]


def choose(*cases: Document | dict) -> list[dict[str, Definition]]:
	"""Return for each of `cases` its clocks by name: of the matching active rules the one with the highest priority."""
	rules = active_rules()
	return [_clocks_of(case, rules) for case in cases]


def may_change(case: Document, before: Document) -> bool:
	"""Whether a saving changed anything a condition may look at."""
	return any((case.get(field) or None) != (before.get(field) or None) for field in CONDITION_FIELDS)


def matches(case: Document | dict, conditions: list[tuple[str, str, str]]) -> bool:
	"""Whether a case meets all conditions (field, operator, value); plain comparisons as in Frappe's filters."""
	return all(_holds(case.get(field), operator, value) for field, operator, value in conditions)


def active_rules() -> list[Rule]:
	"""Return the active rules, the highest priority first; of equals the older one first."""
	rule = frappe.qb.DocType("Complaint Clock Rule")
	calendar = frappe.qb.DocType("Complaint Calendar")
	rows = (
		frappe.qb.from_(rule)
		.left_join(calendar)
		.on(rule.calendar == calendar.name)
		.select(rule.name, rule.modified, calendar.modified)
		.where(rule.is_active == 1)
		.orderby(rule.priority, order=frappe.qb.desc)
		.orderby(rule.creation)
		.run()
	)
	zone = get_system_timezone()
	return [_read(frappe.local.site, name, str(changed), str(other), zone) for name, changed, other in rows]


def definitions_of(rule: Document, site_zone: str) -> tuple[Definition, ...]:
	"""Return the clocks of a rule as a case keeps them, with their warnings and the calendar."""
	calendar = calendar_of(frappe.get_doc("Complaint Calendar", rule.calendar)) if rule.calendar else None
	return tuple(
		Definition(
			rule=rule.name,
			clock=row.clock_name,
			purpose=row.purpose,
			starts_on=row.starts_on,
			met_by=row.met_by,
			length=cint(row.length),
			unit=row.unit,
			zone=calendar.zone if calendar else site_zone,
			site_zone=site_zone,
			first_day_counts=bool(row.first_day_counts),
			cut_off=get_time(row.cut_off).isoformat() if (row.cut_off or "").strip() else None,
			roll=bool(row.roll),
			is_window=bool(row.is_window),
			repeats=bool(row.repeats),
			pause_allowed=bool(row.pause_allowed),
			extensions_allowed=cint(row.extensions_allowed),
			extension_length=cint(row.extension_length),
			extension_unit=row.extension_unit or row.unit,
			levels=levels_of(rule, row),
			calendar=calendar,
		)
		for row in rule.clocks
	)


def levels_of(rule: Document, clock: Document) -> tuple[Level, ...]:
	"""Return the notices of one clock in the order of time; missing it is always one of them."""
	found = []
	for row in rule.warnings:
		if row.clock_name and row.clock_name != clock.clock_name:
			continue
		for number in range(1, (cint(row.times) or 1) + 1 if row.kind == REMINDER else 2):
			found.append(
				Level(
					kind=row.kind,
					percent=cint(row.percent) if row.kind == WARNING else 0,
					days=cint(row.days) * number if row.kind == REMINDER else 0,
					to_handler=bool(row.to_handler),
					to_managers=bool(row.to_managers),
					role=row.role or None,
					user=row.user or None,
					escalation=cint(row.escalation),
					reassign_to=row.reassign_to or None,
				)
			)
	if not any(level.kind == MISSED for level in found):
		found.append(Level(MISSED))
	order = {WARNING: 0, MISSED: 1, REMINDER: 2}
	return tuple(sorted(found, key=lambda level: (order[level.kind], level.percent, level.days)))


def calendar_of(doc: Document) -> WorkCalendar:
	"""Return a Complaint Calendar as a plain value."""
	hours: dict[str, list[tuple[int, int]]] = {day: [] for day in WEEKDAYS}
	for row in doc.hours:
		start, end = seconds(row.from_time), seconds(row.to_time)
		hours[row.weekday].append((start, end or 24 * 3600))
	return WorkCalendar(
		doc.name,
		doc.time_zone,
		tuple(tuple(sorted(hours[day])) for day in WEEKDAYS),
		frozenset(getdate(row.day) for row in doc.holidays),
		getdate(doc.valid_to) if doc.valid_to else None,
	)


def seconds(value: object) -> int:
	"""Return a time of day as seconds after midnight."""
	moment = get_time(value)
	return moment.hour * 3600 + moment.minute * 60 + moment.second


def _clocks_of(case: Document | dict, rules: list[Rule]) -> dict[str, Definition]:
	found: dict[str, Definition] = {}
	for _name, conditions, definitions in rules:
		if matches(case, conditions):
			for definition in definitions:
				found.setdefault(definition.clock, definition)
	return found


def _holds(have: object, operator: str, value: str) -> bool:
	if operator in LISTS:
		listed = [part.strip() for part in (value or "").split(",") if part.strip()]
		return (str(have) in listed) is (operator == "in")
	if operator == "is":
		return bool(have) is (value == "set")
	if operator in ("like", "not like"):
		return _is_like(str(have or ""), value or "") is (operator == "like")
	if isinstance(have, int):
		return compare(have, operator, cint(value))
	if operator in ("=", "!="):
		return compare(str(have or ""), operator, value or "")
	return have is not None and bool(compare(have, operator, value))


def _is_like(have: str, pattern: str) -> bool:
	"""Compare as the database does with LIKE: % is any text, _ one character, case does not matter."""
	parts = {"%": ".*", "_": "."}
	form = "".join(parts.get(letter, re.escape(letter)) for letter in pattern)
	return bool(re.fullmatch(form, have, re.IGNORECASE | re.DOTALL))


@lru_cache(maxsize=512)
def _read(site: str, name: str, changed: str, calendar_changed: str, zone: str) -> Rule:
	"""Read a rule as it was changed last; the arguments beside `name` only tell versions and sites apart."""
	rule = frappe.get_doc("Complaint Clock Rule", name)
	conditions = [(row.field, row.operator, row.value or "") for row in rule.conditions]
	return rule.name, conditions, definitions_of(rule, zone)
