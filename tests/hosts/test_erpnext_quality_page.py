"""What people click to make a record of quality management."""

import frappe
import pytest
from factories import make_user, unique
from money_things import make_employee
from playwright.sync_api import expect

from iso10002 import roles

pytestmark = pytest.mark.hosts

WIDE = (1280, 900)


def test_an_improvement_makes_a_non_conformance_by_a_button(desk, fresh, screenshots):
	user = make_user(roles.HANDLER, email="test-handler-employee@example.com").name
	make_employee(user)
	procedure = frappe.get_doc(
		{"doctype": "Quality Procedure", "quality_procedure_name": f"Packing of parcels {unique()}"}
	).insert()
	improvement = frappe.get_doc(
		{
			"doctype": "Complaint Improvement",
			"subject": "Parcels are packed better",
			"action": "Stronger boxes.",
			"responsible": user,
			"due_on": frappe.utils.add_days(frappe.utils.nowdate(), 30),
			"comes_from": "Cause of complaints",
			"cause": "Packaging or transport",
			"category": "Damage suffered",
		}
	).insert()
	frappe.db.commit()
	page = desk(user, viewport=WIDE)
	page.set_default_timeout(60_000)
	page.goto(f"/app/complaint-improvement/{improvement.name}")
	page.get_by_role("button", name="Make a record in ERPNext").click()
	dialog = page.locator(".modal.show")
	expect(dialog.locator('[data-fieldname="doctype"] select')).to_have_value("Non Conformance")
	field = dialog.locator('[data-fieldname="procedure"] input')
	field.fill(procedure.name)
	field.press("Tab")
	dialog.get_by_role("button", name="Make", exact=True).click()
	expect(page.locator(".modal.show")).to_have_count(0, timeout=60_000)
	fresh()
	record = frappe.db.get_value("Complaint Improvement", improvement.name, "quality_record")
	page.locator('[data-fieldname="quality_record"]').get_by_text(record).first.wait_for()
	page.goto(f"/app/non-conformance/{record}")
	subject = page.locator('[data-fieldname="subject"] input').first
	expect(subject).to_have_value(
		"Cause of complaints: Packaging or transport (Damage suffered)", timeout=60_000
	)
	page.screenshot(path=screenshots / "erpnext-non-conformance.png")
