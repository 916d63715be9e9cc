"""Second stage and outside referral (clause 7.9, annex G), duplicates, and complaints about the handling."""

import json

import frappe
import pytest
from case_documents import (
	case_under_investigation,
	case_under_review,
	investigate,
	open_review,
	outside_body,
	refer,
)
from factories import (
	acting_as,
	complaint_in,
	declare_conflict,
	edit,
	make_complaint,
	make_employee,
	make_party,
	make_user,
	take,
	user_of,
)
from over_http import assert_refused, words

from iso10002 import roles
from iso10002.handling import events
from iso10002.handling import stages as stage
from iso10002.handling.errors import DeclarationError, DocumentError, IndependenceError, StageError
from iso10002.handling.review import make_review

OUTCOME = {
	"looked_at": "The whole file and the photos.",
	"outcome": "Confirmed",
	"reasons": "The decision was right.",
}
NEW_DECISION = {
	**OUTCOME,
	"outcome": "Overturned",
	"new_decision": "Not upheld",
	"new_decision_reasons": "The parcel was opened after delivery.",
}


def event_names(case: str) -> list[str]:
	return [row.event for row in reversed(events.timeline(case))]


def value(case: str, field: str = "status"):
	return frappe.db.get_value("Complaint", case, field)


def complete_review(doc, **values):
	with acting_as(doc.reviewer):
		doc.update(values)
		doc.submit()
	return doc


# Review


def test_a_review_confirms_the_decision_and_tells_the_case():
	case = case_under_review()
	doc = open_review(case)
	assert (doc.first_decision, doc.grounds, doc.reviewer) == ("Upheld", "Unfair", user_of("reviewer"))
	complete_review(doc, **OUTCOME)
	assert (doc.name, doc.status) == (f"{case}-REV-1", "Completed")
	assert (value(case, "review_outcome"), value(case, "decision")) == ("Confirmed", "Upheld")
	assert take(case, "Communicate Decision") == stage.COMMUNICATED


def test_an_overturned_decision_is_replaced_and_the_first_one_stays_in_the_journal():
	case = case_under_review()
	complete_review(open_review(case), **NEW_DECISION)
	assert value(case, "decision") == "Not upheld"
	event = frappe.get_all(
		"Complaint Event", {"complaint": case, "event": "Review Completed"}, pluck="details"
	)[0]
	assert json.loads(event)["decision"] == ["Upheld", "Not upheld"]


@pytest.mark.parametrize(
	("values", "said"),
	[
		({**OUTCOME, "new_decision": "Not upheld"}, "stays as it is"),
		({**NEW_DECISION, "new_decision": "Upheld"}, "same as the first one"),
		({**NEW_DECISION, "new_decision": None}, "New decision"),
		({**OUTCOME, "reasons": None}, "Reasons"),
		({**OUTCOME, "looked_at": None}, "looked at"),
		({**OUTCOME, "outcome": None}, "Outcome"),
	],
)
def test_an_incomplete_or_contradictory_review_is_refused(values, said):
	doc = open_review(case_under_review())
	with pytest.raises(DocumentError, match=said):
		complete_review(doc, **values)


def test_the_reviewer_declares_before_any_work():
	doc = open_review(case_under_review(), declare=False)
	doc.update({"looked_at": "The file."})
	with acting_as(doc.reviewer), pytest.raises(DeclarationError, match="Before any work"):
		doc.save()


def test_a_reviewer_with_a_conflict_is_replaced_by_somebody_without_a_part():
	case = case_under_review()
	doc = open_review(case)
	with acting_as(doc.reviewer):
		doc.update({"conflict_declaration": "Conflict of interest", "conflict_details": "A neighbour."})
		doc.save()
	assert value(case, "reviewer") is None
	with pytest.raises(StageError, match="Name the reviewer"):
		take(case, "Communicate Decision")

	def name(user: str) -> None:
		with acting_as(user_of("handler")):
			found = frappe.get_doc("Complaint", case)
			found.reviewer = user
			found.save()

	decided = make_user(roles.REVIEWER, email=user_of("approver")).name
	with pytest.raises(IndependenceError, match="had a part"):
		name(decided)
	with pytest.raises(IndependenceError, match="declared a conflict"):
		name(user_of("reviewer"))
	other = make_user(roles.REVIEWER).name
	name(other)
	with acting_as(other):
		second = make_review(case)
		second.conflict_declaration = "No conflict of interest"
		second.insert()
	complete_review(second, **OUTCOME)
	assert take(case, "Communicate Decision") == stage.COMMUNICATED


def test_who_decided_the_case_does_not_review_it():
	case = case_under_review()
	decided = make_user(roles.REVIEWER, email=user_of("investigator")).name
	with acting_as(decided), pytest.raises(IndependenceError, match="not the reviewer named"):
		doc = make_review(case)
		doc.reviewer = decided
		doc.insert()


def test_a_review_needs_a_case_under_review():
	with acting_as(user_of("reviewer")), pytest.raises(DocumentError, match="under review"):
		make_review(complaint_in(stage.COMMUNICATED))


def test_a_completed_review_is_amended_until_its_outcome_was_told():
	case = case_under_review()
	doc = complete_review(open_review(case), **OUTCOME)
	with acting_as(doc.reviewer):
		doc.cancel()
		new = frappe.copy_doc(doc)
		new.update({"amended_from": doc.name, "amendment_reason": "A photo was overlooked.", **NEW_DECISION})
		new.insert()
		new.submit()
	assert value(case, "decision") == "Not upheld"
	take(case, "Communicate Decision")
	new.reload()
	with acting_as(new.reviewer), pytest.raises(DocumentError, match="was told"):
		new.cancel()


# Approval and closing by a second person


def severe_case() -> str:
	case = case_under_investigation("Critical")
	investigate(case)
	return case


def test_who_proposed_the_decision_of_a_severe_case_does_not_approve_it():
	case = severe_case()
	proposer = make_user(roles.HANDLER, roles.APPROVER).name
	take(case, "Propose Decision", as_user=proposer)
	with pytest.raises(StageError, match="somebody else approves"):
		take(case, "Approve Decision", as_user=proposer)
	assert take(case, "Approve Decision") == stage.APPROVED


def test_the_handler_of_a_severe_case_does_not_close_it():
	case = severe_case()
	for action in ("Propose Decision", "Approve Decision", "Communicate Decision", "Record Acceptance"):
		take(case, action)
	with pytest.raises(StageError, match="somebody else closes"):
		take(case, "Close")
	assert take(case, "Close", as_user=user_of("manager")) == stage.CLOSED


def test_the_settings_say_from_which_severity_a_second_person_is_needed():
	settings = frappe.get_doc("ISO10002 Settings")
	settings.second_person_from = ""
	settings.save()
	case = severe_case()
	for action in ("Propose Decision", "Approve Decision", "Communicate Decision", "Record Acceptance"):
		take(case, action)
	assert take(case, "Close") == stage.CLOSED


# Referral


def test_referring_a_rejected_case_moves_it_and_an_outcome_for_the_complainant_asks_for_the_remedy():
	case = complaint_in(stage.COMMUNICATED)
	take(case, "Record Rejection")
	doc = refer(case, reference="AZ 7/26")
	assert (doc.name, value(case)) == (f"{case}-REF-1", stage.REFERRED)
	assert (value(case, "outside_body"), value(case, "outside_reference")) == (doc.body, "AZ 7/26")
	with acting_as(user_of("handler")):
		doc.update(
			{
				"outcome": "Decided for the complainant",
				"outcome_on": frappe.utils.nowdate(),
				"outcome_text": "Pay.",
			}
		)
		doc.save()
	assert "Decided for the complainant" in value(case, "outside_outcome")
	assert event_names(case)[-1] == "Referral Outcome"
	assert value(case) == stage.REFERRED  # no remedy was accepted yet
	assert any("accepted remedy" in str(row) for row in frappe.local.message_log)


def test_an_outcome_for_the_complainant_starts_the_accepted_remedy():
	case = complaint_in(stage.COMMUNICATED)
	take(case, "Record Rejection")
	doc = refer(case)
	with acting_as(user_of("handler")):
		found = frappe.get_doc("Complaint", case)
		found.append("remedies", {"remedy_type": "Apology", "progress": "Accepted"})
		found.save()
		doc.update({"outcome": "Settled by agreement", "outcome_on": frappe.utils.nowdate()})
		doc.save()
	assert value(case) == stage.REMEDY


def test_an_outcome_for_the_complainant_reopens_a_closed_case():
	case = complaint_in(stage.CLOSED)
	doc = refer(case)
	with acting_as(user_of("handler")):
		doc.update({"outcome": "Decided partly for the complainant", "outcome_on": frappe.utils.nowdate()})
		doc.save()
	assert value(case) == stage.ASSESSED and value(case, "reopened_count") == 1


def test_a_case_is_not_closed_while_a_referral_has_no_outcome():
	case = complaint_in(stage.COMMUNICATED)
	take(case, "Record Rejection")
	first, second = refer(case), refer(case)
	with acting_as(user_of("handler")):
		first.update({"outcome": "Not taken up", "outcome_on": frappe.utils.nowdate()})
		first.save()
	assert value(case) == stage.REFERRED
	with pytest.raises(StageError, match=second.name):
		take(case, "Close", exhaustion_reason="Both bodies answered.")
	with acting_as(user_of("handler")):
		second.update({"outcome": "Decided for the organisation", "outcome_on": frappe.utils.nowdate()})
		second.save()
	assert take(case, "Close", exhaustion_reason="Both bodies answered.") == stage.CLOSED


@pytest.mark.parametrize(
	("values", "said"),
	[
		({"referred_on": "2099-01-01"}, "future"),
		({"referred_on": "2020-01-01"}, "before the receipt"),
		({"answer_due": "2020-01-01"}, "before the referral"),
		({"cost": -1, "currency": "EUR"}, "negative"),
		({"cost": 10, "currency": ""}, "currency"),
		({"outcome": "Not taken up"}, "enter the day"),
		(
			{"outcome": "Not taken up", "outcome_on": "2020-01-01"},
			"Not before the referral|not before the referral",
		),
		({"outcome_on": "2026-01-01"}, "what came out"),
	],
)
def test_impossible_referrals_are_refused(values, said):
	case = complaint_in(stage.RECEIVED)
	with pytest.raises((DocumentError, frappe.NonNegativeError), match=said):
		refer(case, **values)
	assert "Referral Recorded" not in event_names(case)


def test_a_recorded_outcome_stands_and_costs_and_lessons_may_follow():
	case = complaint_in(stage.CLOSED)
	doc, another_body = refer(case), outside_body()
	with acting_as(user_of("handler")):
		doc.update({"outcome": "Not taken up", "outcome_on": frappe.utils.nowdate()})
		doc.save()
		doc.update({"lessons": "Answer sooner.", "cost": 50, "currency": "EUR"})
		doc.save()
		for field, other in (("outcome", "Settled by agreement"), ("body", another_body)):
			doc.reload()
			doc.set(field, other)
			with pytest.raises(DocumentError, match="stands as it was recorded"):
				doc.save()
	assert value(case) == stage.CLOSED


# Duplicates


def test_the_solution_of_the_original_is_carried_over_to_its_duplicates():
	original = complaint_in(stage.ACCEPTED)
	early = complaint_in(stage.RECEIVED)
	take(early, "Mark as Duplicate", duplicate_of=original)
	assert "Solution Carried Over" not in event_names(early)
	take(original, "Close")
	assert event_names(early)[-1] == "Solution Carried Over"
	late = complaint_in(stage.RECEIVED)
	take(late, "Mark as Duplicate", duplicate_of=original)
	assert event_names(late)[-1] == "Solution Carried Over"


# A complaint about the handling of a complaint


def test_nobody_of_the_first_team_handles_a_complaint_about_the_handling():
	first = complaint_in(stage.COMMUNICATED)
	case = make_complaint(as_user=user_of("intake")).name
	edit(case, about_handling_of=first)
	take(case, "Acknowledge")
	with pytest.raises(IndependenceError, match="whose handling is complained about"):
		take(case, "Assess", handler=user_of("handler"))
	fresh = make_user(roles.HANDLER, roles.INVESTIGATOR, roles.APPROVER).name
	take(case, "Assess", as_user=fresh, handler=fresh)
	with pytest.raises((IndependenceError, StageError), match="whose handling is complained about"):
		take(case, "Investigate", as_user=fresh, investigator=user_of("investigator"))
	take(case, "Investigate", as_user=fresh, investigator=fresh)
	take(case, "Propose Decision", as_user=fresh)
	with pytest.raises(StageError, match="whose handling is complained about"):
		take(case, "Approve Decision", as_user=user_of("approver"))
	assert take(case, "Approve Decision", as_user=fresh) == stage.APPROVED


# Assignment by Frappe's own means


def assign(doc, user: str) -> None:
	from frappe.desk.form.assign_to import add

	add({"doctype": doc.doctype, "name": doc.name, "assign_to": [user], "description": "Please look."})


def test_a_case_is_assigned_only_to_who_may_see_it_and_take_part_in_it():
	case = case_under_investigation()
	doc = frappe.get_doc("Complaint", case)
	clerk = make_user(roles.HANDLER).name
	make_party(case, role="Person complained about", linked_doctype="User", linked_name=clerk, email=None)
	conflicted = make_user(roles.HANDLER).name
	declare_conflict(case, conflicted)
	stranger = make_user(email="test-no-role@example.com").name
	with acting_as(user_of("manager")):
		for user, said in (
			(clerk, "complained about"),
			(conflicted, "declared a conflict"),
			(stranger, "may not see"),
		):
			with pytest.raises(IndependenceError, match=said):
				assign(doc, user)
		assign(doc, user_of("handler"))
	assert not frappe.get_all("DocShare", {"share_name": case})
	assert frappe.get_all("ToDo", {"reference_name": case}, pluck="allocated_to") == [user_of("handler")]


# The reporting line


def test_the_reporting_line_of_the_person_complained_about_is_not_independent(employees):
	def employee(user: str | None = None, reports_to: str | None = None) -> str:
		return make_employee(user_id=user, reports_to=reports_to)

	boss, clerk, under, far = (make_user(roles.INVESTIGATOR).name for _number in range(4))
	top = employee(boss)
	person = employee(clerk, top)
	employee(far, employee(None, person))
	employee(under, person)
	case = case_under_investigation()
	make_party(
		case, role="Person complained about", linked_doctype="Employee", linked_name=person, email=None
	)

	def name(user: str) -> None:
		with acting_as(user_of("handler")):
			doc = frappe.get_doc("Complaint", case)
			doc.investigator = user
			doc.save()

	for user in (boss, clerk, under, far):
		with pytest.raises(IndependenceError, match="reporting line"):
			name(user)
	outsider = make_user(roles.INVESTIGATOR).name
	employee(outsider)
	name(outsider)


# Over HTTP


def test_over_http_a_review_is_completed_by_the_reviewer_and_by_nobody_else(http):
	case = case_under_review()
	reviewer = http(user_of("reviewer"))
	made = reviewer.call("iso10002.handling.review.make_review", complaint=case)
	answer = reviewer.post(
		"/api/resource/Complaint Review", json={**made, "conflict_declaration": "No conflict of interest"}
	)
	assert answer.ok, words(answer)
	at = f"/api/resource/Complaint Review/{answer.json()['data']['name']}"
	for kind in ("handler", "investigator", "approver", "manager", "auditor"):
		assert_refused(http(user_of(kind)).put(at, json={**OUTCOME, "docstatus": 1}))
	assert not value(case, "review_outcome")
	nobody = make_user(email="test-no-role@example.com").name
	assert_refused(http(nobody).get(at), status=403)
	done = reviewer.put(at, json={**OUTCOME, "docstatus": 1})
	assert done.ok, words(done)
	frappe.db.rollback()
	assert value(case, "review_outcome") == "Confirmed"


def test_over_http_a_referral_is_recorded_by_the_handler_and_not_by_others(http):
	case = complaint_in(stage.CLOSED)
	body = outside_body()
	for user in (user_of("reviewer"), user_of("auditor"), make_user(email="test-no-role@example.com").name):
		assert_refused(
			http(user).post("/api/resource/Complaint Referral", json={"complaint": case, "body": body}),
			status=403,
		)
	answer = http(user_of("handler")).post(
		"/api/resource/Complaint Referral",
		json={"complaint": case, "body": body, "cost": -5, "currency": "EUR"},
	)
	assert_refused(answer, status=417)
	answer = http(user_of("handler")).post(
		"/api/resource/Complaint Referral", json={"complaint": case, "body": body}
	)
	assert answer.ok, words(answer)


def test_the_printed_review_shows_both_decisions():
	doc = complete_review(open_review(case_under_review()), **NEW_DECISION)
	html = frappe.get_print(doc.doctype, doc.name, "Review File")
	for part in (doc.name, "Overturned", "The parcel was opened after delivery.", "badly packed"):
		assert part in html
