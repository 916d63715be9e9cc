"""The form of an investigation in the browser: prefilled from the case, declared, completed."""

import frappe
from case_documents import case_under_investigation, fill, start
from factories import acting_as, user_of


def test_an_investigator_declares_and_completes_in_the_form(desk, fresh):
	case = case_under_investigation("Moderate")
	doc = start(case, declare=False)
	fresh()
	page = desk(user_of("investigator"))
	page.goto(f"/app/complaint-investigation/{doc.name}")
	page.get_by_text("First declare whether you have a conflict of interest").wait_for()
	page.locator("[data-fieldname=conflict_declaration] select").select_option("No conflict of interest")
	page.keyboard.press("Control+s")
	page.get_by_text("Still open:").wait_for()
	fresh()
	doc.reload()
	assert doc.declared_by == user_of("investigator")
	with acting_as(doc.investigator):
		fill(doc)
		doc.save()
	fresh()
	page.reload()
	page.get_by_text("All steps and findings are there").wait_for()
	assert frappe.db.get_value("Complaint Finding", {"parent": doc.name}, "outcome") == "Upheld"
