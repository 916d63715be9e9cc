"""Changing the confidentiality of a case and opening a protected identity, as people do it in the form."""

import frappe
from factories import complaint_in, make_party, user_of
from playwright.sync_api import expect

SECRET = {"full_name": "Theodora Quill", "email": "theodora.quill@example.org", "phone": "+49 30 998877"}


def test_a_manager_raises_the_confidentiality_with_a_reason(people, fresh):
	case = complaint_in("Assessed")
	fresh()
	manager = people("manager")
	manager.open(case)
	manager.menu("Change confidentiality")
	expect(manager.dialog).to_be_visible()
	manager.fill({"level": "Confidential"}, manager.dialog)
	manager.picture("change-confidentiality")
	manager.confirm()
	expect(manager.dialog.locator(".has-error, .control-input .form-control:invalid").first).to_be_visible()
	manager.close_message()
	manager.fill({"reason": "A member of staff is concerned."}, manager.dialog)
	manager.confirm()
	manager.page.wait_for_function("cur_frm.doc.confidentiality_level === 'Confidential'")
	manager.settle()
	manager.picture("confidential-case")
	fresh()
	assert frappe.db.get_value("Complaint", case, "confidentiality_level") == "Confidential"


def test_a_handler_who_restricts_somebody_elses_case_is_told_that_it_is_gone(people, fresh):
	case = complaint_in("Assessed", received_by=user_of("intake"))
	frappe.db.set_value("Complaint", case, "handler", user_of("manager"))
	fresh()
	handler = people("handler")
	handler.open(case)
	handler.menu("Change confidentiality")
	handler.fill({"level": "Restricted", "reason": "A threat."}, handler.dialog)
	handler.confirm()
	expect(handler.message()).to_contain_text("you do not see it any more")
	handler.picture("restricted-and-gone")


def test_a_protected_identity_is_shown_after_the_purpose_was_stated(people, fresh):
	case = complaint_in("Assessed")
	party = make_party(case, identity="Confidential", **SECRET)
	fresh()
	handler = people("handler")
	handler.open(case)
	panel = handler.field("parties_panel")
	expect(panel).to_contain_text("Identity protected")
	expect(panel).not_to_contain_text("Quill")
	panel.scroll_into_view_if_needed()
	handler.picture("protected-party")
	panel.locator("[data-reveal]").click()
	expect(handler.dialog).to_contain_text("is logged")
	handler.fill({"purpose": "To call about the parcel"}, handler.dialog)
	handler.picture("reveal-dialog")
	handler.confirm()
	expect(handler.page.locator(".iso-identity")).to_contain_text("Theodora Quill")
	handler.picture("revealed-identity")
	fresh()
	row = frappe.get_last_doc("Complaint Access Log", {"complaint": case, "action": "Revealed"})
	assert (row.document, row.purpose) == (party.name, "To call about the parcel")


def test_the_access_log_report_opens_for_the_manager(people, fresh):
	case = complaint_in("Assessed")
	fresh()
	people("handler").open(case)
	manager = people("manager")
	manager.page.goto(f"/app/query-report/Complaint Access Log?complaint={case}")
	expect(manager.page.locator(".dt-scrollable")).to_contain_text("Opened")
	manager.picture("access-log-report")


def test_a_privacy_officer_downloads_the_record_of_the_complainant(people, fresh):
	case = complaint_in("Assessed")
	make_party(case, **SECRET)
	fresh()
	officer = people("privacy")
	officer.open(case)
	officer.menu("Hand out own record")
	expect(officer.dialog).to_contain_text("Theodora Quill")
	officer.fill({"purpose": "Request of 3 March, passport seen"}, officer.dialog)
	officer.picture("own-record")
	with officer.page.expect_download() as download:
		officer.confirm()
	assert download.value.suggested_filename == f"{case}.json"
