"""Writing a case over HTTP, as the weakest user who can reach the endpoint: no road writes past the rules."""

from __future__ import annotations

import json

import frappe
import pytest
from factories import user_of
from http_roads import ROADS, RPC, assessed_case, client_bulk_update, desk_bulk_update, snapshot
from over_http import CASES, assert_refused, change, complaint, register, rows, stored, words

from iso10002.handling import stages as stage
from iso10002.handling.moves import SERVER_FIELDS


@pytest.fixture(scope="module")
def kept(site) -> dict:
	"""The last case made for `case`, and what it held."""
	return {}


@pytest.fixture
def case(http, kept) -> str:
	return assessed_case(http, kept)


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
		values = {"Date": "2020-01-01", "Datetime": "2020-01-01 00:00:00", "Int": 7, "Link": "Administrator"}
		value = values.get(df.fieldtype, "x")
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
