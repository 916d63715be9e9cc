"""What people click to carry out a remedy in ERPNext."""

import frappe
import pytest
from host_things import make_customer, make_item
from money_things import about, accepted, clerk, make_remedy_type, remedy, submitted_invoice
from playwright.sync_api import expect

pytestmark = pytest.mark.hosts

WIDE = (1280, 900)


def test_a_credit_note_is_made_by_a_button_of_the_accepted_remedy(desk, fresh, screenshots):
	customer = make_customer(customer_name=f"Bakery Sonne {frappe.generate_hash(length=4)}").name
	items = [make_item(item_name=name, is_stock_item=0).name for name in ("Kettle", "Repair of a kettle")]
	rows = [{"item_code": item, "qty": 1, "rate": 50} for item in items]
	invoice = submitted_invoice(customer=customer, items=rows)
	kind = make_remedy_type("Credit Note", remedy_name=f"Price reduction {frappe.generate_hash(length=4)}")
	case, _row = accepted(kind, 40, **about(invoice))
	frappe.db.commit()
	page = desk(clerk(), viewport=WIDE)
	page.set_default_timeout(60_000)
	page.goto(f"/app/complaint/{case}")
	page.locator(".form-tabs").get_by_text("Decide", exact=True).click()
	panel = page.locator('.frappe-control[data-fieldname="remedy_documents_panel"]')
	button = panel.get_by_role("button", name="Make Credit Note")
	button.scroll_into_view_if_needed()
	page.screenshot(path=screenshots / "erpnext-remedy.png")
	button.click()
	dialog = page.locator(".modal.show")
	expect(dialog.locator('[data-fieldname="source"] input')).to_have_value(invoice.name)
	dialog.get_by_text("Repair of a kettle").wait_for()
	page.screenshot(path=screenshots / "erpnext-remedy-dialog.png")
	dialog.locator('[data-fieldname="amount"] input').fill("41")
	dialog.get_by_role("button", name="Make a draft").click()
	page.locator(".msgprint").get_by_text("above what was accepted").wait_for()
	page.locator(".modal.show .btn-modal-close:visible").last.click()
	dialog.locator('[data-fieldname="amount"] input').fill("40")
	dialog.get_by_text("Repair of a kettle").click()  # only the kettle itself
	dialog.get_by_role("button", name="Make a draft").click()
	fresh_link = panel.locator("a")
	fresh_link.wait_for()
	# what ERPNext says about its draft is passed on
	page.locator(".msgprint").get_by_text("Update Outstanding for Self").wait_for()
	page.locator(".modal.show .btn-modal-close:visible").last.click()
	fresh()
	note = frappe.get_doc("Sales Invoice", remedy(case).document_name)
	assert (note.docstatus, note.grand_total, len(note.items)) == (0, -40, 1)
	expect(fresh_link).to_contain_text(note.name)
	expect(panel.locator(".indicator-pill")).to_have_text("Draft")
	expect(button).to_have_count(0)
	expect(page.locator(".modal.show")).to_have_count(0)
	fresh_link.click()
	page.get_by_text("Return Against").first.wait_for()
	page.screenshot(path=screenshots / "erpnext-credit-note.png")
