"""What a case takes from its review, referral or investigation cannot be typed in, by any road."""

import json

import frappe
import pytest
from case_documents import case_under_investigation, case_under_review, investigate, refer, review
from factories import acting_as, complaint_in, edit, make_complaint, take, user_of
from over_http import CASES, assert_refused, change, complaint, register, step, stored

from iso10002.handling import stages as stage
from iso10002.handling.corrections import correct
from iso10002.handling.derived import FROM_DOCUMENTS
from iso10002.handling.errors import StageError

TYPED = {
	"review_outcome": "Confirmed",
	"review_reasons": "Right.",
	"outside_body": "Board",
	"outside_referred_on": "2026-01-02",
	"outside_reference": "AZ 1",
	"outside_outcome": "Settled.",
}


def test_every_field_that_comes_from_a_document_is_tried_here():
	assert set(TYPED) == set(FROM_DOCUMENTS)
	meta = frappe.get_meta("Complaint")
	assert all(meta.get_field(field).read_only for field in FROM_DOCUMENTS)


@pytest.mark.parametrize("field", TYPED)
def test_what_comes_from_a_document_is_not_typed_into_the_case(field):
	case = case_under_review()
	with pytest.raises(StageError, match="comes from the"):
		edit(case, **{field: TYPED[field]})
	with acting_as(user_of("intake")), pytest.raises(StageError, match="comes from the"):
		make_complaint(**{field: TYPED[field]})


def test_a_review_is_not_skipped_by_typing_its_outcome():
	case = case_under_review()
	with pytest.raises(StageError, match="does not ask for"):
		take(case, "Communicate Decision", review_outcome="Confirmed", review_reasons="Right.")
	with pytest.raises(StageError, match="reviewer completes the review"):
		take(case, "Communicate Decision")
	with acting_as(user_of("handler")), pytest.raises(StageError):  # Frappe reads the case anew
		doc = frappe.get_doc("Complaint", case)
		doc.update({"review_outcome": "Confirmed", "review_reasons": "Right."})
		frappe.model.workflow.apply_workflow(doc, "Communicate Decision")
	review(case)
	assert take(case, "Communicate Decision") == stage.COMMUNICATED


def test_while_a_review_runs_the_decision_is_not_changed_beside_it():
	case = case_under_review()
	for field, value in (("decision", "Not upheld"), ("decision_reasons", "Else.")):
		with pytest.raises(StageError):
			edit(case, **{field: value})
	# a decision of the short way was never approved, so nothing else holds it
	at_once = complaint_in(stage.RECEIVED, immediate_action="A new parcel was sent.")
	answered = {"first_contact": 1, "acceptance": "Accepted", "safety_implication": "No"}
	take(at_once, "Answer at First Contact", **answered)
	take(at_once, "Record Rejection")
	take(at_once, "Review")
	with pytest.raises(StageError, match="Complaint Review"):
		edit(at_once, decision="Upheld")


def test_a_referral_is_not_replaced_by_its_words_and_not_corrected_past_it():
	case = complaint_in(stage.COMMUNICATED)
	take(case, "Record Rejection")
	with acting_as(user_of("handler")), pytest.raises(StageError, match="Record the referral"):
		frappe.get_attr("iso10002.handling.moves.move")(case, "Refer to Outside Body")
	refer(case)
	with acting_as(user_of("handler")), pytest.raises(StageError, match="cannot be corrected"):
		correct(case, "outside_body", "Another one", "Wrong board")


def test_what_a_completed_investigation_found_stands_in_the_case():
	case = case_under_investigation()
	doc = frappe.get_doc("Complaint", case)
	findings = [{**row.as_dict(), "outcome": "Not upheld", "finding": "Nothing."} for row in doc.allegations]
	edit(case, as_user="investigator", allegations=findings)  # before there is a report, the case may say it
	investigate(case)
	with pytest.raises(StageError, match="row 1: its finding comes from a completed investigation"):
		edit(case, as_user="investigator", allegations=findings)
	for field, value in (("cause", "Mistake"), ("investigation_summary", "Nothing was found.")):
		with pytest.raises(StageError, match="Complaint Investigation"):
			edit(case, as_user="investigator", **{field: value})
	doc = frappe.get_doc("Complaint", case)
	doc.append("allegations", {"allegation": "And late", "category": "Late delivery"})
	doc.allegations[1].update({"outcome": "Upheld", "finding": "Two days."})
	doc.save()  # a point the investigation did not look at


def test_a_finding_is_not_taken_away_with_its_point():
	case = case_under_investigation()
	investigate(case)
	with pytest.raises(frappe.ValidationError):
		edit(
			case, as_user="investigator", allegations=[{"allegation": "Another", "category": "Late delivery"}]
		)


def test_over_http_no_road_types_in_what_comes_from_a_document(http):
	case = register(http)
	for kind in ("handler", "manager", "reviewer", "intake"):
		for field, value in TYPED.items():
			assert_refused(change(http, user_of(kind), case, **{field: value}))
			assert not stored(case, field)
	session = http(user_of("handler"))
	tricks = {"flags": {"from_document": True, "correcting": True}, "from_document": 1}
	assert_refused(session.put(f"{CASES}/{case}", json={**TYPED, **tricks}))
	assert_refused(http(user_of("intake")).post(CASES, json=complaint(**TYPED, **tricks)))
	body = {"doctype": "Complaint", "name": case, "fieldname": json.dumps(TYPED)}
	assert_refused(session.post("/api/method/frappe.client.set_value", json=body))
	assert_refused(step(http, user_of("handler"), case, "Acknowledge", **TYPED), "does not ask for")
	assert not stored(case, "review_outcome") and not stored(case, "outside_outcome")
