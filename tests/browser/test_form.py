"""What the form of a complaint does for the people who work with it."""

import frappe
import pytest
from factories import complaint_in, make_access, make_party, user_of
from playwright.sync_api import expect


@pytest.fixture
def case_in(fresh):
	"""case_in("Assessed"): the reference of a committed case in that stage."""

	def make(stage: str, **overrides) -> str:
		case = complaint_in(stage, **overrides)
		fresh()
		return case

	return make


def test_the_panel_lists_what_is_missing_for_the_next_stage_and_leads_to_the_field(people, case_in):
	handler = people("handler").open(case_in("Acknowledged"))
	assert "Somebody answers for the case" in handler.open_items()
	handler.panel.get_by_text("Severity, impact and complexity").click()
	expect(handler.field("severity").locator("select")).to_be_visible()
	expect(handler.field("severity").locator("select")).to_be_in_viewport()


def test_what_is_entered_in_the_form_is_ticked_off_after_saving(people, case_in):
	handler = people("handler").open(case_in("Acknowledged"))
	handler.tab("Acknowledge and assess")
	handler.fill({"safety_implication": "No"})
	handler.save()
	assert "Whether safety is concerned" not in handler.open_items()
	expect(handler.panel.locator(".iso-ok", has_text="Whether safety is concerned")).to_be_visible()


def test_a_refused_step_keeps_the_dialog_open_with_everything_entered(people, case_in):
	handler = people("handler").open(case_in("Acknowledged"))
	handler.press("Assess")
	handler.fill({"severity": "Serious", "impact": "Many people"}, handler.dialog)
	handler.confirm()
	expect(handler.message()).to_contain_text("Say whether safety is concerned.")
	handler.picture("form-refused-step")
	handler.close_message()
	expect(handler.dialog.locator(".modal-title")).to_have_text("Assess")
	expect(handler.field("severity", handler.dialog).locator("select")).to_have_value("Serious")
	expect(handler.field("impact", handler.dialog).locator("select")).to_have_value("Many people")
	handler.expect_stage("Acknowledged")


def test_unsaved_changes_are_saved_before_a_step(people, case_in, fresh):
	case = case_in("Assessed")
	handler = people("handler").open(case)
	handler.fill({"unit_concerned": "Warehouse North"})
	handler.take("Investigate", investigator=user_of("investigator"))
	fresh()
	assert frappe.db.get_value("Complaint", case, "unit_concerned") == "Warehouse North"
	assert frappe.db.get_value("Complaint", case, "status") == "Investigating"


def test_the_workflow_menu_opens_the_same_dialog_and_takes_the_step_once(people, case_in, fresh):
	case = case_in("Assessed")
	handler = people("handler").open(case)
	handler.page.locator(".actions-btn-group button:visible").click()
	handler.page.locator(".actions-btn-group .dropdown-menu:visible").get_by_text(
		"Investigate", exact=True
	).click()
	expect(handler.dialog.locator(".modal-title")).to_have_text("Investigate")
	handler.fill({"investigator": user_of("investigator")}, handler.dialog)
	handler.confirm()
	handler.expect_stage("Investigating")
	fresh()
	assert frappe.db.count("Complaint Event", {"complaint": case, "event": "Investigating"}) == 1


def test_closing_the_dialog_of_the_workflow_menu_leaves_the_case_where_it_is(people, case_in, fresh):
	case = case_in("Assessed")
	handler = people("handler").open(case)
	handler.page.locator(".actions-btn-group button:visible").click()
	handler.page.locator(".actions-btn-group .dropdown-menu:visible").get_by_text(
		"Investigate", exact=True
	).click()
	expect(handler.dialog.locator(".modal-title")).to_have_text("Investigate")
	handler.dialog.locator(".btn-modal-close:visible").click()
	handler.settle()
	handler.expect_stage("Assessed")
	fresh()
	assert frappe.db.get_value("Complaint", case, "status") == "Assessed"


def test_a_recorded_fact_is_locked_and_corrected_with_a_reason(people, case_in, fresh):
	case = case_in("Assessed", channel="Phone")
	handler = people("handler").open(case)
	channel = handler.field("channel")
	expect(channel.locator("input")).to_have_count(0)
	channel.get_by_text("Correct", exact=True).click()
	handler.fill({"value": "Letter", "reason": "It was a letter."}, handler.dialog)
	handler.picture("form-correct")
	handler.confirm()
	expect(channel).to_contain_text("Letter")
	handler.tab("History")
	expect(handler.page.locator(".iso-event").first).to_contain_text("Received by way of: Phone → Letter")
	expect(handler.page.locator(".iso-event").first).to_contain_text("It was a letter.")
	fresh()
	assert frappe.db.get_value("Complaint", case, "channel") == "Letter"


def test_the_words_of_the_complainant_are_added_to_but_never_changed(people, case_in, fresh):
	case = case_in("Acknowledged", description="The parcel was open.")
	handler = people("handler").open(case)
	handler.field("description").get_by_text("Add to it").click()
	handler.fill({"value": "It was also wet.", "reason": "Said on the phone."}, handler.dialog)
	handler.confirm()
	handler.tab("History")
	expect(handler.page.locator(".iso-event").first).to_contain_text("It was also wet.")
	fresh()
	assert frappe.db.get_value("Complaint", case, "description") == "The parcel was open."


def test_a_contact_is_recorded_and_shown_in_the_history(people, case_in):
	handler = people("handler").open(case_in("Assessed"))
	handler.page.get_by_role("button", name="Record contact").click()
	handler.fill({"channel": "Phone", "remark": "Told her who works on it."}, handler.dialog)
	handler.confirm()
	handler.tab("History")
	newest = handler.page.locator(".iso-event").first
	expect(newest).to_contain_text("Contact")
	expect(newest).to_contain_text("Told her who works on it.")


def test_a_party_is_added_in_a_dialog_and_its_mark_says_whether_it_was_heard(people, case_in, fresh):
	case = case_in("Assessed")
	handler = people("handler").open(case)
	parties = handler.field("parties_panel")
	parties.get_by_role("button", name="Add a party").click()
	handler.fill({"role": "Person complained about", "full_name": "Jan Berater"}, handler.dialog)
	handler.confirm()
	expect(parties).to_contain_text("Jan Berater")
	expect(parties).to_contain_text("Not heard yet")
	parties.get_by_text("Jan Berater").click()
	handler.fill({"not_heard_reason": "Left the company and cannot be reached."}, handler.dialog)
	handler.picture("form-party")
	handler.confirm()
	expect(parties).to_contain_text("Not heard, with reason")


def test_a_representative_is_entered_together_with_the_complaint(people, fresh):
	intake = people("intake").new()
	intake.fill({"channel": "Letter", "full_name": "Maria Muster", "speaks_for_other": "1"})
	intake.fill(
		{"other_full_name": "Rita Recht", "other_authority": "Lawyer", "other_email": "rita@example.org"}
	)
	intake.fill({"description": "The invoice is wrong."})
	intake.save()
	fresh()
	fields = ["role", "full_name", "authority", "email"]
	found = frappe.get_all("Complaint Party", {"complaint": intake.name}, fields, order_by="creation asc")
	assert [[row[field] or "" for field in fields] for row in found] == [
		["Complainant", "Maria Muster", "", ""],
		["Representative", "Rita Recht", "Lawyer", "rita@example.org"],
	]


def test_a_complaint_without_a_name_is_entered_as_well(people, fresh):
	intake = people("intake").new()
	intake.fill({"channel": "Phone", "description": "Nobody answers the phone."})
	intake.save()
	expect(intake.field("parties_panel")).to_contain_text("Nobody is named yet.")
	fresh()
	assert not frappe.db.exists("Complaint Party", {"complaint": intake.name})


def test_what_was_typed_about_the_complainant_is_there_after_a_refused_saving(people):
	intake = people("intake").new()
	intake.fill({"channel": "Phone", "full_name": "Maria Muster", "email": "not an address"})
	intake.fill({"description": "The invoice is wrong."})
	intake.page.keyboard.press("Control+s")
	expect(intake.message()).to_contain_text("not an address")
	intake.close_message()
	expect(intake.field("full_name").locator("input")).to_have_value("Maria Muster")
	intake.fill({"email": "maria@example.org"})
	intake.save()
	expect(intake.field("parties_panel")).to_contain_text("maria@example.org")


def test_a_step_that_needs_more_than_a_dialog_leads_to_what_is_missing(people, case_in, fresh):
	case = case_in("Investigating")
	make_party(case, role="Person complained about", full_name="Jan Berater", email="jan@example.org")
	fresh()
	investigator = people("investigator").open(case)
	investigator.press("Propose Decision")
	point = investigator.value("allegations")[0]["name"]
	investigator.fill({f"outcome_{point}": "Upheld", f"finding_{point}": "He was rude."}, investigator.dialog)
	investigator.confirm()
	expect(investigator.dialog.locator(".modal-title")).to_have_text("Before Propose Decision")
	expect(investigator.dialog).to_contain_text("No finding against a person who was not heard")
	investigator.confirm()
	expect(investigator.field("parties_panel").get_by_text("Not heard yet")).to_be_in_viewport()


def test_an_auditor_reads_everything_and_finds_no_buttons_to_change_it(people, case_in):
	case = case_in("Assessed")
	make_access(case)
	frappe.db.commit()
	auditor = people("auditor").open(case)
	expect(auditor.panel.locator(".iso-step")).to_have_count(0)
	expect(auditor.page.locator(".iso-correct")).to_have_count(0)
	expect(auditor.page.get_by_role("button", name="Record contact")).to_have_count(0)
	expect(auditor.panel).to_contain_text("somebody else takes the next step")


def test_the_keyboard_reaches_the_steps_and_their_dialog(people, case_in):
	handler = people("handler").open(case_in("Assessed"))
	handler.panel.locator('.iso-step[data-action="Investigate"]').focus()
	handler.page.keyboard.press("Enter")
	expect(handler.dialog.locator(".modal-title")).to_have_text("Investigate")
	handler.cancel()
	handler.panel.locator(".iso-open a").first.focus()
	handler.page.keyboard.press("Enter")
	expect(handler.field("investigator")).to_be_in_viewport()
