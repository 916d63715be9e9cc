"""What is wrong is refused over HTTP with words that say what to do, and nothing is half-written."""

import base64
import re

import frappe
import pytest
from factories import user_of
from frappe.utils import now
from over_http import (
	CASES,
	EVENTS,
	PARTIES,
	assert_refused,
	complaint,
	needs,
	register,
	rows,
	step,
	stored,
	words,
)

MEGABYTE = "x" * 1_000_000
SCRIPT = "<script>alert(1)</script><img src=x onerror=alert(2)>"
FUTURE = "2999-01-01"

BAD_COMPLAINTS = {
	"an unknown category": ({"category": "No such category"}, ("Category",)),
	"an unknown channel": ({"channel": "Pigeon"}, ("Received by way of", "Pigeon")),
	"no words at all": ({"description": ""}, ("What happened",)),
	"received tomorrow": ({"received_on": f"{FUTURE} 10:00:00"}, ("Received on", "future")),
	"happened tomorrow": ({"problem_date": FUTURE}, ("When it happened", "future")),
	"happened after its receipt": (
		{"received_on": "2026-01-05 10:00:00", "problem_date": "2026-01-06"},
		("When it happened", "receipt"),
	),
	"acknowledged before its receipt": (
		{"received_on": "2026-01-05 10:00:00", "acknowledged_on": "2026-01-04 10:00:00"},
		("Acknowledged on", "receipt"),
	),
	"a date that is none": ({"received_on": "the day before yesterday"}, ("Received on",)),
	"words of a megabyte": ({"description": MEGABYTE}, ("What happened", "1000000", "100000")),
	"a product name of a megabyte": ({"product_or_service": MEGABYTE}, ("Product or service", "140")),
	"a remedy wish of a megabyte": ({"remedy_sought": MEGABYTE}, ("Which", "10000")),
	"a point of a megabyte": (
		{"allegations": [{"allegation": MEGABYTE}]},
		("row 1", "Point complained about"),
	),
	"a point without words": ({"allegations": [{"category": "Price"}]}, ("allegation",)),
	"a severity that is none": ({"severity": "Dreadful"}, ("Severity",)),
	"a negative value": (
		{"remedies": [{"remedy_type": "Refund", "value": -5}]},
		("Value",),
	),
	"a bad e-mail address": (
		{"parties": [{"full_name": "X", "email": "maria at home"}]},
		("E-mail", "maria"),
	),
	"a bad phone number": ({"parties": [{"full_name": "X", "phone": "call me"}]}, ("Phone", "call me")),
	"one bad party of two": (
		{"parties": [{"full_name": "Good", "email": "good@example.org"}, {"role": "Nobody"}]},
		("Role",),
	),
	"parties that are no list": ({"parties": "Maria"}, ("Parties",)),
	"a later stage": ({"status": "Closed"}, ("starts as",)),
}


@pytest.mark.parametrize(("values", "expected"), BAD_COMPLAINTS.values(), ids=BAD_COMPLAINTS)
def test_a_complaint_is_refused_whole(http, values, expected):
	session, before = http(user_of("intake")), rows()
	assert_refused(session.post(CASES, json=complaint(**values)), *expected, status=(417, 409, 403))
	assert rows() == before


BAD_PARTIES = {
	"heard tomorrow": (
		{"details_given_on": "2026-01-05 10:00:00", "heard_on": f"{FUTURE} 09:00:00"},
		("Heard on",),
	),
	"heard before the details": (
		{"details_given_on": "2026-01-05 10:00:00", "heard_on": "2026-01-05 09:00:00"},
		("Heard on", "details"),
	),
	"acting for itself in another case": (
		{"role": "Representative", "acts_for": "no-such-party"},
		("Acts for",),
	),
	"linked to a record that is not there": (
		{"linked_doctype": "User", "linked_name": "nobody@nowhere.example"},
		("nobody@nowhere.example",),
	),
}


@pytest.mark.parametrize(("values", "expected"), BAD_PARTIES.values(), ids=BAD_PARTIES)
def test_a_party_is_refused_whole(http, values, expected):
	case = register(http)
	before = rows()
	sent = {"complaint": case, "role": "Person complained about", "full_name": "A Clerk", **values}
	assert_refused(http(user_of("intake")).post(PARTIES, json=sent), *expected, status=(417, 404))
	assert rows() == before


@pytest.mark.parametrize(
	"text", ["😀 Ärger mit dem Paket 包裹", "شکایت من درباره بسته است", "Ünïcödé 'quotes' \"and\" \\ more"]
)
def test_words_in_every_script_are_kept_exactly(http, text):
	case = register(http, description=text, product_or_service=text[:100])
	assert (stored(case, "description"), stored(case, "product_or_service")) == (text, text[:100])


def test_markup_in_any_text_is_shown_as_text_in_print(http):
	case = register(
		http,
		description=SCRIPT,
		product_or_service=SCRIPT[:100],
		remedy_sought=SCRIPT,
		allegations=[{"allegation": SCRIPT}],
		parties=[{"full_name": SCRIPT[:100], "address": SCRIPT}],
	)
	page = http(user_of("handler")).get(f"/printview?doctype=Complaint&name={case}&format=Standard")
	assert page.ok and case in page.text
	for active in ("<script>alert", "onerror"):
		around = [page.text[at.start() - 80 : at.end() + 80] for at in re.finditer(active, page.text)]
		assert not around, around


FORBIDDEN = {
	"a program": ("tool.exe", b"MZ\x90\x00"),
	"a web page": ("page.html", b"<html><script>alert(1)</script></html>"),
	"a drawing with code": ("drawing.svg", b"<svg xmlns='http://www.w3.org/2000/svg'><script/></svg>"),
	"a script": ("code.js", b"alert(1)"),
	"no ending": ("README", b"text"),
}


@pytest.mark.parametrize(("name", "content"), FORBIDDEN.values(), ids=FORBIDDEN)
def test_an_attachment_of_a_forbidden_kind_is_refused(http, name, content):
	case = register(http)
	before = rows()
	sent = {
		"doctype": "File",
		"file_name": name,
		"attached_to_doctype": "Complaint",
		"attached_to_name": case,
		"content": base64.b64encode(content).decode(),
		"decode": True,
	}
	assert_refused(http(user_of("intake")).post("/api/resource/File", json=sent), "not accepted")
	answer = http(user_of("intake")).post(
		"/api/method/upload_file",
		data={"doctype": "Complaint", "docname": case},
		files={"file": (name, content)},
	)
	assert not answer.ok, words(answer)
	assert rows() == before


def test_an_attachment_is_private_whatever_the_client_says(http):
	case = register(http)
	answer = http(user_of("intake")).post(
		"/api/method/upload_file",
		data={"doctype": "Complaint", "docname": case, "is_private": 0},
		files={"file": ("letter.txt", b"Dear Sir or Madam")},
	)
	assert answer.ok, words(answer)
	frappe.db.rollback()
	file = frappe.get_doc("File", answer.json()["message"]["name"])
	assert file.is_private and file.file_url.startswith("/private/")
	assert http().get(file.file_url).status_code in (403, 404)


def test_of_two_who_move_a_case_at_once_one_wins_and_the_other_is_told(http):
	from concurrent.futures import ThreadPoolExecutor

	case = register(http)
	sessions = [http(user_of("intake")), http(user_of("handler"))]
	body = {
		"complaint": case,
		"action": "Acknowledge",
		"seen_stage": "Received",
		"values": needs("Acknowledge", acknowledged_by=None),
	}
	for session in sessions:
		session.call("frappe.auth.get_logged_user", http="GET")
	with ThreadPoolExecutor(2) as pool:
		answers = list(
			pool.map(lambda one: one.post("/api/method/iso10002.handling.moves.move", json=body), sessions)
		)
	assert sorted(answer.ok for answer in answers) == [False, True], [words(answer) for answer in answers]
	assert stored(case) == "Acknowledged"
	assert frappe.db.count("Complaint Event", {"complaint": case, "event": "Acknowledged"}) == 1


def test_a_stage_is_not_jumped(http):
	case = register(http)
	before = rows()
	assert_refused(step(http, user_of("handler"), case, "Close"))
	assert_refused(http(user_of("handler")).put(f"{CASES}/{case}", json={"status": "Closed"}))
	assert rows() == before and stored(case) == "Received"


def test_an_event_is_not_sent_in(http):
	case = register(http)
	sent = {"complaint": case, "event": "Closed", "occurred_on": now(), "user": "Administrator"}
	for user in (user_of("handler"), "Administrator"):
		assert_refused(http(user).post(EVENTS, json=sent))


@pytest.mark.parametrize("filters", ["x", {"field": ["handler"]}, {"field": {"a": 1}, "complaint": 1}])
@pytest.mark.parametrize("search", ["officers", "parties"])
def test_odd_questions_for_officers_and_parties_find_nobody(http, search, filters):
	asked = {"doctype": "User", "txt": "", "searchfield": "name", "start": -5, "page_len": -5}
	answer = http(user_of("handler")).post(
		f"/api/method/iso10002.handling.search.{search}", json={**asked, "filters": filters}
	)
	if filters == "x":
		assert_refused(answer, "filters", status=417)
	else:
		assert answer.ok and not answer.json().get("message"), words(answer)


# Questions that are none


ANSWERS = "iso10002.confidentiality.guards.answers"
DAYS = {"start": "2026-01-01", "end": "2026-12-31"}


@pytest.mark.parametrize(
	("function", "asked"),
	[
		("iso10002.handling.work.deadlines", {"start": "x", "end": "y"}),
		("iso10002.handling.work.deadlines", {**DAYS, "filters": "x"}),
		("iso10002.handling.work.deadlines", {**DAYS, "filters": '["x"]'}),
		("iso10002.handling.work.deadlines", {**DAYS, "filters": '[["Complaint", "nofield", "=", 1]]'}),
		("iso10002.handling.work.deadlines", {**DAYS, "filters": '[["Nothing", "name", "=", 1]]'}),
		("iso10002.handling.work.deadlines", {**DAYS, "filters": '[[{"a": 1}, [], "=", 1]]'}),
		("iso10002.analytics.register_paper.download", {"filters": "{"}),
		("iso10002.analytics.register_paper.download", {"filters": "[1]"}),
		(f"{ANSWERS}.get_count", {"doctype": "Complaint", "filters": "x"}),
		(f"{ANSWERS}.get_count", {"doctype": "Complaint", "filters": '{"nofield": 1}'}),
		(f"{ANSWERS}.get_count", {"doctype": "ToDo", "filters": "x"}),
		("frappe.client.get_count", {"doctype": "Complaint", "filters": '["1 = 1"]'}),
		(
			f"{ANSWERS}.get_group_by_count",
			{"doctype": "Complaint", "current_filters": "x", "field": "assigned_to"},
		),
		(
			f"{ANSWERS}.get_workflow_state_count",
			{"doctype": "Complaint", "workflow_state_field": "nofield", "states": "[]"},
		),
		(
			f"{ANSWERS}.get_workflow_state_count",
			{"doctype": "Complaint", "workflow_state_field": "status", "states": "x"},
		),
	],
)
def test_a_question_that_is_none_is_refused_in_words(http, function, asked):
	answer = http(user_of("manager")).post(f"/api/method/{function}", json=asked)
	assert answer.status_code == 417, f"{answer.status_code} {words(answer)}"
	assert words(answer).strip()
