"""Complaints about records of Frappe itself, without any host: made, looked up, and alive when the record goes."""

import frappe
import pytest
from factories import acting_as, edit, make_party, make_user, merge, unique, user_of
from over_http import assert_refused, user_without_a_role, words

from iso10002.handling.errors import IntakeError
from iso10002.integrations import proposals, sources

VALUES = {"channel": "Phone", "description": "It leaks.", "allegations": [{"allegation": "Leaks"}]}


def make_mail(**overrides):
	values = {
		"doctype": "Communication",
		"communication_medium": "Email",
		"sent_or_received": "Received",
		"subject": "Kettle leaks",
		"content": "<p>The kettle leaks.</p><p>Please help.</p>",
		"sender": "Anna Muster <anna@example.org>",
		**overrides,
	}
	return frappe.get_doc(values).insert()


def make_contact():
	name = unique("anna").lower()
	values = {
		"doctype": "Contact",
		"first_name": name,
		"email_ids": [{"email_id": f"{name}@example.org", "is_primary": 1}],
	}
	return frappe.get_doc(values).insert()


def test_a_mail_becomes_a_complaint_with_its_words_and_its_sender():
	mail = make_mail()
	case = frappe.get_doc("Complaint", sources.make("Communication", mail.name)["complaint"])
	assert case.description == "The kettle leaks.\nPlease help."
	assert (case.reference_doctype, case.reference_name, case.channel) == (
		"Communication",
		mail.name,
		"E-mail",
	)
	assert case.allegations[0].allegation == "Kettle leaks"
	assert frappe.db.get_value("Complaint Party", {"complaint": case.name}, "email") == "anna@example.org"
	assert [row["name"] for row in sources.beside("Communication", mail.name)["complaints"]] == [case.name]


def test_markup_of_a_mail_does_not_get_into_the_words():
	mail = make_mail(content="<style>p {color: red}</style><p>a &lt; b &amp; c<br>d</p>")
	assert sources.offer("Communication", mail.name)["case"]["description"] == "a < b & c\nd"


def test_a_record_that_is_deleted_is_let_go_and_named_in_the_journal(http):
	mail, contact = make_mail(), make_contact()
	case = sources.make("Communication", mail.name)["complaint"]
	party = make_party(case, role="Witness", linked_doctype="Contact", linked_name=contact.name).name
	keeper = make_user("System Manager", email="test-admin@example.com").name
	frappe.db.commit()
	for doctype, name in (("Communication", mail.name), ("Contact", contact.name)):
		answer = http(keeper).delete(f"/api/resource/{doctype}/{name}")
		assert answer.ok and case not in answer.text, words(answer)
	frappe.db.rollback()
	doc = frappe.get_doc("Complaint", case)
	assert not doc.reference_doctype and not doc.reference_name
	assert frappe.db.get_value("Complaint Party", party, ["linked_doctype", "linked_name"]) == (None, None)
	filters = {"complaint": case, "event": "Reference Removed"}
	assert mail.name in frappe.get_all("Complaint Event", filters, pluck="details")[0]
	edit(case, "handler", product_or_service="Kettle")
	frappe.get_doc("Complaint Party", party).save()


def test_a_renamed_and_a_merged_contact_stays_linked():
	case, first, second = None, make_contact(), make_contact()
	case = sources.make("Contact", first.name, values=VALUES)["complaint"]
	merge("Contact", first.name, second.name)
	linked = {"complaint": case, "linked_doctype": "Contact"}
	assert frappe.get_all("Complaint Party", linked, pluck="linked_name") == [second.name]
	assert [row["name"] for row in sources.beside("Contact", second.name)["complaints"]] == [case]


@pytest.mark.parametrize(
	("doctype", "name"),
	[("User", "Administrator"), ("HD Ticket", "1"), ("", ""), (None, None), ("<b>", "x"), ("Issue", "x")],
)
def test_other_records_are_refused_in_words(doctype, name):
	if doctype and sources.is_active(doctype):
		pytest.skip("this site has it")
	with pytest.raises(IntakeError):
		sources.offer(doctype, name)
	assert sources.beside(doctype, name) == {"start": False, "complaints": []}


def test_a_record_that_does_not_exist_is_said_so(http):
	for method in ("offer", "make", "beside"):
		answer = http(user_of("handler")).post(
			f"/api/method/{sources.__name__}.{method}", json={"doctype": "Contact", "name": "nobody"}
		)
		assert_refused(answer)


def test_who_has_no_role_here_starts_nothing_and_sees_nothing(http):
	contact = make_contact()
	case = sources.make("Contact", contact.name, values=VALUES)["complaint"]
	reader = make_user("Inbox User", email="test-contact-reader@example.com").name
	for user in (reader, user_without_a_role()):
		frappe.db.commit()
		answer = http(user).post(
			f"/api/method/{sources.__name__}.beside", json={"doctype": "Contact", "name": contact.name}
		)
		assert answer.status_code == 403 or answer.json()["message"] == {"start": False, "complaints": []}
		for method in ("offer", "make"):
			body = {"doctype": "Contact", "name": contact.name, "values": VALUES}
			answer = http(user).post(f"/api/method/{sources.__name__}.{method}", json=body)
			assert_refused(answer)  # early versions of Frappe 15 answer 417
			assert case not in answer.text


def test_settings_and_rules_work_without_any_host():
	settings = frappe.get_doc("Complaint Ticket Settings")
	settings.append("notes", {"stage": "Closed", "note": "It is settled.", "ticket_status": "Resolved"})
	settings.save()
	rule = {
		"doctype": "Complaint Proposal Rule",
		"title": unique("Rule"),
		"source_doctype": "HD Ticket",
		"words": "bad",
	}
	frappe.get_doc(rule).insert()
	with acting_as(user_of("intake")):
		with pytest.raises(frappe.PermissionError):
			frappe.get_doc({"doctype": "Complaint Proposal", "source_doctype": "User"}).insert()
	assert proposals.lines_of(" a \n\n b") == ["a", "b"]
