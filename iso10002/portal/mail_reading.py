"""Reads more of a received e-mail than Frappe hands on: headers that say whether a person wrote it, and what could not be kept.

Frappe hands a received mail on as a Communication, without its headers and without a hook in between, and drops the
whole mail where it cannot store one attachment (a damaged PDF). So two functions of its reading are extended, in every
process before its first request or job: the Communication then carries `mail_headers` until it is stored, and the
Communication of a mailbox for complaints the names of the attachments that were left out. Nothing else about
receiving mails changes.
"""

import frappe
from frappe.email.receive import InboundMail
from frappe.model.document import Document

MAIL = "Complaint Mail"
KEPT = (
	"Auto-Submitted",
	"Precedence",
	"List-Id",
	"X-Autoreply",
	"X-Autorespond",
	"X-Auto-Response-Suppress",
	"Return-Path",
	"X-Spam-Flag",
	"X-Spam-Status",
	"X-Loop",
	"Content-Type",
	"References",
)


def watch(*_args: object, **_kwargs: object) -> None:
	"""Extend Frappe's reading of mails, once in a process (hooks `before_request` and `before_job`)."""
	if hasattr(InboundMail, "iso10002_as_dict"):
		return
	InboundMail.iso10002_as_dict = InboundMail.as_dict
	InboundMail.as_dict = _as_dict
	InboundMail.iso10002_save_attachments = InboundMail.save_attachments_in_doc
	InboundMail.save_attachments_in_doc = _save_attachments


def _as_dict(mail: InboundMail) -> dict:
	headers = {name: str(mail.mail.get(name) or "")[:500] for name in KEPT}
	return {**mail.iso10002_as_dict(), "mail_headers": headers}


def _save_attachments(mail: InboundMail, communication: Document) -> list[Document]:
	"""Store the attachments one by one; one that cannot be stored does not take the mail with it."""
	if communication.reference_doctype != MAIL:
		return mail.iso10002_save_attachments(communication)
	given, saved, left_out = mail.attachments, [], []
	try:
		for attachment in given:
			mail.attachments = [attachment]
			frappe.db.savepoint("complaint_mail_file")
			try:
				saved += mail.iso10002_save_attachments(communication)
			except Exception:  # whatever stands in a file from outside
				frappe.db.rollback(save_point="complaint_mail_file")
				frappe.clear_messages()
				left_out.append(attachment["fname"])
	finally:
		mail.attachments = given
	communication.flags.left_out = left_out
	return saved
