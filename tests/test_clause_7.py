"""Clause 7 of ISO 10002:2018, row by row: what docs/requirements.md names here and no other test shows.

Each rule holds, and breaking it is refused through the document API and over REST.
"""

import json

import frappe
import pytest
from factories import acting_as, complaint_in, edit, make_complaint, make_party, take, user_of
from over_http import CASES, assert_refused, change, complaint, needs, register, step, stored, words

from iso10002.handling import letters
from iso10002.handling import stages as stage
from iso10002.handling.contacts import record_contact
from iso10002.handling.errors import IntakeError, StageError
from iso10002.handling.investigation import make_investigation

RECEIVED = {
	"channel": "Phone",
	"aware_on": "2026-03-01 08:00:00",
	"received_on": "2026-03-02 09:30:00",
	"problem_date": "2026-02-27",
	"description": "The parcel arrived open.\nHalf of it was missing.",
	"product_or_service": "Parcel service",
	"product_reference": "PX-1",
	"remedy_requested": "Yes",
	"remedy_sought": "A new parcel",
	"immediate_action": "A new parcel was ordered.",
	"unit_concerned": "Depot Nord",
	"receiving_unit": "Hotline",
	"market_segment": "Private",
	"customer_type": "Consumer",
	"referred_by": "Consumer body",
	"happened_before": "Yes",
	"enclosures": "Two photos",
	"external_reference": None,
}
PERSON = {"role": "Person complained about", "full_name": "A Clerk", "email": "clerk@example.org"}


def read(http, kind: str, case: str) -> dict:
	return http(user_of(kind)).get(f"{CASES}/{case}").json()["data"]


# 7.1 Communication


def test_7_1_an_acknowledgement_names_the_process_the_contact_the_time_and_the_outside_ways():
	settings = frappe.get_doc("ISO10002 Settings")
	texts = {
		"process_text": "First we look.",
		"contact": "Office, 030 1",
		"further_ways": "The board of appeal",
	}
	settings.update(texts)
	settings.save()
	case = make_complaint()
	make_party(case.name)
	letter = letters.compose(case, "Acknowledgement")
	frappe.clear_document_cache("ISO10002 Settings", "ISO10002 Settings")
	due = letters.day(case.response_due)
	for part in (*texts.values(), case.name, due):
		assert part in letter.message, part


# 7.2 Receipt


def test_7_2_everything_a_receipt_consists_of_is_recorded_and_comes_back(http):
	values = {key: value for key, value in RECEIVED.items() if value}
	case = register(http, **values)
	found = read(http, "handler", case)
	assert {key: found[key] for key in values} == values
	assert found["received_by"] == user_of("intake") and found["response_due"] and found["acknowledge_due"]
	parties = frappe.get_all("Complaint Party", {"complaint": case}, ["role", "full_name", "email"])
	assert [dict(row) for row in parties] == [
		{"role": "Complainant", "full_name": "Maria Muster", "email": "maria@example.org"}
	]


@pytest.mark.parametrize(
	("values", "said"),
	[
		({"received_on": "2199-01-01 10:00:00"}, "future"),
		({"aware_on": "2026-03-02 10:00:00", "received_on": "2026-03-02 09:00:00"}, "after the receipt"),
		({"problem_date": "2026-03-03", "received_on": "2026-03-02 09:00:00"}, "after the receipt"),
		({"description": ""}, "What happened"),
		({"channel": ""}, "Received by way of"),
	],
)
def test_7_2_an_impossible_or_empty_receipt_is_refused(http, values, said):
	with pytest.raises(frappe.ValidationError):
		make_complaint(**values)
	assert_refused(http(user_of("intake")).post(CASES, json=complaint(**values)), said)


def test_7_2_what_a_complainant_may_be_unable_to_give_is_not_asked_for(http):
	answer = http(user_of("intake")).post(CASES, json={"channel": "Phone", "description": "It was broken."})
	assert answer.ok, words(answer)


def test_7_2_the_register_is_in_the_order_of_receipt_by_a_reference_that_never_changes(http):
	first, second = register(http), register(http)
	assert int(second[-5:]) == int(first[-5:]) + 1
	for kind in ("handler", "manager"):
		body = {"doctype": "Complaint", "old": first, "new": "CMP-2026-99999"}
		answer = http(user_of(kind)).post("/api/method/frappe.rename_doc", json=body)
		assert not answer.ok
		assert_refused(http(user_of(kind)).delete(f"{CASES}/{first}"), status=(403, 417))
	with pytest.raises(frappe.ValidationError):
		frappe.rename_doc("Complaint", first, "CMP-2026-99999", force=True)


# 7.3 Tracking


def test_7_3_the_status_and_every_contact_are_on_record_up_to_the_minute(http):
	case = register(http)
	assert step(http, user_of("intake"), case, "Acknowledge", **needs("Acknowledge")).ok
	body = {"complaint": case, "channel": "Phone", "remark": "Told that we still look for the parcel."}
	http(user_of("handler")).call("iso10002.handling.contacts.record_contact", **body)
	where = {"doctype": "Complaint", "name": case}
	answer = http(user_of("approver")).get("/api/method/frappe.desk.form.load.getdoc", params=where).json()
	shown = answer["docs"][0]
	assert shown["status"] == stage.ACKNOWLEDGED and shown["stage_since"]
	timeline = shown["__onload"]["case"]["timeline"]
	assert {"Contact", "Acknowledged", "Received"} <= {row["event"] for row in timeline}
	assert all(row["occurred_on"] and row["user"] for row in timeline)


@pytest.mark.parametrize(
	("values", "said"),
	[
		({"remark": " "}, "Remark"),
		({"channel": "Pigeon"}, "not known"),
		({"kind": "Gossip"}, "Kind must be"),
		({"occurred_on": "2199-01-01 10:00:00"}, "future"),
	],
)
def test_7_3_a_contact_that_says_nothing_or_cannot_have_been_is_refused(http, values, said):
	case = register(http)
	body = {"complaint": case, "channel": "Phone", "remark": "Called.", **values}
	with acting_as(user_of("handler")), pytest.raises(IntakeError, match=said):
		record_contact(**body)
	road = "/api/method/iso10002.handling.contacts.record_contact"
	assert_refused(http(user_of("handler")).post(road, json=body), said)
	assert_refused(http(user_of("auditor")).post(road, json={**body, "kind": "Contact"}), status=403)


# 7.4 Acknowledgement


@pytest.mark.parametrize("missing", ["acknowledged_on", "acknowledgement_channel"])
def test_7_4_an_acknowledgement_says_when_and_how(http, missing):
	case = register(http)
	given = needs("Acknowledge", **{missing: None})
	assert_refused(step(http, user_of("intake"), case, "Acknowledge", **given), status=417)
	with acting_as(user_of("intake")), pytest.raises(StageError):
		take(case, "Acknowledge", **{missing: None})
	assert stored(case) == stage.RECEIVED


def test_7_4_an_acknowledgement_is_not_dated_before_the_receipt(http):
	case = register(http)
	given = needs("Acknowledge", acknowledged_on="2020-01-01 10:00:00")
	assert_refused(
		step(http, user_of("intake"), case, "Acknowledge", **given), "before the receipt", status=417
	)


# 7.5 Initial assessment


@pytest.mark.parametrize(
	"criterion",
	[
		"severity",
		"impact",
		"complexity",
		"safety_implication",
		"immediate_action_needed",
		"immediate_action_possible",
		"handler",
		"category",
	],
)
def test_7_5_a_case_is_assessed_by_every_criterion_of_the_clause(http, criterion):
	case = register(http)
	assert step(http, user_of("intake"), case, "Acknowledge", **needs("Acknowledge")).ok
	answer = step(http, user_of("handler"), case, "Assess", **needs("Assess", **{criterion: None}))
	assert_refused(answer, status=417)
	assert stored(case) == stage.ACKNOWLEDGED and stored(case, "assessed_by") is None


def test_7_5_nothing_is_investigated_before_the_assessment(http):
	case = register(http)
	body = {"complaint": case, "conflict_declaration": "No conflict of interest"}
	assert_refused(http(user_of("investigator")).post("/api/resource/Complaint Investigation", json=body))
	with acting_as(user_of("investigator")), pytest.raises(frappe.ValidationError):
		make_investigation(case).insert()
	assert_refused(step(http, user_of("handler"), case, "Investigate", **needs("Investigate")), status=417)


def test_7_5_a_priority_set_by_hand_is_kept_with_its_reason_and_counts_as_changed(http):
	case = register(http)
	assert step(http, user_of("intake"), case, "Acknowledge", **needs("Acknowledge")).ok
	given = needs("Assess")
	assert_refused(step(http, user_of("handler"), case, "Assess", **given, priority="Urgent"))
	assert change(
		http, user_of("handler"), case, **given, priority="Urgent", priority_reason="The press asks."
	).ok
	assert step(http, user_of("handler"), case, "Assess").ok
	assert change(http, user_of("handler"), case, priority="High", priority_reason="It calmed down.").ok
	event = frappe.get_last_doc("Complaint Event", {"complaint": case, "event": "Priority Changed"})
	assert json.loads(event.details) == {"priority": ["Urgent", "High"]} and event.remark == "It calmed down."


# 7.6 Investigation


def test_7_6_nobody_is_found_against_unheard_over_http(http):
	case = register(http, parties=[PERSON])
	for action, kind in (("Acknowledge", "intake"), ("Assess", "handler"), ("Investigate", "handler")):
		assert step(http, user_of(kind), case, action, **needs(action)).ok
	point = read(http, "handler", case)["allegations"][0]
	rows = [{**point, "outcome": "Upheld", "finding": "It was so."}]
	assert change(http, user_of("investigator"), case, allegations=rows).ok
	given = needs("Propose Decision")
	assert_refused(
		step(http, user_of("investigator"), case, "Propose Decision", **given), "not heard", status=417
	)
	party = frappe.db.get_value("Complaint Party", {"complaint": case})
	road, session = f"/api/resource/Complaint Party/{party}", http(user_of("investigator"))
	early = {"details_given_on": "2026-03-03 10:00:00", "heard_on": "2026-03-03 09:00:00"}
	assert_refused(session.put(road, json=early), "before the full details")
	assert session.put(road, json={**early, "heard_on": "2026-03-04 09:00:00"}).ok
	answer = step(http, user_of("investigator"), case, "Propose Decision", **given)
	assert answer.ok, words(answer)


# 7.7 Response, 7.8 Communication of the decision


def test_7_7_a_decision_comes_with_its_reasons(http):
	for field in ("decision", "decision_reasons"):
		case = complaint_in(stage.INVESTIGATING)
		with pytest.raises(StageError, match="Choose the decision"):
			take(case, "Propose Decision", **{field: None})
		assert_refused(
			step(http, user_of("handler"), case, "Propose Decision", decision="Upheld"), status=417
		)


@pytest.mark.parametrize(
	"missing", ["communicated_on", "communication_channel", "communication_text", "further_ways"]
)
def test_7_8_a_decision_is_told_with_when_how_what_and_the_further_ways(http, missing):
	case = complaint_in(stage.APPROVED)
	with pytest.raises(StageError):
		take(case, "Communicate Decision", **{missing: None})
	given = needs("Communicate Decision", **{missing: None})
	assert_refused(step(http, user_of("handler"), case, "Communicate Decision", **given), status=417)
	assert stored(case) == stage.APPROVED


def test_7_8_a_decided_case_is_not_closed_before_the_decision_was_told(http):
	case = complaint_in(stage.APPROVED)
	for kind in ("handler", "manager"):
		assert_refused(step(http, user_of(kind), case, "Close"), status=417)
		assert_refused(change(http, user_of(kind), case, status=stage.CLOSED))
	with pytest.raises(frappe.ValidationError):
		edit(case, status=stage.CLOSED)
	assert stored(case) == stage.APPROVED


def test_7_8_what_was_told_stands_as_it_was_sent(http):
	case = complaint_in(stage.COMMUNICATED)
	frappe.db.commit()
	for field in ("communication_text", "further_ways", "decision_reasons"):
		assert_refused(
			change(http, user_of("handler"), case, **{field: "Something else."}), "stands as it was recorded"
		)


# 7.9 Closing


def test_7_9_a_rejection_keeps_the_case_open_until_the_ways_are_exhausted(http):
	case = complaint_in(stage.COMMUNICATED)
	take(case, "Record Rejection")
	for kind in ("handler", "manager"):
		assert_refused(step(http, user_of(kind), case, "Close"), "reviewed first", "options are exhausted")
		assert_refused(change(http, user_of(kind), case, acceptance="Accepted"), "stands as it was recorded")
	assert stored(case) == stage.REJECTED


def test_7_9_the_closing_record_cannot_be_written_or_changed(http):
	case = complaint_in(stage.CLOSED)
	frappe.db.commit()
	record = json.loads(stored(case, "closing_record"))
	assert {row["stage"] for row in record} >= {
		stage.RECEIVED,
		stage.ASSESSED,
		stage.COMMUNICATED,
		stage.CLOSED,
	}
	assert_refused(change(http, user_of("manager"), case, closing_record="[]"))
	assert_refused(change(http, user_of("manager"), case, closed_by=user_of("manager")))
	assert json.loads(stored(case, "closing_record")) == record
