"""Mails to complainants: without substance by default, with a link that nobody else sees; letters on paper."""

import frappe
import pytest
from factories import acting_as, complaint_in, make_complaint, make_party, unique, user_of

from iso10002.handling import events, letters, receipts
from iso10002.handling import stages as stage
from iso10002.portal import messages, news, status
from iso10002.setup.letters import LETTERS, template_name


@pytest.fixture(autouse=True)
def outgoing(monkeypatch):
	monkeypatch.setitem(frappe.local.conf, "mail_server", "127.0.0.1")
	monkeypatch.setitem(frappe.local.conf, "mail_login", "office@example.com")
	frappe.local.outgoing_email_account = {}


def mails_to(address: str) -> list[str]:
	"""Return the mails to an address as sent, decoded."""
	from email import message_from_string, policy

	found = []
	for name in frappe.get_all(
		"Email Queue Recipient", {"recipient": address}, pluck="parent", order_by="creation"
	):
		mail = message_from_string(frappe.get_doc("Email Queue", name).message, policy=policy.default)
		body = mail.get_body(("html",))
		found.append(f"{mail['subject']}\n{body.get_content()}")
	return found


def a_case(target: str = stage.RECEIVED, **party):
	case, address = complaint_in(target), f"{unique('c')}@example.org"
	make_party(case, **{"email": address, **party})
	return case, address


def test_a_decision_by_mail_says_only_that_there_is_news_and_is_read_on_the_page():
	case, address = a_case(stage.COMMUNICATED)
	with acting_as(user_of("handler")):
		draft = letters.draft(case, "Decision")
		letters.send(case, "Decision", draft["subject"], draft["message"])
	(mail,) = mails_to(address)
	assert "There is news" in mail and "warehouse" not in mail and "Upheld" not in mail
	assert "/complaint/status?case=3D" in mail or "/complaint/status?case=" in mail
	shown = [row for row in status.view(case)["messages"] if row["subject"] == draft["subject"]]
	assert "warehouse" in shown[0]["text"] and "[[link]]" not in shown[0]["text"]


def test_with_the_setting_mails_say_what_is_new(portal_settings):
	case, address = a_case(stage.COMMUNICATED)
	portal_settings(mail_with_substance=1)
	frappe.local.outgoing_email_account = {}
	with acting_as(user_of("handler")):
		draft = letters.draft(case, "Decision")
		letters.send(case, "Decision", draft["subject"], draft["message"])
	news.tell(case, "Call <us>")
	decision, message = mails_to(address)
	assert "warehouse" in decision and "Call &lt;us&gt;" in message


def test_the_link_is_in_the_mail_and_nowhere_else():
	case, address = a_case()
	# as the app brings it; the site's own may be older
	template = frappe.get_doc("Email Template", template_name("Acknowledgement"))
	template.update(
		{"subject": LETTERS["Acknowledgement"][0], "response_html": LETTERS["Acknowledgement"][1]}
	)
	template.save()
	with acting_as(user_of("handler")):
		draft = letters.draft(case, "Acknowledgement")
		assert letters.LINK in draft["message"] and "key=" not in draft["message"]
		letters.send(case, "Acknowledgement", draft["subject"], draft["message"])
	(mail,) = mails_to(address)
	key = mail.replace("&amp;", "&").split("key=")[1].split('"')[0]
	assert receipts.is_signed("link", case, key)
	assert not frappe.get_all("Complaint Event", {"complaint": case, "details": ("like", "%key=%")})


def test_what_happens_is_told_once_by_mail_without_substance(monkeypatch):
	case, address = a_case(stage.ACKNOWLEDGED)
	jobs = []
	monkeypatch.setattr(frappe, "enqueue", lambda job, **more: jobs.append((job, more)))
	with acting_as(user_of("handler")):
		messages.send(case, "Please send us the bill.")
	(job,) = [more for job, more in jobs if job is news.tell]
	news.tell(job["complaint"], job["news"])
	(mail,) = mails_to(address)
	assert "there is news" in mail and "bill" not in mail
	assert not [row for row in status.view(case)["messages"] if "news" in (row["subject"] or "")]


def test_nobody_to_write_to_and_no_mail_account_are_no_error(monkeypatch):
	case = make_complaint().name
	assert letters.tell_news(case) is False
	make_party(case)
	monkeypatch.delitem(frappe.local.conf, "mail_server")
	frappe.local.outgoing_email_account = {}
	assert letters.tell_news(case) is False


def test_a_letter_on_paper_has_its_address_and_is_kept():
	case, _address = a_case(address="Street 1\nFloor 2", postal_code="0108", city="Tbilisi", language="de")
	with acting_as(user_of("handler")):
		draft = letters.draft(case, "Reminder")
		paper = letters.keep_printed(
			case, "Reminder", draft["subject"], draft["message"] + "<script>x</script>"
		)
	assert paper["address"][:4] == ["Maria Muster", "Street 1", "Floor 2", "0108 Tbilisi"]
	assert "<script" not in paper["message"] and letters.LINK not in paper["message"]
	assert events.count(case, "Reminder") == 1
	with acting_as(user_of("auditor")), pytest.raises(frappe.PermissionError):
		letters.keep_printed(case, "Reminder", "x", "y")
