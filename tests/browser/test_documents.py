"""The documents of a case by clicks: opened from the case and filled in as far as it is known, done, printed, connected."""

import frappe
import pytest
from case_documents import case_under_investigation, investigate, start
from case_page import CasePage, fill, save, settle
from factories import acting_as, complaint_in, make_user, take, unique, user_of
from playwright.sync_api import Page, expect

from iso10002 import roles


def control(page: Page, fieldname: str):
	return page.locator(
		f'.page-container:visible .frappe-control[data-fieldname="{fieldname}"]:visible'
	).first


def fill_in(page: Page, **values: str) -> None:
	for fieldname, value in values.items():
		fill(control(page, fieldname), value)


def workflow_action(page: Page, action: str) -> None:
	page.locator(".page-container:visible .actions-btn-group button").first.click()
	page.locator(
		".page-container:visible .actions-btn-group .dropdown-menu.show a", has_text=action
	).first.click()
	page.wait_for_timeout(300)
	yes = page.locator(".modal.show .btn-primary:visible")
	if yes.count():
		yes.last.click()
	settle(page)


def shot(page: Page, screenshots, name: str) -> None:
	page.wait_for_timeout(400)
	page.screenshot(path=screenshots / f"{name}.png", full_page=True)


def printed_page(page: Page, doctype: str, name: str, print_format: str) -> Page:
	"""Open a print in a page of its own; early versions of Frappe 15 have an error in its script for any own format."""
	printed = page.context.new_page()
	printed.goto(f"/printview?doctype={doctype}&name={name}&format={print_format}")
	return printed


def to_documents(person: CasePage, case: str, tab: str) -> Page:
	person.open(case).tab(tab)
	return person.page


def test_a_rejected_case_is_reviewed_and_referred_by_clicks(people, fresh, screenshots):
	case = complaint_in("Decision Communicated")
	take(case, "Record Rejection")
	body = frappe.get_doc(
		{"doctype": "Dispute Resolution Body", "body_name": unique("Board"), "method": "Determinative"}
	)
	body.insert()
	fresh()
	handler = people("handler").open(case)
	handler.take(
		"Review", review_grounds="Unfair", reviewer=user_of("reviewer"), picture="documents-1-ask-for-review"
	)
	handler.expect_stage("Under Review")
	handler.press("Communicate Decision")  # not without the review: the form leads there
	expect(handler.dialog).to_contain_text("The reviewer completes the review")
	handler.picture("documents-2-review-first")
	handler.dialog.locator(".btn-primary:visible").click()
	expect(handler.field("reviews_panel")).to_be_in_viewport()

	reviewer = to_documents(people("reviewer"), case, "Review and referral")
	reviewer.get_by_role("button", name="Start the review").click()
	expect(control(reviewer, "grounds")).to_contain_text("Unfair")
	settle(reviewer)
	fill_in(reviewer, conflict_declaration="No conflict of interest")
	save(reviewer)
	fill_in(reviewer, looked_at="The whole file.", outcome="Confirmed", reasons="The decision was right.")
	save(reviewer)
	shot(reviewer, screenshots, "documents-3-review")
	workflow_action(reviewer, "Start")
	workflow_action(reviewer, "Complete")
	reviewer.wait_for_function("cur_frm.doc.docstatus === 1")
	shot(reviewer, screenshots, "documents-4-review-completed")
	fresh()
	assert frappe.db.get_value("Complaint", case, "review_outcome") == "Confirmed"
	printed = printed_page(reviewer, "Complaint Review", f"{case}-REV-1", "Review File")
	expect(printed.locator("body")).to_contain_text("The decision was right.")
	shot(printed, screenshots, "documents-5-review-printed")

	handler.open(case).take(
		"Communicate Decision", communication_channel="Letter", communication_text="It stays."
	)
	handler.take("Record Rejection", acceptance_words="No.")
	page = to_documents(handler, case, "Review and referral")
	page.get_by_role("button", name="Record a referral").click()
	page.wait_for_function("cur_frm && cur_frm.doctype === 'Complaint Referral'")
	settle(page)
	fill_in(page, body=body.name)
	save(page)
	shot(page, screenshots, "documents-6-referral")
	fresh()
	assert frappe.db.get_value("Complaint", case, ["status", "outside_body"]) == ("Referred", body.name)
	handler.open(case).tab("Connections")
	for doctype in ("Complaint Review", "Complaint Referral"):
		link = handler.page.locator(f'.document-link[data-doctype="{doctype}"]:visible')
		expect(link.locator(".count")).to_have_text("1")
	handler.picture("documents-7-connections", full=True)


def test_an_investigation_is_started_from_the_case_and_printed(people, fresh, screenshots):
	case = complaint_in("Assessed")
	take(case, "Investigate")
	fresh()
	page = to_documents(people("investigator"), case, "Investigate")
	page.get_by_role("button", name="Start an investigation").click()
	page.wait_for_function("cur_frm && cur_frm.doctype === 'Complaint Investigation'")
	settle(page)
	fill_in(page, conflict_declaration="No conflict of interest")
	save(page)
	name = page.evaluate("cur_frm.doc.name")
	assert name == f"{case}-INV-1"
	shot(page, screenshots, "documents-8-investigation")
	page.get_by_role("button", name="Case", exact=True).click()  # and back
	page.wait_for_function("cur_frm && cur_frm.doctype === 'Complaint'")
	other = case_under_investigation()
	done = investigate(other)
	fresh()
	printed = printed_page(page, "Complaint Investigation", done.name, "Investigation File")
	expect(printed.locator("body")).to_contain_text("The packaging was too weak.")
	shot(printed, screenshots, "documents-9-investigation-printed")


@pytest.fixture
def conflicted_case(fresh) -> str:
	case = case_under_investigation()
	doc = start(case, declare=False)
	with acting_as(doc.investigator):
		doc.update({"conflict_declaration": "Conflict of interest", "conflict_details": "A cousin."})
		doc.save()
	fresh()
	return case


def test_a_manager_lifts_a_conflict_from_the_menu_of_the_case(people, fresh, conflicted_case):
	manager = people("manager")
	row = frappe.db.get_value("Complaint Access", {"complaint": conflicted_case, "access": "Deny"})
	manager.page.goto(f"/app/complaint-access/{row}")
	expect(manager.page.locator(".form-message:visible")).to_contain_text("Lift the conflict")
	expect(manager.page.get_by_role("button", name="End access")).to_have_count(0)
	manager.picture("documents-10-row-of-a-conflict")
	manager.open(conflicted_case)
	manager.menu("Lift a conflict of interest...")
	manager.fill({"reason": "It was a namesake."}, manager.dialog)
	manager.picture("documents-10-lift-conflict")
	manager.confirm()
	expect(manager.page.locator(".modal.show")).to_have_count(0)
	fresh()
	assert frappe.db.exists("Complaint Event", {"complaint": conflicted_case, "event": "Conflict Lifted"})
	handler = people("handler").open(conflicted_case)
	handler.page.locator(".page-container:visible .menu-btn-group > button:visible").click()
	expect(handler.page.get_by_text("Record contact...")).to_be_visible()
	expect(handler.page.get_by_text("Lift a conflict of interest...")).to_have_count(0)


def test_giving_a_case_on_asks_for_the_reason(people, fresh):
	case, other = complaint_in("Assessed"), make_user(roles.HANDLER, first_name=unique("Zoe")).name
	fresh()
	handler = people("handler").open(case)
	expect(handler.field("reassignment_reason")).to_be_hidden()
	handler.fill({"handler": other})
	expect(handler.field("reassignment_reason")).to_be_visible()
	handler.fill({"reassignment_reason": "On leave."})
	handler.picture("documents-11-give-on")
	handler.save()
	expect(handler.field("reassignment_reason")).to_be_hidden()
	fresh()
	event = frappe.get_last_doc("Complaint Event", {"complaint": case, "event": "Reassigned"})
	assert event.remark == "On leave."


def test_a_significant_case_says_in_the_form_when_management_was_told(people, fresh):
	case = complaint_in("Acknowledged")
	take(case, "Assess", severity="Critical")
	fresh()
	handler = people("handler").open(case)
	expect(handler.panel).to_contain_text("Significant")
	expect(handler.panel).to_contain_text("Management told")
	handler.picture("documents-12-significant")


def test_the_queue_of_a_team_is_a_click_in_the_list(desk, fresh, screenshots):
	lead = make_user(roles.HANDLER).name
	units = unique("unit")
	team = frappe.get_doc(
		{"doctype": "Complaint Team", "team_name": unique("Team"), "units": units, "lead": lead}
	).insert()
	case = frappe.get_doc(
		{"doctype": "Complaint", "channel": "Phone", "description": "Broken.", "receiving_unit": units}
	).insert()
	fresh()
	page = desk(lead, viewport=(1366, 768))
	page.goto("/app/complaint/view/list")
	button = page.locator(".complaint-queues button", has_text="Queue of my team")
	expect(button.locator(".complaint-queue-count")).to_have_text("1")
	button.click()
	expect(page.locator(".list-count")).to_contain_text("1 of 1")
	expect(page.locator(".list-row-container", has_text=case.name)).to_be_visible()
	page.screenshot(path=screenshots / "documents-13-queue.png")
	page.goto(f"/app/complaint/{case.name}")
	expect(page.locator(".iso-panel:visible")).to_contain_text(f"In the queue of {team.name}")
	page.goto(f"/app/complaint-team/{team.name}")
	expect(page.get_by_text("Departments, branches or sites")).to_be_visible()
	page.screenshot(path=screenshots / "documents-14-team.png")
	frappe.db.set_value("Complaint", case.name, "handler", lead)
	frappe.db.set_value("Complaint Team", team.name, "disabled", 1)
	frappe.db.commit()  # other tests find no team
