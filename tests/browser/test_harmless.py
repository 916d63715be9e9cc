"""What complainants write is shown as they wrote it, and nothing of it runs."""

import frappe
import pytest
from case_page import CasePage
from factories import complaint_in, make_party, take, user_of
from playwright.sync_api import expect

from iso10002.handling.contacts import record_contact

SCRIPT = """<img src=x onerror="window.harmed=1"><script>window.harmed=1</script><b onmouseover="harmed=1">bold</b>"""
FIELDS = ("product_or_service", "product_reference", "unit_concerned", "referred_by", "external_reference")


@pytest.fixture
def saved_case(fresh):
	"""A case with HTML and scripts wherever somebody may write, saved as they came in."""
	case = complaint_in(
		"Decision Communicated",
		description=f"It broke. {SCRIPT}",
		allegations=[{"allegation": f"Broken {SCRIPT}", "category": "Damage suffered"}],
		**{field: SCRIPT for field in FIELDS if field != "external_reference"},
	)
	party = make_party(case, full_name=SCRIPT, organisation=SCRIPT, assistance_needed=SCRIPT)
	make_party(
		case, role="Representative", full_name=f"'\"><svg onload=harmed=1>{SCRIPT}", acts_for=party.name
	)
	record_contact(case, "Phone", f"She said: {SCRIPT}")
	take(case, "Record Rejection", acceptance_words=SCRIPT)
	fresh()
	return case


@pytest.fixture
def dirty_case(saved_case, fresh):
	"""The same, and as the database may hold it: Frappe takes scripts out only where it saves itself."""
	case = saved_case
	for field in FIELDS:
		frappe.db.set_value("Complaint", case, field, f"{case} {SCRIPT}"[:140], update_modified=False)
	for name in frappe.get_all("Complaint Party", {"complaint": case}, pluck="name"):
		frappe.db.set_value("Complaint Party", name, "full_name", SCRIPT[:140], update_modified=False)
	event = frappe.get_all("Complaint Event", {"complaint": case, "event": "Contact"}, pluck="name")[0]
	frappe.db.set_value("Complaint Event", event, "remark", SCRIPT, update_modified=False)
	fresh()
	return case


def expect_no_harm(page: CasePage) -> None:
	page.page.wait_for_timeout(500)  # an image that cannot be loaded says so a little later
	assert page.page.evaluate("window.harmed") is None
	assert page.errors == []


def test_the_form_shows_text_and_runs_nothing(people, dirty_case):
	handler = people("handler").open(dirty_case)
	expect(handler.field("parties_panel")).to_contain_text("onerror")
	for tab in ("Acknowledge and assess", "Investigate", "Decide", "Review and referral", "History"):
		handler.tab(tab)
	expect(handler.page.locator(".iso-timeline")).to_contain_text("<script>window.harmed=1</script>")
	handler.picture("harmless-history")
	expect_no_harm(handler)


def test_the_dialogs_show_text_and_run_nothing(people, dirty_case):
	handler = people("handler").open(dirty_case)
	for party in handler.field("parties_panel").locator("[data-party]").all():
		party.click()
		expect(handler.dialog.locator(".modal-title")).to_contain_text("<img")
		handler.cancel()
	handler.field("description").get_by_text("Add to it").click()
	handler.cancel()
	handler.press("Review")
	expect(handler.dialog).to_be_visible()
	handler.cancel()
	expect_no_harm(handler)


def test_the_list_shows_text_and_runs_nothing(people, dirty_case):
	handler = people("handler", viewport=(1920, 900))
	handler.page.goto(f"/app/complaint/view/list?name={dirty_case}")
	expect(handler.page.locator(".list-row-container", has_text=dirty_case)).to_be_visible()
	expect_no_harm(handler)


def test_the_print_shows_text_and_runs_nothing(people, saved_case):
	handler = people("handler")
	handler.page.goto(f"/printview?doctype=Complaint&name={saved_case}&format=Standard&no_letterhead=1")
	expect(handler.page.locator(".print-format").first).to_be_visible()
	expect_no_harm(handler)


def test_the_choice_of_a_party_shows_text_and_runs_nothing(http, dirty_case):
	found = http(user_of("handler")).call(
		"iso10002.handling.search.parties",
		doctype="Complaint Party",
		txt="",
		searchfield="name",
		start=0,
		page_len=20,
		filters={"complaint": dirty_case},
	)
	assert found
	assert not [row for row in found if "<" in row[1]]
