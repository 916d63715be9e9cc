"""Rules and calendars that cannot work are refused with field and row; the rules of regulators are there to activate."""

from datetime import date

import frappe
import pytest
from clock_things import WEEK, a_clock, clock, make_calendar, make_rule
from factories import acting_as, make_complaint, make_user, unique, user_of
from frappe.utils import add_to_date, nowdate

from iso10002 import roles
from iso10002.handling.clocks import rules
from iso10002.handling.clocks.running_out import warn_of_calendars
from iso10002.handling.errors import ClockRuleError
from iso10002.setup.clock_rules import CALENDARS, RULES

TODAY = date.today().isoformat()
WARNING = {"kind": "Warning", "percent": 75, "to_handler": 1}
MISSED = {"kind": "Missed", "to_handler": 1, "escalation": 1}
REMINDER = {"kind": "Reminder", "days": 7, "to_handler": 1}
IN_MONTHS = {"extensions_allowed": 1, "extension_length": 1, "extension_unit": "Months"}


def refuses(message: str, *clocks: dict, **values) -> None:
	before = frappe.db.count("Complaint Clock Rule")
	with pytest.raises(ClockRuleError) as refused:
		make_rule(*clocks, **values)
	for part in message.split(" ... "):
		assert part in str(refused.value).replace("<strong>", "").replace("</strong>", "")
	assert frappe.db.count("Complaint Clock Rule") == before


@pytest.mark.parametrize(
	("values", "message"),
	[
		({"length": 0}, "Deadlines, row 2, Length ... at least 1"),
		({"length": -3}, "Deadlines, row 2, Length ... at least 1"),
		({"length": 4000}, "Deadlines, row 2, Length ... at most 3650"),
		({"unit": "Business Days"}, "Deadlines, row 2, Unit ... need a calendar"),
		({"unit": "Working Hours"}, "Deadlines, row 2, Unit ... need a calendar"),
		({"roll": 1}, "Deadlines, row 2, Unit ... need a calendar"),
		({"unit": "Hours", "cut_off": "17:00"}, "row 2, Cut-off hour ... not for hours"),
		({"cut_off": "25:00"}, "row 2, Cut-off hour ... such as 17:00"),
		({"cut_off": "soon"}, "row 2, Cut-off hour ... such as 17:00"),
		({"starts_on": "Communicated"}, "row 2, Met when ... met by what starts it"),
		({"repeats": 1}, "row 2, Starts again when met ... only a deadline met by an update"),
		({"clock_name": "First"}, "row 2, Deadline ... already"),
		({"extensions_allowed": -1}, "row 2, Extensions allowed ... negative"),
		({"extension_length": -1}, "row 2, Longest extension ... negative"),
		({"extensions_allowed": 1}, "row 2, Longest extension ... how long"),
		({**IN_MONTHS, "extension_length": 999}, "row 2, Longest extension ... at most 120"),
		({**IN_MONTHS, "extension_unit": "Business Days"}, "row 2, Unit of the extension ... calendar"),
		({**IN_MONTHS, "is_window": 1}, "row 2, Extensions allowed ... not extended"),
	],
)
def test_a_deadline_that_cannot_work_is_refused(values, message):
	refuses(message, a_clock(clock_name="First"), a_clock(**values))


@pytest.mark.parametrize(
	("warnings", "message"),
	[
		([{**WARNING, "percent": 200}], "Warnings and escalation, row 1, At % of the time ... 1 to 99 %"),
		([{**WARNING, "percent": 0}], "row 1, At % of the time"),
		([{**WARNING, "percent": -5}], "row 1, At % of the time"),
		([{**REMINDER, "days": 0}], "row 1, Days after"),
		([{**REMINDER, "times": -1}], "row 1, Times"),
		([{**MISSED, "escalation": -1}], "row 1, Escalation level ... negative"),
		([WARNING, {**WARNING, "to_handler": 0}], "row 2, To the handler ... who gets"),
		([{**WARNING, "clock_name": "Unknown"}], "row 1, Deadline ... no deadline of this name"),
		([{**WARNING, "reassign_to": "Administrator"}], "row 1, New handler ... level above 0"),
		([MISSED, {**REMINDER, "escalation": 1}], "row 2, Escalation level ... higher level"),
		(
			[{**MISSED, "escalation": 2}, {**WARNING, "escalation": 2}],
			"row 1, Escalation level ... higher level",
		),
	],
)
def test_a_warning_that_cannot_work_is_refused(warnings, message):
	refuses(message, warnings=warnings)


def test_an_escalation_in_a_circle_is_refused():
	first, second = (make_user(roles.HANDLER).name for _number in range(2))
	steps = [
		{**MISSED, "reassign_to": first},
		{**REMINDER, "days": 1, "escalation": 2, "reassign_to": second},
		{**REMINDER, "days": 2, "escalation": 3, "reassign_to": first},
	]
	refuses(f"row 3, New handler: {first} ... circle", warnings=steps)
	assert make_rule(warnings=steps[:2])
	refuses(
		"row 2, To everybody with the role ... circle",
		warnings=[{**MISSED, "role": roles.MANAGER}, {**REMINDER, "escalation": 2, "role": roles.MANAGER}],
	)


@pytest.mark.parametrize(
	("condition", "message"),
	[
		(
			{"field": "channel", "value": "Pigeon"},
			"Conditions, row 1, Value: Pigeon is no value of Received by",
		),
		({"field": "channel", "operator": "in", "value": "Phone, Pigeon"}, "row 1, Value: Pigeon"),
		({"field": "severity", "value": "Huge"}, "row 1, Value: Huge is no value of Severity"),
		({"field": "vulnerable", "value": "yes"}, "row 1, Value: yes"),
		({"field": "category", "value": " "}, "row 1, Value: is empty"),
		({"field": "category", "operator": "is", "value": "empty"}, "row 1, Value: enter 'set'"),
	],
)
def test_a_condition_that_never_holds_is_refused(condition, message):
	refuses(message, conditions=[{"operator": "=", **condition}])


def test_a_rule_without_deadlines_or_with_a_negative_priority_is_refused():
	with pytest.raises(frappe.MandatoryError):
		make_rule(clocks=[])
	refuses("Priority", priority=-1)


def test_an_active_rule_needs_holidays_as_far_as_its_deadlines_reach():
	short = make_calendar(valid_to=add_to_date(nowdate(), days=20)).name
	days = a_clock(unit="Business Days", length=15)
	refuses(f"Deadlines, row 1, Length: the calendar {short} has no holidays entered", days, calendar=short)
	assert make_rule(days, calendar=short, is_active=0)
	assert make_rule(a_clock(unit="Business Days", length=5), calendar=short)
	longer = {"extensions_allowed": 1, "extension_length": 15, "extension_unit": "Business Days"}
	refuses("has no holidays", a_clock(unit="Business Days", length=5, **longer), calendar=short)
	late = make_calendar(valid_from=add_to_date(nowdate(), days=1)).name
	refuses("has no holidays", days, calendar=late)


@pytest.mark.parametrize(
	("values", "message"),
	[
		({"time_zone": "Europe/Nowhere"}, "Time zone: Europe/Nowhere is not known"),
		({"time_zone": "../../etc/passwd"}, "is not known"),
		({"valid_from": "2027-01-01", "valid_to": "2026-01-01"}, "lies before the first day"),
		(
			{"hours": [{"weekday": "Monday", "from_time": "17:00:00", "to_time": "09:00:00"}]},
			"Working hours, row 1, To: must be later",
		),
		(
			{
				"hours": [
					{"weekday": "Monday", "from_time": "09:00:00", "to_time": "13:00:00"},
					{"weekday": "Monday", "from_time": "12:00:00", "to_time": "17:00:00"},
				]
			},
			"Working hours, row 2, From: overlaps",
		),
		(
			{"holidays": [{"day": TODAY}, {"day": TODAY}]},
			"Holidays, row 2, Day: this day is in the list",
		),
		({"holidays": [{"day": "1999-12-25"}]}, "Holidays, row 1, Day: lies outside"),
	],
)
def test_a_calendar_that_cannot_work_is_refused(values, message):
	with pytest.raises(ClockRuleError) as refused:
		make_calendar(**values)
	assert message in str(refused.value).replace("<strong>", "").replace("</strong>", "")


def test_a_calendar_without_working_hours_is_refused():
	with pytest.raises(frappe.ValidationError):
		make_calendar(hours=[])


def test_a_manager_keeps_the_rules_and_others_read_them():
	with acting_as(make_user(roles.MANAGER).name):
		rule = make_rule()
	with acting_as(user_of("handler")):
		doc = frappe.get_doc("Complaint Clock Rule", rule.name)
		doc.check_permission("read")
		doc.clocks[0].length = 99
		with pytest.raises(frappe.PermissionError):
			doc.save()


# What a site starts with


def test_the_plain_rule_is_active_and_those_of_regulators_are_not():
	found = dict(frappe.get_all("Complaint Clock Rule", ["name", "is_active"], as_list=True))
	assert {rule["rule_name"] for rule in RULES} <= set(found)
	assert [name for name in found if found[name]] == ["ISO 10002"]


@pytest.mark.parametrize("name", [rule["rule_name"] for rule in RULES])
def test_a_shipped_rule_is_activated_once_the_holidays_are_entered(name):
	rule = frappe.get_doc("Complaint Clock Rule", name)
	rule.is_active = 1
	counted = any(row.unit == "Business Days" for row in rule.clocks)
	if counted:
		with pytest.raises(ClockRuleError, match="no holidays entered"):
			rule.save()
		calendar = frappe.get_doc("Complaint Calendar", rule.calendar)
		calendar.update({"valid_from": nowdate(), "valid_to": add_to_date(nowdate(), years=2)})
		calendar.append("holidays", {"day": add_to_date(nowdate(), days=40)})
		calendar.save()
	rule.reload()
	rule.is_active = 1
	rule.save()
	values = {row.field: row.value.strip("%") for row in rule.conditions}
	if "market_segment" not in values and "product_or_service" not in values:
		values["product_or_service"] = "Anything"
	case = make_complaint(**values)
	given = rules.choose(case)[0]
	for row in rule.clocks:
		assert given[row.clock_name].rule == name and clock(case.name, row.clock_name).rule == name


def test_shipped_calendars_have_working_days_and_no_invented_holidays():
	for name in CALENDARS:
		calendar = frappe.get_doc("Complaint Calendar", name)
		assert len(calendar.hours) == len(WEEK) and not calendar.holidays and not calendar.valid_to


def test_seeding_again_changes_nothing():
	from iso10002.setup.clock_rules import seed_clock_rules

	frappe.db.set_value("Complaint Clock Rule", "CBB", "description", unique("Edited"))
	before = frappe.get_all("Complaint Clock Rule", ["name", "modified"], order_by="name")
	seed_clock_rules()
	assert frappe.get_all("Complaint Clock Rule", ["name", "modified"], order_by="name") == before


def test_managers_are_told_once_before_the_holidays_of_a_calendar_end():
	calendar = make_calendar(valid_to=add_to_date(nowdate(), days=30)).name
	make_rule(a_clock(unit="Business Days", length=5), calendar=calendar)
	unused = make_calendar(valid_to=add_to_date(nowdate(), days=30)).name
	for _day in range(2):
		warn_of_calendars()
	told = frappe.get_all("Notification Log", {"document_name": calendar}, pluck="for_user")
	assert told.count(user_of("manager")) == 1 and user_of("handler") not in told
	assert not frappe.db.exists("Notification Log", {"document_name": unused})
