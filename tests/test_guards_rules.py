"""Rules an admin makes that would answer questions about cases: numbers, points, repetitions, conditions of workflows."""

from __future__ import annotations

import frappe
import pytest
from factories import make_complaint, unique
from over_http import assert_refused, system_manager

from iso10002.confidentiality.guards.configuration import ConfidentialityError
from iso10002.confidentiality.guards.expressions import looks_up_cases

API = "/api/resource"


def setter(doctype: str, prop: str, value: str, field: str | None = None) -> dict:
	return {
		"doctype": "Property Setter",
		"doctype_or_field": "DocField" if field else "DocType",
		"doc_type": doctype,
		"field_name": field,
		"property": prop,
		"property_type": "Text",
		"value": value,
	}


def naming_rule(doctype: str, prefix: str, *conditions: tuple[str, str, str]) -> dict:
	return {
		"doctype": "Document Naming Rule",
		"document_type": doctype,
		"prefix": prefix,
		"prefix_digits": 5,
		"conditions": [{"field": row[0], "condition": row[1], "value": row[2]} for row in conditions],
	}


# The number of a case


@pytest.mark.parametrize(
	"doc",
	[
		setter("Complaint", "options", "CMP-.YYYY.-.#####\nCMP-.product_or_service.-.#####", "naming_series"),
		setter("Complaint", "default", "CMP-.{description}.-.#####", "naming_series"),
		setter("Complaint", "autoname", "format:CMP-{product_or_service}-{#####}"),
		setter("Complaint", "autoname", "field:description"),
		setter("Complaint Party", "autoname", "field:full_name"),
		naming_rule("Complaint", "CMP-.product_or_service.-"),
		naming_rule("Complaint", "CMP-", ("product_or_service", "=", "zebra")),
	],
)
def test_the_number_of_a_case_carries_and_counts_no_words_of_it(http, doc):
	with pytest.raises(ConfidentialityError):
		frappe.get_doc(doc).insert()
	answer = http(system_manager()).post(f"{API}/{doc['doctype']}", json=doc)
	assert_refused(answer, "complaint", status=417)


def test_other_numbers_are_made_as_before():
	for doc in (
		setter("Complaint", "options", "CMP-.YYYY.-.#####\nBCH-.YY.MM.-.####", "naming_series"),
		setter("Complaint", "default", "CMP-.YYYY.-.#####", "naming_series"),
		naming_rule("Complaint", "CMP-.YYYY.-"),
		naming_rule("Note", "N-.title.-", ("title", "=", "zebra")),
	):
		frappe.get_doc(doc).insert()


# Points and repetitions


def test_there_are_no_points_for_complaints_and_others_as_before(http):
	if not frappe.db.exists("DocType", "Energy Point Rule"):
		pytest.skip("Frappe 16 has no energy points")
	values = {
		"enabled": 1,
		"for_doc_event": "Custom",
		"condition": "doc.name",
		"points": 7,
		"user_field": "owner",
	}
	asked = {"rule_name": unique("rule"), "reference_doctype": "Complaint", **values}
	assert_refused(
		http(system_manager()).post(f"{API}/Energy Point Rule", json=asked), "no points", status=417
	)
	other = {"rule_name": unique("rule"), "reference_doctype": "Note", **values}
	frappe.get_doc({"doctype": "Energy Point Rule", **other}).insert()


def test_a_complaint_is_not_repeated_nor_written_into_by_a_repetition(http):
	case = make_complaint().name
	frappe.db.set_value("Complaint", case, "confidentiality_level", "Restricted")
	frappe.db.commit()
	admin = http(system_manager())
	wanted = setter("Complaint", "allow_auto_repeat", "1")
	assert_refused(admin.post(f"{API}/Property Setter", json=wanted), "not repeated", status=417)
	frappe.get_meta("Complaint").allow_auto_repeat = 1  # as an app or the database might have it
	repeat = {
		"doctype": "Auto Repeat",
		"reference_doctype": "Complaint",
		"reference_document": case,
		"frequency": "Daily",
		"start_date": frappe.utils.nowdate(),
	}
	answer = admin.post(f"{API}/Auto Repeat", json=repeat)
	assert answer.status_code in (403, 417), answer.text
	assert not frappe.db.exists("Auto Repeat", {"reference_document": case})


# Conditions of workflows


@pytest.mark.parametrize(
	"condition",
	[
		"'zebra' in (frappe.db.get_value('Complaint', 'CMP-1', 'description') or '')",
		"frappe.db.get_list('Complaint Party', {'full_name': 'x'})",
		"frappe.db.get_list(doctype='Communication')",
		"frappe.db.get_value('Comp' + 'laint', 'CMP-1', 'description')",
		"frappe.db.get_value(doc.kind, 'CMP-1', 'description')",
		"frappe.db.get_value(*['Complaint', 'CMP-1', 'description'])",
		"frappe.db['get_value']('Complaint', 'CMP-1', 'description')",
		"frappe['db'].get_value('Complaint', 'CMP-1', 'description')",
		"frappe.get('db').get_value('Complaint', 'CMP-1', 'description')",
		"frappe.db.get('get_value')('Complaint', 'CMP-1', 'description')",
		"[look('Complaint', 'CMP-1') for look in [frappe.db.get_value]]",
		"(lambda f: f.db.get_value('Complaint', 'CMP-1'))(frappe)",
		"frappe․db․get_value('Complaint', 'CMP-1')",
		"frappe.db.get_value(doc.doctype, 'x') if doc.x else frappe.db.get_value('ToDo', 'x')",
	],
)
def test_no_workflow_looks_up_complaints(condition):
	assert looks_up_cases(condition, "Note")


@pytest.mark.parametrize(
	"condition",
	[
		None,
		"",
		"doc.title == 'Complaint'",
		"frappe.session.user != doc.owner",
		"doc.creation > frappe.utils.add_to_date(frappe.utils.now_datetime(), days=-1)",
		"frappe.db.get_value('Customer', doc.customer, 'disabled') == 0",
		"frappe.db.get_value(doc.doctype, doc.name, 'title')",
		"frappe.db.get_list(doctype='Item')",
	],
)
def test_workflows_may_look_up_anything_else(condition):
	assert not looks_up_cases(condition, "Note")


def test_an_admin_asks_no_case_by_a_workflow_of_something_else(http):
	for name in ("Asked", "Answered"):
		if not frappe.db.exists("Workflow State", name):
			frappe.get_doc({"doctype": "Workflow State", "workflow_state_name": name}).insert()
	if not frappe.db.exists("Workflow Action Master", "Ask"):
		frappe.get_doc({"doctype": "Workflow Action Master", "workflow_action_name": "Ask"}).insert()
	frappe.db.commit()
	state = {"doc_status": "0", "allow_edit": "System Manager"}
	step = {"state": "Asked", "action": "Ask", "next_state": "Answered", "allowed": "System Manager"}
	workflow = {
		"workflow_name": unique("workflow"),
		"document_type": "Note",
		"is_active": 0,
		"workflow_state_field": "workflow_state",
		"states": [{"state": "Asked", **state}, {"state": "Answered", **state}],
		"transitions": [{**step, "condition": "frappe.db.get_value('Complaint', {'name': ('like', '%')})"}],
	}
	answer = http(system_manager()).post(f"{API}/Workflow", json=workflow)
	assert_refused(answer, "looks up complaints", status=417)
