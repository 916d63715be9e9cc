"""A mail that arrives on a real IMAP server becomes a complaint, its confirmation goes out over real SMTP, and the
answer to that comes back into the case."""

import imaplib
import os
import socket
import subprocess
import sys
import time
from email import message_from_bytes, policy
from email.message import EmailMessage

import frappe
import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult
from factories import unique

from iso10002.handling import events
from iso10002.portal import mail_reading

NAME = "Complaints by IMAP"


def free_port() -> int:
	with socket.socket() as sock:
		sock.bind(("127.0.0.1", 0))
		return sock.getsockname()[1]


class Postman:
	"""Keeps what is sent to it over SMTP."""

	def __init__(self):
		self.mails = []

	async def handle_DATA(self, server, session, envelope):
		self.mails.append((envelope.rcpt_tos, message_from_bytes(envelope.content, policy=policy.default)))
		return "250 OK"


@pytest.fixture(scope="module")
def imap():
	"""The port of an IMAP server with one mailbox: complaints, secret."""
	port = free_port()
	code = "from pymap.main import main; main()"
	server = subprocess.Popen(
		[
			*(sys.executable, "-c", code, "--host", "127.0.0.1", "--port", str(port), "--no-tls"),
			*("dict", "--demo-data", "--demo-user", "complaints", "--demo-password", "secret"),
		],
		stdout=subprocess.DEVNULL,
		stderr=subprocess.DEVNULL,
		env={
			**os.environ,
			"PYTHONPATH": os.pathsep.join(sys.path),
		},  # on a bench pymap lies beside its packages
	)
	try:
		for _try in range(100):
			try:
				socket.create_connection(("127.0.0.1", port), timeout=1).close()
				break
			except OSError:
				time.sleep(0.1)
		yield port
	finally:
		server.terminate()
		server.wait(timeout=10)


@pytest.fixture
def postman():
	postman = Postman()
	controller = Controller(
		postman,
		hostname="127.0.0.1",
		port=free_port(),
		authenticator=lambda *_login: AuthResult(success=True),
		auth_require_tls=False,
	)
	controller.start()
	postman.port = controller.port
	yield postman
	controller.stop()


@pytest.fixture
def account(imap, postman):
	mail_reading.watch()
	doc = frappe.new_doc("Email Account")
	doc.update(
		{
			"email_account_name": NAME,
			"email_id": "complaints@example.com",
			"password": "secret",
			"login_id_is_different": 1,
			"login_id": "complaints",
			"enable_incoming": 1,
			"use_imap": 1,
			"email_server": "127.0.0.1",
			"incoming_port": imap,
			"use_ssl": 0,
			"email_sync_option": "UNSEEN",
			"imap_folder": [{"folder_name": "INBOX", "append_to": "Complaint Mail"}],
			"append_to": "Complaint Mail",
			"enable_outgoing": 1,
			"default_outgoing": 1,
			"smtp_server": "127.0.0.1",
			"smtp_port": postman.port,
			"use_tls": 0,
		}
	)
	doc.insert()
	frappe.local.outgoing_email_account = {}
	yield frappe.get_doc("Email Account", NAME)
	frappe.db.rollback()
	frappe.delete_doc("Email Account", NAME, force=True, ignore_missing=True)
	frappe.db.delete("Email Queue", {"sender": ("like", "%complaints@example.com%")})
	frappe.db.commit()
	frappe.local.outgoing_email_account = {}


def deliver(port: int, sender: str, subject: str, text: str, **headers: str) -> None:
	"""Put a mail into the mailbox, as the organisation's mail server does."""
	mail = EmailMessage()
	mail["From"], mail["To"], mail["Subject"] = sender, "complaints@example.com", subject
	mail["Message-ID"] = f"<{unique('m')}@mail.example.org>"
	for name, value in headers.items():
		mail[name.replace("_", "-")] = value
	mail.set_content(text)
	mail.add_attachment(b"the bill: 100", maintype="text", subtype="plain", filename="bill.txt")
	with imaplib.IMAP4("127.0.0.1", port) as box:
		box.login("complaints", "secret")
		status, _answer = box.append("INBOX", "", None, mail.as_bytes())
		assert status == "OK"


def pull(account) -> None:
	account.receive()
	frappe.db.commit()


def send_out(account) -> None:
	from frappe.email.doctype.email_queue.email_queue import send_now

	for name in frappe.get_all(
		"Email Queue", {"status": "Not Sent", "email_account": account.name}, pluck="name"
	):
		send_now(name)
	frappe.db.commit()


def test_a_complaint_by_mail_its_confirmation_and_the_answer(account, imap, postman):
	from iso10002.handling import letters

	sender = f"{unique('v')}@example.org".lower()
	deliver(imap, f"Vera <{sender}>", "Broken lift", "The lift is not working and it is late.")
	deliver(imap, f"Vera <{sender}>", "Away", "I am away.", Auto_Submitted="auto-replied")
	pull(account)
	assert frappe.db.get_value("Complaint Mail", {"sender": sender}, ["subject", "state"]) == (
		"Away",
		"Set aside",
	)
	case = frappe.db.get_value("Complaint Party", {"email": sender}, "complaint")
	assert "The lift is not working" in frappe.db.get_value("Complaint", case, "description")
	assert frappe.db.count("File", {"attached_to_name": case}) == 1

	draft = letters.draft(case, "Acknowledgement")
	letters.send(case, "Acknowledgement", draft["subject"], draft["message"])
	frappe.db.commit()
	send_out(account)
	(mail,) = [mail for to, mail in postman.mails if sender in to]
	assert case in mail["subject"]

	reply = f"Re: {mail['subject']}"
	deliver(imap, f"Vera <{sender}>", reply, "Thank you.\n\n> earlier", In_Reply_To=mail["Message-ID"])
	deliver(imap, "Mallory <mallory@example.net>", reply, "Withdraw it.", In_Reply_To=mail["Message-ID"])
	pull(account)
	(message,) = [row for row in events.timeline(case) if row.event == "Message Received"]
	assert message.remark.startswith("Thank you.") and "earlier" not in message.remark
	forged = frappe.get_last_doc("Complaint Mail", {"sender": "mallory@example.net"})
	assert forged.state == "Set aside" and not forged.complaint
