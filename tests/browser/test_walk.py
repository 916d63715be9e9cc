"""A complaint from the first call to its closing, by the people of the process, in the browser."""

import frappe
from factories import user_of
from playwright.sync_api import expect


def test_intake_enters_a_complaint_with_its_complainant_and_the_others_bring_it_to_its_end(people, fresh):
	intake = people("intake").new()
	intake.fill({"channel": "Phone"})
	intake.fill({"full_name": "Maria Muster", "email": "maria@example.org", "phone": "+49 30 123456"})
	intake.fill(
		{"description": "The parcel arrived open and half empty.", "product_or_service": "Parcel service"}
	)
	intake.picture("walk-1-new", full=True)
	intake.save()
	case = intake.name
	intake.expect_stage("Received")
	expect(intake.field("parties_panel")).to_contain_text("Maria Muster")
	expect(intake.field("parties_panel")).to_contain_text("maria@example.org")
	intake.picture("walk-2-received")
	intake.take("Acknowledge", acknowledgement_channel="Letter", picture="walk-3-acknowledge")
	intake.expect_stage("Acknowledged")

	handler = people("handler").open(case)
	handler.press("Assess")
	handler.fill({"category": "Damage suffered"}, handler.dialog)
	handler.picture("walk-4-first-point")
	handler.confirm()
	expect(handler.dialog.locator(".modal-title")).to_have_text("Assess")
	handler.fill(
		{
			"category": "Damage suffered",
			"severity": "Moderate",
			"impact": "One person",
			"complexity": "Simple",
			"safety_implication": "No",
			"immediate_action_needed": "No",
			"immediate_action_possible": "No",
			"compensation_likely": "Yes",
		},
		handler.dialog,
	)
	handler.picture("walk-5-assess")
	handler.confirm()
	handler.expect_stage("Assessed")
	handler.take("Investigate", investigator=user_of("investigator"))
	handler.expect_stage("Investigating")
	handler.picture("walk-6-investigating")

	investigator = people("investigator").open(case)
	investigator.press("Propose Decision")
	point = investigator.value("allegations")[0]["name"]
	investigator.fill(
		{f"outcome_{point}": "Upheld", f"finding_{point}": "The box was crushed."}, investigator.dialog
	)
	investigator.picture("walk-7-points")
	investigator.confirm()
	expect(investigator.dialog.locator(".modal-title")).to_have_text("Propose Decision")
	investigator.fill(
		{
			"cause": "Packaging or transport",
			"decision": "Upheld",
			"investigation_summary": "The packaging was too weak.",
			"decision_reasons": "The parcel left our warehouse badly packed.",
		},
		investigator.dialog,
	)
	investigator.picture("walk-8-propose")
	investigator.confirm()
	investigator.expect_stage("Decision Proposed")

	people("approver").open(case).take("Approve Decision", picture="walk-9-approve")

	handler.open(case).take(
		"Communicate Decision",
		communication_channel="Letter",
		communication_text="We are sorry and send a new parcel.",
		picture="walk-10-communicate",
	)
	handler.expect_stage("Decision Communicated")
	handler.picture("walk-11-communicated")
	handler.take("Record Acceptance", acceptance_words="Thank you.", picture="walk-12-accept")
	handler.expect_stage("Accepted")
	handler.picture("walk-13-accepted")
	handler.take("Close", picture="walk-14-close")
	handler.expect_stage("Closed")
	handler.tab("Close")
	handler.picture("walk-15-closed", full=True)
	handler.tab("History")
	handler.picture("walk-16-history", full=True)
	fresh()
	assert frappe.db.get_value("Complaint", case, "status") == "Closed"
