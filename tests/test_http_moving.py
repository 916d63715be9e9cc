"""Moving a case, its journal and its rows over HTTP: no stage is jumped, and nothing that stands is changed or removed."""

from __future__ import annotations

import json

import frappe
import pytest
from factories import ENTRY, user_of
from http_roads import (
	POWERFUL,
	RESOURCE,
	RPC,
	assessed_case,
	client_bulk_update,
	desk_bulk_update,
	named,
	set_value,
	snapshot,
	whole,
)
from over_http import CASES, EVENTS, MOVE, assert_refused, change, needs, register, stored, words

from iso10002.handling import stages as stage


@pytest.fixture(scope="module")
def kept(site) -> dict:
	"""The last case made for `case`, and what it held."""
	return {}


@pytest.fixture
def case(http, kept) -> str:
	return assessed_case(http, kept)


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
		"currency": "EUR",
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
