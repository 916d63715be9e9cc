"""Settings of a site that would carry words of a case past the access rule are refused; all others are taken."""

from __future__ import annotations

import json

import frappe
import pytest
from factories import make_complaint, make_user, unique, user_of

from iso10002 import roles
from iso10002.compat import MAJOR
from iso10002.confidentiality.guards.configuration import SAYABLE, ConfidentialityError


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
