"""Reports, My work, board and calendar as people see them."""

from __future__ import annotations

import re

import frappe
import pytest
from factories import complaint_in, make_complaint, take, user_of
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


@pytest.mark.parametrize("report", ("Complaint Monitoring Data", "Complaint Pareto of Categories"))
def test_reports_an_executive_reads(cases, desk, screenshots, report):
	page = open_page(desk, "executive", f"query-report/{report}")
	expect(page.locator(".report-summary")).to_contain_text("Received")
	expect(page.get_by_text("All cases are counted, in whole months.")).to_be_visible()
	expect(page.locator(".dt-row").nth(2)).to_be_visible()
	assert page.locator("[data-cases]").count() == 0
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
