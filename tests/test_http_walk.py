"""Cases from receipt to their end over HTTP: each step by a person whose step it is, refused to everybody else."""

import frappe
import pytest
from case_documents import outside_body
from factories import ROLE_OF, make_access, user_of
from over_http import CASES, assert_refused, change, needs, people, register, step, stored, words

from iso10002.handling import stages as stage

# Who may take a step, in the words of docs/roles.md.
WHO_MAY = {
	"Acknowledge": {"intake", "handler"},
	"Assess": {"handler"},
	"Investigate": {"handler"},
	"Propose Decision": {"investigator", "handler"},
	"Approve Decision": {"approver"},
	"Send Back": {"approver"},
	"Communicate Decision": {"handler"},
	"Answer at First Contact": {"intake", "handler"},
	"Record Acceptance": {"handler"},
	"Record Rejection": {"handler"},
	"Review": {"handler", "reviewer"},
	"Refer to Outside Body": {"handler"},
	"Carry Out Remedy": {"handler"},
	"Close": {"handler", "manager"},
	"Withdraw": {"handler"},
	"Not a Complaint": {"handler"},
	"Mark as Duplicate": {"handler"},
	"Reopen": {"handler", "manager"},
}


@pytest.fixture(scope="module")
def tried() -> set[tuple[str, str]]:
	"""The steps (stage, action) everybody else was refused already."""
	return set()


@pytest.fixture
def take(http, tried):
	"""take(case, action, kind, **values): everybody else is refused, then this kind of person takes the step."""

	def walk(case: str, action: str, kind: str, **overrides) -> None:
		before = stored(case)
		values = needs(action, **overrides)
		for other, user in people().items():
			if other not in WHO_MAY[action] and (before, action) not in tried:
				assert_refused(step(http, user, case, action, **values), status=(403, 417))
				assert stored(case) == before, f"{other} took {action}"
		tried.add((before, action))
		if action == "Refer to Outside Body":  # the referral takes its step itself
			assert_refused(step(http, user_of(kind), case, action), "Record the referral")
			send(http, kind, "Complaint Referral", complaint=case, **overrides)
			assert stored(case) == stage.REFERRED
			return
		answer = step(http, user_of(kind), case, action, seen_stage=before, **values)
		assert answer.ok, (action, answer.text)
		assert answer.json()["message"]["status"] == stored(case)

	return walk


def send(http, kind: str, doctype: str, name: str | None = None, **values) -> dict:
	"""Insert a document of a case, or change the one of that name; return it."""
	session, url = http(user_of(kind)), f"/api/resource/{doctype}"
	answer = session.put(f"{url}/{name}", json=values) if name else session.post(url, json=values)
	assert answer.ok, words(answer)
	return answer.json()["data"]


def answer_points(http, case: str, kind: str, outcome: str = "Upheld") -> None:
	points = http(user_of(kind)).get(f"{CASES}/{case}").json()["data"]["allegations"]
	found = [{**row, "outcome": outcome, "finding": "The box was crushed."} for row in points]
	answer = change(http, user_of(kind), case, allegations=found)
	assert answer.ok, answer.text


def remedy(http, case: str, **values) -> None:
	rows = http(user_of("handler")).get(f"{CASES}/{case}").json()["data"]["remedies"] or [{}]
	answer = change(http, user_of("handler"), case, remedies=[{**rows[0], **values}])
	assert answer.ok, answer.text


def decided(http, take, **overrides) -> str:
	"""Return a case whose decision was communicated, along the whole way."""
	case = register(http, **overrides)
	take(case, "Acknowledge", "intake")
	take(case, "Assess", "handler")
	take(case, "Investigate", "handler")
	answer_points(http, case, "investigator")
	take(case, "Propose Decision", "investigator")
	take(case, "Approve Decision", "approver")
	take(case, "Communicate Decision", "handler")
	return case


def journal(case: str) -> list[str]:
	frappe.db.rollback()
	return frappe.get_all("Complaint Event", {"complaint": case}, pluck="event", order_by="creation asc")


def test_an_accepted_decision_is_carried_out_and_the_case_closed(http, take):
	case = register(
		http,
		parties=[
			{"role": "Complainant", "full_name": "Maria Muster", "phone": "+49 30 123456"},
			{"role": "Representative", "full_name": "Kanzlei Recht", "authority": "Lawyer"},
		],
	)
	assert frappe.db.count("Complaint Party", {"complaint": case}) == 2
	take(case, "Acknowledge", "intake")
	take(case, "Assess", "handler")
	take(case, "Investigate", "handler")
	answer_points(http, case, "investigator")
	remedy(http, case, remedy_type="Refund", progress="Offered", value=20, currency="EUR")
	take(case, "Propose Decision", "investigator")
	take(case, "Send Back", "approver", sent_back_reason="Say where the box was crushed.")
	take(case, "Propose Decision", "handler")
	take(case, "Approve Decision", "approver")
	take(case, "Communicate Decision", "handler")
	take(case, "Record Acceptance", "handler")
	remedy(http, case, progress="Accepted")
	take(case, "Carry Out Remedy", "handler")
	assert_refused(
		step(http, user_of("manager"), case, "Close"), "Carry out and verify every accepted remedy"
	)
	day = frappe.utils.nowdate()
	remedy(http, case, progress="Performed", performed_on=day)
	remedy(http, case, progress="Verified", verified_on=day)
	take(case, "Close", "manager")
	make_access(case)
	closed = http(user_of("auditor")).get(f"{CASES}/{case}").json()["data"]
	assert (closed["status"], closed["closed_by"]) == (stage.CLOSED, user_of("manager"))
	assert closed["proposed_by"] == user_of("handler") and closed["approved_by"] == user_of("approver")
	assert [event for event in journal(case) if event in stage.STAGES] == [
		stage.RECEIVED,
		stage.ACKNOWLEDGED,
		stage.ASSESSED,
		stage.INVESTIGATING,
		stage.PROPOSED,
		stage.INVESTIGATING,
		stage.PROPOSED,
		stage.APPROVED,
		stage.COMMUNICATED,
		stage.ACCEPTED,
		stage.REMEDY,
		stage.CLOSED,
	]


def test_what_is_put_right_at_first_contact_needs_no_investigation(http, take):
	case = register(http)
	at_once = {
		"first_contact": 1,
		"immediate_action": "A new parcel was sent the same day.",
		"acceptance": "Accepted",
		"safety_implication": "No",
	}
	change(http, user_of("intake"), case, immediate_action=at_once.pop("immediate_action"))
	assert_refused(
		step(http, user_of("intake"), case, "Answer at First Contact"), "Put right at first contact"
	)
	change(http, user_of("intake"), case, immediate_action="A new parcel was sent the same day.")
	take(case, "Answer at First Contact", "intake", **at_once)
	assert http(user_of("intake")).get(f"{CASES}/{case}").ok  # it was never assessed
	take(case, "Record Acceptance", "handler")
	take(case, "Close", "handler")


def test_a_rejected_decision_is_reviewed_by_somebody_without_a_part_and_then_accepted(http, take):
	case = decided(http, take)
	take(case, "Record Rejection", "handler")
	assert_refused(step(http, user_of("handler"), case, "Close"), "reviewed first", "options are exhausted")
	take(case, "Review", "reviewer")
	typed = {"review_outcome": "Varied", "review_reasons": "The delay was overlooked."}
	assert_refused(change(http, user_of("reviewer"), case, **typed), "comes from the Complaint Review")
	found = {"outcome": "Varied", "reasons": "The delay was overlooked.", "looked_at": "The whole file."}
	new = {"new_decision": "Partly upheld", "new_decision_reasons": "The delay was ours."}
	declared = {"conflict_declaration": "No conflict of interest"}
	review = send(http, "reviewer", "Complaint Review", complaint=case, **declared, **found, **new)
	send(http, "reviewer", "Complaint Review", review["name"], docstatus=1)
	assert stored(case, "decision") == "Partly upheld"
	take(case, "Communicate Decision", "handler")
	take(case, "Record Acceptance", "handler")
	take(case, "Close", "manager")


def test_a_rejected_decision_goes_to_an_outside_body(http, take):
	case = decided(http, take)
	take(case, "Record Rejection", "handler")
	body, today = outside_body(), frappe.utils.nowdate()
	frappe.db.commit()  # before what `take` reads begins with a rollback
	take(case, "Refer to Outside Body", "handler", body=body, referred_on=today)
	assert_refused(step(http, user_of("handler"), case, "Close"), "outcome at the outside body")
	assert_refused(change(http, user_of("handler"), case, outside_outcome="Settled"), "Complaint Referral")
	referral = frappe.db.get_value("Complaint Referral", {"complaint": case})
	outcome = {"outcome": "Decided for the organisation", "outcome_on": today}
	send(http, "handler", "Complaint Referral", referral, **outcome)
	take(case, "Close", "handler", exhaustion_reason="The arbitration board has decided.")


def test_an_unanswered_decision_is_closed_after_reminders(http, take):
	case = decided(http, take)
	assert_refused(step(http, user_of("manager"), case, "Close", acceptance="No answer"), "after 2 reminders")
	for number in (1, 2):
		http(user_of("handler")).call(
			"iso10002.handling.contacts.record_contact",
			complaint=case,
			channel="Letter",
			remark=f"Reminder {number}",
			kind="Reminder",
		)
	take(case, "Close", "manager", acceptance="No answer")


@pytest.mark.parametrize("steps", [0, 2, 3])
def test_a_withdrawn_complaint_is_reopened_and_goes_on(http, take, steps):
	case = register(http)
	for action, kind in (("Acknowledge", "intake"), ("Assess", "handler"), ("Investigate", "handler"))[
		:steps
	]:
		take(case, action, kind)
	take(case, "Withdraw", "handler")
	assert_refused(step(http, user_of("manager"), case, "Reopen"), "Say why the case is reopened")
	take(case, "Reopen", "manager", reopening_reason="The complainant called again.")
	assert stored(case, "reopened_count") == 1
	assert stored(case, "closed_by") is None
	take(case, "Investigate", "handler")


@pytest.mark.parametrize("action", ["Not a Complaint", "Mark as Duplicate"])
def test_a_case_that_is_none_ends_with_a_reason_and_can_be_reopened(http, take, action):
	case = register(http)
	more = {"duplicate_of": register(http)} if action == "Mark as Duplicate" else {}
	assert_refused(step(http, user_of("handler"), case, action, **more), "Say why")
	take(case, action, "handler", **more)
	take(case, "Reopen", "handler", reopening_reason="It was one after all.")


def test_a_closed_case_is_reopened_with_its_record_kept(http, take):
	case = decided(http, take)
	take(case, "Record Acceptance", "handler")
	take(case, "Close", "handler")
	take(case, "Reopen", "manager", reopening_reason="The new parcel was open too.")
	assert stored(case, "decision") is None and stored(case, "closing_record") is None
	assert journal(case)[-1] == "Reopened" and stage.CLOSED in journal(case)


def test_who_may_take_a_step_covers_every_step():
	assert WHO_MAY == {
		move.action: {kind for kind, role in ROLE_OF.items() if role in move.roles} for move in stage.MOVES
	}


def test_a_refused_step_says_whose_it_is_or_when_it_comes(http):
	case = register(http)
	answer = step(http, user_of("approver"), case, "Acknowledge")
	assert_refused(answer, "Acknowledge", "Complaint Intake", "Complaint Handler", status=(403, 417))
	answer = step(http, user_of("handler"), case, "Close")
	assert_refused(answer, "Close", "Received", "Acknowledge", status=417)
	answer = step(http, user_of("handler"), case, "Nonsense")
	assert_refused(answer, "Nonsense", "Received", "Acknowledge", status=417)
