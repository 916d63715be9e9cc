"""Investigations (clause 7.6, annex D): depth, declaration, interviews, findings, and what they write to the case."""

import json

import frappe
import pytest
from case_documents import (
	case_under_investigation,
	complete,
	fill,
	hours_ago,
	investigate,
	make_evidence,
	start,
)
from factories import acting_as, answer_points, declare_conflict, make_party, make_user, take, user_of
from over_http import assert_refused, words

from iso10002 import roles
from iso10002.handling import events
from iso10002.handling import stages as stage
from iso10002.handling.errors import DeclarationError, DocumentError, IndependenceError, StageError
from iso10002.handling.inquiries import answer_question
from iso10002.handling.investigation import make_investigation

INVESTIGATIONS = "/api/resource/Complaint Investigation"


def event_names(case: str) -> list[str]:
	return [row.event for row in reversed(events.timeline(case))]


def nobody() -> str:
	return make_user(email="test-no-role@example.com").name


def another_investigator() -> str:
	return make_user(roles.INVESTIGATOR, email="test-investigator-2@example.com").name


# Depth


def test_the_depth_follows_from_the_severity_and_brings_its_steps():
	brief, full = case_under_investigation("Minor"), case_under_investigation("Critical")
	with acting_as(user_of("investigator")):
		assert make_investigation(brief).depth == "Brief"
		doc = make_investigation(full)
	assert (doc.depth, doc.required_depth) == ("Full", "Full")
	assert {"Both sides heard", "Causes analysed"} <= {row.step for row in doc.steps if row.required}
	assert [row.allegation for row in doc.findings] == ["Parcel half empty"]


def test_less_depth_than_the_severity_asks_for_needs_a_reason_that_stays_in_the_journal():
	case = case_under_investigation("Critical")
	with pytest.raises(DocumentError, match="Reason for less"):
		start(case, depth="Brief")
	investigate(case, depth="Brief", depth_reason="The facts are undisputed.")
	event = next(row for row in events.timeline(case) if row.event == "Investigation Completed")
	assert event.remark == "The facts are undisputed."
	assert take(case, "Propose Decision") == stage.PROPOSED


def test_a_serious_case_is_not_decided_without_a_completed_investigation():
	case = case_under_investigation("Serious")
	with pytest.raises(StageError, match="Complete an investigation of the depth Standard"):
		take(case, "Propose Decision")
	doc = start(case)
	with pytest.raises(StageError, match="Complete an investigation"):
		take(case, "Propose Decision")
	complete(doc)
	assert take(case, "Propose Decision") == stage.PROPOSED


def test_a_minor_case_may_be_investigated_in_the_case_itself():
	case = case_under_investigation("Minor")
	assert take(case, "Propose Decision") == stage.PROPOSED


# Declaration


def test_no_work_is_recorded_before_the_declaration():
	case = case_under_investigation()
	doc = start(case, declare=False)
	assert doc.status == "Planned"
	for table, row in (
		("steps", {"step": "Call the carrier", "done_on": frappe.utils.nowdate(), "result": "Called."}),
		("causes", {"cause": "Packaging or transport"}),
	):
		doc.reload()
		doc.append(table, row)
		with acting_as(doc.investigator), pytest.raises(DeclarationError, match="Before any work"):
			doc.save()
	doc.reload()
	doc.update({"conflict_declaration": "No conflict of interest"})
	doc.append("steps", {"step": "Call the carrier", "done_on": frappe.utils.nowdate(), "result": "Called."})
	with acting_as(doc.investigator):
		doc.save()
	assert (doc.status, doc.declared_by) == ("In progress", doc.investigator) and doc.declared_on


def test_only_the_investigator_declares():
	doc = start(case_under_investigation(), declare=False)
	doc.conflict_declaration = "No conflict of interest"
	with acting_as(user_of("handler")), pytest.raises(DeclarationError, match="in person"):
		doc.save()
	assert not frappe.db.get_value(doc.doctype, doc.name, "conflict_declaration")


def test_a_conflict_discovered_midway_ends_the_part_of_this_investigator_and_loses_nothing():
	case = case_under_investigation("Serious")
	doc = start(case, plan="Ask the carrier.")
	with acting_as(doc.investigator):
		doc.update(
			{"conflict_declaration": "Conflict of interest", "conflict_details": "The driver is my cousin."}
		)
		doc.save()
	assert doc.status == "Ended by a conflict of interest" and doc.plan == "Ask the carrier."
	assert "Conflict Declared" in event_names(case)
	assert "cousin" not in json.dumps([dict(row) for row in events.timeline(case)], default=str)
	assert frappe.db.get_value("Complaint", case, "investigator") is None
	doc.reload()
	doc.plan = "Something else"
	with pytest.raises(DeclarationError, match="stays as it is"):
		doc.save()
	with acting_as(user_of("investigator")), pytest.raises(frappe.PermissionError):
		answer_points(case)
	with pytest.raises(IndependenceError, match="declared a conflict"):
		start(case, as_user="handler", investigator=user_of("investigator"))
	other = another_investigator()
	with acting_as(user_of("handler")):
		new = frappe.get_doc("Complaint", case)
		new.investigator = user_of("investigator")
		with pytest.raises(IndependenceError, match="declared a conflict"):
			new.save()
		new.reload()
		new.investigator = other
		new.save()
	with acting_as(other):
		second = make_investigation(case)
		second.conflict_declaration = "No conflict of interest"
		second.insert()
	complete(second)
	assert second.name == f"{case}-INV-2"
	assert take(case, "Propose Decision", as_user=other) == stage.PROPOSED


@pytest.mark.parametrize("field", ["handler", "investigator"])
def test_who_declared_a_conflict_is_no_officer_of_the_case(field):
	case = case_under_investigation()
	user = make_user(roles.HANDLER, roles.INVESTIGATOR).name
	declare_conflict(case, user)
	with acting_as(user_of("manager")), pytest.raises(IndependenceError, match="declared a conflict"):
		doc = frappe.get_doc("Complaint", case)
		doc.set(field, user)
		doc.save()


def test_the_person_complained_about_does_not_investigate():
	case = case_under_investigation()
	clerk = make_user(roles.INVESTIGATOR).name
	make_party(case, role="Person complained about", linked_doctype="User", linked_name=clerk, email=None)
	with pytest.raises(IndependenceError, match="complained about"):
		start(case, declare=False, as_user="handler", investigator=clerk)


# Interviews


def person_complained_about(case: str, **values):
	return make_party(case, role="Person complained about", full_name="Some Clerk", email=None, **values)


def interview(party, **values) -> dict:
	return {
		"party": party.name,
		"notice_given_on": hours_ago(30),
		"details_given_on": hours_ago(20),
		"held_on": hours_ago(2),
		"summary": "It was a busy day.",
		**values,
	}


@pytest.mark.parametrize(
	("wrong", "said"),
	[
		({"notice_given_on": 1}, "invited after the interview"),
		({"notice_given_on": None}, "was invited"),
		({"details_given_on": None}, "full details before"),
		({"details_given_on": 1}, "before the full details"),
		({"held_on": -5}, "future"),
		({"summary": None}, "what was said"),
		({"held_on": None}, "when the interview was held"),
	],
)
def test_a_person_complained_about_is_invited_and_given_the_details_before_the_interview(wrong, said):
	case = case_under_investigation()
	doc, party = start(case), person_complained_about(case)
	wrong = {key: hours_ago(value) if isinstance(value, int) else value for key, value in wrong.items()}
	doc.append("interviews", interview(party, **wrong))
	with acting_as(doc.investigator), pytest.raises(DocumentError, match=said):
		doc.save()


def test_an_interview_writes_the_hearing_to_the_party_and_to_the_journal_without_a_name():
	case = case_under_investigation()
	doc, party = start(case), person_complained_about(case)
	doc.append("interviews", interview(party))
	with acting_as(doc.investigator):
		doc.save()
		doc.save()
	party.reload()
	assert party.details_given_on and party.heard_on
	held = [
		row
		for row in frappe.get_all("Complaint Event", {"complaint": case, "event": "Interview Held"}, ["*"])
	]
	assert len(held) == 1 and "Clerk" not in held[0].details
	assert doc.interviews[0].held_by == doc.investigator


def test_a_person_of_another_case_is_not_interviewed():
	case, other = case_under_investigation(), case_under_investigation()
	doc = start(case)
	doc.append("interviews", interview(person_complained_about(other)))
	with acting_as(doc.investigator), pytest.raises(DocumentError, match="of this case"):
		doc.save()


# Steps, findings, causes


@pytest.mark.parametrize(
	("table", "row", "said"),
	[
		("steps", {"step": "x", "done_on": "2099-01-01", "result": "y"}, "future"),
		("steps", {"step": "x", "done_on": "2026-01-01"}, "what it showed"),
		("steps", {"step": "x", "result": "y"}, "when it was done"),
		("steps", {"step": "x", "done_on": "2026-01-01", "result": "y", "skipped_because": "z"}, "either"),
		("findings", {"point_row": "no-such-row", "outcome": "Upheld", "finding": "x"}, "no point"),
		("inquiries", {"question": "Who packed it?", "point": 7}, "no point 7"),
		("inquiries", {"question": "Who?", "asked_of": "test-handler@example.com"}, "by when"),
	],
)
def test_impossible_entries_are_refused_with_the_row(table, row, said):
	doc = start(case_under_investigation())
	doc.append(table, row)
	with acting_as(doc.investigator), pytest.raises(DocumentError, match=said):
		doc.save()


def test_causes_are_ranked_and_the_first_one_is_the_cause_of_the_case():
	case = case_under_investigation()
	doc = start(case)
	doc.append("causes", {"cause": "Mistake", "rank": 2})
	doc.append("causes", {"cause": "Packaging or transport", "rank": 2})
	with acting_as(doc.investigator), pytest.raises(DocumentError, match="this rank"):
		doc.save()
	doc.reload()
	doc.append("causes", {"cause": "Mistake", "rank": 2})
	doc.append("causes", {"cause": "Packaging or transport", "rank": 1})
	complete(doc)
	assert frappe.db.get_value("Complaint", case, "cause") == "Packaging or transport"


# Completing


def test_all_that_is_missing_is_said_at_once_and_nothing_is_lost():
	case = case_under_investigation("Serious")
	doc = start(case)
	doc.append("inquiries", {"question": "Who packed it?"})
	with acting_as(doc.investigator), pytest.raises(DocumentError) as refused:
		doc.submit()
	for part in ("Both sides heard", "Question 1", "Finding 1", "Conclusion"):
		assert part in str(refused.value)
	assert frappe.db.get_value(doc.doctype, doc.name, "docstatus") == 0


def test_a_completed_investigation_writes_findings_cause_and_summary_to_the_case():
	case = case_under_investigation("Serious")
	doc = investigate(case)
	found = frappe.get_doc("Complaint", case)
	assert (found.allegations[0].outcome, found.allegations[0].finding) == ("Upheld", "The box was crushed.")
	assert (found.cause, found.investigation_summary) == (
		"Packaging or transport",
		"The packaging was too weak.",
	)
	assert (doc.status, doc.completed_by) == ("Completed", doc.investigator)
	assert event_names(case)[-1] == "Investigation Completed"


def test_several_investigations_are_summed_up_under_their_numbers():
	case = case_under_investigation()
	investigate(case, conclusion="The box was weak.")
	investigate(case, conclusion="The driver was careful.")
	summary = frappe.db.get_value("Complaint", case, "investigation_summary")
	assert summary == f"{case}-INV-1: The box was weak.\n\n{case}-INV-2: The driver was careful."


def test_only_the_investigator_completes():
	doc = start(case_under_investigation())
	fill(doc)
	with acting_as(another_investigator()), pytest.raises(DocumentError, match="Only the investigator"):
		doc.submit()


def test_a_completed_investigation_is_amended_with_a_reason_while_the_case_is_investigated():
	case = case_under_investigation()
	doc = investigate(case)
	with acting_as(doc.investigator):
		doc.cancel()
		new = frappe.copy_doc(doc)
		new.amended_from = doc.name
		with pytest.raises(DocumentError, match="give the reason"):
			new.insert()
		new = frappe.copy_doc(doc)
		new.amended_from, new.amendment_reason = doc.name, "The scale was wrong."
		new.conclusion = "The parcel was never filled."
		new.insert()
		new.submit()
	assert new.name == f"{case}-INV-1-1" and new.declared_by == doc.investigator
	found = frappe.get_doc("Complaint", case)
	assert found.investigation_summary == "The parcel was never filled."
	assert event_names(case)[-3:] == [
		"Investigation Cancelled",
		"Investigation Opened",
		"Investigation Completed",
	]


def test_an_investigation_a_decision_rests_on_is_not_taken_back():
	case = case_under_investigation()
	doc = investigate(case)
	take(case, "Propose Decision")
	doc.reload()
	with acting_as(doc.investigator), pytest.raises(DocumentError, match="rests on"):
		doc.cancel()


def test_an_investigation_starts_after_the_assessment_and_before_the_decision():
	case = case_under_investigation()
	take(case, "Propose Decision")
	with pytest.raises(DocumentError, match="before the decision"):
		start(case)


def test_an_investigation_is_neither_deleted_nor_renamed_nor_moved():
	case, other = case_under_investigation(), case_under_investigation()
	doc = start(case)
	with pytest.raises(DocumentError):
		frappe.delete_doc(doc.doctype, doc.name)
	with pytest.raises(frappe.ValidationError):
		frappe.rename_doc(doc.doctype, doc.name, "CMP-0-INV-1")
	doc.reload()
	doc.complaint = other
	with pytest.raises(frappe.ValidationError):
		doc.save()


# Questions


def test_a_question_to_somebody_is_a_task_that_tells_nothing_of_the_case():
	case = case_under_investigation(description="A very private story.")
	doc = start(case)
	asked = user_of("handler")
	doc.append(
		"inquiries", {"question": "Who packed Maria's parcel?", "asked_of": asked, "due_on": "2099-01-01"}
	)
	with acting_as(doc.investigator):
		doc.save()
	todo = frappe.get_doc("ToDo", doc.inquiries[0].todo)
	assert (todo.allocated_to, todo.status, str(todo.date)) == (asked, "Open", "2099-01-01")
	assert todo.description == f"{doc.name}: question 1"
	assert not frappe.get_all("DocShare", {"share_doctype": doc.doctype, "share_name": doc.name})
	with acting_as(asked):
		answer_question(doc.name, doc.inquiries[0].name, "The night shift.")
	doc.reload()
	assert (doc.inquiries[0].answer, doc.inquiries[0].answered_by) == ("The night shift.", asked)
	assert frappe.db.get_value("ToDo", todo.name, "status") == "Closed"


def test_a_question_is_asked_only_of_who_may_see_the_case():
	doc = start(case_under_investigation())
	doc.append("inquiries", {"question": "Who?", "asked_of": nobody(), "due_on": "2099-01-01"})
	with acting_as(doc.investigator), pytest.raises(IndependenceError, match="may not see this case"):
		doc.save()


def test_a_question_is_answered_only_by_who_was_asked():
	doc = start(case_under_investigation())
	doc.append("inquiries", {"question": "Who?", "asked_of": user_of("handler"), "due_on": "2099-01-01"})
	with acting_as(doc.investigator):
		doc.save()
	with acting_as(user_of("auditor")), pytest.raises(frappe.PermissionError):
		answer_question(doc.name, doc.inquiries[0].name, "Me.")


# Workflow


def test_the_seeded_workflow_leads_to_completion_and_without_it_the_same_rules_hold():
	from frappe.model.workflow import apply_workflow, get_workflow_name

	assert get_workflow_name("Complaint Investigation")
	doc = start(case_under_investigation(), declare=False)
	first = doc.workflow_state
	with acting_as(doc.investigator):
		doc.conflict_declaration = "No conflict of interest"
		fill(doc)
		doc.save()
		doc = apply_workflow(doc.as_json(), "Start")
		assert doc.workflow_state != first and doc.docstatus == 0
		doc = apply_workflow(doc.as_json(), "Complete")
	assert (doc.docstatus, doc.status) == (1, "Completed")


# Over HTTP, as the weakest user


def test_over_http_an_investigation_is_made_declared_and_completed_by_its_investigator(http):
	case = case_under_investigation()
	session = http(user_of("investigator"))
	made = session.call("iso10002.handling.investigation.make_investigation", complaint=case)
	answer = session.post(INVESTIGATIONS, json={**made, "conflict_declaration": "No conflict of interest"})
	assert answer.ok, words(answer)
	name = answer.json()["data"]["name"]
	steps = [
		{**row, "done_on": frappe.utils.nowdate(), "result": "Done."}
		for row in answer.json()["data"]["steps"]
	]
	findings = [
		{**row, "outcome": "Not upheld", "finding": "Intact."} for row in answer.json()["data"]["findings"]
	]
	submitted = session.put(
		f"{INVESTIGATIONS}/{name}",
		json={"steps": steps, "findings": findings, "conclusion": "All was well.", "docstatus": 1},
	)
	assert submitted.ok, words(submitted)
	frappe.db.rollback()
	assert frappe.get_doc("Complaint", case).allegations[0].outcome == "Not upheld"


def test_over_http_who_may_not_is_refused_in_words(http):
	case = case_under_investigation()
	doc = start(case)
	at = f"{INVESTIGATIONS}/{doc.name}"
	for user in (nobody(), user_of("intake"), user_of("executive")):
		assert_refused(http(user).get(at), status=403)
		assert_refused(
			http(user).post(
				"/api/method/iso10002.handling.investigation.make_investigation", json={"complaint": case}
			),
			status=403,
		)
		listing = http(user).get(INVESTIGATIONS)
		assert listing.status_code == 403 or not listing.json()["data"]
	assert_refused(http(user_of("auditor")).put(at, json={"plan": "x"}), status=403)
	assert_refused(http(user_of("handler")).put(at, json={"docstatus": 1}), status=403)
	assert_refused(
		http(user_of("handler")).put(at, json={"conflict_declaration": "Conflict of interest"}), "in person"
	)
	assert_refused(http(user_of("investigator")).delete(at), status=(403, 417))


def test_over_http_server_fields_are_not_taken_from_the_caller(http):
	doc = start(case_under_investigation())
	answer = http(user_of("investigator")).put(
		f"{INVESTIGATIONS}/{doc.name}",
		json={"status": "Completed", "declared_by": "Administrator", "completed_by": "Administrator"},
	)
	assert answer.ok, words(answer)
	found = answer.json()["data"]
	assert (found["status"], found["declared_by"], found.get("completed_by")) == (
		"In progress",
		doc.investigator,
		None,
	)


def test_the_rows_of_an_investigation_are_listed_only_with_its_case():
	doc = start(case_under_investigation())
	for user, seen in ((user_of("intake"), False), (user_of("approver"), True)):
		with acting_as(user):
			try:
				rows = frappe.get_list(
					"Complaint Finding",
					filters={"parent": doc.name},
					parent_doctype="Complaint Investigation",
					pluck="name",
				)
			except frappe.PermissionError:
				rows = []
		assert bool(rows) is seen


def test_evidence_is_relied_on_with_the_hash_it_had():
	case, other = case_under_investigation(), case_under_investigation()
	doc, item = start(case), make_evidence(case)
	doc.append("evidence", {"evidence": make_evidence(other).name})
	with acting_as(doc.investigator), pytest.raises(DocumentError, match="of this case"):
		doc.save()
	doc.reload()
	doc.append("evidence", {"evidence": item.name})
	with acting_as(doc.investigator):
		doc.save()
	assert doc.evidence[0].sha256 == item.sha256


# Print and connections


def test_the_printed_file_shows_what_was_entered_as_text():
	case = case_under_investigation()
	doc = start(case)
	doc.append("inquiries", {"question": "Is 3 < 4 & <b>bold</b>?", "answer": "Yes."})
	complete(doc)
	frappe.db.set_value("Complaint Finding", doc.findings[0].name, "finding", "<script>alert(1)</script>")
	html = frappe.get_print(doc.doctype, doc.name, "Investigation File")
	assert "&lt;script&gt;alert(1)" in html and "<script>alert(1)" not in html
	for part in (doc.name, "The packaging was too weak.", "Packaging or transport", "Upheld"):
		assert part in html


def test_the_connections_of_a_complaint_lead_to_all_its_documents():
	links = frappe.get_meta("Complaint").get_dashboard_data()
	shown = {item for group in links["transactions"] for item in group["items"]}
	assert {
		"Complaint Investigation",
		"Complaint Review",
		"Complaint Referral",
		"Complaint Evidence",
	} <= shown
