"""Documents sent under a changed identity: nothing of a hidden case is moved, attached elsewhere or printed by it."""

from __future__ import annotations

import json

import frappe
import pytest
from factories import make_user, unique
from hidden_case import (
	ANYBODY,
	all_stored,
	ask,
	assert_hidden,
	made,
	reader_of,
	tried,
)
from http_roads import RESOURCE, RPC, whole
from over_http import register, system_manager, user_without_a_role, words

REFUSED = (401, 403, 404, 409, 417)
MAKE_MAIL = "frappe.core.doctype.communication.email.make"
ATTACH = "frappe.utils.file_manager.add_attachments"
PRINT = "frappe.www.printview"


@pytest.fixture
def inbox_user(site) -> str:
	return make_user("Inbox User", email="test-inbox@example.com").name


# Rows about a case


def detached(doctype: str, user: str) -> list[dict]:
	"""Return values that take a row about a case away from it."""
	mine = {"attached_to_doctype": "User", "attached_to_name": user, "attached_to_field": None}
	nothing = {"reference_doctype": None, "reference_name": None}
	return {
		"File": [
			mine,
			{"attached_to_doctype": None, "attached_to_name": None},
			{"is_private": 0},
			{**mine, "is_folder": 1},
		],
		"ToDo": [
			{"reference_type": None, "reference_name": None, "allocated_to": user},
			{"reference_type": "User", "reference_name": user, "allocated_to": user, "assigned_by": user},
			{"allocated_to": user, "assigned_by": user},
		],
		"Communication": [
			nothing,
			{"reference_doctype": "User", "reference_name": user},
			{**nothing, "communication_medium": "Email", "sender": user},
		],
		"Comment": [nothing, {"reference_doctype": "User", "reference_name": user, "comment_email": user}],
	}[doctype]


@pytest.mark.parametrize("kind", [*ANYBODY, "inbox"])
@pytest.mark.parametrize(
	("doctype", "key"),
	[("File", "file"), ("ToDo", "todo"), ("Communication", "mail"), ("Comment", "comment")],
)
def test_a_row_about_a_hidden_case_is_not_taken_out_of_it(http, hidden, inbox_user, doctype, key, kind):
	session = http(inbox_user if kind == "inbox" else reader_of(kind, hidden))
	before = all_stored(hidden)
	for values in detached(doctype, session.user):
		answers = tried(session, doctype, hidden[key], values)
		for more in ({"__islocal": 1}, {"__islocal": 1, "name": "x"}, {"owner": session.user}):
			answers.append(session.put(f"{RESOURCE}/{doctype}/{hidden[key]}", json={**values, **more}))
		for answer in answers:
			assert_hidden(answer, hidden)
		assert all_stored(hidden) == before, values
	answer = session.get(f"{RESOURCE}/{doctype}/{hidden[key]}")
	assert_hidden(answer, hidden, status=REFUSED)
	assert_hidden(session.get(hidden["url"]), hidden, status=REFUSED)


@pytest.mark.parametrize(("doctype", "key"), [("File", "file"), ("ToDo", "todo")])
def test_a_row_of_ones_own_is_not_written_over_one_about_a_hidden_case(http, hidden, doctype, key):
	session = http(user_without_a_role())
	values = {
		"File": {"file_name": "x.txt", "content": "x"},
		"ToDo": {"description": "x", "allocated_to": session.user},
	}[doctype]
	own = made(session, doctype, **values)
	# as if all were known that Frappe compares
	stored = frappe.db.get_value(doctype, hidden[key], ["creation", "modified", "owner"], as_dict=True)
	values = {**{field: str(value) for field, value in stored.items()}, "allocated_to": session.user}
	before, url = all_stored(hidden), f"{RESOURCE}/{doctype}/{own}"
	renamed = {**values, "name": hidden[key]}
	for answer in (
		session.put(url, json=renamed),
		session.put(url, data=json.dumps(renamed), headers={"Content-Type": "text/plain"}),
		session.put(url, data={"data": json.dumps(renamed)}),
		session.post(
			f"{RPC}/frappe.client.set_value", json={"doctype": doctype, "name": own, "fieldname": renamed}
		),
	):
		assert_hidden(answer, hidden, status=REFUSED)
		assert all_stored(hidden) == before


def test_rows_about_nothing_are_changed_and_copied_as_before(http, inbox_user):
	user = user_without_a_role()
	session, text = http(user), unique("mine")
	task = made(session, "ToDo", description=text, allocated_to=user)
	of = {"reference_type": "User", "reference_name": user}
	assert session.put(f"{RESOURCE}/ToDo/{task}", json=of).ok
	frappe.db.rollback()
	assert frappe.db.get_value("ToDo", task, "reference_name") == user
	assert session.put(f"{RESOURCE}/ToDo/{task}", json={"reference_type": None, "reference_name": None}).ok
	copy = session.put(f"{RESOURCE}/ToDo/{task}", json={"__islocal": 1})
	assert copy.ok and copy.json()["data"]["name"] != task and text in copy.text, words(copy)
	uploaded = session.post(
		f"{RPC}/upload_file", files={"file": (f"{text}.txt", text.encode())}, data={"is_private": 1}
	).json()["message"]
	mine = {"attached_to_doctype": "User", "attached_to_name": user}
	assert session.put(f"{RESOURCE}/File/{uploaded['name']}", json=mine).ok
	assert text in session.get(uploaded["file_url"]).text
	mail = made(http(inbox_user), "Communication", subject=text, content=text, communication_medium="Phone")
	copy = http(inbox_user).put(f"{RESOURCE}/Communication/{mail}", json={"__islocal": 1})
	assert copy.ok and copy.json()["data"]["name"] != mail, words(copy)


# Files


@pytest.mark.parametrize("kind", ANYBODY)
def test_no_file_of_a_hidden_case_is_attached_to_something_else(http, hidden, kind):
	session, before = http(reader_of(kind, hidden)), all_stored(hidden)
	proof = frappe.db.get_value("File", {"attached_to_name": hidden["evidence"]}, ("name", "file_url"))
	mail = {"subject": "x", "content": "x", "recipients": "a@example.org", "send_email": 0}
	about = {"doctype": "User", "name": session.user}
	for fid, address in ((hidden["file"], hidden["url"]), proof):
		for attachments in (
			json.dumps([fid]),
			[fid],
			json.dumps([{"fid": fid}]),
			json.dumps([{"file_url": address}]),
		):
			for method, arguments in (
				(MAKE_MAIL, mail),
				(MAKE_MAIL, {**mail, **about}),
				(f"{MAKE_MAIL}/x", mail),
				(ATTACH, about),
				(f"{ATTACH}/x", about),
			):
				answer = session.post(f"{RPC}/{method}", json={**arguments, "attachments": attachments})
				assert_hidden(answer, hidden)
		copied = frappe.get_all("File", {"file_url": address, "attached_to_doctype": ["!=", "Complaint"]})
		assert all(row.name == proof[0] for row in copied)
		assert_hidden(session.get(address), hidden, status=REFUSED)
	assert all_stored(hidden) == before


def test_a_file_of_ones_own_and_a_public_one_are_attached_as_before(http, inbox_user):
	session, text = http(inbox_user), unique("own")
	mail = {"subject": text, "content": text, "recipients": "a@example.org", "send_email": 0}
	for private in (0, 1):
		content = {"files": {"file": (f"{text}{private}.txt", f"{text}{private}".encode())}}
		file = session.post(f"{RPC}/upload_file", **content, data={"is_private": private}).json()["message"]
		attachments = json.dumps([file["name"]])
		name = session.call(MAKE_MAIL, **mail, attachments=attachments)["name"]
		about = {"doctype": "User", "name": session.user}
		assert session.post(f"{RPC}/{ATTACH}", json={**about, "attachments": attachments}).ok
		frappe.db.rollback()
		for doctype, attached in (("Communication", name), ("User", session.user)):
			found = {
				"attached_to_doctype": doctype,
				"attached_to_name": attached,
				"file_url": file["file_url"],
			}
			assert frappe.db.exists("File", found), (private, doctype)


def test_a_file_of_ones_own_case_is_sent_with_a_mail_of_that_case(http, hidden):
	# no role may send mails of cases by Frappe's own function
	session, case, text = http("Administrator"), register(http), unique("own")
	of = {"doctype": "Complaint", "docname": case, "is_private": 1}
	content = {"files": {"file": (f"{text}.txt", text.encode())}}
	file = session.post(f"{RPC}/upload_file", **content, data=of).json()["message"]
	mail = {
		"doctype": "Complaint",
		"name": case,
		"subject": text,
		"content": text,
		"recipients": "a@example.org",
	}
	answer = session.post(
		f"{RPC}/{MAKE_MAIL}", json={**mail, "send_email": 0, "attachments": json.dumps([file["name"]])}
	)
	assert answer.ok, words(answer)


# Printing


@pytest.mark.parametrize("kind", ANYBODY)
def test_a_hidden_case_is_not_printed_by_sending_it_as_new(http, hidden, kind):
	session, own = http(reader_of(kind, hidden)), register(http)
	formats = frappe.get_all("Print Format", {"module": "ISO10002"}, ["name", "doc_type"])
	assert formats
	for doctype, name, more in (
		("Complaint", hidden["case"], {}),
		("Complaint Evidence", hidden["evidence"], {"complaint": hidden["case"]}),
		("Complaint Evidence", hidden["evidence"], {"complaint": own}),
		("Complaint Party", hidden["party"], {"complaint": own}),
	):
		for local in ({}, {"__islocal": 1}, {"__islocal": 1, "owner": session.user}):
			doc = json.dumps({"doctype": doctype, "name": name, **more, **local})
			for shown in ["Standard", *(found.name for found in formats if found.doc_type == doctype)]:
				asked = {"doc": doc, "print_format": shown}
				answer = session.post(f"{RPC}/{PRINT}.get_html_and_style", json=asked)
				assert_hidden(answer, hidden)
				assert not answer.ok or hidden["case"] not in answer.text.replace(doc, ""), words(answer)
				assert_hidden(session.post(f"{RPC}/{PRINT}.get_rendered_raw_commands", json=asked), hidden)
			pdf = {"doctype": doctype, "name": name, "format": "Standard", "doc": json.loads(doc)}
			answer = session.post(f"{RPC}/frappe.utils.print_format.download_pdf", json=pdf)
			assert not answer.content.startswith(b"%PDF")


@pytest.mark.parametrize("kind", ANYBODY[1:])
def test_a_paper_is_not_printed_of_another_document_under_the_name_of_a_hidden_case(http, hidden, kind):
	user = reader_of(kind, hidden)
	times = dict.fromkeys(
		("received_on", "acknowledged_on", "approved_on", "closed_on"), "2026-01-01 10:00:00"
	)
	decided = {"status": "Received", "language": "en", "decision": "Upheld", "review_outcome": "Confirmed"}
	case = {**times, **decided, "communicated_on": "2026-01-01 10:00:00", "allegations": [], "remedies": []}
	papers = frappe.get_all("Print Format", {"doc_type": "Complaint", "module": "ISO10002"}, pluck="name")
	assert papers
	for doctype in ("ToDo", "Complaint"):
		own = {"allocated_to": user, "owner": user, "description": "x", "__islocal": 1}
		doc = {"doctype": doctype, "name": hidden["case"], **own, **case}
		for paper in papers:
			answer = ask(http(user), f"{PRINT}.get_html_and_style", doc=json.dumps(doc), print_format=paper)
			assert_hidden(answer, hidden, status=REFUSED)
	party = {"doctype": "ToDo", "name": unique(), "allocated_to": user, "__islocal": 1}
	answer = ask(http(user), f"{PRINT}.get_html_and_style", doc=json.dumps(party), print_format=papers[0])
	assert_hidden(answer, hidden, status=REFUSED)


def test_a_note_and_ones_own_case_are_printed_as_before(http, hidden):
	session, text = http(system_manager()), unique("note")
	doc = whole(http, session.user, "Note", made(session, "Note", title=text, content=text))
	answer = session.post(
		f"{RPC}/{PRINT}.get_html_and_style", json={"doc": json.dumps(doc), "print_format": "Standard"}
	)
	assert answer.ok and text in answer.text, words(answer)
	user = hidden["linked"]
	doc = whole(http, user, "Complaint", register(http, user))
	answer = http(user).post(
		f"{RPC}/{PRINT}.get_html_and_style", json={"doc": json.dumps(doc), "print_format": "Standard"}
	)
	assert answer.ok and doc["description"] in answer.text, words(answer)
