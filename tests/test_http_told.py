"""What a case of one's own tells of a hidden one it refers to, and of a protected person in a case one sees: nothing."""

from __future__ import annotations

import json
from typing import Any

import frappe
import pytest
from case_documents import (
	case_under_investigation,
	case_under_review,
	complete,
	make_evidence,
	open_review,
	start,
)
from factories import acting_as, complaint_in, make_party, make_user, take, unique, user_of
from hidden_case import ask, assert_hidden, reader_of
from http_roads import RESOURCE, RPC, whole
from over_http import CASES, MOVE, assert_refused, change, complaint, register, stored, words

from iso10002 import roles
from iso10002.handling import stages as stage

PERSON = "person complained about, as a user"
OFFICERS = "iso10002.handling.search.officers"


def offered(http: Any, user: str, case: str | None, field: str = "handler") -> set[str]:
	"""Return who the link field of an office offers to a user."""
	search = {"doctype": "User", "txt": "", "searchfield": "name", "start": 0, "page_len": 1000}
	answer = ask(http(user), OFFICERS, **search, filters={"field": field, "complaint": case})
	assert answer.ok, words(answer)
	return {row[0] for row in answer.json()["message"]}


def attempts(case: str, text: str) -> int:
	frappe.db.rollback()
	rows = {"complaint": case, "action": "Refused", "details": ("like", f"%{text}%")}
	return frappe.db.count("Complaint Access Log", rows)


# What a document amends


def restricted(case: str) -> None:
	values = {"confidentiality_level": "Restricted", "investigator": None, "reviewer": None}
	frappe.db.set_value("Complaint", case, values)
	frappe.db.commit()


@pytest.mark.parametrize("state", ["draft", "submitted", "cancelled"])
def test_an_investigation_of_a_hidden_case_is_not_amended_in_ones_own(http, state):
	word, secret = unique("zebra"), case_under_investigation()
	doc = start(secret, conclusion=word)
	if state != "draft":
		complete(doc)
	if state == "cancelled":
		with acting_as(user_of("manager")):
			doc.reload()
			doc.cancel()
	restricted(secret)
	user, own = make_user(roles.HANDLER, roles.INVESTIGATOR).name, case_under_investigation()
	frappe.db.commit()
	assert_amends_nothing(http(user), doc, own, "conclusion", word, investigator=user, depth="Brief")


def test_a_review_of_a_hidden_case_is_not_amended_in_ones_own(http):
	word, secret = unique("zebra"), case_under_review()
	doc = open_review(secret, looked_at=word)
	restricted(secret)
	user, own = make_user(roles.HANDLER, roles.REVIEWER).name, case_under_review()
	frappe.db.commit()
	assert_amends_nothing(http(user), doc, own, "looked_at", word, reviewer=user)


def assert_amends_nothing(session: Any, doc: Any, own: str, field: str, word: str, **values: Any) -> None:
	of, officer = doc.doctype, doc.get("investigator") or doc.reviewer
	assert not session.get(f"{RESOURCE}/{of}/{doc.name}").ok
	sent = {"complaint": own, "amendment_reason": "x", "conflict_declaration": "No conflict of interest"}
	for more in ({}, dict.fromkeys(("investigator", "reviewer"), officer)):
		answer = session.post(f"{RESOURCE}/{of}", json={**sent, **values, **more, "amended_from": doc.name})
		assert_refused(answer, "cancelled document of this case")
		assert more or officer not in words(answer)
	fields = json.dumps(["name", f"amended_from.{field}"])
	rows = session.get(
		f"{RESOURCE}/{of}", params={"filters": json.dumps({"complaint": own}), "fields": fields}
	)
	assert word not in rows.text
	assert not frappe.db.exists(of, {"complaint": own, "amended_from": doc.name})


def test_a_draft_of_ones_own_is_not_made_to_amend_one_of_a_hidden_case(http):
	secret = case_under_investigation()
	doc = complete(start(secret))
	restricted(secret)
	own = start(case_under_investigation())
	frappe.db.commit()
	session = http(own.investigator)
	answer = session.put(
		f"{RESOURCE}/{own.doctype}/{own.name}", json={"amended_from": doc.name, "amendment_reason": "x"}
	)
	assert_refused(answer, "cancelled document of this case")


def test_a_cancellation_brings_no_link_to_a_hidden_case_along(http):
	secret = case_under_investigation()
	doc = complete(start(secret))
	party, evidence = make_party(secret, role="Witness").name, make_evidence(secret).name
	restricted(secret)
	own = complete(start(case_under_investigation()))
	frappe.db.commit()
	session = http(user_of("manager"))
	for forged, said in (
		({"amended_from": doc.name, "amendment_reason": "x"}, "cancelled document of this case"),
		({"interviews": [{"party": party}]}, "person of this case"),
		({"evidence": [{"evidence": evidence}]}, "evidence of this case"),
	):
		sent = whole(http, user_of("manager"), own.doctype, own.name) | forged
		answer = session.post(
			f"{RPC}/frappe.desk.form.save.savedocs", data={"doc": json.dumps(sent), "action": "Cancel"}
		)
		assert_refused(answer, said)
	frappe.db.rollback()
	assert frappe.db.get_value(own.doctype, own.name, ["docstatus", "amended_from"]) == (1, None)
	with acting_as(user_of("manager")):
		frappe.get_doc(own.doctype, own.name).cancel()


# Persons of points


@pytest.mark.parametrize("kind", [PERSON, "another intake"])
def test_a_point_names_no_party_of_another_case(http, hidden, kind):
	user = reader_of(kind, hidden)
	session, own = http(user), register(http, user)
	point = {"allegation": "Mine", "person": hidden["party"]}
	assert_refused(session.put(f"{CASES}/{own}", json={"allegations": [point]}), "person of this case")
	assert_refused(session.post(CASES, json=complaint(allegations=[point])), "person of this case")
	asked = {"parent": "Complaint", "filters": json.dumps({"parent": own})}
	for fields in (["name", "person.full_name"], ["name", "person.email"]):
		answer = session.get(
			f"{RESOURCE}/Complaint Allegation", params={**asked, "fields": json.dumps(fields)}
		)
		assert_hidden(answer, hidden)


def test_a_point_names_a_party_of_its_case(http):
	user = user_of("handler")
	own = register(http, user)
	party = frappe.db.get_value("Complaint Party", {"complaint": own})
	point = {"allegation": "Mine", "person": party}
	answer = http(user).put(f"{CASES}/{own}", json={"allegations": [point]})
	assert answer.ok, words(answer)
	assert answer.json()["data"]["allegations"][0]["person"] == party


# References to another case


@pytest.mark.parametrize("kind", [PERSON, "another intake"])
def test_a_case_refers_to_no_hidden_case_that_it_would_tell_of(http, hidden, kind):
	user, secret = reader_of(kind, hidden), hidden["case"]
	session, own = http(user), register(http, user)
	for field in ("about_handling_of", "duplicate_of"):
		for answer in (
			session.post(CASES, json=complaint(**{field: secret})),
			change(http, user, own, **{field: secret}),
		):
			assert_refused(answer, "you may not see this complaint", status=403)
		assert attempts(secret, field) >= 2
		assert not stored(own, field)
	assert offered(http, user, own) == offered(http, user, None)


def test_the_decision_of_a_hidden_case_is_not_had_by_a_duplicate_of_it(http):
	accused, secret = make_user(roles.HANDLER).name, complaint_in(stage.CLOSED)
	make_party(secret, role="Person complained about", email=None, linked_doctype="User", linked_name=accused)
	own = register(http, accused)
	take(own, "Acknowledge", as_user=accused)
	frappe.db.commit()
	values = {"duplicate_of": secret, "ending_reason": "Sent twice."}
	answer = http(accused).post(
		MOVE, json={"complaint": own, "action": "Mark as Duplicate", "values": values}
	)
	assert_refused(answer, "you may not see this complaint", status=403)
	assert not frappe.db.exists("Complaint Event", {"complaint": own, "event": "Solution Carried Over"})


def test_the_decision_is_not_carried_over_to_a_duplicate_that_more_people_see():
	original, early, late = (
		complaint_in(stage.ACCEPTED),
		complaint_in(stage.RECEIVED),
		make_level("Restricted"),
	)
	take(early, "Mark as Duplicate", duplicate_of=original)
	frappe.db.set_value("Complaint", original, "confidentiality_level", "Restricted")
	take(original, "Close", as_user="Administrator")
	take(late, "Mark as Duplicate", as_user="Administrator", duplicate_of=original)
	told = {"event": "Solution Carried Over"}
	assert not frappe.db.exists("Complaint Event", {**told, "complaint": early})
	assert frappe.db.exists("Complaint Event", {**told, "complaint": late})


def make_level(level: str) -> str:
	case = complaint_in(stage.RECEIVED)
	frappe.db.set_value("Complaint", case, "confidentiality_level", level)
	return case


def test_who_worked_on_a_hidden_case_is_not_told_by_one_about_its_handling(http):
	first = complaint_in(stage.COMMUNICATED)
	with acting_as(user_of("handler")):
		own = frappe.get_doc({"doctype": "Complaint", **complaint(about_handling_of=first)}).insert().name
	team = frappe.db.get_value("Complaint", first, "handler")
	assert team not in offered(http, user_of("manager"), own)
	frappe.db.set_value("Complaint", first, "confidentiality_level", "Restricted")
	frappe.db.commit()
	user = make_user(roles.HANDLER).name
	frappe.db.commit()
	assert offered(http, user, own) == offered(http, user, None)
	answer = change(http, user, own, handler=team)
	assert_refused(answer, f"{team} may not take part in this case", status=417)
	assert first not in words(answer)


# A protected person complained about


@pytest.fixture
def protected(site: str) -> dict:
	"""A case one sees, about a protected person who is a handler; with a handler outside its team."""
	accused, other = (make_user(roles.HANDLER, roles.REVIEWER).name for _ in range(2))
	case = complaint_in(stage.ASSESSED)
	named = {"email": None, "linked_doctype": "User", "linked_name": accused, "identity": "Confidential"}
	make_party(case, role="Person complained about", **named)
	frappe.db.commit()
	return {"case": case, "accused": accused, "other": other}


@pytest.mark.parametrize("field", ["handler", "reviewer"])
def test_no_gap_among_the_officers_tells_who_a_protected_person_is(http, protected, field):
	case, accused = protected["case"], protected["accused"]
	assert accused in offered(http, protected["other"], case, field)
	for cleared in (user_of("manager"), user_of("handler")):
		assert accused not in offered(http, cleared, case, field)


def test_naming_a_protected_person_as_an_officer_is_refused_without_the_reason_and_logged(http, protected):
	case, accused, other = (protected[key] for key in ("case", "accused", "other"))
	said = "Handler: {} may not take part in this case. Choose somebody else."
	answer = change(http, other, case, handler=accused, reassignment_reason="x")
	assert_refused(answer, said.format(accused), status=417)
	assert "complained about" not in words(answer)
	assert attempts(case, f"handler: {accused}") == 1
	answer = change(http, user_of("manager"), case, handler=accused, reassignment_reason="x")
	assert_refused(answer, "is complained about in this case", status=417)
	assert attempts(case, f"handler: {accused}") == 1


# Who somebody is


def test_a_case_is_hidden_from_who_took_the_address_of_the_person_complained_about(http):
	user, address = make_user(roles.HANDLER).name, f"{unique('new')}@example.com"
	case = complaint_in(stage.RECEIVED)
	make_party(case, role="Person complained about", email=address)
	frappe.db.commit()
	session = http(user)
	assert session.get(f"{CASES}/{case}").ok
	own = {"doctype": "User", "name": user, "fieldname": {"email": address}}
	answer = ask(session, "frappe.client.set_value", **own)
	assert answer.ok, words(answer)
	assert_refused(session.get(f"{CASES}/{case}"), status=403)
	assert not session.get(CASES, params={"filters": json.dumps({"name": case})}).json()["data"]
