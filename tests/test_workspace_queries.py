"""The workspace opens with one query for each card, and for its charts with one for each kind of record in the report."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import frappe
import pytest
from factories import acting_as, complaint_in, user_of
from frappe.desk import query_report
from frappe.desk.doctype.number_card.number_card import get_result
from frappe.utils import add_months, get_first_day, get_last_day, now_datetime, nowdate

WORKSPACE = "ISO 10002"
# What the report of a chart counts, each with one query. The first: cases by the day of receipt, of the answer, of closing,
# those received a year before, and deadlines.
KINDS = {
	"Complaints Received and Answered": 5,
	"Open Complaints by Age": 1,
	"Deadlines Kept": 1,
	"Complaints Resolved at First Contact": 1,
	"Main Categories of Complaints": 1,
	"Main Causes of Complaints": 1,
}


@pytest.fixture(scope="module", autouse=True)
def case(site: str) -> None:
	frappe.db.rollback()
	complaint_in("Decision Communicated")
	frappe.db.commit()


@contextmanager
def watched() -> Iterator[list[str]]:
	"""The statements on records of complaints that are sent meanwhile."""
	found, real = [], frappe.db.sql

	def watch(query, *args, **more):
		if "`tabComplaint" in str(query):
			found.append(str(query))
		return real(query, *args, **more)

	frappe.db.sql = watch
	try:
		yield found
	finally:
		del frappe.db.sql


def widgets(table: str, field: str) -> list[str]:
	"""Return the names of the cards or charts of the workspace."""
	return [row.get(field) for row in frappe.get_doc("Workspace", WORKSPACE).get(table)]


def ask_card(name: str) -> Callable[[], object]:
	"""Return what the desk calls for the number of a card."""
	card = frappe.get_doc("Number Card", name)
	if card.type == "Custom":
		return frappe.get_attr(card.method)
	said_by_desk = {
		"frappe.session.user": frappe.session.user,
		"frappe.datetime.system_datetime()": str(now_datetime()),
	}
	filters = json.loads(card.filters_json)
	filters += [[*rest, said_by_desk[last]] for *rest, last in json.loads(card.dynamic_filters_json)]
	return lambda: get_result(card.as_json(), filters)


def ask_chart(name: str) -> Callable[[], object]:
	chart = frappe.get_doc("Dashboard Chart", name)
	dynamic = json.loads(chart.dynamic_filters_json)
	assert set(dynamic) == {"from_date", "to_date"} and chart.use_report_chart
	period = {"from_date": get_first_day(add_months(nowdate(), -11)), "to_date": get_last_day(nowdate())}
	filters = {**json.loads(chart.filters_json), **{key: str(value) for key, value in period.items()}}
	return lambda: query_report.run(chart.report_name, filters)


@pytest.mark.parametrize("kind", ("handler", "manager", "executive"))
def test_every_card_of_the_workspace_takes_one_query(kind):
	names = widgets("number_cards", "number_card_name")
	assert len(names) == 8
	with acting_as(user_of(kind)):
		for name in names:
			card = ask_card(name)
			if kind == "executive" and frappe.db.get_value("Number Card", name, "type") != "Custom":
				continue  # a list of cases: the desk shows no such card to an executive
			card()  # what is cached of users and masters is there from here on
			with watched() as statements:
				card()
			assert len(statements) == 1, (name, statements)


@pytest.mark.parametrize("kind", ("handler", "executive"))
def test_every_chart_of_the_workspace_takes_one_query_for_each_kind_of_record(kind):
	names = widgets("charts", "chart_name")
	assert set(names) == set(KINDS)
	with acting_as(user_of(kind)):
		for name in names:
			chart = ask_chart(name)
			chart()
			with watched() as statements:
				chart()
			assert len(statements) == KINDS[name], (name, statements)
