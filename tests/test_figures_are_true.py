"""Every measure compared with a slow reading of the raw events: of demo cases, and of random small histories."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

import frappe
import pytest
from factories import acting_as, complaint_in, make_complaint, make_party, put, take, user_of
from frappe.utils import add_days, add_months, get_first_day, get_last_day, getdate, nowdate
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from slow_figures import slow_figures

from iso10002.analytics import reader
from iso10002.analytics.figures import figures
from iso10002.analytics.measures import MEASURES
from iso10002.analytics.selection import Selection
from iso10002.handling import events
from iso10002.setup.demo import made
from iso10002.setup.demo.clear import clear
from iso10002.setup.demo.load import load

EVERYTHING = reader.Reader("Administrator", True)


@pytest.fixture(scope="module")
def demo(site: str, pytestconfig: pytest.Config) -> Iterator[None]:
	"""Demo cases that end today (as many as --demo-cases says), committed; cleared after the tests of this file."""
	frappe.db.rollback()
	if made.count_cases(demo=True) or made.remembered():
		clear()
	load(pytestconfig.getoption("demo_cases"), force=True)
	answer_surveys()
	say_where_from()
	get_better()
	frappe.db.commit()
	yield
	frappe.db.rollback()
	frappe.db.delete("Complaint Survey", {"complaint": ["like", "DEMO-%"]})
	frappe.db.delete("Complaint Improvement", {"name": ["like", "demo-%"]})
	frappe.db.delete("Complaint Training", {"name": ["like", "demo-%"]})
	frappe.db.delete("Complaint Proposal", {"source_name": "demo"})
	clear()
	frappe.db.commit()


def say_where_from() -> None:
	"""Every fourth case was made of a ticket, every second of those because a rule had proposed it."""
	cases = frappe.get_all(
		"Complaint", {"name": ["like", "DEMO-%"]}, ["name", "received_on"], order_by="name"
	)
	for number, case in enumerate(cases[::4]):
		for event in ("Taken Over", "Proposal Accepted")[: 1 + number % 2]:
			events.append(case.name, event, occurred_on=case.received_on)


def get_better() -> None:
	"""An improvement that worked and one that did not, a training, and tickets a rule proposed, some months ago."""
	day = add_days(nowdate(), -100)
	for number, effect in enumerate(("Effective", "Not effective")):
		write(
			"Complaint Improvement",
			{"name": f"demo-{number}", **fields_of("Complaint Improvement", day, effect)},
		)
	write("Complaint Training", {"name": "demo-0", **fields_of("Complaint Training", day, 12)})
	for state in ("Open", "Rejected"):
		put("Complaint Proposal", creation=f"{day} 10:00:00", state=state, source_name="demo")


def answer_surveys() -> None:
	"""A survey for every third closed case; two of three are answered, a question left out now and then."""
	closed = frappe.get_all(
		"Complaint", {"status": "Closed", "name": ["like", "DEMO-%"]}, ["name", "closed_on"], order_by="name"
	)
	for number, case in enumerate(closed[::3]):
		survey = frappe.new_doc("Complaint Survey")
		survey.update(
			{"complaint": case.name, "party": "x", "respondent": "Complainant", "sent_on": case.closed_on}
		)
		if number % 7 == 0:
			survey.respondent = "Person complained about"
		if number % 3:
			survey.update({"answered_on": case.closed_on, "access": 0 if number % 5 == 0 else 4})
			survey.update({"informed": 3, "treatment": 1 + number % 5, "time": 2, "outcome": 1 + number % 3})
		survey.insert()


def compare(selection: Selection, who: reader.Reader = EVERYTHING) -> dict[str, float]:
	"""Assert that every measure is what the slow reading says; return the measures."""
	slow = slow_figures(selection.begin, selection.until)
	fast = figures(list(MEASURES), selection, who)
	values = {name: fast.value(name) for name in MEASURES}
	assert set(slow) == set(MEASURES)
	for name, value in values.items():
		assert (value or 0) == pytest.approx(slow[name] or 0, abs=1e-3), (
			f"{name}: {value}, slowly {slow[name]}"
		)
	return values


def period(months_back: int, length: int) -> Selection:
	start = get_first_day(add_months(nowdate(), -months_back))
	return Selection(getdate(start), getdate(get_last_day(add_months(start, length - 1))))


@pytest.mark.parametrize(("months_back", "length"), ((24, 25), (13, 12), (7, 3), (3, 1), (0, 1)))
def test_every_measure_of_the_demo_cases_is_true(demo, months_back, length):
	values = compare(period(months_back, length))
	if length == 25:
		empty = {name for name, value in values.items() if not value}
		assert empty <= {"overdue", "repeat_complainants"}, "a measure nothing is counted in proves nothing"


def test_overdue_cases_and_repeat_complainants_are_counted():
	for days_ago in (60, 5):
		case = make_complaint(received_on=datetime.now() - timedelta(days=days_ago)).name
		make_party(case, email="again@example.org")
	values = compare(period(2, 3))
	assert values["overdue"] and values["repeat_complainants"]


def test_a_breakdown_adds_up_to_the_total(demo):
	chosen = period(13, 12)
	whole = figures(list(MEASURES), chosen, EVERYTHING)
	of_cases = [name for name, measure in MEASURES.items() if measure.of.of_cases]
	for by in (["category"], ["channel", "severity"], ["period"], ["handler", "period"]):
		parts = figures(of_cases, chosen, EVERYTHING, by)
		for name in parts.total:
			cell = whole.total[name]
			assert parts.total[name].number == cell.number, (name, by)
			assert parts.total[name].total == pytest.approx(cell.total), (name, by)


def test_the_months_of_a_series_are_those_of_the_months_alone(demo):
	names = [name for name in MEASURES if not name.startswith(("open", "overdue", "recurring", "repeat"))]
	names = [
		name for name in names if MEASURES[name].source != "surveys"
	]  # a series hides what a month alone shows
	series = figures(names, period(5, 4), EVERYTHING, ["period"])
	for first in period(5, 4).periods():
		alone = figures(names, Selection(first, getdate(get_last_day(first))), EVERYTHING)
		for name in names:
			assert (series.value(name, (first,)) or 0) == pytest.approx(alone.value(name) or 0), (name, first)


def test_who_sees_no_case_gets_the_same_totals(demo):
	with acting_as(user_of("executive")):
		compare(period(13, 12), reader.current())


WAYS = (
	"Acknowledge",
	"Assess",
	"Investigate",
	"Propose Decision",
	"Approve Decision",
	"Communicate Decision",
)
ENDS = ("Record Acceptance", "Record Rejection")


@settings(max_examples=8, deadline=None, suppress_health_check=list(HealthCheck))
@given(
	histories=st.lists(
		st.tuples(
			st.integers(0, len(WAYS)),
			st.sampled_from(("", "Withdraw", "Not a Complaint", "priority", "late", *ENDS)),
			st.booleans(),
			st.integers(0, 70),
			st.sampled_from(("maria@example.org", "other@example.org", "")),
		),
		min_size=1,
		max_size=3,
	)
)
def test_every_measure_of_random_histories_is_true(histories):
	frappe.db.savepoint("histories")
	try:
		for steps, turn, reopen, days_ago, email in histories:
			one_history(steps, turn, reopen, days_ago, email)
		compare(period(2, 3))
	finally:
		frappe.db.rollback(save_point="histories")
		frappe.local.document_cache = {}


def one_history(steps: int, turn: str, reopen: bool, days_ago: int, email: str) -> None:
	"""Let one case happen: so many steps, then a turn, then perhaps another round."""
	received = datetime.now().replace(microsecond=0) - timedelta(days=days_ago)
	case = make_complaint(as_user=user_of("intake"), received_on=received, product_or_service="Parcel").name
	if email:
		make_party(case, email=email)
	for action in WAYS[:steps]:
		take(case, action)
	if turn == "priority" and steps == 3:
		doc = frappe.get_doc("Complaint", case)
		doc.update({"priority": "Urgent", "priority_reason": "A minister asked."})
		doc.save()
	if turn in ("Withdraw", "Not a Complaint") and (turn == "Withdraw" or steps <= 3):
		take(case, turn)
		if reopen:
			take(case, "Reopen", reopening_reason="There is more to it.")
	if turn in ENDS and steps == len(WAYS):
		take(case, turn)
		if turn == "Record Rejection" and reopen:
			take(case, "Review")
		elif turn == "Record Acceptance":
			take(case, "Close")
			if reopen:
				take(case, "Reopen", reopening_reason="There is more to it.")


DAYS = st.integers(0, 70)
RECORDS = st.one_of(
	st.tuples(
		st.just("Complaint Improvement"), DAYS, st.sampled_from(("Done", "Effective", "Not effective"))
	),
	st.tuples(st.just("Complaint Training"), DAYS, st.integers(1, 40)),
	st.tuples(st.just("Complaint Survey"), DAYS, st.lists(st.integers(0, 5), min_size=5, max_size=5)),
	st.tuples(st.just("Complaint Survey"), DAYS, st.none()),
	st.tuples(st.just("Complaint Remedy"), DAYS, st.sampled_from(("Accepted", "Performed", "Verified"))),
	st.tuples(st.just("Complaint Review"), DAYS, st.sampled_from(("Confirmed", "Varied", "Overturned"))),
	st.tuples(
		st.just("Complaint Referral"),
		DAYS,
		st.sampled_from(("Not taken up", "Settled by agreement", "Decided for the organisation")),
	),
)


@settings(max_examples=15, deadline=None, suppress_health_check=list(HealthCheck))
@given(rows=st.lists(RECORDS, min_size=5, max_size=14))
def test_every_measure_of_random_records_beside_a_case_is_true(demo, rows):
	frappe.db.savepoint("records")
	try:
		case = frappe.get_all("Complaint", {"status": "Closed"}, pluck="name", limit=1)[0]
		for number, (doctype, days_ago, value) in enumerate(rows):
			day = add_days(nowdate(), -days_ago)
			write(doctype, {"name": f"random-{number}", "complaint": case, **fields_of(doctype, day, value)})
		compare(period(2, 3))
		compare(period(1, 1))
	finally:
		frappe.db.rollback(save_point="records")


def fields_of(doctype: str, day: str, value: object) -> dict:
	"""Return what a record of this kind says; `value` is what it turned out to be."""
	if doctype == "Complaint Improvement":
		return {"done_on": day, "status": value, "effect": "" if value == "Done" else value}
	if doctype == "Complaint Training":
		return {"held_on": day, "people": value}
	if doctype == "Complaint Remedy":
		return {"performed_on": day, "progress": value, "value": 12.5, "parenttype": "Complaint"}
	if doctype == "Complaint Review":
		return {"completed_on": day, "outcome": value, "docstatus": 0 if value == "Varied" else 1}
	if doctype == "Complaint Referral":
		return {"outcome_on": day, "outcome": value}
	asked = {"sent_on": day, "respondent": "Complainant", "party": "x"}
	if value and value[0] == value[1]:
		asked["respondent"] = "Person complained about"
	questions = ("access", "informed", "treatment", "time", "outcome")
	return {**asked, "answered_on": day, **dict(zip(questions, value, strict=True))} if value else asked


def write(doctype: str, values: dict) -> None:
	"""Write a record past its rules: the figures are to be true to what is stored, however it came there."""
	if doctype == "Complaint Remedy":
		values["parent"] = values.pop("complaint")
	elif not frappe.get_meta(doctype).has_field("complaint"):
		values.pop("complaint", None)
	frappe.db.bulk_insert(doctype, list(values), [list(values.values())])


def test_a_case_one_may_not_see_moves_no_figure_of_ones_own():
	with acting_as(user_of("handler")):
		handler = reader.current()
	chosen = period(1, 2)
	by = ["handler", "period"]
	before = {
		tuple(key): {name: cell.number for name, cell in row.items()}
		for key, row in figures(list(MEASURES), chosen, handler, ["handler"]).rows.items()
	}
	case = complaint_in("Closed")
	make_party(case, role="Person complained about", linked_doctype="User", linked_name=user_of("handler"))
	after = {
		tuple(key): {name: cell.number for name, cell in row.items()}
		for key, row in figures(list(MEASURES), chosen, handler, ["handler"]).rows.items()
	}
	assert before == after
	assert (
		figures(["closed"], chosen, EVERYTHING, by).total["closed"].number
		> figures(["closed"], chosen, handler, by).total["closed"].number
	)
