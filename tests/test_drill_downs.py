"""What a figure opens: the register with exactly the cases behind it, whatever the row stands for."""

from __future__ import annotations

from datetime import timedelta

import frappe
import pytest
from clock_things import a_clock, make_rule
from factories import acting_as, complaint_in, make_complaint, put, unique, user_of
from frappe.desk import query_report
from frappe.utils import add_months, get_first_day, get_last_day, now_datetime, nowdate

from iso10002.analytics import register, register_paper
from iso10002.analytics.measures import MEASURES

REGISTER = "Complaint Register"


def run(report: str, kind: str = "manager", **filters: object) -> dict:
	with acting_as(user_of(kind)):
		return query_report.run(report, filters)


def since(months: int, product: str, **more: str) -> dict:
	"""The filters for one product from the first day of so many months ago to the end of this one."""
	start = get_first_day(add_months(nowdate(), -months))
	return {"from_date": str(start), "to_date": str(get_last_day(nowdate())), "product": product, **more}


def opened(row: dict, measure: str) -> dict:
	return run(REGISTER, measure=row.get("_measure") or measure, **row["_drill"])


def summary(found: dict) -> dict:
	return {part["label"]: part["value"] for part in found["report_summary"]}


@pytest.fixture
def product() -> str:
	return unique("Product")


BY_CATEGORY = (
	("Complaint Pareto of Categories", "received"),
	("Complaint Recurring Problems", "received"),
	("Complaint Wrong Priorities", "assessed"),
)


@pytest.mark.parametrize(("report", "measure"), BY_CATEGORY)
def test_a_row_of_a_category_opens_its_own_cases_and_none_from_below_it(product, report, measure):
	for category in ("Money", "Price", "Price"):
		for _number in range(3):
			case = complaint_in("Assessed", product_or_service=product)
			frappe.db.set_value("Complaint", case, "category", category)
	rows = [row for row in run(report, **since(0, product))["result"] if not row.get("_total")]
	assert {row["category"]: row[measure] for row in rows} == {"Money": 3, "Price": 6}
	for row in rows:
		found = opened(row, measure)
		assert {case["category"] for case in found["result"]} == {row["category"]}
		assert len(found["result"]) == row[measure]
		assert f"Only the category {row['category']} itself" in found["message"]


def test_a_row_of_deadlines_by_category_opens_its_own_cases(product):
	make_rule(a_clock(length=1))
	for category in ("Money", "Price"):
		received = now_datetime() - timedelta(days=40)
		make_complaint(category=category, product_or_service=product, received_on=received)
	rows = run("Complaint Timeliness by Clock", **since(2, product, by="category"))["result"]
	row = next(row for row in rows if row["category"] == "Money")
	assert [case["category"] for case in opened(row, "clocks_due")["result"]] == ["Money"]


def test_a_group_of_similar_remedies_opens_the_cases_of_its_category(product):
	for category in ("Money", "Price"):
		case = make_complaint(category=category, product_or_service=product, severity="Minor").name
		remedy(case, value=10)
	rows = run("Complaint Consistency of Remedies", **since(0, product))["result"]
	row = next(row for row in rows if row["category"] == "Money")
	assert [case["category"] for case in opened(row, "remedies")["result"]] == ["Money"]


def remedy(case: str, **values: object) -> None:
	own = {"remedy_type": "Refund", "progress": "Performed", "performed_on": nowdate(), "currency": "EUR"}
	put("Complaint Remedy", parent=case, parenttype="Complaint", parentfield="remedies", **own, **values)


def test_a_filter_by_a_category_still_has_what_is_below_it(product):
	for category in ("Money", "Price"):
		make_complaint(category=category, product_or_service=product)
	assert len(run(REGISTER, **since(0, product, category="Money"))["result"]) == 2
	assert len(run(REGISTER, **since(0, product, category="Money", category_only="Price"))["result"]) == 1


UNRECORDED = (
	("Complaint Workload", {}, "open_now"),
	("Complaint Pareto of Categories", {}, "received"),
	("Complaint Pareto of Categories", {"by": "product"}, "received"),
	("Complaint Wrong Priorities", {"by": "severity"}, "assessed"),
	("Complaint Pareto of Causes", {}, "upheld"),
)


@pytest.mark.parametrize(("report", "more", "measure"), UNRECORDED)
def test_the_row_of_what_is_not_recorded_opens_its_cases(report, more, measure):
	unit = unique("Unit")
	for step in ("Received", "Decision Communicated"):
		for empty in (True, False):
			case = complaint_in(step, receiving_unit=unit, product_or_service="Parcel")
			if empty:
				fields = ("handler", "category", "product_or_service", "severity", "cause")
				frappe.db.set_value("Complaint", case, dict.fromkeys(fields))
	asked = {**since(0, ""), "unit": unit, **more}
	row = next(row for row in run(report, **asked)["result"] if "Not recorded" in row.values())
	assert row[measure]
	assert len(opened(row, measure)["result"]) == row[measure]


def test_the_rows_of_an_age_open_its_cases(product):
	for days in (3, 10, 10, 40, 200):
		make_complaint(product_or_service=product, received_on=now_datetime() - timedelta(days=days))
	rows = run("Complaint Ageing and Overdue", **since(0, product))["result"]
	assert {row["age"]: len(opened(row, "open_now")["result"]) for row in rows} == {
		"0-7": 1,
		"8-14": 2,
		"29-56": 1,
		"57+": 1,
		"Total": 5,
	}


def test_the_register_says_how_many_records_of_how_many_cases_a_figure_counts(product):
	make_rule(a_clock(length=1), a_clock(clock_name="Second", length=2))
	make_complaint(product_or_service=product, received_on=now_datetime() - timedelta(days=10))
	total = run("Complaint Timeliness by Clock", **since(1, product))["result"][-1]
	found = opened(total, "clocks_due")
	assert total["clocks_due"] > 1
	assert summary(found) == {"Deadlines due": total["clocks_due"], "Cases": 1}
	with acting_as(user_of("manager")):
		paper = register_paper.html({"measure": "clocks_due", **total["_drill"]})
	assert f"Deadlines due: {total['clocks_due']}, Cases: 1" in paper


def test_the_register_calls_a_number_of_cases_by_no_amount(product):
	case = make_complaint(product_or_service=product).name
	remedy(case, value=950)
	assert summary(run(REGISTER, measure="remedy_value", **since(0, product))) == {"Cases": 1}


def test_the_register_can_be_opened_by_every_figure_that_leads_to_cases():
	with acting_as(user_of("handler")):
		offered = {choice["value"]: choice["label"] for choice in register.choices()}
	for name, measure in MEASURES.items():
		assert (name in offered) == (measure.of.opens and not measure.is_share), name
	assert offered["wrong_priority"] == "Wrongly prioritised"
	assert offered["quality_cause"] == "Upheld without a cause"
	for name in offered:
		run(REGISTER, measure=name)
	with acting_as(user_of("executive")), pytest.raises(frappe.PermissionError):
		register.choices()
