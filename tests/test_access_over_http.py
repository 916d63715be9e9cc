"""The rules over HTTP, as the weakest user who can reach the endpoint: no road writes past them or shows what is hidden."""

from __future__ import annotations

import json

import frappe
import pytest
from factories import ENTRY, make_party, make_user, take, unique, user_of
from over_http import (
	CASES,
	EVENTS,
	MOVE,
	PARTIES,
	assert_refused,
	change,
	complaint,
	needs,
	register,
	rows,
	stored,
	system_manager,
	user_without_a_role,
	words,
)

from iso10002 import roles
from iso10002.handling import stages as stage
from iso10002.handling.moves import SERVER_FIELDS

RESOURCE = "/api/resource"
RPC = "/api/method"
BOOKKEEPING = {"modified", "modified_by", "_user_tags", "_comments", "_assign", "_liked_by", "_seen"}


@pytest.fixture(scope="module")
def untouched(site) -> dict:
	"""The last case made for `case`, and what it held."""
	return {}


@pytest.fixture
def case(http, untouched) -> str:
	"""An assessed case with a complainant, a point and a remedy; the last one again if nothing has changed it."""
	if untouched and snapshot(untouched["case"]) == untouched["before"]:
		return untouched["case"]
	name = register(http)
	take(name, "Acknowledge")
	take(name, "Assess")
	doc = frappe.get_doc("Complaint", name)
	doc.append("remedies", {"remedy_type": "Refund", "progress": "Requested"})
	doc.save()
	frappe.db.commit()
	untouched.update(case=name, before=snapshot(name))
	return name


def snapshot(case: str) -> dict:
	"""Return everything the database holds of a case."""
	frappe.db.rollback()

	def rows_of(doctype: str, field: str) -> list[dict]:
		found = frappe.get_all(doctype, filters={field: case}, fields=["*"], order_by="name")
		return [{key: value for key, value in row.items() if key not in BOOKKEEPING} for row in found]

	return {
		doctype: rows_of(doctype, field)
		for doctype, field in (
			("Complaint", "name"),
			("Complaint Allegation", "parent"),
			("Complaint Remedy", "parent"),
			("Complaint Party", "complaint"),
			("Complaint Event", "complaint"),
		)
	}


def whole(http, user: str, doctype: str, name: str) -> dict:
	"""Return a document as the form holds it."""
	return http(user).call("frappe.client.get", http="GET", doctype=doctype, name=name)


# Roads that save fields of a document.


def put(http, user, doctype, name, **values):
	return http(user).put(f"{RESOURCE}/{doctype}/{name}", json=values)


def set_value(http, user, doctype, name, **values):
	body = {"doctype": doctype, "name": name, "fieldname": values}
	return http(user).post(f"{RPC}/frappe.client.set_value", json=body)


def client_save(http, user, doctype, name, **values):
	body = {"doc": {**whole(http, user, doctype, name), **values}}
	return http(user).post(f"{RPC}/frappe.client.save", json=body)


def savedocs(http, user, doctype, name, **values):
	doc = {**whole(http, user, doctype, name), **values}
	return http(user).post(
		f"{RPC}/frappe.desk.form.save.savedocs", data={"doc": json.dumps(doc), "action": "Save"}
	)


def client_bulk_update(http, user, doctype, name, **values):
	docs = json.dumps([{"doctype": doctype, "docname": name, **values}])
	return http(user).post(f"{RPC}/frappe.client.bulk_update", json={"docs": docs})


def desk_bulk_update(http, user, doctype, name, **values):
	body = {
		"doctype": doctype,
		"docnames": json.dumps([name]),
		"action": "update",
		"data": json.dumps(values),
	}
	method = "frappe.desk.doctype.bulk_update.bulk_update.submit_cancel_or_update_docs"
	return http(user).post(f"{RPC}/{method}", json=body)


def calendar_update(http, user, doctype, name, **values):
	args = {"doctype": doctype, "name": name, **values}
	fields = [field for field in values if field != "flags"]
	field_map = {"start": fields[0], "end": fields[-1]}
	body = {"args": json.dumps(args), "field_map": json.dumps(field_map)}
	return http(user).post(f"{RPC}/frappe.desk.calendar.update_event", json=body)


ROADS = (put, set_value, client_save, savedocs, client_bulk_update, desk_bulk_update, calendar_update)


PAST_THE_RULES = (
	({"status": "Closed"}, "Stage"),
	({"workflow_state": "Closed"}, "Closed"),
	({"status": "Closed", "workflow_state": "Closed"}, "Closed"),
	({"status": "Nonsense"}, ""),
	({"description": "I never said that."}, "Correct"),
	({"received_on": "2020-01-01 00:00:00"}, "Correct"),
	({"closed_by": "Administrator"}, "kept by the system"),
	({"flags": {"correcting": True}, "description": "I never said that."}, "Correct"),
	({"ignore_permissions": True, "ignore_validate": True, "status": "Closed"}, "Stage"),
)


@pytest.mark.parametrize("road", ROADS)
def test_no_road_writes_past_the_rules(http, case, road):
	before = snapshot(case)
	for values, said in PAST_THE_RULES:
		answer = road(http, user_of("handler"), "Complaint", case, **values)
		if road in (client_bulk_update, desk_bulk_update):  # they answer with a list of what failed
			assert answer.status_code < 500, words(answer)
		else:
			assert_refused(answer, said)
		assert snapshot(case) == before, values


def test_a_field_the_system_keeps_is_not_written(http, case):
	before, count = snapshot(case), rows()
	for field in SERVER_FIELDS:
		df = frappe.get_meta("Complaint").get_field(field)
		value = {"Datetime": "2020-01-01 00:00:00", "Int": 7, "Link": "Administrator"}.get(df.fieldtype, "x")
		answer = change(http, user_of("handler"), case, **{field: value})
		assert_refused(answer, df.label, "kept by the system")
		answer = http(user_of("intake")).post(CASES, json=complaint(**{field: value}))
		assert_refused(answer, df.label, "kept by the system")
	assert snapshot(case) == before
	assert rows() == count


@pytest.mark.parametrize("user", ["handler", "manager", "admin"])
@pytest.mark.parametrize(
	"field", ["description", "received_on", "acknowledged_on", "acknowledgement_channel"]
)
def test_what_was_recorded_stands(http, case, user, field):
	who = "Administrator" if user == "admin" else user_of(user)
	before = snapshot(case)
	value = (
		"2020-01-01 00:00:00" if field.endswith("_on") else "Phone" if "channel" in field else "Other words"
	)
	answer = change(http, who, case, **{field: value})
	assert_refused(answer, frappe.get_meta("Complaint").get_label(field), "Correct", status=417)
	assert snapshot(case) == before


# A new complaint starts at its beginning


@pytest.mark.parametrize(
	"tricks",
	[
		{"status": "Closed"},
		{"docstatus": 1},
		{"docstatus": 2},
		{"naming_series": "HACK-.#####"},
		{"stages_passed": '["Closed"]'},
	],
	ids=lambda given: next(iter(given)),
)
@pytest.mark.parametrize("user", ["intake", "admin"])
def test_a_new_complaint_is_not_registered_in_a_later_stage(http, tricks, user):
	who = "Administrator" if user == "admin" else user_of(user)
	count = rows()
	series = frappe.db.sql("select name, current from tabSeries")
	assert_refused(http(who).post(CASES, json=complaint(**tricks)))
	assert rows() == count
	assert frappe.db.sql("select name, current from tabSeries") == series


@pytest.mark.parametrize(
	"tricks",
	[
		{"name": "CMP-1999-00001"},
		{"__newname": "CMP-1999-00001"},
		{"workflow_state": "Closed"},
		{
			"flags": {
				"ignore_validate": True,
				"ignore_permissions": True,
				"in_insert": True,
				"correcting": True,
			}
		},
		{"ignore_permissions": 1, "ignore_validate": 1, "ignore_mandatory": 1},
		{"owner": "Administrator", "creation": "2001-01-01 00:00:00", "modified_by": "Administrator"},
		{"__islocal": 0, "__unsaved": 0},
		{"_doc_before_save": {"status": "Closed"}},
	],
	ids=lambda given: next(iter(given)),
)
@pytest.mark.parametrize("road", ["resource", "insert", "insert_many", "savedocs"])
def test_tricks_in_what_is_sent_change_nothing_of_a_new_complaint(http, tricks, road):
	doc = {"doctype": "Complaint", **complaint(), **tricks}
	session = http(user_of("intake"))
	before = frappe.db.get_value("Complaint", {}, "name", order_by="name desc")
	if road == "resource":
		answer = session.post(CASES, json=doc)
	elif road == "insert":
		answer = session.post(f"{RPC}/frappe.client.insert", json={"doc": doc})
	elif road == "insert_many":
		answer = session.post(f"{RPC}/frappe.client.insert_many", json={"docs": json.dumps([doc])})
	else:
		new = {"name": "new-complaint-x", "__islocal": 1, **doc}
		answer = session.post(
			f"{RPC}/frappe.desk.form.save.savedocs", data={"doc": json.dumps(new), "action": "Save"}
		)
	frappe.db.rollback()
	assert not frappe.db.exists("Complaint", "CMP-1999-00001")
	if "__islocal" in tricks and road == "savedocs":  # no new document then, and an old one there is not
		assert_refused(answer)
		return
	assert answer.ok, words(answer)
	found = frappe.get_all("Complaint", {"name": (">", before)}, ["*"], order_by="name")
	assert len(found) == 1
	row = found[0]
	assert (row.status, row.workflow_state, row.docstatus) == (stage.RECEIVED, stage.RECEIVED, 0)
	assert row.name.startswith(f"CMP-{frappe.utils.nowdate()[:4]}-")
	assert row.owner == row.received_by == user_of("intake")
	assert row.creation.date() == frappe.utils.getdate()
	assert frappe.db.count("Complaint Event", {"complaint": row.name}) == 2  # received, party added


METHODS = (
	"validate",
	"before_insert",
	"before_save",
	"after_insert",
	"on_update",
	"on_change",
	"validate_officers",
	"validate_points",
	"record_changes",
	"get_doc_before_save",
	"check_permission",
	"has_permission",
	"run_method",
	"meta",
	"doctype",
)


@pytest.mark.parametrize("value", [None, 0, "x", {}], ids=repr)
def test_a_method_cannot_be_switched_off_by_a_field_of_its_name(http, case, value):
	before, count = snapshot(case), rows()
	for method in METHODS:
		answer = change(
			http, user_of("handler"), case, **{method: value, "description": "I never said that."}
		)
		assert not answer.ok, method
		answer = http(user_of("intake")).post(CASES, json=complaint(**{method: value, "status": "Closed"}))
		assert not answer.ok, method
	assert snapshot(case) == before
	assert rows() == count


def test_a_case_sent_as_new_becomes_a_case_of_its_own_or_nothing(http, case):
	before = snapshot(case)
	for tricks in ({"__islocal": 1}, {"__islocal": 1, "status": "Received", "stages_passed": None}):
		answer = change(http, user_of("handler"), case, **tricks)
		assert answer.status_code < 500, words(answer)
	assert snapshot(case) == before


def test_a_case_is_not_written_over_with_another_one(http, case):
	other = register(http, description="Another matter altogether.")
	before, before_other = snapshot(case), snapshot(other)
	modified = str(stored(other, "modified"))
	answer = change(http, user_of("handler"), case, name=other, modified=modified)
	assert_refused(answer)
	assert (snapshot(case), snapshot(other)) == (before, before_other)


# Moving a case


def test_a_stage_is_not_jumped_by_frappes_own_workflow_endpoints(http, case):
	before = snapshot(case)
	doc = whole(http, user_of("handler"), "Complaint", case)
	for sent in (doc, {**doc, "workflow_state": "Decision Communicated", "status": "Decision Communicated"}):
		for action in ("Close", "Propose Decision", "Acknowledge", "Nonsense"):
			answer = http(user_of("handler")).post(
				f"{RPC}/frappe.model.workflow.apply_workflow",
				json={"doc": json.dumps(sent), "action": action},
			)
			assert_refused(answer)
	answer = http(user_of("handler")).post(
		f"{RPC}/frappe.model.workflow.bulk_workflow_approval",
		json={"docnames": json.dumps([case]), "doctype": "Complaint", "action": "Close"},
	)
	assert answer.status_code < 500, answer.text
	assert snapshot(case) == before


def test_frappes_own_workflow_action_takes_a_step_only_with_what_it_asks_for(http):
	case = register(http)
	doc = whole(http, user_of("handler"), "Complaint", case)
	apply = {"doc": json.dumps(doc), "action": "Acknowledge"}
	session = http(user_of("handler"))
	assert_refused(
		session.post(f"{RPC}/frappe.model.workflow.apply_workflow", json=apply), "Enter when the complaint"
	)
	assert stored(case) == stage.RECEIVED
	assert change(http, user_of("handler"), case, **needs("Acknowledge")).ok
	answer = session.post(f"{RPC}/frappe.model.workflow.apply_workflow", json=apply)
	assert answer.ok, words(answer)
	assert stored(case) == stage.ACKNOWLEDGED
	assert frappe.db.count("Complaint Event", {"complaint": case, "event": "Acknowledged"}) == 1


@pytest.mark.parametrize(
	"target", [name for name in ENTRY if name not in (stage.ASSESSED, stage.INVESTIGATING)]
)
def test_a_stage_jumped_over_http_is_refused(http, case, target):
	before = snapshot(case)
	state = frappe.db.get_value(
		"Workflow Document State", {"update_value": target, "parenttype": "Workflow"}, "state"
	)
	assert_refused(change(http, user_of("manager"), case, status=target))
	assert_refused(change(http, user_of("manager"), case, workflow_state=state))
	assert_refused(change(http, "Administrator", case, status=target, workflow_state=state))
	assert snapshot(case) == before


@pytest.mark.parametrize(
	"values",
	[
		[],
		["status"],
		"x",
		7,
		"[]",
		'"x"',
		'{"status": "Closed"}',
		{"status": "Closed"},
		{"closed_by": "x"},
		"{",
	],
	ids=repr,
)
def test_a_step_takes_only_the_fields_it_asks_for(http, case, values):
	before = snapshot(case)
	body = {"complaint": case, "action": "Investigate", "values": values}
	assert_refused(http(user_of("handler")).post(MOVE, json=body))
	assert snapshot(case) == before


@pytest.mark.parametrize(
	"complaint_sent", [None, "", "CMP-0000-99999", {"status": "Assessed"}, ["x"], 7], ids=repr
)
def test_a_step_needs_the_reference_of_a_case(http, complaint_sent):
	body = {"complaint": complaint_sent, "action": "Investigate", "values": needs("Investigate")}
	assert_refused(http(user_of("handler")).post(MOVE, json=body))


def test_a_step_is_not_taken_by_a_get_request(http, case):
	arguments = {"complaint": case, "action": "Investigate"}
	answer = http(user_of("handler")).get(MOVE, params=arguments)
	assert answer.status_code in (403, 405, 417)
	assert stored(case) == stage.ASSESSED


# Events, deletion, renaming


POWERFUL = ("handler", "manager", "privacy", "admin", "Administrator")


def named(kind: str) -> str:
	if kind == "Administrator":
		return kind
	return system_manager() if kind == "admin" else user_of(kind)


@pytest.mark.parametrize("kind", POWERFUL)
def test_nobody_writes_changes_or_deletes_an_event(http, case, kind):
	user, before = named(kind), snapshot(case)
	event = before["Complaint Event"][0]["name"]
	at = f"{EVENTS}/{event}"
	new = {"complaint": case, "event": "Contact", "remark": "x", "user": user, "occurred_on": "2026-01-01"}
	tricked = {**new, "flags": {"appended_by_handling": True, "ignore_permissions": True}}
	doc = {"doctype": "Complaint Event", **tricked}
	session = http(user)
	for answer in (
		session.post(EVENTS, json=new),
		session.post(EVENTS, json=tricked),
		session.post(f"{RPC}/frappe.client.insert", json={"doc": doc}),
		session.post(f"{RPC}/frappe.client.insert_many", json={"docs": json.dumps([doc])}),
		session.put(at, json={"remark": "x"}),
		session.put(at, json={"remark": "x", "flags": tricked["flags"]}),
		session.put(at, json={"__islocal": 1, "remark": "x"}),
		session.delete(at),
		set_value(http, user, "Complaint Event", event, remark="x"),
		session.post(f"{RPC}/frappe.client.delete", json={"doctype": "Complaint Event", "name": event}),
		session.post(
			f"{RPC}/frappe.client.rename_doc",
			json={"doctype": "Complaint Event", "old_name": event, "new_name": "x"},
		),
	):
		assert_refused(answer)
	session.post(
		f"{RPC}/frappe.desk.reportview.delete_items",
		json={"doctype": "Complaint Event", "items": json.dumps([event])},
	)
	client_bulk_update(http, user, "Complaint Event", event, remark="x")
	desk_bulk_update(http, user, "Complaint Event", event, remark="x")
	assert snapshot(case) == before


@pytest.mark.parametrize("kind", POWERFUL)
def test_nobody_deletes_renames_submits_or_cancels_a_complaint(http, case, kind):
	user, before = named(kind), snapshot(case)
	session = http(user)
	rename = {"doctype": "Complaint", "old_name": case, "new_name": "CMP-1999-00001"}
	for answer in (
		session.delete(f"{CASES}/{case}"),
		session.post(f"{RPC}/frappe.client.delete", json={"doctype": "Complaint", "name": case}),
		session.post(f"{RPC}/frappe.client.rename_doc", json=rename),
		session.post(f"{RPC}/frappe.client.rename_doc", json={**rename, "merge": 1}),
		session.post(
			f"{RPC}/frappe.model.rename_doc.update_document_title",
			json={"doctype": "Complaint", "docname": case, "name": "CMP-1999-00001"},
		),
		session.post(f"{RPC}/frappe.client.cancel", json={"doctype": "Complaint", "name": case}),
		session.post(
			f"{RPC}/frappe.desk.form.save.cancel",
			json={
				"doctype": "Complaint",
				"name": case,
				"workflow_state_fieldname": "workflow_state",
				"workflow_state": "Closed",
			},
		),
		session.put(f"{CASES}/{case}", json={"docstatus": 1}),
		session.put(f"{CASES}/{case}", json={"docstatus": 2}),
	):
		assert_refused(answer)
	session.post(
		f"{RPC}/frappe.desk.reportview.delete_items",
		json={"doctype": "Complaint", "items": json.dumps([case])},
	)
	assert snapshot(case) == before
	assert not frappe.db.exists("Complaint", "CMP-1999-00001")


# Rows of a case written on their own


@pytest.mark.parametrize("kind", ["handler", "manager", "Administrator"])
def test_points_and_remedies_are_written_only_with_their_case(http, case, kind):
	user, before = named(kind), snapshot(case)
	session = http(user)
	at_case = {"parent": case, "parenttype": "Complaint"}
	point = {"allegation": "Made up", **at_case, "parentfield": "allegations"}
	paid = {
		"remedy_type": "Refund",
		"progress": "Verified",
		"value": 1e6,
		**at_case,
		"parentfield": "remedies",
	}
	point_name = before["Complaint Allegation"][0]["name"]
	remedy_name = before["Complaint Remedy"][0]["name"]
	for answer in (
		session.post(f"{RESOURCE}/Complaint Allegation", json=point),
		session.post(f"{RESOURCE}/Complaint Remedy", json=paid),
		session.put(f"{RESOURCE}/Complaint Allegation/{point_name}", json={"allegation": "Never said"}),
		session.put(f"{RESOURCE}/Complaint Remedy/{remedy_name}", json={"progress": "Verified"}),
		session.put(f"{RESOURCE}/Complaint Remedy/{remedy_name}", json={"authorised_by": user}),
		session.delete(f"{RESOURCE}/Complaint Allegation/{point_name}"),
		session.delete(f"{RESOURCE}/Complaint Remedy/{remedy_name}"),
		session.post(
			f"{RPC}/frappe.client.delete", json={"doctype": "Complaint Allegation", "name": point_name}
		),
		set_value(http, user, "Complaint Remedy", remedy_name, progress="Verified"),
		set_value(http, user, "Complaint Allegation", point_name, allegation="Never said"),
	):
		assert_refused(answer)
	assert snapshot(case) == before


def test_a_point_inserted_for_a_case_goes_through_the_case(http, case):
	doc = {
		"doctype": "Complaint Remedy",
		"remedy_type": "Refund",
		"progress": "Verified",
		"parent": case,
		"parenttype": "Complaint",
		"parentfield": "remedies",
	}
	before = snapshot(case)
	assert_refused(
		http(user_of("handler")).post(f"{RPC}/frappe.client.insert", json={"doc": doc}),
		"enter when it was performed",
	)
	assert snapshot(case) == before


# Reading what is hidden


@pytest.fixture(scope="module")
def secret(site) -> dict:
	"""What the hidden case is made of; filled by `hidden`."""
	return {}


@pytest.fixture
def hidden(http, secret) -> dict:
	"""An assessed case full of one rare word, about a handler named as user and another one by e-mail address."""
	if secret:
		return secret
	word = unique("zebra")
	linked, addressed = (make_user(roles.HANDLER, email=f"{unique('about')}@example.com") for _ in range(2))
	case = register(
		http,
		user_of("intake"),
		description=f"The {word} bit me.",
		product_or_service=word,
		allegations=[{"allegation": f"Bitten by a {word}"}],
		parties=[{"full_name": word, "email": f"{word}@example.org"}],
	)
	about = {"role": "Person complained about", "full_name": word}
	make_party(case, **about, email=None, linked_doctype="User", linked_name=linked.name)
	make_party(case, **about, email=addressed.name.upper())
	doc = frappe.get_doc("Complaint", case)
	doc.allegations[0].category = "Discourtesy"
	doc.append("remedies", {"remedy_type": "Apology", "details": word})
	doc.save()
	take(case, "Acknowledge", acknowledgement_note=word)
	take(case, "Assess", as_user=user_of("handler"))
	file = frappe.get_doc(
		{
			"doctype": "File",
			"file_name": f"{word}.txt",
			"content": f"A picture of the {word}",
			"attached_to_doctype": "Complaint",
			"attached_to_name": case,
		}
	).insert()
	frappe.db.commit()
	secret.update(
		word=word,
		case=case,
		party=frappe.db.get_value("Complaint Party", {"complaint": case}),
		event=frappe.db.get_value("Complaint Event", {"complaint": case, "event": "Acknowledged"}),
		point=doc.allegations[0].name,
		remedy=doc.remedies[0].name,
		file=file.name,
		url=file.file_url,
		linked=linked.name,
		addressed=addressed.name,
	)
	return secret


def reader_of(kind: str, hidden: dict) -> str:
	"""Return a user who must not see the hidden case."""
	return {
		"another intake": lambda: make_user(roles.INTAKE, email="test-intake-2@example.com").name,
		"its intake, after assessment": lambda: user_of("intake"),
		"executive": lambda: user_of("executive"),
		"person complained about, as a user": lambda: hidden["linked"],
		"person complained about, by address": lambda: hidden["addressed"],
		"nobody": user_without_a_role,
		"System Manager": system_manager,
		"Guest": lambda: "Guest",
	}[kind]()


READERS = (
	"another intake",
	"its intake, after assessment",
	"executive",
	"person complained about, as a user",
	"person complained about, by address",
	"nobody",
	"System Manager",
	"Guest",
)

NAMED = (
	("Complaint", "case"),
	("Complaint Party", "party"),
	("Complaint Event", "event"),
	("Complaint Allegation", "point"),
	("Complaint Remedy", "remedy"),
)


def assert_hidden(answer, hidden: dict, *more: str, status: tuple[int, ...] | None = None) -> None:
	said = f"{answer.request.url}\n{answer.request.body}\n{answer.status_code}\n{answer.text[:3000]}"
	assert answer.status_code < 500, said
	# what the reader sent himself may come back
	shown = answer.text.replace(str(answer.request.url), "")
	for word in (hidden["word"], *more):
		assert word not in shown, said
	if status:
		assert answer.status_code in status, said


def test_the_hidden_case_is_seen_by_those_who_may(http, hidden):
	for kind in ("handler", "investigator", "reviewer", "approver", "manager", "privacy"):
		session = http(user_of(kind))
		for doctype, key in NAMED[:3]:
			answer = session.get(f"{RESOURCE}/{doctype}/{hidden[key]}")
			assert answer.ok and hidden["word"] in answer.text, (kind, doctype, words(answer))
			answer = session.get(f"{RESOURCE}/{doctype}?limit_page_length=0")
			assert hidden[key] in answer.text, (kind, doctype)
		assert hidden["word"] in session.get(hidden["url"]).text


@pytest.mark.parametrize("kind", READERS)
def test_what_is_hidden_is_not_opened_by_its_name(http, hidden, kind):
	session = http(reader_of(kind, hidden))
	for doctype, key in NAMED:
		name = hidden[key]
		of = {"doctype": doctype, "name": name}
		for answer in (
			session.get(f"{RESOURCE}/{doctype}/{name}"),
			session.get(f"{RESOURCE}/{doctype}/{name}?expand_links=1"),
			session.get(f"{RPC}/frappe.client.get", params=of),
			session.get(f"{RPC}/frappe.desk.form.load.getdoc", params=of),
			session.get(f"{RPC}/frappe.desk.form.load.get_docinfo", params=of),
			session.get("/printview", params=of),
			session.get(
				f"{RPC}/frappe.www.printview.get_html_and_style", params={"doc": doctype, "name": name}
			),
			session.put(f"{RESOURCE}/{doctype}/{name}", json={"description": "x", "full_name": "x"}),
			session.delete(f"{RESOURCE}/{doctype}/{name}"),
		):
			assert_hidden(answer, hidden, status=(401, 403, 404, 417))
		for answer in (
			session.get(
				f"{RPC}/frappe.client.get_value",
				params={"doctype": doctype, "fieldname": "*", "filters": name},
			),
			session.get(
				f"{RPC}/frappe.client.get_value",
				params={
					"doctype": doctype,
					"fieldname": '["name", "owner"]',
					"filters": name,
					"parent": "Complaint",
				},
			),
			session.get(
				f"{RPC}/frappe.desk.link_preview.get_preview_data",
				params={"doctype": doctype, "docname": name},
			),
		):
			assert_hidden(answer, hidden)
	for answer in (session.get(hidden["url"]), session.get(f"{RESOURCE}/File/{hidden['file']}")):
		assert_hidden(answer, hidden, status=(401, 403, 404))


@pytest.mark.parametrize("kind", READERS)
def test_what_is_hidden_is_in_no_list_and_no_count(http, hidden, kind):
	session = http(reader_of(kind, hidden))
	fields = {
		"Complaint": ["name", "description", "product_or_service"],
		"Complaint Party": [
			"name",
			"full_name",
			"email",
			"complaint",
			"`tabComplaint Party`.`full_name` as x",
		],
		"Complaint Event": ["name", "remark", "details", "complaint"],
		"Complaint Allegation": ["name", "allegation", "parent"],
		"Complaint Remedy": ["name", "details", "parent"],
	}
	for doctype, key in NAMED:
		wanted = json.dumps(fields[doctype])
		only = json.dumps([[doctype, "name", "=", hidden[key]]])
		listed = {"fields": wanted, "limit_page_length": 0}
		parent = {"parent": "Complaint"} if key in ("point", "remedy") else {}
		sets = [listed, {**listed, "filters": only}]
		if parent:
			sets += [{**arguments, **parent} for arguments in sets]
		for arguments in sets:
			report = {key: value for key, value in arguments.items() if key != "parent"}
			report |= {"doctype": doctype, "page_length": 10000, "parent_doctype": "Complaint"}
			for answer in (
				session.get(f"{RESOURCE}/{doctype}", params=arguments),
				session.get(f"{RPC}/frappe.client.get_list", params={"doctype": doctype, **arguments}),
				session.post(f"{RPC}/frappe.desk.reportview.get", data=report),
				session.post(f"{RPC}/frappe.desk.reportview.get_list", data=report),
			):
				sent = () if "filters" in arguments else (hidden[key],)
				assert_hidden(answer, hidden, *sent)
				if "filters" in arguments and answer.ok:
					assert hidden[key] not in answer.text
		for counting in ("frappe.desk.reportview.get_count", "frappe.client.get_count"):
			answer = session.get(f"{RPC}/{counting}", params={"doctype": doctype, "filters": only, **parent})
			assert not answer.ok or not answer.json().get("message"), (counting, doctype, answer.text)
		answer = session.post(
			f"{RPC}/frappe.desk.reportview.export_query",
			data={"doctype": doctype, "fields": wanted, "file_format_type": "CSV", "title": doctype},
		)
		assert_hidden(answer, hidden, hidden[key])


@pytest.mark.parametrize("kind", READERS)
def test_nothing_is_done_to_a_hidden_case(http, hidden, kind):
	session, before = http(reader_of(kind, hidden)), snapshot(hidden["case"])
	case = hidden["case"]
	comments = frappe.db.count("Comment", {"reference_name": case})
	for answer in (
		session.post(MOVE, json={"complaint": case, "action": "Investigate", "values": needs("Investigate")}),
		session.post(
			f"{RPC}/iso10002.handling.corrections.correct",
			json={"complaint": case, "field": "channel", "value": "Letter", "reason": "x"},
		),
		session.post(
			f"{RPC}/iso10002.handling.contacts.record_contact",
			json={"complaint": case, "channel": "Letter", "remark": "x"},
		),
		session.post(PARTIES, json={"complaint": case, "role": "Witness", "full_name": "x"}),
		session.post(
			f"{RPC}/upload_file",
			files={"file": ("x.txt", b"x")},
			data={"doctype": "Complaint", "docname": case, "is_private": 1},
		),
		session.post(
			f"{RESOURCE}/File",
			json={
				"file_name": "x.txt",
				"content": "x",
				"attached_to_doctype": "Complaint",
				"attached_to_name": case,
			},
		),
		session.post(
			f"{RPC}/frappe.desk.form.utils.add_comment",
			json={
				"reference_doctype": "Complaint",
				"reference_name": case,
				"content": "x",
				"comment_email": "x@example.com",
				"comment_by": "x",
			},
		),
	):
		assert_hidden(answer, hidden, status=(401, 403, 404, 417))
	assert snapshot(case) == before
	assert not frappe.db.exists("File", {"attached_to_name": case, "file_name": "x.txt"})
	assert frappe.db.count("Comment", {"reference_name": case}) == comments


# What leads from a case one may see to one that is hidden


LINKS = ("previous_complaint", "about_handling_of", "duplicate_of")


@pytest.mark.parametrize("kind", ["another intake", "person complained about, as a user"])
def test_a_case_of_ones_own_does_not_open_another_one(http, hidden, kind):
	user = reader_of(kind, hidden)
	session, case = http(user), register(http, user)
	for link in LINKS:
		session.put(f"{CASES}/{case}", json={link: hidden["case"]})
	session.put(f"{CASES}/{case}", json={"reference_doctype": "Complaint", "reference_name": hidden["case"]})
	session.put(
		f"{CASES}/{case}", json={"reference_doctype": "Complaint Party", "reference_name": hidden["party"]}
	)
	point = {"allegation": "Mine", "person": hidden["party"]}
	session.put(f"{CASES}/{case}", json={"allegations": [point]})
	party = session.post(PARTIES, json={"complaint": case, "full_name": "Mine", "acts_for": hidden["party"]})
	party = session.post(
		PARTIES, json={"complaint": case, "linked_doctype": "Complaint", "linked_name": hidden["case"]}
	)
	assert_hidden(session.get(f"{CASES}/{case}?expand_links=1"), hidden)
	dotted = [f"{link}.description" for link in LINKS] + ["name"]
	assert_hidden(session.get(CASES, params={"fields": json.dumps(dotted)}), hidden)
	for field in dotted:
		assert_hidden(session.get(CASES, params={"fields": json.dumps([field, "name"])}), hidden)
	if party.ok:
		assert_hidden(session.get(f"{PARTIES}/{party.json()['data']['name']}?expand_links=1"), hidden)
	dotted = json.dumps(["complaint.description", "acts_for.full_name"])
	assert_hidden(session.get(PARTIES, params={"fields": dotted, "limit_page_length": 0}), hidden)


@pytest.mark.parametrize("kind", ["another intake", "nobody", "person complained about, as a user"])
def test_a_link_given_as_a_question_is_not_answered(http, hidden, kind):
	session = http(reader_of(kind, hidden))
	asked = {"description": ["like", f"%{hidden['word']}%"]}
	false = {"description": ["like", "%no such word%"]}
	for link in LINKS:
		yes, no = (session.post(CASES, json=complaint(**{link: question})) for question in (asked, false))
		assert (yes.status_code, words(yes)) == (no.status_code, words(no))
		assert hidden["case"] not in yes.text and not yes.ok


def test_a_file_of_a_hidden_case_is_not_had_by_naming_its_address(http, hidden):
	for kind in READERS[:-1]:
		session = http(reader_of(kind, hidden))
		before = frappe.db.count("File")
		for answer in (
			session.post(f"{RESOURCE}/File", json={"file_url": hidden["url"], "is_private": 1}),
			session.post(f"{RPC}/upload_file", data={"file_url": hidden["url"], "is_private": 1}),
		):
			assert_hidden(answer, hidden, status=(403, 417))
		assert_hidden(session.get(hidden["url"]), hidden, status=(403, 404))
		frappe.db.rollback()
		assert frappe.db.count("File") == before
