"""The list of complaints: what its colours say, and the queues people start their day with."""

import frappe
import pytest
from factories import complaint_in, make_complaint, take, user_of
from frappe.utils import add_days, now_datetime
from playwright.sync_api import Page, expect


@pytest.fixture
def open_list(desk, fresh):
	"""open_list("handler"): the list of complaints as that person sees it, without filters of earlier visits."""

	def open_it(kind: str, viewport=(1366, 768)) -> Page:
		forget_filters(user_of(kind))
		fresh()
		page = desk(user_of(kind), viewport=viewport)
		page.goto("/app/complaint/view/list")
		expect(page.locator(".complaint-queues")).to_be_visible()
		return page

	return open_it


def forget_filters(user: str) -> None:
	"""Frappe keeps the filters of the last visit for each user."""
	settings = frappe.qb.Table("__UserSettings")
	frappe.qb.from_(settings).delete().where(
		(settings.user == user) & (settings.doctype == "Complaint")
	).run()
	frappe.cache.hdel("_user_settings", f"Complaint::{user}")


def received(days_ago: int) -> str:
	return add_days(now_datetime().replace(second=0, microsecond=0), -days_ago)


def row_of(page: Page, case: str):
	return page.locator(".list-row-container", has_text=case)


def colour_of(page: Page, case: str, text: str) -> str:
	return row_of(page, case).locator(".indicator-pill:visible", has_text=text).get_attribute("class")


def search(page: Page, case: str) -> None:
	page.locator('.page-form [data-fieldname="name"] input').fill(case)
	page.keyboard.press("Tab")
	expect(page.locator(".list-count")).to_contain_text("1 of 1")
	expect(row_of(page, case)).to_be_visible()


def test_each_case_shows_its_stage_in_the_colour_of_the_stage(open_list):
	cases = {
		stage: complaint_in(stage) for stage in ("Acknowledged", "Decision Proposed", "Decision Communicated")
	}
	page = open_list("handler")
	for stage, colour in (
		("Acknowledged", "yellow"),
		("Decision Proposed", "purple"),
		("Decision Communicated", "light-blue"),
	):
		search(page, cases[stage])
		assert colour in colour_of(page, cases[stage], stage).split()


def test_what_is_late_is_red_and_what_is_in_time_is_not(open_list, screenshots):
	late = complaint_in("Investigating", received_on=received(40))
	unacknowledged = make_complaint(as_user=user_of("intake"), received_on=received(10)).name
	in_time = complaint_in("Assessed", received_on=received(2))
	answered = complaint_in("Decision Communicated", received_on=received(40))
	page = open_list("handler")
	page.screenshot(path=screenshots / "list.png")
	for case in (late, unacknowledged):
		search(page, case)
		assert "red" in colour_of(page, case, "late").split()
	search(page, in_time)
	assert "red" not in colour_of(page, in_time, "in ").split()
	search(page, answered)
	expect(row_of(page, answered).get_by_text("late")).to_have_count(0)


def test_the_priority_is_seen_and_a_matter_of_safety_stands_out(open_list):
	case = complaint_in("Acknowledged")
	take(case, "Assess", safety_implication="Yes", severity="Critical")
	page = open_list("handler")
	search(page, case)
	assert "red" in colour_of(page, case, "Urgent !").split()


def test_the_queues_show_what_they_count(open_list):
	complaint_in("Assessed", received_on=received(40))
	make_complaint(as_user=user_of("intake"))
	page = open_list("handler")
	for queue in ("My cases", "New", "Overdue", "Open"):
		button = page.locator(".complaint-queues button", has_text=queue).first
		count = button.locator(".complaint-queue-count")
		expect(count).not_to_be_empty()
		button.click()
		expect(button).to_have_attribute("aria-pressed", "true")
		expect(page.locator(".list-count")).to_contain_text(f"of {count.inner_text()}")


def test_intake_counts_and_sees_only_what_it_registered_itself(open_list):
	mine = make_complaint(as_user=user_of("intake")).name
	make_complaint(as_user=user_of("handler"))
	frappe.db.commit()
	expected = frappe.db.count("Complaint", {"owner": user_of("intake"), "status": "Received"})
	page = open_list("intake")
	new = page.locator(".complaint-queues button", has_text="New")
	expect(new.locator(".complaint-queue-count")).to_have_text(str(expected))
	search(page, mine)


def test_people_see_the_queue_of_their_work(open_list):
	approver = open_list("approver")
	expect(approver.locator(".complaint-queues")).to_contain_text("To approve")
	expect(approver.locator(".complaint-queues")).not_to_contain_text("To investigate")
