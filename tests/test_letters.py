"""Letters to the complainant: from the admin's templates, in the complainant's language, kept as sent."""

import frappe
import pytest
from factories import acting_as, complaint_in, make_complaint, make_party, unique, user_of
from over_http import (
	assert_refused,
	needs,
	register,
	step,
	stored,
	system_manager,
	user_without_a_role,
	words,
)

from iso10002.handling import events, letters
from iso10002.handling import stages as stage
from iso10002.handling.errors import IntakeError
from iso10002.setup.letters import LETTERS, seed_letters


def mails_to(address: str) -> list:
	return frappe.get_all("Email Queue Recipient", {"recipient": address}, pluck="parent")


def a_case(**party):
	case = make_complaint().name
	address = f"{unique('c')}@example.org"
	make_party(case, **{"email": address, **party})
	return case, address


@pytest.fixture(autouse=True)
def outgoing(monkeypatch):
	"""A mail server in the site's configuration: mails are queued, nothing connects."""
	monkeypatch.setitem(frappe.local.conf, "mail_server", "127.0.0.1")
	monkeypatch.setitem(frappe.local.conf, "mail_login", "office@example.com")
	frappe.local.outgoing_email_account = {}


@pytest.fixture
def automatic():
	settings = frappe.get_doc("ISO10002 Settings")
	settings.acknowledge_automatically = 1
	settings.save()
	yield settings
	frappe.db.rollback()
	frappe.clear_document_cache("ISO10002 Settings", "ISO10002 Settings")


def test_every_purpose_has_a_template_that_can_be_drafted():
	case, address = a_case()
	for purpose in LETTERS:
		letter = letters.draft(case, purpose)
		assert letter["recipient"] == address and case in letter["subject"]
		assert "{{" not in letter["message"] and "Maria Muster" in letter["message"]


def test_the_acknowledgement_names_reference_deadline_and_further_ways():
	case, _ = a_case()
	text = letters.draft(case, "Acknowledgement")["message"]
	due = frappe.db.get_value("Complaint", case, "response_due")
	assert case in text and letters.day(due) in text
	assert "outside body" in text


def test_a_letter_is_in_the_language_of_the_complainant():
	case, _ = a_case(language="de")
	frappe.get_doc(
		{
			"doctype": "Email Template",
			"name": "Eingang",
			"subject": "Ihre Beschwerde {{ reference }}",
			"response": "Guten Tag {{ name }}",
		}
	).insert()
	settings = frappe.get_doc("ISO10002 Settings")
	settings.append("letters", {"purpose": "Acknowledgement", "language": "de", "email_template": "Eingang"})
	settings.save()
	assert letters.draft(case, "Acknowledgement")["subject"] == f"Ihre Beschwerde {case}"
	assert letters.draft(case, "Decision")["language"] == "de"
	frappe.db.rollback()
	frappe.clear_document_cache("ISO10002 Settings", "ISO10002 Settings")


def test_a_template_sees_nothing_internal_of_the_case():
	case = complaint_in(stage.INVESTIGATING, unit_concerned="SECRET-UNIT")
	template = frappe.get_doc("Email Template", "Complaint: Update")
	template.response_html = "{{ doc }} {{ case }} {{ unit_concerned }} {{ investigator }}"
	template.save()
	text = letters.draft(case, "Update")["message"]
	assert "SECRET-UNIT" not in text and "test-investigator" not in text


def test_what_the_complainant_wrote_is_escaped_in_a_letter():
	case, _ = a_case(full_name="<img src=x onerror=alert(1)>")
	assert "<img" not in letters.draft(case, "Acknowledgement")["message"]


def test_a_letter_goes_to_the_representative_if_there_is_one():
	case, _ = a_case()
	lawyer = f"{unique('lawyer')}@example.org"
	make_party(case, role="Representative", full_name="Dr. Recht", email=lawyer)
	assert letters.draft(case, "Decision")["recipient"] == lawyer


def test_a_sent_letter_is_kept_as_it_was_sent():
	case, address = a_case()
	with acting_as(user_of("handler")):
		event = letters.send(case, "Update", "News", "<p>We are <b>on it</b></p><script>alert(1)</script>")
	assert len(mails_to(address)) == 1
	details = frappe.parse_json(frappe.db.get_value("Complaint Event", event, "details"))
	assert "We are <b>on it</b>" in details["message"] and "<script" not in details["message"]
	assert address not in str(details)


def test_a_reminder_sent_counts_as_a_reminder():
	case, _ = a_case()
	letter = letters.draft(case, "Reminder")
	letters.send(case, "Reminder", letter["subject"], letter["message"])
	assert events.count(case, "Reminder") == 1


def test_a_letter_needs_somebody_to_go_to_and_something_to_say():
	case = make_complaint().name
	with pytest.raises(IntakeError, match="e-mail address"):
		letters.send(case, "Update", "News", "text")
	case, address = a_case()
	with pytest.raises(IntakeError, match="subject and a text"):
		letters.send(case, "Update", "News", "<p> </p>")
	with pytest.raises(IntakeError, match="no template"):
		letters.draft(case, "Love letter")
	assert not mails_to(address)


def test_only_who_may_change_the_case_writes_letters():
	case, address = a_case()
	for kind in ("auditor", "executive", "intake"):
		with acting_as(user_of(kind)), pytest.raises(frappe.PermissionError):
			letters.send(case, "Update", "News", "text")
	assert not mails_to(address)


def test_the_automatic_mail_does_not_count_as_the_acknowledgement_unless_set(automatic):
	case, address = a_case()
	letters.acknowledge_automatically(case)
	letters.acknowledge_automatically(case)
	assert len(mails_to(address)) == 1
	assert frappe.db.get_value("Complaint", case, "status") == stage.RECEIVED


def test_the_automatic_mail_counts_when_set_so(automatic):
	automatic.automatic_acknowledgement_counts = 1
	automatic.save()
	case, address = a_case()
	letters.acknowledge_automatically(case)
	doc = frappe.get_doc("Complaint", case)
	assert (doc.status, doc.acknowledgement_channel) == (stage.ACKNOWLEDGED, "E-mail")
	assert len(mails_to(address)) == 1


def test_without_an_outgoing_mail_account_receiving_goes_on(automatic, monkeypatch):
	monkeypatch.delitem(frappe.local.conf, "mail_server")
	case, address = a_case()
	letters.acknowledge_automatically(case)
	assert not mails_to(address) and not events.count(case, "Contact")


def test_seeding_letters_again_changes_nothing():
	template = frappe.get_doc("Email Template", "Complaint: Closing")
	template.subject = "Ours"
	template.save()
	seed_letters()
	assert frappe.db.get_value("Email Template", "Complaint: Closing", "subject") == "Ours"
	assert len(frappe.get_doc("ISO10002 Settings").letters) == len(LETTERS)


# In the dialog of a step, over HTTP

DRAFT = "/api/method/iso10002.handling.letters.draft"
SEND = "/api/method/iso10002.handling.letters.send"


def test_over_http_the_letter_of_a_step_is_drafted_and_kept_with_the_step(http):
	case = register(http)
	handler = http(user_of("handler"))
	letter = handler.post(DRAFT, json={"complaint": case, "purpose": "Acknowledgement"}).json()["message"]
	assert letter["recipient"] == "maria@example.org" and case in letter["subject"]
	given = needs("Acknowledge", acknowledgement_note=letter["subject"], acknowledgement_channel="E-mail")
	answer = step(http, user_of("handler"), case, "Acknowledge", **given)
	assert answer.ok, words(answer)
	assert stored(case, "acknowledgement_note") == letter["subject"]


def test_over_http_a_letter_is_not_lost_silently_where_the_site_sends_no_mail(http):
	case = register(http)
	body = {"complaint": case, "purpose": "Acknowledgement", "subject": "Hello", "message": "<p>Hello</p>"}
	assert_refused(
		http(user_of("handler")).post(SEND, json=body), "no account for outgoing e-mail", status=417
	)
	assert not frappe.db.exists("Complaint Event", {"complaint": case, "event": "Contact"})


def test_over_http_letters_are_refused_to_who_may_not_change_the_case(http):
	case = register(http)
	body = {"complaint": case, "purpose": "Acknowledgement", "subject": "Hello", "message": "<p>Hello</p>"}
	for user in (user_of("auditor"), user_of("executive"), user_without_a_role(), system_manager()):
		for road in (DRAFT, SEND):
			assert_refused(http(user).post(road, json=body), status=403)
	assert_refused(http(user_of("handler")).get(SEND, params=body), status=403)
	assert_refused(
		http(user_of("handler")).post(SEND, json={**body, "message": "<p> </p>"}), "subject and a text"
	)
	assert_refused(http(user_of("handler")).post(DRAFT, json={**body, "purpose": "Nonsense"}), "no template")
	assert not frappe.db.exists("Complaint Event", {"complaint": case, "event": "Contact"})
