"""The complainant's pages as people use them: on a phone, by keyboard, without JavaScript, in Persian, in the dark."""

import time

import frappe
import pytest
from axe_playwright_python.sync_playwright import Axe
from factories import acting_as, complaint_in, user_of
from playwright.sync_api import expect

from iso10002.handling import receipts
from iso10002.handling import stages as stage
from iso10002.portal import messages, protection

PHONE, DESKTOP = (360, 740), (1280, 900)
WORDS = "The lift has been out of order for a week."


@pytest.fixture
def visit(desk, site):
	"""visit(path, viewport, ...): a visitor's page there; what a script did wrong on it fails the test."""
	frappe.cache.delete_keys("iso10002:")
	errors = []

	def open_page(path: str = "/complaint", viewport=PHONE, **more):
		page = desk("Guest", viewport, bypass_csp=False, **more)
		page.on("pageerror", lambda error: errors.append(str(error)))
		page.on("console", lambda said: errors.append(said.text) if said.type == "error" else None)
		page.goto(path)
		page.opened = time.monotonic()
		return page

	yield open_page
	assert [error for error in errors if "status of 4" not in error] == []


def wait_as_people_do(page) -> None:
	"""A form sent within three seconds is taken for a machine's."""
	left = protection.SOONEST + 0.5 - (time.monotonic() - page.opened)
	page.wait_for_timeout(max(0, left) * 1000)


def assert_accessible(page, where: str) -> None:
	found = Axe().run(page).response["violations"]
	bad = [row for row in found if row["impact"] in ("serious", "critical")]
	assert not bad, (where, [(row["id"], [node["html"][:150] for node in row["nodes"]]) for row in bad])


def assert_fits(page) -> None:
	"""Nothing sticks out to the side."""
	wide = page.evaluate(
		"""() => [...document.querySelectorAll("body *")]
			.filter((part) => part.getBoundingClientRect().right > innerWidth + 1 || part.getBoundingClientRect().left < -1)
			.map((part) => part.outerHTML.slice(0, 120))"""
	)
	over = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
	assert over <= 0, f"{over} px wider than the screen: {wide[-3:]}"


def a_case_told() -> str:
	case = complaint_in(stage.COMMUNICATED)
	with acting_as(user_of("handler")):
		messages.send(case, "We are looking for the driver.")
	frappe.db.commit()
	return case


def test_on_a_phone_one_step_at_a_time_to_the_receipt(visit, screenshots):
	page = visit(locale="en-GB")
	expect(page.get_by_text("Step 1 of 4")).to_be_visible()
	page.get_by_role("button", name="Next").click()  # what happened is asked for
	expect(page.get_by_text("Step 1 of 4")).to_be_visible()
	page.get_by_label("What happened?").fill(WORDS)
	page.get_by_label("What is it about?").select_option("A product is broken or does not work")
	assert_accessible(page, "step 1")
	page.screenshot(path=screenshots / "portal-phone-1.png", full_page=True)
	for number in (2, 3):
		page.get_by_role("button", name="Next").locator("visible=true").click()
		expect(page.get_by_text(f"Step {number} of 4")).to_be_visible()
		assert_fits(page)
	page.get_by_label("E-mail", exact=True).fill("v@example.org")
	files = page.get_by_label("Attach files")
	files.set_input_files({"name": "film.mp4", "mimeType": "video/mp4", "buffer": bytes(6 * 2**20)})
	assert "at most 5 MB each" in files.evaluate("field => field.validationMessage")
	files.set_input_files([])
	assert files.evaluate("field => field.checkValidity()")
	page.screenshot(path=screenshots / "portal-phone-3.png", full_page=True)
	assert_accessible(page, "step 3")
	page.reload()  # the draft is still there
	page.opened = time.monotonic()
	expect(page.get_by_text("Your draft was brought back")).to_be_visible()
	expect(page.get_by_label("What happened?")).to_have_value(WORDS)
	for _number in (1, 2, 3):
		page.get_by_role("button", name="Next").locator("visible=true").click()
	page.screenshot(path=screenshots / "portal-phone-4.png", full_page=True)
	assert_accessible(page, "step 4")
	wait_as_people_do(page)
	page.get_by_role("button", name="Send the complaint").click()
	expect(page.get_by_role("heading", name="Your complaint has arrived")).to_be_visible()
	assert_accessible(page, "receipt")
	assert_fits(page)
	page.screenshot(path=screenshots / "portal-phone-receipt.png", full_page=True)
	reference, code = page.locator("#reference").inner_text(), page.locator("#code").inner_text()
	page.get_by_role("link", name="Follow the complaint").click()
	page.get_by_label("Reference").fill(reference)
	page.get_by_label("Receipt code").fill(code)
	assert_accessible(page, "open")
	page.get_by_role("button", name="Open").click()
	expect(page.get_by_role("heading", name=reference)).to_be_visible()
	page.goto("/complaint")
	expect(page.get_by_label("What happened?")).to_have_value("")


def test_without_javascript_and_with_the_keyboard_alone(visit, screenshots):
	page = visit(viewport=DESKTOP, java_script_enabled=False, locale="en-GB")
	page.keyboard.press("Tab")
	page.screenshot(path=screenshots / "portal-desktop-plain.png", full_page=True)
	page.get_by_label("What happened?").focus()
	page.keyboard.type(WORDS)
	page.get_by_label("E-mail", exact=True).focus()
	page.keyboard.type("not an address")
	page.opened = time.monotonic() - 1
	wait_as_people_do(page)
	page.get_by_role("button", name="Send the complaint").focus()
	page.keyboard.press("Enter")
	expect(page.get_by_role("alert")).to_contain_text("Please give one e-mail address")
	page.screenshot(path=screenshots / "portal-desktop-error.png", full_page=True)
	expect(page.get_by_label("What happened?")).to_have_value(WORDS)
	page.get_by_label("E-mail", exact=True).fill("v@example.org")
	page.opened = time.monotonic()
	wait_as_people_do(page)
	page.get_by_role("button", name="Send the complaint").focus()
	page.keyboard.press("Enter")
	expect(page.get_by_role("heading", name="Your complaint has arrived")).to_be_visible()


@pytest.mark.parametrize(
	("name", "viewport", "more"),
	(
		("desktop", DESKTOP, {"locale": "en-GB"}),
		("dark-phone", PHONE, {"locale": "en-GB", "color_scheme": "dark"}),
		("fa-phone", PHONE, {"locale": "fa-IR"}),
	),
)
def test_the_pages_are_accessible_and_fit(visit, screenshots, name, viewport, more):
	case = a_case_told()
	path = receipts.link(case)
	frappe.db.commit()
	page = visit(path[path.index("/complaint") :], viewport, **more)
	expect(page.get_by_role("heading", level=1)).to_contain_text(case)
	expect(page.get_by_text("We are looking for the driver.")).to_be_visible()
	assert_accessible(page, f"status {name}")
	assert_fits(page)
	page.screenshot(path=screenshots / f"portal-status-{name}.png", full_page=True)
	page.goto("/complaint")
	assert page.locator("html").get_attribute("dir") == ("rtl" if "fa" in name else "ltr")
	assert_accessible(page, f"form {name}")
	assert_fits(page)
	page.screenshot(path=screenshots / f"portal-form-{name}.png", full_page=True)
	page.locator(".languages summary").click()
	assert_accessible(page, f"languages {name}")
	page.get_by_role("link", name="Deutsch").click()
	assert page.locator("html").get_attribute("lang") == "de"


def test_the_decision_is_answered_in_the_browser(visit, screenshots):
	case = a_case_told()
	path = receipts.link(case)
	frappe.db.commit()
	page = visit(path[path.index("/complaint") :], locale="en-GB")
	page.get_by_label("No, I do not accept it").check()
	page.get_by_label("What you want to say about it").fill("Half a parcel is missing.")
	page.get_by_role("button", name="Send the answer").click()
	expect(page.get_by_role("status")).to_contain_text("Your answer was recorded")
	page.get_by_label("Why should the decision be reviewed?").fill("Nobody asked me.")
	page.get_by_role("button", name="Ask for a review").click()
	expect(page.get_by_role("status")).to_contain_text("request for a review")
	page.get_by_label("Write to us").fill("Thank you for looking again.")
	page.get_by_role("button", name="Send the message").click()
	expect(page.get_by_text("Thank you for looking again.")).to_be_visible()
	page.screenshot(path=screenshots / "portal-status-answered.png", full_page=True)
