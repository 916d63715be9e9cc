"""Complaints and answers by e-mail: twenty-one odd and hostile mails, and what a person does with what is set aside."""

from pathlib import Path

import frappe
import pytest
from factories import acting_as, complaint_in, make_complaint, make_party, make_user, unique, user_of
from frappe.email.receive import InboundMail
from hidden_case import ask, assert_hidden
from http_roads import RESOURCE, RPC
from over_http import system_manager, words

from iso10002 import roles
from iso10002.confidentiality import removal
from iso10002.handling import events
from iso10002.handling.errors import IntakeError
from iso10002.portal import mail_reading, mail_signs, mailbox, protection

MAILS = Path(__file__).parent / "data" / "mails"
SENDER = "vera@example.org"


@pytest.fixture(scope="module")
def account(site):
	"""A mailbox that is never connected to; the mails are handed in as if it had been."""
	mail_reading.watch()
	name = "Complaints of the tests"
	if not frappe.db.exists("Email Account", name):
		doc = frappe.new_doc("Email Account")
		doc.update(
			{
				"email_account_name": name,
				"email_id": "complaints@example.com",
				"append_to": "Complaint Mail",
				"use_imap": 0,
				"enable_incoming": 0,
			}
		)
		doc.insert()
		frappe.db.commit()
	yield frappe.get_doc("Email Account", name)
	frappe.delete_doc("Email Account", name, force=True)
	frappe.db.commit()


@pytest.fixture
def receive(account):
	"""receive("01-plain"): hand a mail in as Frappe does; the Complaint Mail it became."""
	frappe.cache.delete_keys("iso10002:")

	def hand_in(mail: str | bytes, case: str = ""):
		raw = mail if isinstance(mail, bytes) else next(MAILS.glob(f"{mail}*.eml")).read_bytes()
		raw = raw.replace(b"{{CASE}}", case.encode())
		communication = InboundMail(raw, account).process()
		return frappe.get_doc("Complaint Mail", {"communication": communication.name})

	return hand_in


def raw_mail(sender: str, subject: str, text: str = "He did it again.", headers: str = "") -> bytes:
	head = f"From: {sender}\r\nTo: complaints@example.com\r\nSubject: {subject}\r\nMessage-ID: <{unique()}@example.net>"
	return f"{head}\r\n{headers}Content-Type: text/plain; charset=utf-8\r\n\r\n{text}\r\n".encode()


AUTOMATIC = "Auto-Submitted: auto-replied\r\n"


def case_of(mail):
	assert mail.state == "Complaint", (mail.state, mail.reason)
	return frappe.get_doc("Complaint", mail.complaint)


def files_of(case: str) -> list:
	return frappe.get_all("File", {"attached_to_name": case}, ["file_name", "is_private"])


@pytest.mark.parametrize(
	("name", "words"),
	(
		("01", "washing machine you sold me"),
		("02", "The machine is broken & loud."),
		("04", "Die Maschine ist nicht dicht"),
		("05", "not here and it is late"),
		("17", "washing machine"),
		("18", "სარეცხი"),
		("19", "is not fair"),
		("20", "Broken structure"),
		("21", "The lift is not working"),
	),
)
def test_a_mail_a_person_wrote_is_a_complaint_however_it_is_put_together(receive, name, words):
	mail = receive(name)
	case = case_of(mail)
	assert words in case.description
	assert "<script>p{" not in case.description and "color:red" not in case.description
	assert case.channel == "E-mail" and case.status == "Received"
	assert frappe.db.get_value("Complaint Party", {"complaint": case.name}, "email").startswith("vera")
	assert not mail.content
	kept = frappe.db.get_value("Communication", mail.communication, ["content", "subject", "sender"])
	assert words not in str(kept) and SENDER not in str(kept)


def test_the_language_is_guessed_and_unknown_where_nothing_tells(receive):
	assert case_of(receive("18")).language == "ka"
	assert case_of(receive("04")).language == "de"
	for text, language in (
		("Il prodotto non è arrivato e la consegna", "it"),
		("Ürün çok geç geldi ve bir parça yok", "tr"),
		("Стиральная машина не работает", "ru"),
		("ماشین لباسشویی خراب است", "fa"),
		("1234 5678", None),
	):
		assert mail_signs.language_of(text) == language


@pytest.mark.parametrize(
	("name", "why"),
	(
		("06", "automatic reply"),
		("07", "automatic reply"),
		("08", "could not be delivered"),
		("09", "sent to a list"),
		("10", "spam"),
		("11", "own mailboxes"),
	),
)
def test_what_a_machine_wrote_is_set_aside(receive, name, why):
	mail = receive(name)
	assert (mail.state, mail.complaint) == ("Set aside", None) and why in mail.reason


def test_a_mail_without_text_is_set_aside_where_its_subject_is_all(receive):
	mail = receive("16")
	assert mail.state == "Set aside" and "neither text" in mail.reason


def test_attachments_are_checked_by_content_and_kept_under_neutral_names(receive):
	case = case_of(receive("15"))
	(file,) = files_of(case.name)
	assert file.is_private and "note" not in file.file_name and file.file_name.startswith(case.name)
	assert "not accepted: bill.pdf" in case.description
	other = case_of(receive("03"))
	assert files_of(other.name) == [] and "winmail.dat" in other.description


def test_an_attachment_that_cannot_be_stored_does_not_take_the_mail_with_it(receive):
	"""Frappe refuses it while it stores the mail: some versions a damaged PDF, all of them a name without letters."""
	raw = (
		b"From: v@example.org\r\nTo: c@example.org\r\nSubject: Broken lift\r\nMIME-Version: 1.0\r\n"
		b'Content-Type: multipart/mixed; boundary="b"\r\n\r\n--b\r\n\r\nThe lift is broken.\r\n'
		b'--b\r\nContent-Disposition: attachment; filename="%s.txt"\r\n\r\none\r\n'
		b'--b\r\nContent-Disposition: attachment; filename="kept.txt"\r\n\r\ntwo\r\n--b--\r\n'
	) % (b"n" * 300)
	case = case_of(receive(raw))
	assert "The lift is broken." in case.description and "not accepted: nnn" in case.description
	assert len(files_of(case.name)) == 1


def test_a_reply_of_the_complainant_becomes_a_message_without_what_it_quotes(receive):
	case = make_complaint().name
	make_party(case, email=SENDER.upper())
	mail = receive("14", case)
	assert (mail.state, mail.complaint) == ("Message", case)
	(row,) = [row for row in events.timeline(case) if row.event == "Message Received"]
	assert "I will send the bill" in row.remark and "SECRET QUOTE" not in row.remark


def test_a_reference_alone_and_a_forged_thread_open_no_case(receive):
	case = make_complaint().name
	make_party(case, email=SENDER)
	mail = receive("13", case)
	assert mail.state == "Set aside" and "not known in that case" in mail.reason
	first = receive("01")
	forged = receive("12")
	assert forged.name != first.name and forged.complaint != first.complaint
	assert forged.state == "Complaint"  # a complaint of its own
	assert events.count(first.complaint, "Message Received") == 0


def test_many_mails_of_one_sender_are_set_aside(receive, monkeypatch):
	monkeypatch.setattr(mailbox, "MAILS_AN_HOUR", 1)
	assert receive("01").state == "Complaint"
	assert "within an hour" in receive("17").reason
	protection.note("mail", SENDER)


def test_the_same_mail_again_changes_nothing(receive):
	first, again = receive("01"), receive("01")
	assert first.name == again.name


def test_what_was_set_aside_is_settled_once_by_a_person(receive, http):
	mail = receive("07")
	with acting_as(user_of("intake")):
		case = mailbox.make_complaint(mail.name)
		with pytest.raises(IntakeError, match="settled"):
			mailbox.discard(mail.name, "x")
	assert "washing machine" in frappe.db.get_value("Complaint", case, "description")
	other = receive("10")
	with acting_as(user_of("handler")):
		with pytest.raises(IntakeError, match="Reason"):
			mailbox.discard(other.name, " ")
		mailbox.discard(other.name, "Spam")
	target = make_complaint().name
	third = receive("09")
	with acting_as(user_of("handler")):
		mailbox.add_to_complaint(third.name, target)
	assert events.count(target, "Message Received") == 1
	for user in ("Guest", user_of("executive"), user_of("auditor")):
		answer = http(user).post(
			"/api/method/iso10002.portal.mailbox.discard", json={"mail": "x", "reason": "y"}
		)
		assert answer.status_code in (403, 404)


def test_a_mail_in_a_case_is_seen_with_the_case_only(receive):
	mail = receive("01")
	person = user_of("handler")
	with acting_as(person):
		assert frappe.get_list("Complaint Mail", {"name": mail.name}) and mail.has_permission("read")
	make_party(mail.complaint, role="Person complained about", full_name="H", email=person)
	with acting_as(person):
		assert not frappe.get_list("Complaint Mail", {"name": mail.name})
		assert not frappe.get_doc("Complaint Mail", mail.name).has_permission("read")


def test_who_wrote_is_in_the_case_alone_once_the_mail_is_settled(receive, http):
	"""Who sees the case, and may not open its protected identities, reads its mails all the same."""
	word, case = unique("zebra"), complaint_in("Assessed")
	make_party(case, full_name=word, email=f"{word}@example.org", identity="Confidential")
	mail = receive(raw_mail(f"{word}@example.org", f"{word}: more on {case}"))
	aside = receive(raw_mail(f"{word}@example.org", "Automatic reply", headers=AUTOMATIC))
	with acting_as(user_of("handler")):
		mailbox.discard(aside.name, "Away")
	frappe.db.commit()
	outside = make_user(roles.HANDLER, email=f"{unique('outside')}@example.com").name
	for settled, state in ((mail, "Message"), (aside, "Discarded")):
		assert frappe.db.get_value("Complaint Mail", settled.name, "state") == state
		(row,) = listed(http, outside, settled)
		assert not any(row[field] for field in ("sender", "subject", "content"))
	again = raw_mail(f"{word}@example.org", "A photo", headers=f"In-Reply-To: {message_id(mail)}\r\n")
	assert receive(again).complaint == case  # its thread is found without them


def message_id(mail) -> str:
	return f"<{frappe.db.get_value('Communication', mail.communication, 'message_id')}>"


def test_senders_of_mails_settled_before_are_emptied_by_the_patch(receive):
	mail = receive(raw_mail("aunt@example.org", "Broken", "The machine is broken and it is late."))
	mail.db_set({"sender": "aunt@example.org", "subject": "Broken"})
	aside = receive(raw_mail("aunt@example.org", "Automatic reply", headers=AUTOMATIC))
	frappe.get_attr("iso10002.patches.mails_forget_senders.execute")()
	senders = [frappe.db.get_value("Complaint Mail", row.name, "sender") for row in (mail, aside)]
	assert senders == [None, "aunt@example.org"]


def test_nobody_becomes_a_contact_by_complaining(receive, account):
	sender = f"{unique('whistle')}@example.org"
	account.reload()
	assert not account.create_contact
	assert receive(raw_mail(sender, "Rude", "The clerk was rude to me.")).state == "Complaint"
	assert not frappe.db.exists("Contact Email", {"email_id": sender})
	account.db_set("create_contact", 1)
	frappe.get_attr("iso10002.patches.no_contacts_of_complainants.execute")()
	assert not frappe.db.get_value("Email Account", account.name, "create_contact")
	folder = {"append_to": "Complaint Mail", "folder_name": "INBOX"}
	other = frappe.get_doc({"doctype": "Email Account", "create_contact": 1, "imap_folder": [folder]})
	mailbox.make_no_contacts(other)
	assert not other.create_contact
	plain = frappe.get_doc({"doctype": "Email Account", "create_contact": 1, "append_to": "ToDo"})
	mailbox.make_no_contacts(plain)
	assert plain.create_contact


# What was set aside and tells of a case


def listed(http, user: str, mail) -> list:
	fields = '["name", "sender", "subject", "content", "reason"]'
	params = {"fields": fields, "filters": frappe.as_json({"name": mail.name})}
	return http(user).get(f"{RESOURCE}/Complaint Mail", params=params).json()["data"]


@pytest.mark.parametrize(
	"mail",
	(
		lambda word, case: raw_mail(f"aunt-{word}@example.net", f"Re: {case}"),
		lambda word, case: raw_mail(
			"mailer-daemon@example.net", "Undelivered", f"> Your case {case}: {word}"
		),
		lambda word, case: raw_mail(f"{word}@example.org", "Automatic reply", "I am away.", AUTOMATIC),
	),
	ids=("names the case", "quotes it", "protected sender"),
)
def test_a_mail_that_was_set_aside_goes_with_the_case_it_tells_of(receive, http, mail):
	word, case = unique("zebra"), complaint_in("Assessed")
	accused = make_user(roles.HANDLER, email=f"{unique('accused')}@example.com").name
	make_party(case, full_name=word, email=f"{word}@example.org", identity="Confidential")
	make_party(case, role="Person complained about", full_name="X", email=accused)
	aside = receive(mail(word, case))
	frappe.db.commit()
	assert (aside.state, aside.about, aside.complaint) == ("Set aside", case, None)
	seen = {"word": word}
	for user in (accused, user_of("intake")):
		assert not listed(http, user, aside)
		assert_hidden(http(user).get(f"{RESOURCE}/Complaint Mail/{aside.name}"), seen, status=(403,))
		counted = {"doctype": "Complaint Mail", "filters": {"name": aside.name}}
		assert http(user).call("frappe.client.get_count", **counted) == 0
		discarded = ask(
			http(user), "iso10002.portal.mailbox.discard", mail=aside.name, reason="Nothing in it"
		)
		assert_hidden(discarded, seen, status=(403,))
	assert listed(http, user_of("handler"), aside)
	frappe.db.set_value("Complaint", case, "confidentiality_level", "Restricted")
	frappe.db.commit()
	assert not listed(http, make_user(roles.HANDLER, email=f"{unique('other')}@example.com").name, aside)


def test_who_handles_a_case_is_told_of_a_mail_about_it_that_was_set_aside(receive):
	"""Intake looks through these mails, and does not see it."""
	case, handler = complaint_in("Assessed"), user_of("handler")
	frappe.db.set_value("Complaint", case, "handler", handler)
	aside = receive(raw_mail("aunt@example.net", f"Re: {case}"))
	about = {"document_type": "Complaint Mail", "document_name": aside.name}
	(notice,) = frappe.get_all("Notification Log", about, ["for_user", "subject"])
	assert notice.for_user == handler and case in notice.subject


def test_mails_go_with_the_case_they_tell_of_when_it_is_removed(receive):
	case = complaint_in("Assessed")
	aside, other = (
		receive(raw_mail("aunt@example.net", f"Re: {name}")) for name in (case, complaint_in("Assessed"))
	)
	removal.remove_case(case)
	for mail, there in ((aside, False), (other, True)):
		assert bool(frappe.db.exists("Complaint Mail", mail.name)) == there
		assert bool(frappe.db.exists("Communication", mail.communication)) == there


def test_mails_from_before_are_closed_by_the_patch(receive):
	case = complaint_in("Assessed")
	aside = receive(raw_mail("aunt@example.net", f"Re: {case}"))
	aside.db_set("about", None)
	frappe.get_attr("iso10002.patches.mails_tell_of_cases.execute")()
	assert frappe.db.get_value("Complaint Mail", aside.name, "about") == case
	spam = receive("10")
	assert not spam.about


def test_the_form_of_a_mail_that_was_set_aside_opens_for_intake(receive, http):
	aside = receive(raw_mail("robot@example.net", "Your order", headers=AUTOMATIC))
	frappe.db.commit()
	form = {"doctype": "Complaint Mail", "name": aside.name}
	opened = http(user_of("intake")).get(f"{RPC}/frappe.desk.form.load.getdoc", params=form)
	assert opened.ok and aside.name in opened.text, words(opened)
	assert not http(system_manager()).get(f"{RPC}/frappe.desk.form.load.getdoc", params=form).ok


@pytest.mark.parametrize("named", (True, False), ids=("names a case", "names none"))
def test_what_is_kept_about_a_mail_is_seen_with_it(receive, http, named):
	"""Its attachments, and comments and tasks on it; a System Manager reads all lists of Frappe."""
	word, case = unique("zebra"), complaint_in("Assessed")
	subject = f"Re: {case}" if named else "Automatic reply"
	parts = f"--b\r\n\r\nSee.\r\n--b\r\nContent-Disposition: attachment; filename={word}.txt\r\n\r\nIt is so.\r\n--b--"
	mail = raw_mail("aunt@example.net", subject, parts, AUTOMATIC)
	mail = mail.replace(b"text/plain; charset=utf-8", b"multipart/mixed; boundary=b")
	aside = receive(mail)
	of_mail = {"reference_doctype": "Complaint Mail", "reference_name": aside.name}
	frappe.get_doc({"doctype": "Comment", "comment_type": "Comment", "content": word, **of_mail}).insert()
	file = frappe.get_doc("File", {"attached_to_name": aside.communication})
	task = {"reference_type": "Complaint Mail", "reference_name": aside.name, "description": word}
	frappe.get_doc({"doctype": "ToDo", "allocated_to": user_of("handler"), **task}).insert()
	frappe.db.commit()
	accused = make_user(roles.HANDLER, email=f"{unique('accused')}@example.com").name
	make_party(case, role="Person complained about", full_name="X", email=accused)
	frappe.db.commit()
	for user in (system_manager(), *([accused] if named else [])):
		for doctype, field in (("File", "file_name"), ("Comment", "content"), ("ToDo", "description")):
			asked = {"fields": f'["{field}"]', "filters": frappe.as_json({field: ("like", f"%{word}%")})}
			rows = http(user).get(f"{RESOURCE}/{doctype}", params=asked)
			assert not rows.json().get("data"), (user, doctype)
		assert not http(user).get(file.file_url).ok
	assert (
		http(user_of("handler"))
		.get(f"{RESOURCE}/ToDo", params={"filters": frappe.as_json(task)})
		.json()["data"]
	)
