"""Small figures: hidden from who sees no case, and answers to the survey from everybody, so that nothing gives them away."""

from __future__ import annotations

from collections import defaultdict
from itertools import product

import frappe
import pytest
from clock_things import a_clock, make_rule
from factories import acting_as, make_complaint, make_party, put, take, unique, user_of
from frappe.desk import query_report
from frappe.utils import add_months, get_first_day, get_last_day, nowdate
from hypothesis import given
from hypothesis import strategies as st

from iso10002.analytics import pack, reader
from iso10002.analytics.errors import FilterError
from iso10002.analytics.figures import Cell, Figures, figures
from iso10002.analytics.selection import Selection
from iso10002.analytics.suppression import cover, hide_small, needed
from iso10002.portal.survey import results

EXECUTIVE = reader.ORGANISATION
MARCH = {"from_date": "2018-03-01", "to_date": "2018-03-31"}
PARETO, TIMELINESS = "Complaint Pareto of Categories", "Complaint Timeliness by Clock"
SATISFACTION, AGEING = "Complaint Satisfaction", "Complaint Ageing and Overdue"


def run(report: str, kind: str = "executive", **filters: str) -> dict:
	with acting_as(user_of(kind)):
		return query_report.run(report, {**MARCH, **filters})


def said(found: dict, by: str, column: str) -> dict:
	return {row[by]: row[column] for row in found["result"] if not row.get("_total")}


def summary(found: dict) -> dict:
	return {row["label"]: row["value"] for row in found["report_summary"]}


def march(number: int, **values) -> list[str]:
	days = range(1, number + 1)
	return [make_complaint(received_on=f"2018-03-{day:02} 10:00:00", **values).name for day in days]


def answers(case: str, day: str, *points: int, respondent: str = "Complainant") -> None:
	for point in points:
		more = {"treatment": point, "outcome": point, "words": f"I give {point}."}
		put(
			"Complaint Survey",
			complaint=case,
			party="x",
			respondent=respondent,
			sent_on=day,
			answered_on=day,
			**more,
		)


# The rule by itself


def table(*groups: tuple[int, int]) -> Figures:
	"""Answered cases and those at first contact, by category."""
	measures, rows = needed(["decided", "first_contact"], True), {}
	for number, (whole, part) in enumerate(groups):
		counts = {"decided": whole, "first_contact": part}
		rows[(str(number),)] = {
			name: Cell(count, cases=count)
			for name in measures
			for count in [counts.get(name, whole - part)]
			if whole
		}
	rows = {key: row for key, row in rows.items() if row}
	found = Figures(("category",), ("decided", "first_contact"), rows)
	hide_small(found, EXECUTIVE)
	return found


def shown(found: Figures) -> list:
	return [
		tuple(found.value(name, key) for name in found.measures) if found.shows(key) else None
		for key in found.rows
	]


def test_small_groups_are_hidden_with_the_next_larger_one():
	assert shown(table((20, 20), (3, 3), (8, 8))) == [(20, 20), None, None]
	assert shown(table((20, 20), (3, 3), (4, 4), (8, 8))) == [(20, 20), None, None, None]
	assert shown(table((20, 20), (9, 9))) == [(20, 20), (9, 9)]
	assert shown(table((3, 3))) == [None] and shown(table((3, 3), (9, 9))) == [None, None]
	assert shown(table((30, 30), (3, 3), (8, 8), (8, 8))) == [(30, 30), None, None, None], (
		"which of two as large"
	)


def test_a_part_is_hidden_with_what_it_leaves_over():
	assert shown(table((40, 39), (6, 6), (20, 10))) == [(40, None), (6, 6), (20, None)]
	assert shown(table((40, 39), (6, 6))) == [(40, None), (6, None)], "the whole column"
	assert shown(table((20, 3))) == [None], "the only group is what the total says"
	assert shown(table((20, 3), (9, 0))) == [(20, None), (9, None)], "a nought would tell who has them"


def test_the_smallest_figure_is_a_setting():
	settings = frappe.get_doc("ISO10002 Settings")
	settings.smallest_figure = 2
	settings.save()
	assert shown(table((20, 20), (3, 3), (8, 5))) == [(20, 20), (3, 3), (8, 5)]


def test_who_knows_the_rule_and_the_total_cannot_tell_a_small_group():
	"""All worlds of three groups: those that look alike differ in each group that is small."""
	alike = defaultdict(list)
	for world in product(range(10), repeat=3):
		numbers = {place: number for place, number in enumerate(world) if number}
		hidden = cover({place for place, number in numbers.items() if number < 4}, [numbers], 4)
		look = tuple(0 if place in hidden else number for place, number in enumerate(world))
		alike[sum(world), look].append(world)
	for worlds in alike.values():
		for numbers in zip(*worlds, strict=True):
			assert len(set(numbers)) > 1 or not 0 < numbers[0] < 4, worlds


@given(
	st.lists(
		st.integers(0, 14).flatmap(lambda whole: st.tuples(st.just(whole), st.integers(0, whole))), max_size=6
	)
)
def test_no_hidden_figure_follows_from_what_is_shown(groups):
	"""Whoever subtracts what is shown from the totals finds that every hidden figure could be another."""
	found = table(*groups)
	seen = [row for row in found.rows.values() if row["decided"].number]
	hidden = [row for row in seen if row["first_contact"].hidden]
	of_whole = [row for row in seen if row["decided"].hidden]
	assert all(row in hidden for row in of_whole), "a part would say how large the whole is at least"
	whole = sum(row["decided"].number for row in of_whole)
	parts = sum(row["first_contact"].number for row in hidden)
	rests = sum(row["decided"].number - row["first_contact"].number for row in hidden)
	for row in of_whole:
		assert (len(of_whole) > 1 and whole > row["decided"].number) or not any(map(found.shows, found.rows))
	for row in hidden:
		most = whole if row["decided"].hidden else row["decided"].number
		if len(hidden) == len(seen) > 1 or not any(map(found.shows, found.rows)):
			continue  # the whole column: no more than the total is known of any
		for number, known in (
			(row["first_contact"].number, parts),
			(most - row["first_contact"].number, rests),
		):
			assert not 0 < number < 5 or min(most, known) >= 5, "it could be one that is not small"
	for row in seen:
		for name, rest in (
			("first_contact", row["decided"].number - row["first_contact"].number),
			("decided", 0),
		):
			small = 0 < row[name].number < 5 or 0 < rest < 5
			assert row[name].hidden or not small


# The reports of who sees no case


def test_one_category_alone_is_not_named():
	march(3, category="Price")
	found = run(PARETO)
	assert not found["result"] and summary(found)["Received"] == 3
	assert "not shown" in found["message"] and "Nothing was recorded" not in found["message"]
	groups = pack.collect("2018-03-01", "2018-03-31")["groups"]["category"]
	assert groups == [{"label": "Too few cases to be shown", "value": None}]


def test_a_table_that_could_identify_stands_alone():
	march(6, category="Price", channel="Phone")
	for more in ({"channel": "Phone"}, {"status": "Received"}):
		with pytest.raises(frappe.PermissionError, match="under a filter"):
			run(PARETO, **more)
	assert run(PARETO, "manager", channel="Phone")["result"]
	assert summary(run("Complaint Trends", channel="Phone"))["Received"] == 6, "a total may be filtered"
	chosen = Selection.read(MARCH, EXECUTIVE)
	for by in (["category", "channel"], ["category", "period"], ["category", "product"]):
		with pytest.raises(frappe.PermissionError, match="something else"):
			figures(["received"], chosen, EXECUTIVE, by)


def test_records_of_one_case_count_as_one_case():
	make_rule(*[a_clock(clock_name=f"Step {number}", length=number + 1) for number in range(6)])
	march(1, category="Price")
	march(10, category="Quality")
	march(10, category="Late delivery")
	found = run(TIMELINESS, by="category")
	assert "Price" not in said(found, "category", "clocks_due")
	assert "Price" in said(run(TIMELINESS, "manager", by="category"), "category", "clocks_due")


def test_remedies_of_one_case_count_as_one_case():
	for kind, number in (("Refund", 5), ("Replace", 6)):
		case = make_complaint().name
		for _number in range(number):
			row = {"parent": case, "parenttype": "Complaint", "parentfield": "remedies", "remedy_type": kind}
			put(
				"Complaint Remedy",
				progress="Performed",
				performed_on="2018-03-05",
				value=9,
				currency="EUR",
				**row,
			)
	assert not any(said(run("Complaint Remedies and Cost"), "remedy", "remedies").values())


def test_the_rest_between_two_reports_is_not_small():
	for category, number in (("Price", 6), ("Quality", 9), ("Late delivery", 20)):
		for place, case in enumerate(march(number, category=category)):
			decision = "Not upheld" if (category, place) == ("Price", 0) else "Upheld"
			values = {"communicated_on": "2018-03-20", "decision": decision, "cause": "Mistake"}
			frappe.db.set_value("Complaint", case, values)
	answered = said(run("Complaint First-Contact Resolution", by="category"), "category", "decided")
	upheld = said(run("Complaint Pareto of Causes", by="category"), "category", "upheld")
	assert answered["Price"] == 6 and "Price" not in upheld, "one of the six was not upheld"


def test_a_case_that_comes_in_moves_no_table_that_could_identify():
	this_month = {"from_date": str(get_first_day(nowdate())), "to_date": str(get_last_day(nowdate()))}
	with pytest.raises(FilterError, match="earlier month"):
		run(PARETO, **this_month)
	with pytest.raises(frappe.PermissionError, match="this moment"):
		run(AGEING, by="category")
	year = {**this_month, "from_date": str(add_months(get_first_day(nowdate()), -11))}
	before = run(PARETO, **year)
	for _number in range(6):
		make_complaint(category="Price")
	after = run(PARETO, **year)
	assert (before["result"], before["report_summary"]) == (after["result"], after["report_summary"])
	assert "last month that is over" in after["message"]
	assert "last month that is over" not in run("Complaint Trends", **year)["message"]


# The survey, for everybody


def test_one_answer_cannot_be_worked_out_from_months():
	case = make_complaint().name
	answers(case, "2018-03-05", 5, 5, 5, 5, 5)
	answers(case, "2018-04-05", 1)
	for kind in ("executive", "manager"):
		found = run(SATISFACTION, kind, to_date="2018-04-30")
		for name in ("surveys_answered", "response_rate", "satisfaction_outcome"):
			assert [row[name] for row in found["result"][:2]] == [None, None], name
		assert found["result"][-1]["satisfaction_outcome"] == pytest.approx(4.3)
		assert [row["surveys"] for row in found["result"]] == [5, 1, 6]


def test_a_third_month_is_shown_beside_the_two_that_are_hidden():
	case = make_complaint().name
	answers(case, "2018-03-05", 5, 5, 5, 5, 5)
	answers(case, "2018-04-05", 1)
	answers(case, "2018-05-05", 2, 2, 2, 2, 2, 2)
	rows = run(SATISFACTION, "manager", to_date="2018-05-31")["result"]
	assert [row["surveys_answered"] for row in rows] == [None, None, 6, 12]


def test_one_answer_cannot_be_worked_out_by_a_filter():
	kept, other = (make_complaint(product_or_service=product).name for product in ("A", "B"))
	answers(kept, "2018-03-05", 5, 5, 5, 5, 5)
	answers(other, "2018-03-05", 1)
	assert run(SATISFACTION, "manager")["result"][-1]["satisfaction_outcome"] == pytest.approx(4.3)
	row = run(SATISFACTION, "manager", product="A")["result"][-1]
	assert row["satisfaction_outcome"] is None and row["surveys_answered"] is None
	answers(other, "2018-03-05", 1, 1, 1, 1)
	assert run(SATISFACTION, "manager", product="A")["result"][-1]["satisfaction_outcome"] == 5.0


@pytest.mark.parametrize("has_answered", (True, False))
def test_whether_one_person_answered_is_said_nowhere(has_answered):
	product = unique("P")
	case = make_complaint(product_or_service=product).name
	for _number in range(9):
		answers(make_complaint().name, "2018-03-05", 3)
	put(
		"Complaint Survey",
		complaint=case,
		party="x",
		respondent="Complainant",
		sent_on="2018-03-05",
		**({"answered_on": "2018-03-06", "outcome": 4} if has_answered else {}),
	)
	found = run(SATISFACTION, "handler", product=product)
	row = found["result"][-1]
	hidden = {"surveys_answered", "response_rate", "satisfaction_outcome", "satisfaction_access"}
	assert row["surveys"] == 1 and all(row[name] is None for name in hidden) and hidden <= set(row["_hidden"])
	assert summary(found)["Surveys answered"] == "not shown"


# Means and words


def test_means_and_words_say_what_the_report_says():
	case, set_aside = (make_complaint(product_or_service="A").name for _number in range(2))
	other = make_complaint(product_or_service="B").name
	answers(case, "2018-03-05", 5, 5, 5, 5, 5)
	answers(set_aside, "2018-03-05", 1, 1, 1, 1, 1)
	answers(other, "2018-03-05", 2, 2, 2, 2, 2)
	answers(other, "2018-03-05", 4, 4, 4, 4, respondent="Person complained about")
	take(set_aside, "Not a Complaint")
	for more, mean in (({}, 3.5), ({"product": "A"}, 5.0)):
		row = run(SATISFACTION, "manager", **more)["result"][-1]
		with acting_as(user_of("manager")):
			found = results(**MARCH, filters=more)
		complainants = found["Complainant"]
		assert complainants["answered"] == row["surveys_answered"]
		assert complainants["means"]["outcome"] == row["satisfaction_outcome"] == mean
		assert (
			"I give 1." not in complainants["words"] and len(complainants["words"]) == row["surveys_answered"]
		)
	assert found["Person complained about"] == {"invited": 0, "answered": None}, "the filter leaves four out"
	with acting_as(user_of("manager")):
		assert results(**MARCH)["Person complained about"] == {"invited": 4, "answered": None}


def test_means_and_words_are_of_the_cases_one_may_see():
	case = make_complaint().name
	answers(case, "2018-03-05", 5, 5, 5, 5, 5)
	make_party(case, role="Person complained about", linked_doctype="User", linked_name=user_of("manager"))
	with acting_as(user_of("manager")):
		assert results(**MARCH)["Complainant"] == {"invited": 0, "answered": 0}
	with acting_as(user_of("executive")):
		found = results(**MARCH)["Complainant"]
	assert found["means"]["outcome"] == 5.0 and "words" not in found


def test_an_executive_gets_means_of_whole_months():
	case = make_complaint().name
	answers(case, "2018-03-05", 5, 5, 5, 5, 5)
	answers(case, "2018-03-06", 1)
	with acting_as(user_of("executive")):
		assert results("2018-03-01", "2018-03-05") == results("2018-03-01", "2018-03-31")


def test_means_and_words_refuse_bad_input():
	with acting_as(user_of("manager")):
		with pytest.raises(FilterError, match="Exchange"):
			results("2018-04-01", "2018-03-01")
		with pytest.raises(FilterError, match="not a day"):
			results("rubbish")
	with acting_as(user_of("executive")), pytest.raises(frappe.PermissionError):
		results(**MARCH, filters='{"product": "A"}')
