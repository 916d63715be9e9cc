"""Settings of a site that would carry words of a case past the access rule are refused; all others are taken."""

from __future__ import annotations

import json
from collections.abc import Iterator

import frappe
import pytest
from factories import acting_as, make_complaint, make_user, unique, user_of
from over_http import assert_refused, system_manager

from iso10002 import roles
from iso10002.compat import MAJOR
from iso10002.confidentiality.guards.configuration import (
	SAYABLE,
	ConfidentialityError,
	custom_field_problem,
	doctype_problem,
	refuse_doctype,
)

API = "/api/resource"


def notification(doctype: str = "Complaint", **values):
	return frappe.get_doc(
		{
			"doctype": "Notification",
			"name": unique("notification"),
			"subject": "{{ doc.name }} is due on {{ frappe.utils.format_datetime(doc.response_due) }}",
			"message": "{% if doc.priority == 'High' %}{{ _('Look at') }} {{ doc['name'] }}{% endif %}",
			"document_type": doctype,
			"event": "New",
			"channel": "Email",
			"recipients": [{"receiver_by_role": roles.MANAGER}],
			**values,
		}
	)


@pytest.mark.parametrize(
	"message",
	[
		"{{ doc.description }}",
		"{{ doc['description'] }}",
		"{{ doc.get('description') }}",
		"{{ doc }}",
		"{{ doc.as_dict() }}",
		"{% for row in doc.allegations %}{{ row.allegation }}{% endfor %}",
		"{% set x = doc %}{{ x.description }}",
		"{{ frappe.db.get_value('Complaint', doc.name, 'description') }}",
		"{{ comments[-1].comment }}",
	],
)
def test_a_notification_on_a_case_says_nothing_but_its_number_and_stage(message):
	with pytest.raises(ConfidentialityError, match="Message"):
		notification(message=message).insert()
	with pytest.raises(ConfidentialityError, match="Subject"):
		notification(subject=message).insert()
	with pytest.raises(ConfidentialityError):
		notification("Complaint Party", message=message).insert()


def test_notifications_that_say_little_or_are_on_something_else_are_taken():
	notification().insert()
	notification(message=" ".join("{{ doc.%s }}" % field for field in SAYABLE)).insert()  # noqa: UP031
	notification("Note", message="{{ doc.content }}", attach_print=1).insert()
	with pytest.raises(ConfidentialityError, match="Attach Print"):
		notification(attach_print=1).insert()


def auto_email(report: str, user: str, *addresses: str):
	values = {
		"report": report,
		"user": user,
		"email_to": "\n".join(addresses),
		"format": "CSV",
		"frequency": "Daily",
	}
	return frappe.get_doc({"doctype": "Auto Email Report", "report_type": "Report Builder", **values})


@pytest.mark.parametrize("role", ["Report Manager", "System Manager"])
def test_a_report_made_as_somebody_else_shows_what_who_asks_for_it_sees_too(http, role):
	word, reader = unique("zebra"), user_of("privacy")
	frappe.db.set_value(
		"Complaint", make_complaint(description=word).name, "confidentiality_level", "Restricted"
	)
	columns = json.dumps({"fields": [["name", "Complaint"], ["description", "Complaint"]], "filters": []})
	report = report_on("Complaint")
	frappe.db.set_value("Report", report, "json", columns)
	mailed = auto_email(report, reader, reader).insert().name
	asker = make_user(role, roles.INTAKE).name
	frappe.db.commit()
	download = "/api/method/frappe.email.doctype.auto_email_report.auto_email_report.download"
	answer = http(asker).get(download, params={"name": mailed})
	assert word not in answer.text
	with acting_as(reader):
		assert frappe.get_list("Complaint", {"description": word})


def report_on(doctype: str) -> str:
	values = {
		"report_name": unique("report"),
		"ref_doctype": doctype,
		"report_type": "Report Builder",
		"is_standard": "No",
	}
	return frappe.get_doc({"doctype": "Report", **values}).insert().name


def test_a_report_on_cases_is_mailed_only_to_the_user_it_is_made_as():
	manager = user_of("manager")
	for report in (report_on("Complaint"), "Complaint Register", "Complaint Trends"):
		with pytest.raises(ConfidentialityError, match=r"someone@example\.net"):
			auto_email(report, manager, manager, "someone@example.net").insert()
	auto_email(report_on("Complaint"), manager, manager).insert()
	auto_email(report_on("Note"), manager, "someone@example.net").insert()


@pytest.mark.parametrize("switch", ["allow_edit", "show_list", "allow_print"])
def test_a_web_form_shows_no_complaints(switch):
	def form(doctype: str, **values):
		title = unique("form")
		fields = [
			{
				"fieldname": "description" if doctype == "Complaint" else "title",
				"fieldtype": "Data",
				"label": "X",
			}
		]
		return frappe.get_doc(
			{
				"doctype": "Web Form",
				"title": title,
				"route": title,
				"doc_type": doctype,
				"web_form_fields": fields,
				**values,
			}
		)

	with pytest.raises(ConfidentialityError, match="shows none"):
		form("Complaint", login_required=1, **{switch: 1}).insert()
	form("Complaint", login_required=1).insert()
	form("Note", login_required=1, **{switch: 1}).insert()


def test_a_workflow_on_cases_mails_no_documents():
	workflow = frappe.get_doc("Workflow", {"document_type": "Complaint"})
	workflow.send_email_alert = 1
	with pytest.raises(ConfidentialityError, match="Send Email Alert"):
		workflow.save()


def test_no_words_of_a_case_are_indexed_and_nothing_links_to_one():
	setter = {
		"doctype": "Property Setter",
		"doctype_or_field": "DocType",
		"property_type": "Check",
		"value": "1",
	}
	with pytest.raises(ConfidentialityError):
		frappe.get_doc({**setter, "doc_type": "Complaint", "property": "show_title_field_in_link"}).insert()
	frappe.get_doc({**setter, "doc_type": "Note", "property": "show_title_field_in_link"}).insert()
	field = {"doctype": "Custom Field", "fieldtype": "Link", "label": "Its complaint", "options": "Complaint"}
	with pytest.raises(ConfidentialityError, match="Refer from the complaint"):
		frappe.get_doc({**field, "dt": "Note"}).insert()


# Fields that link to cases or copy from them

TO_A_CASE = {"fieldname": "case", "fieldtype": "Link", "options": "Complaint"}
KIND = {"fieldname": "kind", "fieldtype": "Link", "options": "DocType"}
ANYTHING = {"fieldname": "anything", "fieldtype": "Dynamic Link", "options": "kind"}
COPY = {"fieldname": "copy", "fieldtype": "Small Text", "fetch_from": "anything.description"}
HARMLESS = {"fieldname": "copy", "fieldtype": "Small Text", "fetch_from": "anything.posting_date"}
ROWS = {"fieldname": "rows", "fieldtype": "Table", "options": "Complaint Allegation"}


def custom_doctype(*fields: dict, **values):
	permissions = [{"role": "System Manager", "read": 1, "write": 1, "create": 1}]
	return frappe.get_doc(
		{
			"doctype": "DocType",
			"name": f"Test {unique('kind')}",
			"module": "Custom",
			"custom": 1,
			"fields": [{"label": field["fieldname"].title(), **field} for field in fields],
			"permissions": permissions,
			**values,
		}
	)


@pytest.fixture(scope="module")
def other(site) -> Iterator[str]:
	"""A DocType of the site with fields an admin might change into such that lead to cases."""
	later = {"fieldname": "copy_later", "fieldtype": "Data", "fetch_from": "later.description"}
	some = {"fieldname": "some", "fieldtype": "Data", "options": "Complaint"}
	frappe.set_user("Administrator")
	made = custom_doctype(KIND, ANYTHING, {**COPY, "fetch_from": None}, later, some).insert()
	frappe.db.commit()
	yield made.name
	frappe.db.rollback()
	frappe.set_user("Administrator")
	frappe.delete_doc("DocType", made.name, force=True)
	frappe.db.commit()


@pytest.mark.parametrize(
	("fields", "named"),
	[
		([TO_A_CASE], "Options"),
		([{**TO_A_CASE, "options": "Complaint Party"}], "Options"),
		([ROWS], "Options"),
		([KIND, ANYTHING, COPY], "Fetch From"),
		([KIND, ANYTHING, {**COPY, "fetch_from": "anything._comments"}], "Fetch From"),
		([KIND, ANYTHING, {**COPY, "fetch_from": "anything.x.description"}], "Fetch From"),
	],
)
def test_a_new_doctype_neither_links_to_a_case_nor_copies_from_one(fields, named):
	for module in ("Custom", "ISO10002"):
		with pytest.raises(ConfidentialityError, match=named):
			refuse_doctype(custom_doctype(*fields, module=module))


def test_doctypes_that_lead_elsewhere_are_taken_as_before():
	user = {"fieldname": "person", "fieldtype": "Link", "options": "User"}
	name = {"fieldname": "described", "fieldtype": "Data", "fetch_from": "person.full_name"}
	refuse_doctype(custom_doctype(user, name, KIND, ANYTHING, HARMLESS))
	for doctype in ("Complaint", "Complaint Evidence", "Communication", "Activity Log", "Note"):
		assert not doctype_problem(frappe.get_doc("DocType", doctype))
	for flag in ("in_install", "in_migrate", "in_patch"):
		frappe.flags[flag] = True
		try:
			refuse_doctype(custom_doctype(TO_A_CASE))
		finally:
			frappe.flags[flag] = False


def test_an_admin_makes_no_doctype_that_leads_to_cases(http, other):
	admin = http(system_manager())
	for fields, named in (([TO_A_CASE], "Options"), ([KIND, ANYTHING, COPY], "Fetch From")):
		made = custom_doctype(*fields)
		answer = admin.post(f"{API}/DocType", json=made.as_dict(convert_dates_to_str=True))
		assert_refused(answer, named)
		assert not frappe.db.exists("DocType", made.name)
	changed = admin.get(f"{API}/DocType/{other}").json()["data"]
	changed["fields"].append({"label": "Case", **TO_A_CASE})
	assert_refused(admin.put(f"{API}/DocType/{other}", json={"fields": changed["fields"]}), "Options")


def custom_field(doctype: str, **values):
	label = unique("field")
	return frappe.get_doc(
		{"doctype": "Custom Field", "dt": doctype, "label": label, "fieldtype": "Data", **values}
	)


def test_a_field_added_to_another_doctype_neither_holds_rows_of_cases_nor_copies_from_one(other):
	for values, named in (
		({"fieldtype": "Table", "options": "Complaint Allegation"}, "Options"),
		({"fieldtype": "Link", "options": "Complaint Evidence"}, "Options"),
		({"fetch_from": "anything.description"}, "Fetch From"),
		({"fetch_from": "anything.full_name"}, "Fetch From"),
		({"fetch_from": "anything._comments"}, "Fetch From"),
		# the other way round: what copies is there, and now what it copies over
		({"fieldtype": "Dynamic Link", "options": "kind", "fieldname": "later"}, "Fetch From"),
	):
		with pytest.raises(ConfidentialityError, match=named):
			custom_field(other, **values).insert()
	for values in (
		{"fieldtype": "Link", "options": "Role"},
		{"fieldtype": "Dynamic Link", "options": "kind"},
		{"fetch_from": "anything.posting_date"},
		{"fetch_from": "kind.description"},
	):
		assert not custom_field_problem(custom_field(other, fieldname="new", **values))


def setter(doctype: str, field: str, prop: str, value: str):
	values = {"doc_type": doctype, "field_name": field, "property": prop, "value": value}
	return frappe.get_doc(
		{"doctype": "Property Setter", "doctype_or_field": "DocField", "property_type": "Text", **values}
	)


def test_a_field_of_another_doctype_is_not_changed_into_one_that_leads_to_cases(other):
	for field, prop, value in (
		("kind", "options", "Complaint"),
		("some", "fieldtype", "Link"),
		("copy", "fetch_from", "anything.description"),
		("copy", "fetch_from", " anything.full_name"),
	):
		with pytest.raises(ConfidentialityError, match=r"Options|Fetch From"):
			setter(other, field, prop, value).insert()
	for field, prop, value in (
		("kind", "options", "Role"),
		("copy", "fetch_from", "anything.posting_date"),
		("copy", "fetch_from", "kind.description"),
		("copy", "label", "anything.description"),
	):
		setter(other, field, prop, value).insert()
	# nor is one case copied into another
	with pytest.raises(ConfidentialityError, match="Fetch From"):
		setter("Complaint", "description", "fetch_from", "reference_name.description").insert()


def test_an_admin_changes_no_field_into_one_that_copies_from_cases(http):
	admin = http(system_manager())
	body = {"dt": "Note", "label": unique("field"), "fieldtype": "Table", "options": "Complaint Allegation"}
	assert_refused(admin.post(f"{API}/Custom Field", json=body), "Options")
	body = setter("ToDo", "description", "fetch_from", "reference_name.description")
	assert_refused(
		admin.post(f"{API}/Property Setter", json=body.as_dict(convert_dates_to_str=True)), "Fetch From"
	)


# What is tried


def test_a_notification_or_webhook_is_tried_only_on_what_one_may_see(http):
	word = unique("walrus")
	case = make_complaint(as_user=user_of("intake"), description=word).name
	note = frappe.get_doc({"doctype": "Note", "title": word, "content": word, "public": 1}).insert().name
	frappe.db.commit()
	admin = http(make_user("System Manager", email="test-admin@example.com").name)
	for doctype, name, shown in (("Complaint", case, False), ("Note", note, True)):
		answer = _tried(admin, doctype, name)
		assert answer.ok == (word in answer.text) == shown, answer.text[:300]


def _tried(session, doctype: str, name: str):
	"""Ask what a Webhook would send of a document, as the form of this version of Frappe does."""
	field = "description" if doctype == "Complaint" else "title"
	webhook = {
		"doctype": "Webhook",
		"__islocal": 1,
		"webhook_doctype": doctype,
		"webhook_data": [{"doctype": "Webhook Data", "key": "said", "fieldname": field}],
		"preview_document": name,
	}
	asked = (
		{"method": "generate_preview"}
		if MAJOR < 16
		else {"method": "preview_request_body", "args": json.dumps({"preview_document": name})}
	)
	return session.post("/api/method/run_doc_method", json={"docs": json.dumps(webhook), **asked})
