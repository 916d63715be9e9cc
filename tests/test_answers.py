"""The complainant's answer, review, referral, silence, and the ends of a case."""

import json

import frappe
import pytest
from case_documents import refer, review
from factories import (
	acting_as,
	complaint_in,
	make_user,
	status_of,
	take,
	user_of,
)

from iso10002 import roles
from iso10002.handling import checks, events
from iso10002.handling import stages as stage
from iso10002.handling.contacts import record_contact
from iso10002.handling.errors import (
	StageError,
)
from iso10002.handling.moves import passed

# Rejection, review, referral, silence


def rejected_case() -> str:
	case = complaint_in(stage.COMMUNICATED)
	take(case, "Record Rejection")
	return case


def test_a_rejected_case_is_closed_only_when_review_and_reasons_are_recorded():
	case = rejected_case()
	with pytest.raises(StageError, match="reviewed first"):
		take(case, "Close", exhaustion_reason="Nothing left.")
	with pytest.raises(StageError, match="exhausted"):
		take(case, "Close", review_request="Declined")
	assert take(case, "Close", review_request="Declined", exhaustion_reason="Nothing left.") == stage.CLOSED


def test_a_reviewer_has_had_no_part_in_the_case():
	case = rejected_case()
	investigator = make_user(roles.REVIEWER, email=user_of("investigator")).name
	with pytest.raises(StageError, match="no part"):
		take(case, "Review", reviewer=investigator)
	assert take(case, "Review") == stage.UNDER_REVIEW


def test_a_review_leads_to_a_decision_that_is_communicated_anew():
	case = rejected_case()
	take(case, "Review")
	doc = frappe.get_doc("Complaint", case)
	assert not doc.communicated_on and not doc.acceptance
	with pytest.raises(StageError, match="reviewer completes the review"):
		take(case, "Communicate Decision")
	review(case, outcome="Confirmed")
	take(case, "Communicate Decision")
	take(case, "Record Acceptance")
	assert take(case, "Close") == stage.CLOSED
	told = [row for row in events.entries(case) if row.event == stage.COMMUNICATED]
	assert len(told) == 2


def test_a_case_referred_outside_is_closed_with_the_outcome_there():
	case = rejected_case()
	referral = refer(case)
	with pytest.raises(StageError, match="outside body"):
		take(case, "Close", exhaustion_reason="Decided outside.")
	with acting_as(user_of("handler")):
		referral.update({"outcome": "Decided for the organisation", "outcome_on": frappe.utils.nowdate()})
		referral.save()
	take(case, "Close", exhaustion_reason="Decided outside.")
	assert status_of(case) == stage.CLOSED


def test_silence_closes_a_case_only_after_the_reminders():
	case = complaint_in(stage.COMMUNICATED)
	with pytest.raises(StageError, match="2 reminders"):
		take(case, "Close", acceptance="No answer")
	for _ in range(2):
		with acting_as(user_of("handler")):
			record_contact(case, channel="Letter", remark="We ask for your answer.", kind="Reminder")
	assert take(case, "Close", acceptance="No answer") == stage.CLOSED


# Ends and reopening


def test_a_case_ends_early_with_a_reason():
	for action, end in (("Withdraw", stage.WITHDRAWN), ("Not a Complaint", stage.NOT_A_COMPLAINT)):
		assert take(complaint_in(stage.ACKNOWLEDGED), action) == end


def test_a_duplicate_names_another_complaint():
	first, second = complaint_in(stage.RECEIVED), complaint_in(stage.RECEIVED)
	with pytest.raises(StageError, match="duplicate"):
		take(second, "Mark as Duplicate", duplicate_of=second)
	assert take(second, "Mark as Duplicate", duplicate_of=first) == stage.DUPLICATE


def test_a_closed_case_is_reopened_with_a_reason_and_decided_anew():
	case = complaint_in(stage.CLOSED)
	with pytest.raises(StageError, match="reopened"):
		take(case, "Reopen")
	take(case, "Reopen", reopening_reason="New evidence.")
	doc = frappe.get_doc("Complaint", case)
	assert doc.status == stage.ASSESSED and doc.reopened_count == 1
	assert not any((doc.decision, doc.approved_by, doc.communicated_on, doc.acceptance, doc.closed_on))
	event = events.timeline(case)[0]
	assert (event.event, event.remark) == ("Reopened", "New evidence.")
	for action in ("Investigate", "Propose Decision", "Approve Decision", "Communicate Decision"):
		take(case, action)
	take(case, "Record Acceptance")
	assert take(case, "Close") == stage.CLOSED


def test_what_was_decided_before_reopening_stays_in_the_journal():
	case = complaint_in(stage.CLOSED)
	take(case, "Reopen", reopening_reason="New evidence.")
	details = json.loads(
		frappe.get_all("Complaint Event", {"complaint": case, "event": "Reopened"}, pluck="details")[0]
	)
	assert details["cleared"]["decision"] == "Upheld"
	assert details["cleared"]["closing_record"]


def test_the_checklist_is_frozen_into_the_case_when_it_is_closed():
	doc = frappe.get_doc("Complaint", complaint_in(stage.CLOSED))
	record = json.loads(doc.closing_record)
	assert record[0]["stage"] == stage.RECEIVED and record[-1]["stage"] == stage.CLOSED
	by_stage = {row["stage"]: row for row in record}
	for name in passed(doc):
		wanted = {row.name for row in checks.CHECKS[name] if row.came_from is None}
		assert wanted <= {row["name"] for row in by_stage[name]["checks"]}
	assert by_stage[stage.APPROVED]["by"] == user_of("approver")
