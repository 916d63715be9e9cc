"""The workspace: cards that count what their reader may see, shortcuts, and links in the order of work."""

import frappe
import pytest
from case_page import settle
from factories import acting_as, complaint_in, make_complaint, user_of
from frappe.utils import add_days, now_datetime
from playwright.sync_api import Page, expect

ENDED = ["Closed", "Withdrawn", "Not a Complaint", "Duplicate"]
ANSWER_OPEN = [
	"Received",
	"Acknowledged",
	"Assessed",
	"Investigating",
	"Decision Proposed",
	"Decision Approved",
]


@pytest.fixture
def workspace(desk, fresh):
	"""workspace("handler"): the workspace as that person sees it."""

	def open_it(kind: str) -> Page:
		fresh()
		page = desk(user_of(kind), viewport=(1366, 768))
		page.goto("/app/iso-10002")
		expect(page.get_by_text("In the order of work")).to_be_visible()
		settle(page)  # cards may be drawn twice: what is clicked before is taken away
		return page

	return open_it


def card(page: Page, label: str):
	return page.locator(".number-widget-box", has=page.get_by_text(label, exact=True))


def expect_number(page: Page, label: str, number: int) -> None:
	expect(card(page, label).locator(".number")).to_have_text(str(number))


def seen_by_handler(filters: dict | list) -> int:
	"""Return how many cases the handler's list has: other tests leave confidential ones."""
	with acting_as(user_of("handler")):
		return len(frappe.get_list("Complaint", filters, pluck="name", limit_page_length=0))


def test_the_cards_count_new_overdue_and_open_complaints_and_my_own(workspace, screenshots):
	complaint_in("Assessed", received_on=add_days(now_datetime(), -40))
	make_complaint(as_user=user_of("intake"))
	frappe.db.commit()
	page = workspace("handler")
	late = [["response_due", "is", "set"], ["response_due", "<", now_datetime()]]
	overdue = [["status", "in", ANSWER_OPEN], *late]
	mine = {"status": ["not in", ENDED], "handler": user_of("handler")}
	expect_number(page, "New", seen_by_handler({"status": "Received"}))
	expect_number(page, "Overdue", seen_by_handler(overdue))
	expect_number(page, "Open", seen_by_handler({"status": ["not in", ENDED]}))
	expect_number(page, "My open cases", seen_by_handler(mine))
	page.screenshot(path=screenshots / "workspace.png")


def test_the_cards_of_intake_count_only_what_it_registered_itself(workspace):
	make_complaint(as_user=user_of("intake"))
	make_complaint(as_user=user_of("handler"))
	frappe.db.commit()
	page = workspace("intake")
	mine = {"owner": user_of("intake"), "status": "Received"}
	expect_number(page, "New", frappe.db.count("Complaint", mine))


def test_a_card_opens_the_list_of_what_it_counts(workspace):
	make_complaint(as_user=user_of("intake"))
	frappe.db.commit()
	page = workspace("handler")
	expect(card(page, "New").locator(".number")).not_to_be_empty()
	number = card(page, "New").locator(".number").inner_text()
	card(page, "New").locator(".number").click()
	expect(page.locator(".list-count")).to_contain_text(f"of {number}")
	expect(page.locator(".complaint-queues button", has_text="New")).to_have_attribute("aria-pressed", "true")


def test_the_links_follow_the_order_of_work_and_show_only_what_one_may_open(workspace):
	handler = workspace("handler")
	links = handler.locator(".links-widget-box .link-item")
	expect(links.first).to_have_text("Complaints")
	texts = [text.strip() for text in links.all_inner_texts()]
	assert texts.index("Complaints") < texts.index("Parties") < texts.index("Categories")
	assert "Settings" not in texts
	manager = workspace("manager")
	expect(manager.locator(".links-widget-box").get_by_text("Settings", exact=True)).to_be_visible()


def test_a_new_complaint_is_one_click_away(workspace):
	page = workspace("intake")
	page.locator(".shortcut-widget-box", has_text="New complaint").click()
	expect(page.get_by_text("Name of the complainant")).to_be_visible()


def test_an_executive_sees_figures_and_no_case(workspace, screenshots):
	page = workspace("executive")
	expect(card(page, "Received in twelve months").locator(".number")).not_to_be_empty()
	for label in ("New", "Overdue", "Open", "My open cases"):
		expect(card(page, label).locator("visible=true")).to_have_count(0)
	expect(page.locator(".links-widget-box").get_by_text("Complaints", exact=True)).to_have_count(0)
	expect(page.locator(".links-widget-box").get_by_text("Register of complaints", exact=True)).to_have_count(
		0
	)
	expect(page.locator(".links-widget-box").get_by_text("Monitoring Data", exact=True)).to_be_visible()
	expect(page.locator(".dashboard-widget-box svg.frappe-chart").first).to_be_visible()
	assert page.locator(".dashboard-widget-box").count() == 6
	page.screenshot(path=screenshots / "workspace-executive.png", full_page=True)


def test_the_tile_of_the_app_is_for_the_people_of_the_process():
	from factories import acting_as, make_user

	from iso10002.handling.queue import may_use_app

	for kind in ("intake", "auditor", "executive"):
		with acting_as(user_of(kind)):
			assert may_use_app()
	with acting_as(make_user("Blogger").name):
		assert not may_use_app()
