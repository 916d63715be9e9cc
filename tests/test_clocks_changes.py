"""Extending, pausing, resuming and exempting deadlines, each within the rule the case has kept."""

import json
from datetime import timedelta

import frappe
import pytest
from clock_things import a_clock, clock, make_calendar, make_rule, received
from factories import acting_as, complaint_in, make_access, make_party, make_user, take, unique, user_of
from frappe.utils import now_datetime, nowdate
from pypika.terms import Interval

from iso10002.analytics.figures import figures
from iso10002.analytics.reader import current
from iso10002.analytics.selection import Selection
from iso10002.handling import letters, work
from iso10002.handling.clocks import actions
from iso10002.handling.errors import ClockError
from iso10002.handling.panel import case_panel
from iso10002.patches import empty_due_times

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


def shown_as_overdue(case: str) -> dict[str, bool]:
	"""Whether figure, list (as card and queue ask it), My work and calendar call a case overdue."""
	alone = [["Complaint", "name", "=", case]]
	card = frappe.get_doc("Number Card", "Overdue Complaints")
	asked = [*json.loads(card.filters_json), ["Complaint", "response_due", "<", now_datetime()], *alone]
	with acting_as(user_of("handler")):
		found = work.my_work()
		waiting = [*found["waiting_for_me"], *found["waiting_for_others"]]
		calendar = work.deadlines("2000-01-01", "2100-01-01", alone)
		chosen = Selection.read({}, current())
		by_case = figures(["overdue"], chosen, current(), ["product"])
		product = frappe.db.get_value("Complaint", case, "product_or_service")
		return {
			"figure": bool(by_case.value("overdue", (product,))),
			"list": bool(frappe.get_list("Complaint", asked)),
			"my work": any(row["name"] == case and row["late"] for row in waiting)
			or any(row["complaint"] == case and row["late"] for row in found["due_today"]),
			"calendar": any(row["color"] == "#c0392b" for row in calendar),
		}


def gone_by(case: str, days: int) -> None:
	"""Let time pass for a case: all that was recorded and is due lies so many days further back."""
	for doctype in ("Complaint", "Complaint Event", "Complaint Clock"):
		table = frappe.qb.DocType(doctype)
		names = [df.fieldname for df in frappe.get_meta(doctype).fields if df.fieldtype == "Datetime"]
		query = frappe.qb.update(table).where(
			table["name" if doctype == "Complaint" else "complaint"] == case
		)
		for field in (*names, "creation"):
			query = query.set(table[field], table[field] - Interval(days=days))
		query.run()


@pytest.mark.parametrize("what", ("running", "paused", "exempt"))
def test_a_deadline_that_stands_still_or_was_taken_away_is_overdue_nowhere(what):
	make_rule(a_clock(pause_allowed=1))
	case = complaint_in("Assessed", product_or_service=unique("Product"))
	if what == "paused":
		with acting_as(user_of("handler")):
			actions.pause(clock(case).name, "Waiting for the complainant.")
	if what == "exempt":
		with acting_as(user_of("manager")):
			actions.exempt(clock(case).name, "Court case.")
	gone_by(case, 30)
	assert set(shown_as_overdue(case).values()) == {what == "running"}
	take(case, "Investigate")
	assert set(shown_as_overdue(case).values()) == {what == "running"}


def test_what_stands_still_shows_no_due_time_until_it_runs_again(changeable):
	due = due_fields(changeable)[1]
	make_party(changeable)
	with acting_as(user_of("handler")):
		actions.pause(clock(changeable).name, "Waiting for the complainant.")
		assert due_fields(changeable)[1] is None
		assert "answer by ." not in letters.draft(changeable, "Update")["message"]
		actions.resume(clock(changeable).name)
	assert due_fields(changeable)[1] >= due


def test_a_reopened_case_is_not_overdue_by_the_answer_it_had():
	make_rule(a_clock())
	case = complaint_in("Closed", product_or_service=unique("Product"))
	due = due_fields(case)[1]
	assert due
	gone_by(case, 30)
	take(case, "Reopen", reopening_reason="There is more to it.")
	assert clock(case).state == "Met" and not any(shown_as_overdue(case).values())


def test_cases_from_before_are_repaired_and_what_was_answered_stays():
	make_rule(a_clock(pause_allowed=1))
	paused, running, answered = (complaint_in(stage) for stage in ("Assessed", "Assessed", "Accepted"))
	with acting_as(user_of("handler")):
		actions.pause(clock(paused).name, "Waiting for the complainant.")
	frappe.db.set_value("Complaint", paused, "response_due", clock(paused).due_on)
	before = [due_fields(case) for case in (running, answered)]
	for _twice in range(2):
		empty_due_times.execute()
		assert due_fields(paused)[1] is None and all(due for _acknowledge, due in before)
		assert [due_fields(case) for case in (running, answered)] == before


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
