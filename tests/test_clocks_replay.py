"""Deadlines are derived: whatever happened to a case, working all of it out again gives the same."""

from dataclasses import replace
from datetime import datetime, timedelta

import frappe
from clock_things import a_clock, make_rule, received
from factories import acting_as, user_of
from frappe.utils import now_datetime, nowdate
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from iso10002.handling.clocks import actions, derive, keep, notices, sweep
from iso10002.handling.clocks.definition import MET_BY, STARTS, Definition, Level
from iso10002.handling.clocks.derive import Fact
from iso10002.handling.contacts import record_contact
from iso10002.handling.errors import ClockError
from iso10002.handling.stages import ENDED

START = datetime(2026, 1, 5, 10)
KINDS = sorted({kind for kinds in (*STARTS.values(), *MET_BY.values()) for kind in kinds} | set(ENDED))


def definition(**values) -> Definition:
	return Definition(
		**{
			"rule": "Rule",
			"clock": "Answer",
			"purpose": "Answer",
			"starts_on": "Received",
			"met_by": "Communicated",
			"length": 10,
			"unit": "Calendar Days",
			"zone": "Europe/Berlin",
			"site_zone": "Europe/Berlin",
			"pause_allowed": True,
			"levels": (Level("Missed"),),
			**values,
		}
	)


@st.composite
def histories(draw):
	"""Facts in the order they were recorded, each with the moment it was."""
	moment, found = START, [Fact("Received", START)]
	for kind in draw(st.lists(st.sampled_from([*KINDS, *derive.OF_ONE_CLOCK]), max_size=12)):
		moment += timedelta(hours=draw(st.integers(1, 200)))
		details = {"length": draw(st.integers(1, 9)), "unit": "Calendar Days", "remark": "Because"}
		own = kind in derive.OF_ONE_CLOCK
		found.append(Fact(kind, moment, "Answer" if own else None, 0, details if own else {}))
	return found


definitions = st.builds(
	definition,
	starts_on=st.sampled_from(sorted(STARTS)),
	met_by=st.sampled_from(sorted(MET_BY)),
	length=st.integers(1, 40),
	unit=st.sampled_from(["Hours", "Calendar Days", "Weeks", "Months"]),
	repeats=st.booleans(),
	is_window=st.booleans(),
	pause_allowed=st.booleans(),
)


@settings(max_examples=300, deadline=None)
@given(definitions, histories())
def test_what_is_over_stays_as_it_was_and_no_state_contradicts_itself(rule, facts):
	"""Read one by one or all at once: later facts do not change the rounds that are over."""
	before: list = []
	for number in range(1, len(facts) + 1):
		now = facts[number - 1].on
		rounds = derive.derive(rule, facts[:number], now)
		assert derive.derive(rule, facts[:number], now) == rounds
		for old, new in zip(before, rounds, strict=False):
			if old.state in ("Met", "Exempt"):
				assert old == new
			if old.breached_on:
				assert new.breached_on == old.breached_on
		before = rounds
		for state in rounds:
			assert (state.started_on is None) == (state.state == "Waiting")
			assert (state.met_on is not None) == (state.state == "Met")
			assert (state.paused_since is not None) == (state.state == "Paused")
			if state.started_on:
				assert state.first_due_on <= state.due_on
			if state.met_on and not state.extensions and not rule.is_window:
				assert (state.breached_on is not None) == (state.met_on > state.due_on)
			assert not (rule.is_window and state.breached_on)
		assert all(state.state not in ("Running", "Paused", "Waiting") for state in rounds[:-1])


@settings(max_examples=200, deadline=None)
@given(histories(), st.integers(0, 2000))
def test_time_alone_only_breaches(facts, hours):
	rule = definition()
	now = facts[-1].on
	early, late = (derive.derive(rule, facts, moment)[-1] for moment in (now, now + timedelta(hours=hours)))
	assert replace(late, breached_on=early.breached_on) == early


def test_a_definition_survives_being_written_and_read():
	rule = definition(levels=(Level("Warning", percent=50, role="Complaint Manager"), Level("Missed")))
	assert Definition.from_text(rule.text) == rule and Definition.from_text(rule.text).version == rule.version
	assert rule.version != definition(length=11).version


STEPS = ("contact", "pause", "resume", "extend", "exempt", "correct", "sweep", "day", "save")


def play(case: str, step: str) -> None:
	row = frappe.db.get_value(
		"Complaint Clock",
		{"complaint": case, "clock_name": "Answer", "round": 0},
		["name", "state"],
		as_dict=True,
	)
	if step == "contact":
		record_contact(case, "Phone", "Called.")
	elif step == "sweep":
		desk = notices.Desk()
		for each in frappe.get_all("Complaint Clock", {"complaint": case}, pluck="name"):
			sweep.handle(each, case, desk)
	elif step == "day":
		older = timedelta(days=1)
		for doctype, fields in (
			("Complaint Event", ("occurred_on",)),
			("Complaint Clock", ("started_on", "met_on", "stopped_on", "paused_since")),
		):
			for each in frappe.get_all(doctype, {"complaint": case}, ["name", *fields]):
				values = {field: each[field] - older for field in fields if each[field]}
				if values:
					frappe.db.set_value(doctype, each.name, values, update_modified=False)
		keep.follow(case)
	elif step == "correct":
		doc = frappe.get_doc("Complaint", case)
		doc.received_on -= timedelta(days=1)
		doc.save()
	elif step == "save":
		frappe.get_doc("Complaint", case).save()
	else:
		arguments = {"pause": ("Waiting",), "extend": (3, None, "Ill", nowdate()), "exempt": ("Court",)}
		getattr(actions, step)(row.name, *arguments.get(step, ()))


@settings(max_examples=12, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.lists(st.sampled_from(STEPS), min_size=2, max_size=7))
def test_what_grew_step_by_step_is_what_the_journal_says(steps):
	"""Delete the rows of a case and work them out from its events: the same deadlines in the same state."""
	frappe.db.rollback()
	frappe.set_user("Administrator")
	extension = {"extensions_allowed": 2, "extension_length": 9, "extension_unit": "Calendar Days"}
	make_rule(
		a_clock(length=5, pause_allowed=1, **extension),
		a_clock(clock_name="Update", length=3, met_by="Updated", purpose="Update", repeats=1),
	)
	case = received(timedelta(days=4)).name
	with acting_as(user_of("manager")):
		for step in steps:
			try:
				with acting_as("Administrator" if step in ("sweep", "day", "correct") else None):
					play(case, step)
			except ClockError:
				pass
	keep.follow(case)
	derived = ("clock_name", *keep.STATE_FIELDS)
	order = {"order_by": "clock_name, round"}
	grown = frappe.get_all("Complaint Clock", {"complaint": case}, [*derived], **order)
	frappe.db.delete("Complaint Clock", {"complaint": case})
	keep.rebuild([case])
	assert frappe.get_all("Complaint Clock", {"complaint": case}, [*derived], **order) == grown
	frappe.db.rollback()


def test_cases_that_came_in_without_deadlines_get_them_from_their_journal():
	case = received(timedelta(days=40)).name
	with acting_as(user_of("handler")):
		correct_to = now_datetime().replace(microsecond=0) - timedelta(days=35)
		doc = frappe.get_doc("Complaint", case)
		doc.received_on = correct_to
		doc.save()
	before = keep.clocks_of(case)
	frappe.db.delete("Complaint Clock", {"complaint": case})
	keep.rebuild([case])
	fields = ("clock_name", *keep.STATE_FIELDS)
	assert [[row[field] for field in fields] for row in keep.clocks_of(case)] == [
		[row[field] for field in fields] for row in before
	]
	(answer,) = (row for row in before if row.clock_name == "Answer")
	assert frappe.db.get_value("Complaint", case, "response_due") == answer.due_on
