"""Words about a case that reach people: comments, mentions, notifications, e-mails."""

from email.mime.text import MIMEText
from email.utils import formatdate

import frappe
from frappe import _
from frappe.desk.notifications import extract_mentions
from frappe.model.document import Document
from frappe.utils import escape_html, parse_addr

from iso10002 import roles
from iso10002.confidentiality.conditions import (
	ABOUT,
	OF_SOME_CASE,
	case_document_of,
	is_on_cases,
	may_see_told,
	told_of,
)
from iso10002.confidentiality.guards.grants import refuse_blind
from iso10002.confidentiality.guards.refusal import refuse
from iso10002.confidentiality.rule import CASE_DOCTYPES, case_of, may_see, may_see_document

WRITTEN_BY_PEOPLE = ("Comment", "Like")
MOST_TOLD = 20  # people who are told of a mail that waits for a decision


def check_comment(comment: Document, method: str | None = None) -> None:
	"""Refuse a comment on a case by, or with a mention of, somebody who may not see it (doc_events hook of Comment).

	Frappe mails the whole comment to whoever is mentioned, without asking.

	Raises:
		PermissionError: names who may not see the case.
	"""
	if comment.reference_doctype not in CASE_DOCTYPES or comment.comment_type not in WRITTEN_BY_PEOPLE:
		return
	refuse_blind(comment.reference_doctype, comment.reference_name)
	for user in set(extract_mentions(comment.content or "")):
		if not may_see_document(user, comment.reference_doctype, comment.reference_name):
			refuse(
				_("{0} may not see this complaint and cannot be mentioned in it.").format(
					frappe.bold(escape_html(user))
				),
				comment.reference_doctype,
				comment.reference_name,
				user,
			)


def blank_notice(log: Document, method: str | None = None) -> None:
	"""Take the words out of a notification about a case for somebody who may not see it (hook of Notification Log).

	Not refused: Frappe writes the notifications of several people in one go, and the others should get theirs.
	"""
	document = case_document_of(log.document_type, log.document_name)
	if document and log.for_user != "Administrator" and not may_see_told(log.for_user, *document):
		document = None
		log.update(
			{
				"subject": _("A notification was withheld: it is about something you may not see."),
				"email_content": None,
				"document_type": None,
				"document_name": None,
				"attached_file": None,
				"link": None,
				"type": "Alert",  # of others Frappe sends a mail, with a link to the document
			}
		)
	frappe.flags.notice_of_a_case = bool(document)


def notice_is_written(log: Document, method: str | None = None) -> None:
	"""Forget that the mails being written are of a notice about a case (hook of Notification Log, `after_insert`)."""
	frappe.flags.notice_of_a_case = False


def keep_silent(row: Document, method: str | None = None) -> None:
	"""Let no Notification of the site speak of a row about a case, such as a comment or a task (doc_events hook of all
	DocTypes of ABOUT, before anything is stored).

	An admin writes what it says, to whom and on which condition; so it is not even asked. Frappe remembers in a
	document which Notifications have spoken of it: all have.
	"""
	if told_of(row):
		spoken = frappe.get_all("Notification", {"document_type": row.doctype}, pluck="name")
		row.flags.notifications_executed = [*(row.flags.notifications_executed or ()), *spoken]


def withhold_mail(mail: Document, method: str | None = None) -> None:
	"""Take the words out of a mail about a row of a case, and leave it to who may see the case (doc_events hook of
	Email Queue, `before_insert`). What tells of a case without being about one for Frappe goes out as it is, and waits
	where nobody reads it.

	Notifications that run once a day send such mails, whatever `keep_silent` does. A mail somebody wrote, from a task for
	instance, is about a row too; Frappe keeps it as a Communication, and it goes out as it is.
	"""
	if _tells_of_cases(mail):
		mail.update({**OF_SOME_CASE, "add_unsubscribe_link": 0})
	if mail.reference_doctype not in ABOUT or _is_written(mail.communication):
		return
	if not (document := case_document_of(mail.reference_doctype, mail.reference_name)):
		return
	mail.recipients = [line for line in mail.recipients if _has_sight(line.recipient, *document)]
	said = _("A notification was withheld: it is about a complaint. Open the complaint to see what is new.")
	text = MIMEText(said, "plain", "utf-8")
	for header, value in (
		("Subject", _("A notification was withheld")),
		("From", mail.sender),
		("To", "<!--recipient-->"),  # Frappe puts in the address
		("Message-Id", f"<{mail.message_id}>"),
		("Date", formatdate()),
	):
		text[header] = value
	mail.update(
		{"message": text.as_string(), "attachments": "[]", "show_as_cc": None, "expose_recipients": None}
	)
	if not mail.recipients:
		mail.update({"status": "Error", "error": said})


def check_communication(mail: Document, method: str | None = None) -> None:
	"""Look at a new communication about a case (doc_events hook of Communication, `before_insert`).

	What comes in from a sender who has nothing to do with the case is set aside; what goes out needs a writer who
	may see the case. Frappe attaches replies by their message id, which anybody can copy.

	Raises:
		PermissionError: the user may not see the case.
	"""
	if mail.reference_doctype not in CASE_DOCTYPES:
		return
	if mail.sent_or_received == "Received" and mail.communication_medium == "Email":
		_set_aside_strangers(mail)
	elif mail.communication_type == "Communication":
		refuse_blind(mail.reference_doctype, mail.reference_name)


def leave_timelines(mail: Document, method: str | None = None) -> None:
	"""Take a communication about a case, or set aside from one, off the timelines of contacts and of their customers
	(doc_events hook of Communication, `validate`): Frappe shows what is on one to all who may read the contact.
	"""
	if mail.flags.set_aside_from or told_of(mail):
		mail.set("timeline_links", [])


def tell_of_stranger(mail: Document, method: str | None = None) -> None:
	"""Tell the people of a case that a mail was set aside (doc_events hook of Communication, `after_insert`)."""
	if mail.flags.set_aside_from:
		tell_who_decides(mail.flags.set_aside_from, mail)


def tell_who_decides(case: str, mail: Document) -> None:
	"""Tell who decides in a case that a Communication or Complaint Mail of a stranger waits to be attached to it."""
	for user in _who_decides(case):
		log = frappe.new_doc("Notification Log")
		log.update(
			{
				"subject": _(
					"{0}: a reply came from an unknown sender and was set aside. Attach it if it belongs there."
				).format(case),
				"for_user": user,
				"from_user": "Administrator",
				"type": "Alert",
				"document_type": mail.doctype,
				"document_name": mail.name,
			}
		)
		log.insert(ignore_permissions=True)  # safe: to people who may see the case, with its number only


def _set_aside_strangers(mail: Document) -> None:
	case, sender = (
		case_of(mail.reference_doctype, mail.reference_name),
		parse_addr(mail.sender or "")[1].lower(),
	)
	if case and not _has_to_do_with(case, sender):
		mail.flags.set_aside_from = case
		mail.reference_doctype = mail.reference_name = None
		mail.in_reply_to = None


def _has_to_do_with(case: str, sender: str) -> bool:
	"""Whether an address is that of a party of the case, other than one complained about, or of a user who sees it."""
	if not sender:
		return False
	party = frappe.qb.DocType("Complaint Party")
	found = (
		frappe.qb.from_(party)
		.select(party.role)
		.where(party.complaint == case)
		.where(party.email == sender)
		.run()
	)
	if found:
		return True
	user = frappe.db.get_value("User", {"email": sender, "enabled": 1})
	return bool(user) and may_see(user, case)


def _who_decides(case: str) -> list[str]:
	"""Return the handler, or the managers while there is none: those who may see the case."""
	handler = frappe.db.get_value("Complaint", case, "handler")
	if handler and may_see(handler, case):
		return [handler]
	managers = frappe.get_all("Has Role", {"role": roles.MANAGER, "parenttype": "User"}, pluck="parent")
	return [user for user in sorted(set(managers)) if may_see(user, case)][:MOST_TOLD]


def _tells_of_cases(mail: Document) -> bool:
	"""Whether a mail is that of a notice about a case, which Frappe writes about nothing, or a report on cases."""
	if mail.reference_doctype == "Auto Email Report":
		return is_on_cases(frappe.db.get_value(mail.reference_doctype, mail.reference_name, "report"))
	return bool(frappe.flags.notice_of_a_case) and not mail.reference_doctype


def _is_written(communication: str | None) -> bool:
	"""Whether a mail was written by somebody, and not by a Notification."""
	kind = communication and frappe.db.get_value("Communication", communication, "communication_type")
	return kind == "Communication"


def _has_sight(address: str, doctype: str, name: str | None) -> bool:
	user = frappe.db.get_value("User", {"email": parse_addr(address)[1].lower(), "enabled": 1})
	return bool(user) and may_see_told(user, doctype, name)
