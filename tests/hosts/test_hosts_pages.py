"""What people click on the pages of ERPNext and Helpdesk."""

import frappe
import pytest
from factories import make_user, unique
from host_things import (
	make_agent,
	make_contact,
	make_customer,
	make_hd_customer,
	make_invoice,
	make_item,
	make_ticket,
)
from playwright.sync_api import expect

from iso10002 import roles
from iso10002.integrations import sources

pytestmark = pytest.mark.hosts

VALUES = {
	"channel": "E-mail",
	"description": "The kettle leaks.",
	"allegations": [{"allegation": "Kettle leaks"}],
}
WIDE = (1280, 900)


def save(page) -> str:
	"""Save the new complaint and return its reference."""
	page.locator(
		'.page-head:visible button[data-label="Save"], .page-head:visible .primary-action'
	).first.click()
	page.wait_for_url("**/app/complaint/CMP-*", timeout=60_000)
	return page.url.rpartition("/")[2].partition("?")[0]


def test_an_agent_makes_a_ticket_a_complaint_with_two_clicks_and_a_save(desk, fresh, screenshots):
	agent = make_agent(roles.HANDLER, email="test-agent-handler@example.com")
	customer = make_hd_customer(customer_name=f"Bakery Sonne {unique('No')}")
	contact = make_contact(customer.name, "HD Customer", first_name="Anna", last_name="Sommer")
	ticket = make_ticket(
		customer=customer.name, contact=contact.name, raised_by=contact.email_id, subject="Kettle leaks again"
	)
	file = frappe.new_doc("File")
	file.update(
		{
			"file_name": f"receipt-{frappe.generate_hash(length=4)}.txt",
			"attached_to_doctype": "HD Ticket",
			"attached_to_name": ticket.name,
			"content": f"Receipt {unique()}".encode(),
			"is_private": 1,
		}
	)
	file.insert()
	frappe.db.commit()
	page = desk(agent, viewport=WIDE)
	page.goto(f"/helpdesk/tickets/{ticket.name}")
	page.get_by_role("button", name="Complaint", exact=True).click(timeout=60_000)
	page.screenshot(path=screenshots / "helpdesk-button.png")
	with page.context.expect_page() as opened:
		page.get_by_text("New complaint", exact=True).click()
	form = opened.value
	form.set_default_timeout(60_000)
	form.locator(".iso-source").get_by_text("receipt-").wait_for()
	expect(form.locator('.frappe-control[data-fieldname="email"]:visible input').first).to_have_value(
		contact.email_id
	)
	form.set_viewport_size({"width": 1280, "height": 900})
	form.wait_for_timeout(500)
	form.screenshot(path=screenshots / "helpdesk-new-complaint.png")
	case = save(form)
	form.close()
	fresh()
	doc = frappe.get_doc("Complaint", case)
	assert (doc.reference_doctype, doc.reference_name) == ("HD Ticket", str(ticket.name))
	assert doc.description == "The kettle leaks at the bottom."
	assert [row.allegation for row in doc.allegations] == ["Kettle leaks again"]
	party = frappe.get_all("Complaint Party", {"complaint": case}, ["email", "linked_name"])[0]
	assert (party.email, party.linked_name) == (contact.email_id, customer.name)
	assert frappe.db.count("File", {"attached_to_doctype": "Complaint", "attached_to_name": case}) == 1
	page.reload()
	page.get_by_role("button", name="Complaint", exact=True).click(timeout=60_000)
	page.get_by_text(case).wait_for()
	page.screenshot(path=screenshots / "helpdesk-lookup.png")
	page.goto(f"/app/hd-ticket/{ticket.name}")
	page.locator(".iso-beside").get_by_text(case).wait_for()
	connected = page.locator('.document-link[data-doctype="Complaint"]')
	expect(connected.locator(".count")).to_have_text("1")
	page.screenshot(path=screenshots / "helpdesk-desk-form.png")


def test_an_agent_without_a_role_here_sees_no_button_and_no_error(desk):
	agent = make_agent(email="test-agent-only@example.com")
	ticket = make_ticket()
	sources.make("HD Ticket", str(ticket.name), values=VALUES)
	frappe.db.commit()
	page = desk(agent, viewport=WIDE)
	errors = []
	page.on(
		"response",
		lambda answer: errors.append(answer.url) if "iso10002" in answer.url and not answer.ok else None,
	)
	page.goto(f"/helpdesk/tickets/{ticket.name}")
	page.get_by_text("Kettle leaks").first.wait_for(timeout=60_000)
	page.wait_for_timeout(1500)
	assert page.get_by_role("button", name="Complaint", exact=True).count() == 0
	assert errors == []


def test_a_seller_complains_about_an_invoice_and_sees_the_customers_picture(desk, fresh, screenshots):
	seller = make_user(
		"Sales User", "Accounts User", roles.HANDLER, email="test-seller-handler@example.com"
	).name
	customer = make_customer(customer_name=f"Hotel Seeblick {unique('No')}")
	make_contact(customer.name, first_name="Jan", last_name="Peters")
	kettle, pot = make_item(item_name="Kettle K2"), make_item(item_name="Pot P7")
	rows = [{"item_code": item.name, "qty": 1, "rate": 40} for item in (kettle, pot)]
	invoice = make_invoice(customer.name, kettle.name, items=rows)
	for vulnerable in (1, 0):
		sources.make(
			"Customer",
			customer.name,
			values={**VALUES, "product_or_service": "Kettle K2", "vulnerable": vulnerable},
		)
	frappe.db.commit()
	page = desk(seller, viewport=WIDE)
	page.goto(f"/app/sales-invoice/{invoice.name}")
	page.get_by_role("button", name="Create").click(timeout=60_000)
	page.locator(".dropdown-menu:visible").get_by_text("Complaint", exact=True).click()
	page.locator(".iso-source select").select_option(label="Pot P7", timeout=60_000)
	page.keyboard.press("Escape")
	page.locator("body").click(position={"x": 640, "y": 78})
	page.screenshot(path=screenshots / "erpnext-new-complaint.png")
	assert (
		page.locator('.frappe-control[data-fieldname="product_or_service"]:visible input').input_value()
		== "Pot P7"
	)
	page.goto(f"/app/customer/{customer.name}")
	page.locator(".iso-picture").get_by_text("2 open").wait_for(timeout=60_000)
	expect(page.locator(".iso-picture")).to_contain_text("May need special consideration")
	page.screenshot(path=screenshots / "erpnext-customer.png")


def test_a_confidential_case_asks_what_becomes_of_its_ticket(desk, fresh, screenshots):
	handler = make_agent(roles.HANDLER, email="test-agent-handler@example.com")
	ticket = make_ticket(subject="Your driver shouted at me")
	case = sources.make(
		"HD Ticket",
		str(ticket.name),
		values={**VALUES, "confidentiality_level": "Confidential", "handler": handler},
	)["complaint"]
	frappe.db.commit()
	page = desk(handler, viewport=WIDE)
	page.goto(f"/app/complaint/{case}")
	banner = page.locator(".iso-exposed")
	banner.get_by_role("button", name="Move its words").wait_for(timeout=60_000)
	page.screenshot(path=screenshots / "helpdesk-confidential.png")
	banner.get_by_role("button", name="Move its words").click()
	page.get_by_role("button", name="Yes", exact=True).click()
	expect(banner).to_have_count(0, timeout=60_000)
	fresh()
	assert "driver" not in frappe.db.get_value("HD Ticket", ticket.name, "subject")
	page.goto(f"/helpdesk/tickets/{ticket.name}")
	page.get_by_text("handled elsewhere").first.wait_for(timeout=60_000)
	page.screenshot(path=screenshots / "helpdesk-emptied.png")


def test_a_proposal_is_shown_on_the_ticket_and_rejected_with_a_reason(desk, fresh, screenshots):
	handler = make_agent(roles.HANDLER, email="test-agent-handler@example.com")
	word = unique("outrage").replace("-", "")
	rule = {
		"doctype": "Complaint Proposal Rule",
		"title": f"Strong words {word}",
		"source_doctype": "HD Ticket",
	}
	rule = frappe.get_doc({**rule, "words": word}).insert()
	ticket = make_ticket(subject=f"This is an {word}", raised_by=f"{word}@example.org")
	frappe.db.commit()
	try:
		page = desk(handler, viewport=WIDE)
		page.goto(f"/helpdesk/tickets/{ticket.name}")
		page.get_by_role("button", name="Looks like a complaint").click(timeout=60_000)
		page.get_by_text("It is one", exact=True).wait_for()
		page.screenshot(path=screenshots / "helpdesk-proposal.png")
		page.goto(f"/app/hd-ticket/{ticket.name}")
		page.get_by_role("button", name="It is none").click(timeout=60_000)
		page.locator('.modal:visible [data-fieldname="reason"] textarea').fill("A joke among friends")
		page.screenshot(path=screenshots / "erpnext-proposal.png")
		page.locator(".modal:visible .btn-primary").click()
		page.locator(".modal:visible").wait_for(state="hidden")
		page.wait_for_timeout(500)
		fresh()
		about = {"source_doctype": "HD Ticket", "source_name": str(ticket.name)}
		assert frappe.db.get_value("Complaint Proposal", about, ["state", "reason"]) == (
			"Rejected",
			"A joke among friends",
		)
	finally:
		frappe.db.set_value("Complaint Proposal Rule", rule.name, "disabled", 1)
		frappe.db.commit()
