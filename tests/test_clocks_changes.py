"""Extending, pausing, resuming and exempting deadlines, each within the rule the case has kept."""

import json
from datetime import timedelta

import frappe
import pytest
from clock_things import a_clock, clock, make_calendar, make_rule, received
from factories import acting_as, make_access, make_user, user_of
from frappe.utils import now_datetime, nowdate

from iso10002.handling.clocks import actions
from iso10002.handling.errors import ClockError
from iso10002.handling.panel import case_panel

DAY = timedelta(days=1)


def due_fields(case: str) -> tuple:
	return frappe.db.get_value("Complaint", case, ["acknowledge_due", "response_due"])


@pytest.fixture
def changeable():
	"""A case whose answer may be extended once by five business days and paused."""
	calendar = make_calendar()
	make_rule(
		a_clock(pause_allowed=1, extensions_allowed=1, extension_length=5, extension_unit="Business Days"),
		a_clock(clock_name="Strict", purpose="Other"),
		calendar=calendar.name,
	)
	return received(3 * DAY).name


def extended(case: str, name: str = "Answer", **values):
	arguments = {
		"length": 5,
		"unit": None,
		"reason": "An expert is ill.",
		"notice_sent_on": nowdate(),
		**values,
	}
	with acting_as(user_of("handler")):
		return actions.extend(clock(case, name).name, **arguments)


def test_an_extension_moves_the_deadline_and_keeps_the_first_one(changeable):
	before = clock(changeable)
	event = extended(changeable)
	after = clock(changeable)
	assert after.due_on > before.due_on and after.first_due_on == before.due_on
	assert (after.extensions, after.extended_by, after.breached_on) == (1, "5 Business Days", None)
	assert due_fields(changeable)[1] == after.due_on
	details = json.loads(frappe.db.get_value("Complaint Event", event, "details"))
	assert details["notice_sent_on"] and details["due_on"] == [str(before.due_on), str(after.due_on)]


def test_an_extension_after_the_deadline_keeps_the_breach():
	make_rule(a_clock(length=2, extensions_allowed=2, extension_length=20, extension_unit="Calendar Days"))
	case = received(5 * DAY).name
	extended(case, length=10)
	row = clock(case)
	assert row.breached_on == row.first_due_on < now_datetime() < row.due_on


@pytest.mark.parametrize(
	("values", "message"),
	[
		({"length": 6}, "1 to 5"),
		({"length": -1}, "1 to 5"),
		({"unit": "Months"}, "extended in Business Days"),
		({"reason": "  "}, "give a reason"),
		({"notice_sent_on": None}, "told about the extension"),
		({"notice_sent_on": "2999-01-01"}, "future"),
		({"notice_sent_on": "2000-01-01"}, "before the deadline began"),
		({"notice_sent_on": "soon"}, "no date"),
	],
)
def test_an_extension_beyond_its_rule_is_refused_and_changes_nothing(changeable, values, message):
	before = clock(changeable)
	with pytest.raises(ClockError, match=message):
		extended(changeable, **values)
	assert clock(changeable) == before


def test_a_deadline_is_extended_only_as_often_as_its_rule_says(changeable):
	extended(changeable)
	with pytest.raises(ClockError, match="1 times"):
		extended(changeable)
	with pytest.raises(ClockError, match="0 times"):
		extended(changeable, "Strict")


def test_a_pause_stops_warnings_and_moves_the_deadline(changeable, monkeypatch):
	before = clock(changeable)
	handler = user_of("handler")
	with acting_as(handler):
		actions.pause(before.name, "Waiting for the complainant.")
		assert (clock(changeable).state, clock(changeable).next_due_on) == ("Paused", None)
		with pytest.raises(ClockError, match="not running"):
			actions.pause(before.name, "Again.")
		event = frappe.qb.DocType("Complaint Event")
		earlier = frappe.qb.update(event).set(event.occurred_on, now_datetime() - 2 * DAY)
		earlier.where(event.complaint == changeable).where(event.event == "Deadline Paused").run()
		actions.resume(before.name)
		with pytest.raises(ClockError, match="not paused"):
			actions.resume(before.name)
	after = clock(changeable)
	assert after.state == "Running" and after.due_on == before.due_on + 2 * DAY
	assert 2 * DAY <= timedelta(seconds=after.paused_for) < 2 * DAY + timedelta(minutes=5)
	assert after.next_due_on


def test_a_deadline_whose_rule_forbids_it_does_not_pause(changeable):
	with acting_as(user_of("handler")), pytest.raises(ClockError, match="forbids"):
		actions.pause(clock(changeable, "Strict").name, "Waiting.")


def test_a_missed_deadline_is_not_paused():
	make_rule(a_clock(length=1, pause_allowed=1))
	case = received(5 * DAY).name
	with acting_as(user_of("handler")), pytest.raises(ClockError, match="over already"):
		actions.pause(clock(case).name, "Waiting.")


def test_a_manager_exempts_with_a_reason_and_nobody_else(changeable):
	name = clock(changeable).name
	with acting_as(user_of("handler")), pytest.raises(frappe.PermissionError):
		actions.exempt(name, "Not ours.")
	with acting_as(user_of("manager")):
		with pytest.raises(ClockError, match="reason"):
			actions.exempt(name, "")
		actions.exempt(name, "Court case.")
		with pytest.raises(ClockError, match="not run any more"):
			actions.exempt(name, "Court case.")
	assert (clock(changeable).state, clock(changeable).exempt_reason) == ("Exempt", "Court case.")


def test_who_may_not_change_the_case_does_not_change_its_deadlines(changeable):
	name = clock(changeable).name
	for user in (
		user_of("auditor"),
		user_of("executive"),
		user_of("investigator"),
		make_user("System Manager").name,
	):
		with acting_as(user), pytest.raises(frappe.PermissionError):
			actions.extend(name, 1, None, "Because", nowdate())
		with acting_as(user), pytest.raises(frappe.PermissionError):
			actions.pause(name, "Because")


def test_the_form_gets_the_deadlines_with_what_the_reader_may_do(changeable):
	doc = frappe.get_doc("Complaint", changeable)
	make_access(changeable)
	for user, may in (
		("handler", ["extend", "pause"]),
		("manager", ["extend", "pause", "exempt"]),
		("auditor", []),
	):
		with acting_as(user_of(user)):
			shown = {row["clock_name"]: row for row in case_panel(doc)["clocks"]}
		assert shown["Answer"]["may"] == may
		assert {"due_on", "state", "counting", "purpose"} <= set(shown["Answer"])
		assert "Answer after review" not in shown
