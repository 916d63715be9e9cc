"""Mails that wait to be sent: who reads the queue reads nothing of a case there, and learns of no address of its people."""

from __future__ import annotations

import json

import frappe
import pytest
from factories import complaint_in, make_party, unique, user_of
from http_roads import RESOURCE, RPC
from over_http import system_manager, words
from test_guards_admin import outgoing  # noqa: F401

from iso10002.handling import letters

pytestmark = pytest.mark.usefixtures("outgoing")


@pytest.fixture
def word() -> str:
	return unique("zebra")


@pytest.fixture
def case(word) -> str:
	"""A confidential case whose complainant has an address with the word in it."""
	name = complaint_in("Assessed", description=word)
	make_party(name, full_name=word, email=f"{word}@example.org")
	frappe.db.set_value("Complaint", name, "confidentiality_level", "Confidential")
	frappe.db.commit()
	return name


def assert_hidden_in_the_queue(http, word: str) -> None:
	"""Assert that mails with the word wait, and that a System Manager sees neither them nor whom they go to."""
	frappe.db.rollback()
	waiting = frappe.get_all("Email Queue", {"message": ("like", f"%{word}%")}, pluck="name")
	assert waiting
	admin = http(system_manager())
	for doctype, more in (
		("Email Queue", {"fields": '["*"]', "filters": json.dumps([["name", "in", waiting]])}),
		(
			"Email Queue Recipient",
			{"fields": '["*"]', "filters": json.dumps([["parent", "in", waiting]]), "parent": "Email Queue"},
		),
	):
		listed = admin.get(f"{RESOURCE}/{doctype}", params=more)
		assert listed.ok and listed.json()["data"] == [], words(listed)
	for name in waiting:
		assert not admin.get(f"{RESOURCE}/Email Queue/{name}").ok


@pytest.mark.parametrize("purpose", ["Reminder", "Survey"])
def test_letters_to_the_complainant(http, case, word, purpose):
	if purpose == "Reminder":
		letter = {"complaint": case, "purpose": purpose, "subject": word, "message": f"<p>{word}</p>"}
		assert http(user_of("manager")).post(f"{RPC}/iso10002.handling.letters.send", json=letter).ok
	else:
		doc = frappe.get_doc("Complaint", case)
		letters.send_survey(doc, letters.addressee(doc), f"https://example.com/{word}")
		frappe.db.commit()
	assert_hidden_in_the_queue(http, word)


def test_the_mail_of_a_mention_in_a_case(http, case, word):
	manager = user_of("manager")
	tell_by_mail(manager)
	mention = f'<span class="mention" data-id="{manager}" data-value="m" data-is-group="false">@m</span>'
	with_words = {"reference_doctype": "Complaint", "reference_name": case, "content": f"{mention} {word}"}
	comment = {"doctype": "Comment", "comment_type": "Comment", **with_words}
	frappe.flags.in_test = True  # notices are written at once, and no mail goes out
	frappe.get_doc(comment).insert()
	frappe.flags.in_test = False
	frappe.db.commit()
	assert_hidden_in_the_queue(http, word)


def test_the_mail_of_a_task_in_a_case_and_of_any_other(http, case, word):
	manager, other = user_of("manager"), unique("otter")
	tell_by_mail(manager)
	note = frappe.get_doc({"doctype": "Note", "title": unique("note"), "content": "x", "public": 1}).insert()
	frappe.flags.in_test = True
	for doctype, name, text in (("Complaint", case, word), ("Note", note.name, other)):
		task = {"assign_to": [manager], "doctype": doctype, "name": name, "description": text}
		frappe.get_attr("frappe.desk.form.assign_to.add")(task)
	frappe.flags.in_test = False
	frappe.db.commit()
	assert_hidden_in_the_queue(http, word)
	asked = {"filters": json.dumps({"message": ("like", f"%{other}%")})}
	assert http(system_manager()).get(f"{RESOURCE}/Email Queue", params=asked).json()["data"]


def tell_by_mail(user: str) -> None:
	"""Have Frappe mail every notice to a user."""
	if not frappe.db.exists("Notification Settings", user):
		frappe.get_doc({"doctype": "Notification Settings", "name": user}).insert()
	types = ("enable_email_notifications", "enable_email_mention", "enable_email_assignment")
	settings = frappe.get_doc("Notification Settings", user)
	settings.update({"enabled": 1, **dict.fromkeys(types, 1)}).save()


def test_a_report_on_cases_an_admin_has_mailed_to_who_sees_them(http, case, word):
	admin, privacy = http(system_manager()), user_of("privacy")
	columns = {"fields": [["name", "Complaint"], ["description", "Complaint"]], "filters": []}
	order = {"order_by": "`tabComplaint`.`modified` desc"}
	report = {"report_name": unique("report"), "ref_doctype": "Complaint", "report_type": "Report Builder"}
	report.update({"is_standard": "No", "json": json.dumps({**columns, **order})})
	assert admin.post(f"{RESOURCE}/Report", json=report).ok
	mailing = {"report": report["report_name"], "user": privacy, "email_to": privacy, "format": "HTML"}
	mailing.update({"enabled": 1, "frequency": "Daily", "no_of_rows": 100, "report_type": "Report Builder"})
	made = admin.post(f"{RESOURCE}/Auto Email Report", json=mailing)
	assert made.ok, words(made)
	frappe.db.rollback()
	frappe.flags.in_test = True
	frappe.get_doc("Auto Email Report", made.json()["data"]["name"]).send()  # as the scheduler does
	frappe.flags.in_test = False
	frappe.db.commit()
	assert_hidden_in_the_queue(http, case)


def test_letters_from_before_are_hidden_by_the_patch(http, word, case):
	to = [{"recipient": f"{word}@example.org", "status": "Sent"}]
	mail = {"doctype": "Email Queue", "message": word, "status": "Sent", "recipients": to}
	frappe.get_doc(mail).insert()
	other = frappe.get_doc({**mail, "recipients": [{"recipient": "otter@example.net"}]}).insert()
	frappe.get_attr("iso10002.patches.letters_leave_the_queue.execute")()
	assert not frappe.db.get_value("Email Queue", other.name, "reference_doctype")
	other.delete()
	frappe.db.commit()
	assert_hidden_in_the_queue(http, word)
