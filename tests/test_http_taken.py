"""A hidden case, what hangs on it and its rows: not copied, moved or taken into another case by another name or identity."""

from __future__ import annotations

from typing import Any

import frappe
import pytest
from factories import make_complaint, unique, user_of
from hidden_case import (
	ANYBODY,
	all_stored,
	assert_hidden,
	made,
	reader_of,
	tried,
)
from http_roads import RESOURCE, ROADS, RPC, snapshot, whole
from over_http import CASES, complaint, register, stored, words

from iso10002.handling.moves import SERVER_FIELDS
from iso10002.integrations import confidential

# The case itself, and what hangs on it


def as_new(**values: Any) -> dict:
	"""Return what is sent of a stored case so that it passes for a new one."""
	empty = dict.fromkeys((*SERVER_FIELDS, "assessed_on", "category", "workflow_state"))
	new = {"__islocal": 1, "confidentiality_level": "Standard", "status": "Received"}
	return {**empty, **new, "allegations": complaint()["allegations"], "remedies": [], **values}


@pytest.mark.parametrize("kind", ANYBODY)
def test_a_hidden_case_is_not_copied_by_sending_it_as_new(http, hidden, kind):
	session, before = http(reader_of(kind, hidden)), all_stored(hidden)
	parties = complaint()["parties"]
	for values in (
		{"__islocal": 1},
		as_new(),
		as_new(parties=parties),
		as_new(owner=session.user, handler=None),
	):
		for answer in tried(session, "Complaint", hidden["case"], values):
			assert_hidden(answer, hidden)
		assert all_stored(hidden) == before, values
	for key, doctype in (
		("party", "Complaint Party"),
		("event", "Complaint Event"),
		("point", "Complaint Allegation"),
	):
		for answer in tried(
			session, doctype, hidden[key], {"__islocal": 1, "complaint": None, "parent": None}
		):
			assert_hidden(answer, hidden)
	assert all_stored(hidden) == before


@pytest.mark.parametrize("kind", ["person complained about, as a user", "another intake"])
def test_the_words_of_a_hidden_case_are_not_saved_into_ones_own(http, hidden, kind):
	user = reader_of(kind, hidden)
	session, case, before = http(user), register(http, user), all_stored(hidden)
	doc = whole(http, user, "Complaint", case)
	others = {
		key: value
		for key, value in doc.items()
		if key not in ("description", "product_or_service", "doctype")
	}
	few = {key: doc[key] for key in ("name", "owner", "creation", "modified")}
	mine = snapshot(case)
	for values in (few, others, {**others, "allegations": []}, {**few, "__islocal": 1}, {"name": case}):
		for answer in tried(session, "Complaint", hidden["case"], values):
			assert_hidden(answer, hidden)
		assert all_stored(hidden) == before, values
		assert snapshot(case) == mine
	assert hidden["word"] not in session.get(f"{CASES}/{case}").text


@pytest.mark.parametrize("kind", ["person complained about, as a user", "another intake", "System Manager"])
def test_what_hangs_on_a_hidden_case_is_not_moved_or_copied_into_ones_own(http, hidden, kind):
	user = reader_of(kind, hidden)
	owner = user if kind != "System Manager" else user_of("intake")
	session, case, before = http(user), register(http, owner), all_stored(hidden)
	of = {"doctype": "Complaint", "docname": case, "is_private": 1}
	text = unique("mine")
	uploaded = http(owner).post(f"{RPC}/upload_file", files={"file": (f"{text}.txt", text.encode())}, data=of)
	mine = {"complaint": case, "file": uploaded.json()["message"]["file_url"], "obtained_by": user}
	for doctype, key in (
		("Complaint Evidence", "evidence"),
		("Complaint Party", "party"),
		("Complaint Event", "event"),
	):
		for more in (
			{},
			{"__islocal": 1},
			{"__islocal": 1, "sha256": None, "size_bytes": None},
			{"name": "x"},
		):
			for answer in tried(session, doctype, hidden[key], {**mine, **more}):
				assert_hidden(answer, hidden)
		assert all_stored(hidden) == before, doctype
	assert frappe.db.count("Complaint Evidence", {"complaint": case}) == 0
	assert hidden["word"] not in http(owner).get(f"{CASES}/{case}").text


@pytest.mark.parametrize("road", ROADS)
def test_ones_own_case_is_changed_as_before(http, hidden, road):
	user = hidden["linked"]
	case = register(http, user)
	answer = road(http, user, "Complaint", case, enclosures="A letter")
	assert answer.ok, words(answer)
	assert stored(case, "enclosures") == "A letter"


def test_ones_own_evidence_is_copied_into_the_same_case_or_refused_in_words(http, hidden):
	user = hidden["linked"]
	session, case, text = http(user), register(http, user), unique("own")
	of = {"doctype": "Complaint", "docname": case, "is_private": 1}
	content = {"files": {"file": (f"{text}.txt", text.encode())}}
	address = session.post(f"{RPC}/upload_file", **content, data=of).json()["message"]["file_url"]
	first = made(session, "Complaint Evidence", complaint=case, description=text, source="x", file=address)
	answer = session.get(f"{RESOURCE}/Complaint Evidence/{first}")
	assert answer.ok and text in answer.text


# Rows of a table


def taken(row: str, case: str) -> list[dict]:
	"""Return a row of another case as it is put among those of one's own."""
	whole_row = {"doctype": "Complaint Allegation", "parent": case, "parenttype": "Complaint"}
	whole_row |= {"parentfield": "allegations", "name": row, "allegation": "x"}
	return [
		{"name": row, "allegation": "x"},
		{"name": row},
		whole_row,
		{**whole_row, "__islocal": 1},
		{**whole_row, "__unsaved": 1},
	]


@pytest.mark.parametrize("kind", ["person complained about, as a user", "another intake"])
def test_a_point_of_a_hidden_case_is_not_taken_into_ones_own(http, hidden, kind):
	user = reader_of(kind, hidden)
	session, case, before = http(user), register(http, user), all_stored(hidden)
	own = whole(http, user, "Complaint", case)["allegations"]
	for row in taken(hidden["point"], case):
		for answer in tried(session, "Complaint", case, {"allegations": [*own, row]}):
			assert_hidden(answer, hidden)
		assert all_stored(hidden) == before, row
		new = complaint(allegations=[row])
		assert_hidden(session.post(CASES, json=new), hidden)
		assert_hidden(
			session.post(f"{RPC}/frappe.client.insert", json={"doc": {"doctype": "Complaint", **new}}), hidden
		)
		assert all_stored(hidden) == before, row
	remedy = {"name": hidden["remedy"], "details": "x", "remedy_type": "Apology"}
	for answer in tried(session, "Complaint", case, {"remedies": [remedy]}):
		assert_hidden(answer, hidden)
	assert all_stored(hidden) == before


def test_a_point_of_a_visible_case_is_not_taken_into_another_one(http, hidden):
	user = hidden["linked"]
	session, first, second = http(user), register(http, user), register(http, user)
	row = snapshot(first)["Complaint Allegation"][0]["name"]
	before = snapshot(first)
	own = whole(http, user, "Complaint", second)["allegations"]
	for point in taken(row, second):
		tried(session, "Complaint", second, {"allegations": [*own, point]})
		assert snapshot(first) == before, point


def test_points_of_ones_own_case_are_changed_added_and_removed_as_before(http, hidden):
	user = hidden["linked"]
	session, case = http(user), register(http, user)
	own = whole(http, user, "Complaint", case)["allegations"]
	answer = session.put(f"{CASES}/{case}", json={"allegations": [*own, {"allegation": "Another one"}]})
	assert answer.ok, words(answer)
	rows = answer.json()["data"]["allegations"]
	assert [row["allegation"] for row in rows] == [own[0]["allegation"], "Another one"]
	answer = session.put(f"{CASES}/{case}", json={"allegations": rows[:1]})
	assert answer.ok and len(answer.json()["data"]["allegations"]) == 1, words(answer)


# The e-mail a case is said to have come from


@pytest.fixture
def emptying(site):
	"""The words of the record a confidential complaint came from go into its case."""
	settings = frappe.get_doc("Complaint Ticket Settings")
	before = settings.confidential_source
	settings.db_set("confidential_source", "is emptied")
	frappe.clear_document_cache(settings.doctype, settings.name)
	frappe.db.commit()
	yield
	settings.db_set("confidential_source", before)
	frappe.clear_document_cache(settings.doctype, settings.name)
	frappe.db.commit()


@pytest.mark.parametrize("kind", ["person complained about, as a user", "another intake"])
@pytest.mark.parametrize("level", ["Standard", "Confidential"])
def test_an_email_of_a_hidden_case_is_no_source_of_ones_own(http, hidden, emptying, kind, level):
	session, before = http(reader_of(kind, hidden)), all_stored(hidden)
	source = {"reference_doctype": "Communication", "reference_name": hidden["mail"]}
	doc = {"doctype": "Complaint", **complaint(), "confidentiality_level": level, **source}
	assert_hidden(session.post(f"{RPC}/frappe.client.insert", json={"doc": doc}), hidden, status=(403,))
	own = register(http, session.user)
	assert_hidden(session.put(f"{CASES}/{own}", json=source), hidden, status=(403,))
	assert all_stored(hidden) == before


def test_an_email_of_one_case_is_not_moved_into_another_that_names_it(hidden, emptying):
	"""Whoever may see both: the one is under the rule of its own level."""
	before = all_stored(hidden)
	source = {"reference_doctype": "Communication", "reference_name": hidden["mail"]}
	case = make_complaint(confidentiality_level="Confidential", **source).name
	frappe.db.commit()
	assert all_stored(hidden) == before
	assert confidential.exposed(case) == {}


def test_the_words_of_an_email_of_no_case_go_into_the_case_that_came_from_it(emptying):
	mail = frappe.new_doc("Communication")
	mail.update({"subject": "Broken lift", "content": "It fell.", "communication_medium": "Phone"})
	mail.insert()
	source = {"reference_doctype": "Communication", "reference_name": mail.name}
	case = make_complaint(confidentiality_level="Confidential", **source).name
	assert frappe.db.get_value("Communication", mail.name, "reference_name") == case
