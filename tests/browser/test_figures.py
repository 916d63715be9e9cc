"""Reports, My work, board and calendar as people see them."""

from __future__ import annotations

import re

import frappe
import pytest
from factories import complaint_in, edit, make_complaint, take, unique, user_of
from frappe.utils import add_days, now_datetime
from playwright.sync_api import Page, expect


@pytest.fixture(scope="module")
def cases(site: str) -> None:
	frappe.db.rollback()
	for days in (100, 70, 40, 8, 2):
		complaint_in("Decision Communicated", received_on=add_days(now_datetime(), -days))
	take(complaint_in("Decision Communicated"), "Record Rejection")
	complaint_in("Assessed", received_on=add_days(now_datetime(), -40))
	make_complaint(category="Price")
	for category, number in (
		("Price", 6),
		("Late delivery", 20),
		("Poor service", 30),
	):  # in months that are over
		for _number in range(number):
			make_complaint(category=category, received_on=add_days(now_datetime(), -60))
	frappe.db.commit()


def open_page(desk, kind: str, path: str) -> Page:
	page = desk(user_of(kind), viewport=(1366, 900))
	page.goto(f"/app/{path}")
	return page


def test_a_report_has_figures_chart_and_a_way_to_the_cases(cases, desk, screenshots):
	page = open_page(desk, "manager", "query-report/Complaint Trends")
	expect(page.locator(".report-summary")).to_contain_text("Received")
	expect(page.locator(".chart-wrapper svg.frappe-chart")).to_be_visible()
	link = page.locator("[data-cases*='%22received%22']").last
	expect(link).to_be_visible()
	page.screenshot(path=screenshots / "report-trends.png", full_page=True)
	number = link.inner_text()
	link.click()
	expect(page).to_have_url(re.compile("Complaint%20Register"))
	expect(page.locator(".report-summary .summary-value")).to_have_count(1)
	expect(page.locator(".report-summary .summary-value")).to_have_text(number)
	expect(page.get_by_role("button", name="Register as PDF")).to_be_visible()
	page.screenshot(path=screenshots / "report-register.png", full_page=True)


NARROWING = "frappe.query_report.filters.filter((one) => one.get_value())"
VALUES = f"Object.fromEntries({NARROWING}.map((one) => [one.df.fieldname, one.get_value()]))"
SEEN = f"{NARROWING}.every((one) => $(one.wrapper).is(':visible'))"


def drill(page: Page, report: str, product: str, measure: str, row: str) -> str:
	"""Open a report of one product and click on a figure, which opens the register; return the figure."""
	page.evaluate(
		"([report, product]) => { frappe.route_options = { product }; frappe.set_route('query-report', report); }",
		[report, product],
	)
	expect(page).to_have_url(re.compile(report.replace(" ", "%20")))
	link = page.locator(f"[data-cases*='%22{measure}%22'][data-cases*='{row}']").first
	expect(link).to_be_visible()
	number = link.inner_text()
	link.click()
	expect(page).to_have_url(re.compile(f"Complaint%20Register.*measure={measure}"))
	return number


def test_each_figure_opens_its_own_cases_whatever_the_register_showed_before(desk, screenshots):
	"""The desk makes the filters of the register once and shows them again for the next figure."""
	frappe.db.rollback()
	product = unique("Product")
	for number in range(4):
		case = complaint_in("Decision Communicated", product_or_service=product)
		frappe.db.set_value("Complaint", case, "category", "Money" if number else "Price")
	for _number in range(2):
		case = complaint_in("Assessed", product_or_service=product)
		edit(case, priority="Urgent", priority_reason="A minister asked.")
	make_complaint(product_or_service=product, handler=None, category=None)
	frappe.db.commit()
	page = open_page(desk, "manager", "query-report/Complaint Register")
	expect(page.locator(".report-summary .summary-label")).to_have_text("Received")
	offered = page.evaluate("frappe.query_report.get_filter('measure').df.options.map((one) => one.label)")
	assert {"Wrongly prioritised", "Upheld", "Upheld without a cause"} <= set(offered)

	page.evaluate(
		"frappe.boot.link_title_doctypes.push('User')"
	)  # as where users are shown by their full name
	wrong, cause = {"category_only": "Damage suffered"}, {"cause": "Packaging or transport"}
	for report, measure, row, number, label, narrowing in (
		("Wrong Priorities", "wrong_priority", "Damage", "2", "Wrongly prioritised", wrong),
		("Pareto of Causes", "upheld", "cause", "4", "Upheld", cause),
		("Pareto of Categories", "received", "Money", "3", "Received", {"category_only": "Money"}),
		("Workload", "open_now", "recorded", "1", "Open now", {"handler": "Not recorded"}),
		("Ageing and Overdue", "open_now", "age", "7", "Open now", {"age": "0-7"}),
	):
		assert drill(page, f"Complaint {report}", product, measure, row) == number, report
		expect(page.locator(".report-summary .summary-label")).to_have_text(label)
		expect(page.locator(".report-summary .summary-value")).to_have_text(number)
		found = page.evaluate(VALUES)
		days = {"from_date": found["from_date"], "to_date": found["to_date"]}
		assert found == {**days, "product": product, "measure": measure, **narrowing}
		assert page.evaluate(SEEN), "a filter that narrows and is not seen"
		for name, value in narrowing.items():
			expect(page.locator(f".page-form [data-fieldname={name}] input")).to_have_value(value)
	page.screenshot(path=screenshots / "report-register-of-an-age.png", full_page=True)


@pytest.mark.parametrize("report", ("Complaint Monitoring Data", "Complaint Pareto of Categories"))
def test_reports_an_executive_reads(cases, desk, screenshots, report):
	page = open_page(desk, "executive", f"query-report/{report}")
	expect(page.locator(".report-summary")).to_contain_text("Received")
	expect(page.get_by_text("All cases are counted, in whole months.")).to_be_visible()
	expect(page.locator(".dt-row").nth(2)).to_be_visible()
	assert page.locator("[data-cases]").count() == 0
	# a breakdown stands alone: no filter beside it that the server would refuse
	is_broken_down = "Pareto" in report
	assert bool(page.locator("[data-fieldname=by]").count()) == is_broken_down
	assert bool(page.locator(".page-form [data-fieldname=channel]").count()) == (not is_broken_down)
	page.wait_for_timeout(1500)  # the chart is still drawn
	page.screenshot(path=screenshots / f"report-{report.replace(' ', '-').lower()}.png", full_page=True)


def test_my_work_shows_what_waits_for_whom(cases, desk, screenshots):
	page = open_page(desk, "handler", "complaint-work")
	for title in ("Due today", "Waiting for me", "Waiting for others"):
		expect(page.locator("h4", has_text=title)).to_be_visible()
	expect(page.locator(".complaint-work td a").first).to_be_visible()
	page.screenshot(path=screenshots / "my-work.png", full_page=True)


def test_the_calendar_shows_deadlines_and_the_board_the_stages(cases, desk, screenshots):
	page = open_page(desk, "handler", "complaint/view/calendar/default")
	expect(page.locator(".fc-event, .fc-daygrid-event").first).to_be_visible()
	page.screenshot(path=screenshots / "calendar.png", full_page=True)
	page = open_page(desk, "handler", "complaint/view/kanban/Complaints by Stage")
	expect(page.locator(".kanban-column", has_text="Received").first).to_be_visible()
	expect(page.locator(".kanban-card-wrapper").first).to_be_visible()
	for card in page.locator(".kanban-card-wrapper").all():
		reference = card.get_attribute("data-name")
		assert card.locator(".kanban-card-title").inner_text().strip() == reference
	page.screenshot(path=screenshots / "kanban.png", full_page=True)
