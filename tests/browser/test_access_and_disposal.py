"""Giving and ending access, holding a case, opening an identity for all, and approving a disposal, by clicks."""

from contextlib import suppress

import frappe
import pytest
from factories import complaint_in, make_complaint, make_party, unique, user_of
from frappe.utils import add_months, nowdate
from playwright.sync_api import expect

from iso10002.confidentiality import retention
from iso10002.confidentiality.rule import may_see

SECRET = {"full_name": "Theodora Quill", "email": "theodora.quill@example.org", "phone": "+49 30 998877"}


def give_reason(page, reason: str) -> None:
	expect(page.dialog).to_be_visible()
	page.fill({"reason": reason}, page.dialog)
	page.confirm()


def test_a_manager_gives_an_auditor_access_and_ends_it(people, fresh):
	case, auditor = complaint_in("Assessed"), user_of("auditor")
	fresh()
	manager = people("manager")
	manager.open(case)
	manager.menu("Give or deny access")
	expect(manager.dialog).to_be_visible()
	reason = "Yearly audit of the process."
	manager.fill({"reason": reason, "capacity": "Auditor", "user": user_of("manager")}, manager.dialog)
	manager.page.wait_for_function("cur_dialog.get_value('reason') && cur_dialog.get_value('user')")
	manager.confirm()
	expect(manager.message()).to_contain_text("nobody gives access to oneself")
	manager.close_message()
	manager.fill({"user": auditor}, manager.dialog)
	manager.picture("give-access")
	manager.confirm()
	expect(manager.page.locator(".modal.show")).to_have_count(0)
	manager.settle()
	fresh()
	assert may_see(auditor, case)
	row = frappe.get_last_doc("Complaint Access", {"complaint": case})
	manager.page.goto(f"/app/complaint-access/{row.name}")
	form = manager.page.locator("[id='page-Complaint Access']")
	expect(form).to_contain_text(reason)
	manager.settle()
	manager.picture("access-given")
	form.get_by_role("button", name="End access").click()
	give_reason(manager, "The audit is over.")
	manager.page.wait_for_function("cur_frm.doc.ended_by")
	manager.settle()
	expect(form.get_by_role("button", name="End access")).to_have_count(0)
	manager.picture("access-ended")
	fresh()
	assert not may_see(auditor, case)
	found = frappe.get_all(
		"Complaint Event", {"complaint": case, "event": ("like", "Access%")}, pluck="event"
	)
	assert set(found) == {"Access Granted", "Access Ended"}


def test_a_manager_holds_a_case_and_ends_the_hold(people, fresh):
	case = complaint_in("Assessed")
	fresh()
	manager = people("manager")
	manager.open(case)
	manager.menu("Set legal hold")
	manager.picture("legal-hold-dialog")
	give_reason(manager, "Court case 12/26 <b>Quill</b>.")
	manager.page.wait_for_function("cur_frm.doc.legal_hold === 1")
	manager.settle()
	shown = manager.page.locator(".iso-hold")
	expect(shown).to_contain_text("Legal hold")
	set_by = frappe.db.get_value("User", user_of("manager"), "full_name")
	expect(shown).to_contain_text(f"Set by: {set_by}")
	expect(shown).to_contain_text("Why it is held: Court case 12/26 <b>Quill</b>.")
	manager.picture("legal-hold-set")
	handler = people("handler")
	handler.open(case)
	expect(handler.page.locator(".iso-hold")).to_contain_text("Court case 12/26")
	manager.menu("End legal hold")
	give_reason(manager, "It is over.")
	manager.page.wait_for_function("!cur_frm.doc.legal_hold")
	expect(shown).to_have_count(0)
	fresh()
	found = frappe.get_all("Complaint Event", {"complaint": case, "event": ("like", "Legal%")}, pluck="event")
	assert set(found) == {"Legal Hold Set", "Legal Hold Ended"}


def test_an_identity_is_opened_for_all_once_the_complainant_agreed(people, fresh):
	case = complaint_in("Assessed")
	party = make_party(case, identity="Confidential", **SECRET)
	fresh()
	manager = people("manager")
	manager.open(case)
	panel = manager.field("parties_panel")
	expect(panel).to_contain_text("Identity protected")
	panel.locator("[data-open]").click()
	give_reason(manager, "The complainant agreed.")
	expect(manager.message()).to_contain_text("Consent to disclose")
	manager.picture("open-identity-without-consent")
	manager.close_message()
	consent = {
		"consent_to_disclose": 1,
		"consent_on": nowdate(),
		"consent_scope": "The dealer, for the repair",
	}
	frappe.get_doc("Complaint Party", party.name).update(consent).save()
	fresh()
	manager.open(case)
	panel.locator("[data-open]").click()
	manager.picture("open-identity")
	give_reason(manager, "The complainant agreed.")
	expect(panel).to_contain_text("Theodora Quill")
	panel.scroll_into_view_if_needed()
	manager.picture("identity-opened")
	fresh()
	row = frappe.get_last_doc("Complaint Access Log", {"complaint": case, "action": "Revealed"})
	assert (row.document, row.purpose) == (party.name, "The complainant agreed.")


@pytest.fixture
def disposal(fresh):
	"""A proposal to remove two cases of a category of their own."""
	category = frappe.get_doc({"doctype": "Complaint Category", "category_name": unique("Old")}).insert().name
	settings = frappe.get_doc("ISO10002 Settings")
	before = [row.as_dict() for row in settings.retention_rules]
	settings.set("retention_rules", [{"category": category, "months": 24}])
	settings.save()
	day = add_months(nowdate(), -30)
	old = {"status": "Closed", "stage_since": day, "received_on": day, "closed_on": day, "category": category}
	cases = [make_complaint().name for _number in range(2)]
	for case in cases:
		frappe.db.set_value("Complaint", case, old)
	name = retention.propose()
	fresh()
	yield name, cases
	frappe.db.rollback()
	settings = frappe.get_doc("ISO10002 Settings")
	settings.set("retention_rules", before)
	settings.save()
	fresh()


def test_a_privacy_officer_approves_a_disposal(people, fresh, disposal):
	name, cases = disposal
	officer = people("privacy")
	officer.page.goto(f"/app/complaint-disposal/{name}")
	form = officer.page.locator("[id='page-Complaint Disposal']")
	expect(form).to_contain_text("past the time they are kept for")
	for case in cases:
		expect(form).to_contain_text(case)
	officer.settle()
	officer.picture("disposal-proposed")
	form.get_by_role("button", name="Approve").click()
	officer.picture("disposal-approve")
	give_reason(officer, "Yearly clean-up.")
	officer.page.wait_for_function("cur_frm.doc.status !== 'Proposed'")
	officer.settle()
	for _try in range(20):  # a background job removes them
		fresh()
		if not any(frappe.db.exists("Complaint", case) for case in cases):
			break
		officer.page.wait_for_timeout(500)
	else:
		with suppress(retention.RetentionError):  # on a bench whose worker is busy with other sites
			retention.carry_out(name)
		fresh()
	assert not any(frappe.db.exists("Complaint", case) for case in cases)
	officer.page.reload()
	expect(form).to_contain_text("Removed")
	officer.settle()
	officer.picture("disposal-done")
