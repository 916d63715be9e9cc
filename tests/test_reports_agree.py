"""What a report says in one place it says in the others too: rows, summary, note, paper and the list of cases."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta

import frappe
import pytest
from factories import acting_as, make_complaint, make_party, put, unique, user_of
from frappe.desk import query_report
from frappe.utils import get_first_day, get_last_day, now_datetime, nowdate

from iso10002.analytics import register_paper
from iso10002.handling.errors import StageError

MARCH = {"from_date": "2018-03-01", "to_date": "2018-03-31"}


def run(report: str, kind: str = "manager", **filters) -> dict:
	with acting_as(user_of(kind)):
		return query_report.run(report, filters)


def month(**more) -> dict:
	return {"from_date": str(get_first_day(nowdate())), "to_date": str(get_last_day(nowdate())), **more}


def summary(found: dict) -> dict:
	return {line["label"]: line["value"] for line in found["report_summary"]}


def in_march(number: int, **values) -> None:
	for _number in range(number):
		case = make_complaint().name
		frappe.db.set_value("Complaint", case, {"received_on": "2018-03-05 10:00:00", **values})


def performed(case: str, day: str | None = None, **values) -> None:
	of_case = {"parent": case, "parenttype": "Complaint", "parentfield": "remedies", "remedy_type": "Refund"}
	put(
		"Complaint Remedy", **{**of_case, "progress": "Performed", "performed_on": day or nowdate(), **values}
	)


@pytest.fixture
def allow_only() -> Iterator[Callable[[str, str], None]]:
	"""allow_only(doctype, name): a User Permission of the handler."""
	user = user_of("handler")

	def allow(doctype: str, name: str) -> None:
		frappe.get_doc(
			{"doctype": "User Permission", "user": user, "allow": doctype, "for_value": name}
		).insert()
		frappe.clear_cache(user=user)

	yield allow
	frappe.db.rollback()
	frappe.clear_cache(user=user)


# User Permissions


def test_a_user_permission_on_one_complaint_narrows_figures_rows_and_paper_like_the_list(allow_only):
	product = unique("P")
	one, other = (make_complaint(product_or_service=product).name for _number in range(2))
	allow_only("Complaint", one)
	with acting_as(user_of("handler")):
		assert frappe.get_list("Complaint", {"product_or_service": product}, pluck="name") == [one]
		paper = register_paper.html(month(product=product))
	assert one in paper and other not in paper
	register = run("Complaint Register", "handler", **month(product=product))
	trends = run("Complaint Trends", "handler", **month(product=product))
	assert [row["name"] for row in register["result"]] == [one]
	assert summary(register)["Received"] == summary(trends)["Received"] == 1


# What comes again


def test_a_complainant_known_by_record_in_one_case_and_by_address_in_another_is_one():
	product, email = unique("P"), f"{unique('m')}@Example.org"
	hour = timedelta(hours=1)
	known = {"linked_doctype": "User", "linked_name": user_of("intake")}
	for number, party in enumerate(
		({**known, "email": email}, {"email": email.lower()}, known, {"email": f"{unique('o')}@example.org"})
	):
		case = make_complaint(product_or_service=product, received_on=now_datetime() - (9 - number) * hour)
		make_party(case.name, **party)
	found = run("Complaint Repeat Complainants", **month(product=product))
	assert [row["cases"] for row in found["result"]] == [3]
	assert summary(found)["Repeat complainants"] == 2


def test_two_complainants_of_one_case_stay_two():
	product = unique("P")
	first, second = (make_complaint(product_or_service=product).name for _number in range(2))
	emails = [f"{unique('m')}@example.org" for _number in range(3)]
	for case, email in ((first, emails[0]), (first, emails[1]), (second, emails[1]), (second, emails[2])):
		make_party(case, email=email)
	found = run("Complaint Repeat Complainants", **month(product=product))
	assert [row["cases"] for row in found["result"]] == [2]


def test_a_filter_says_how_many_cases_of_a_recurring_problem_are_counted_and_not_whether_it_is_one():
	product = unique("P")
	for channel in ("Phone", "Phone", "Letter"):
		make_complaint(category="Price", product_or_service=product, channel=channel)
	found = run("Complaint Recurring Problems", **month(product=product))
	assert [row["received"] for row in found["result"]] == [summary(found)["Recurring problems"]] == [3]
	found = run("Complaint Recurring Problems", **month(product=product, channel="Phone"))
	assert [row["received"] for row in found["result"]] == [summary(found)["Recurring problems"]] == [2]


@pytest.mark.parametrize(
	("report", "words"),
	[
		("Complaint Recurring Problems", "No problem came 3 times or more."),
		("Complaint Repeat Complainants", "No complainant came again in this period."),
	],
)
def test_that_nothing_came_again_is_not_called_that_nothing_was_recorded(report, words):
	product = unique("P")
	nothing = run(report, **month(product=product))
	assert "Nothing was recorded" in nothing["message"] and words not in nothing["message"]
	make_complaint(category="Price", product_or_service=product)
	found = run(report, **month(product=product))
	assert summary(found)["Received"] == 1
	assert "Nothing was recorded" not in found["message"] and words in found["message"]


def test_a_hidden_group_is_not_listed_among_those_of_three_or_more():
	"""Of 56 cases 30 shown: that the others are listed would say three each at least."""
	in_march(30, category="Damage suffered")
	in_march(20, category="Price")
	in_march(3, category="Quality")
	in_march(3, category="Late delivery")
	found = run("Complaint Recurring Problems", "executive", **MARCH)
	assert [(row["category"], row["received"]) for row in found["result"]] == [("Damage suffered", 30)]
	assert summary(found)["Received"] == 56
	assert "are not shown" in found["message"]


# Values of remedies


def test_the_value_of_each_is_of_those_that_have_a_value():
	product = unique("P")
	case = make_complaint(product_or_service=product).name
	for value in (100, 0):
		performed(case, value=value, currency="EUR")
	(row,) = run("Complaint Remedies and Cost", **month(product=product))["result"]
	assert (row["remedies"], row["remedy_value"], row["mean"]) == (2, 100, 100)


def test_values_of_no_currency_are_neither_added_up_nor_compared():
	"""Such rows are from before a value had to have a currency."""
	product = unique("P")
	for value in (10, 4000):
		case = make_complaint(product_or_service=product, category="Price", severity="Minor").name
		performed(case, value=value)
	found = run("Complaint Remedies and Cost", **month(product=product))
	assert [(row["remedies"], row["remedy_value"]) for row in found["result"]] == [(2, None)]
	assert not run("Complaint Consistency of Remedies", **month(product=product))["result"]


def test_a_remedy_that_was_not_performed_makes_no_row_of_noughts():
	product = unique("P")
	case = make_complaint(product_or_service=product).name
	performed(case, value=5, currency="EUR", progress="Accepted")
	found = run("Complaint Remedies and Cost", **month(product=product))
	assert not found["result"] and "Value in EUR" not in summary(found)
	assert "Nothing was recorded" in found["message"]


def test_the_summary_shows_no_amount_the_table_hides():
	case = make_complaint().name
	performed(case, "2018-03-05", value=950, currency="USD")
	for _number in range(10):
		performed(make_complaint().name, "2018-03-05", value=10, currency="EUR")
	found = run("Complaint Remedies and Cost", "executive", **MARCH)
	assert [row["currency"] for row in found["result"]] == ["EUR"]
	assert "Value in USD" not in summary(found)
	assert summary(run("Complaint Remedies and Cost", **MARCH))["Value in USD"].startswith("950")


def test_a_value_gets_the_currency_of_the_site_and_is_refused_without_any(site):
	before = frappe.db.get_default("currency")
	row = {"remedy_type": "Refund", "value": 70}
	try:
		frappe.db.set_default("currency", "EUR")
		doc = make_complaint(remedies=[row])
		assert doc.remedies[0].currency == "EUR"
		frappe.db.set_default("currency", None)
		with pytest.raises(StageError, match="choose the currency of its value"):
			make_complaint(remedies=[row])
		make_complaint(remedies=[{"remedy_type": "Apology"}])
	finally:
		frappe.db.set_default("currency", before)
