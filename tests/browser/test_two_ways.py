"""The same form without a workflow, with states the admin renamed, and with two people at once."""

import frappe
import pytest
from factories import complaint_in, take, user_of
from playwright.sync_api import expect

from iso10002.setup.workflow import WORKFLOW


def switch(active: int) -> None:
	workflow = frappe.get_doc("Workflow", WORKFLOW)
	workflow.is_active = active
	workflow.save()
	frappe.db.commit()
	frappe.clear_cache(doctype="Complaint")


@pytest.fixture
def workflow_off():
	switch(0)
	yield
	frappe.db.rollback()
	switch(1)


@pytest.fixture
def renamed_state():
	"""The admin calls the state of the stage Assessed by another name."""
	frappe.rename_doc("Workflow State", "Assessed", "Triage finished", force=True)
	frappe.db.commit()
	frappe.clear_cache()
	yield "Triage finished"
	frappe.db.rollback()
	frappe.rename_doc("Workflow State", "Triage finished", "Assessed", force=True)
	frappe.db.commit()
	frappe.clear_cache()


def test_without_a_workflow_the_buttons_bring_a_case_to_its_end(workflow_off, people, fresh):
	case = complaint_in("Assessed")
	fresh()
	handler = people("handler").open(case)
	expect(handler.page.locator(".actions-btn-group button:visible")).to_have_count(0)
	handler.take("Investigate", investigator=user_of("investigator"))
	handler.expect_stage("Investigating")
	fresh()
	take(case, "Propose Decision")
	fresh()
	people("approver").open(case).take("Approve Decision")
	handler.open(case).take(
		"Communicate Decision", communication_channel="Letter", communication_text="Sorry."
	)
	handler.take("Record Acceptance")
	handler.take("Close")
	handler.expect_stage("Closed")
	fresh()
	assert frappe.db.get_value("Complaint", case, "status") == "Closed"


def test_a_renamed_state_is_shown_by_its_name_and_moves_like_before(renamed_state, people, fresh):
	case = complaint_in("Assessed")
	fresh()
	handler = people("handler").open(case)
	expect(handler.panel).to_contain_text("In the workflow: Triage finished")
	handler.expect_stage("Assessed")
	handler.take("Investigate", investigator=user_of("investigator"))
	handler.expect_stage("Investigating")


def test_who_comes_second_is_told_that_somebody_else_moved_the_case(people, fresh):
	case = complaint_in("Received")
	fresh()
	first, intake = people("handler").open(case), people("intake").open(case)
	intake.press("Acknowledge")
	expect(intake.dialog).to_be_visible()
	first.take("Acknowledge", acknowledgement_channel="Letter", picture="two-people-first")
	intake.fill({"acknowledgement_channel": "E-mail"}, intake.dialog)
	intake.confirm()
	expect(intake.message()).to_contain_text("is now in the stage Acknowledged")
	intake.picture("two-people")
	intake.close_message()
	expect(intake.field("acknowledgement_channel", intake.dialog).locator("input").first).to_have_value(
		"E-mail"
	)
	intake.dialog.get_by_role("button", name="Reload the case").click()
	intake.expect_stage("Acknowledged")
	fresh()
	assert frappe.db.get_value("Complaint", case, "acknowledgement_channel") == "Letter"
