"""Complaints and answers by e-mail.

A mailbox is an Email Account that appends to *Complaint Mail*. What arrives is sorted: what a machine wrote is set
aside; what names a case and comes from somebody in it becomes a message of that case; what names a case and comes
from elsewhere is set aside; everything else is a new complaint. What was set aside is settled by a person.
Source: ISO 10002:2018 clauses 4.3, 4.9 and 7.2.
"""

import frappe
from frappe import _
from frappe.model.document import Document
from frappe.utils import strip_html

from iso10002.confidentiality import identity
from iso10002.confidentiality.guards.messages import tell_who_decides
from iso10002.handling import complainant, letters
from iso10002.handling.errors import IntakeError
from iso10002.portal import mail_signs, protection, take_in, uploads

MAIL = "Complaint Mail"
OPEN, SETTLED = ("New", "Set aside"), ("Complaint", "Message", "Discarded")
WORDS = ("subject", "sender", "content")
MAILS_AN_HOUR = 20


def sort_mail(communication: Document, method: str | None = None) -> None:
	"""Sort a mail that arrived in a mailbox for complaints (doc_events hook of Communication, `on_update`).

	Frappe stores a mail, then its attachments, then saves it once more: only then it is complete.
	"""
	if communication.reference_doctype != MAIL or communication.sent_or_received != "Received":
		return
	headers = communication.get("mail_headers")
	if headers is not None:
		frappe.flags.setdefault("complaint_mail_headers", {})[communication.name] = headers
	if not hasattr(communication, "_attachments"):
		return
	if frappe.db.exists(MAIL, {"communication": communication.name}):
		return
	earlier = frappe.get_doc(MAIL, communication.reference_name)
	mail = frappe.new_doc(MAIL) if earlier.communication else earlier
	_fill(mail, communication)
	_settle(mail, communication, earlier if earlier is not mail else None)
	_save(mail)
	_empty(communication, mail)
	if mail.flags.of_stranger:
		tell_who_decides(mail.about, mail)  # intake, which looks through what was set aside, may not see it


@frappe.whitelist(methods=["POST"])
def make_complaint(mail: str) -> str:
	"""Make a complaint of a mail that was set aside; returns its reference.

	Raises:
		PermissionError: the user may not see the mail or record complaints.
		IntakeError: the mail was settled already.
	"""
	doc = _open_mail(mail)
	frappe.has_permission("Complaint", "create", throw=True)
	_make_complaint(doc, _files(doc.communication))
	_save(doc)
	return doc.complaint


@frappe.whitelist(methods=["POST"])
def add_to_complaint(mail: str, complaint: str) -> None:
	"""Add a mail that was set aside to a case, as a message of the complainant.

	Raises:
		PermissionError: the user may not see the mail or change the case.
		IntakeError: the mail was settled already.
	"""
	doc = _open_mail(mail)
	frappe.get_doc("Complaint", complaint).check_permission("write")
	_make_message(doc, complaint, _files(doc.communication))
	_save(doc)


@frappe.whitelist(methods=["POST"])
def discard(mail: str, reason: str) -> None:
	"""Discard a mail that was set aside: it is neither a complaint nor part of one.

	Raises:
		PermissionError: the user may not see the mail.
		IntakeError: there is no reason, or the mail was settled already.
	"""
	doc = _open_mail(mail)
	if not (reason or "").strip():
		frappe.throw(_("Reason: say why the mail is discarded."), IntakeError)
	doc.update({"state": "Discarded", "reason": reason.strip()})
	_save(doc)


def case_told_of(sender: str | None, text: str) -> str | None:
	"""Return the case a mail tells of that is part of none; who may not see the case is not to read it.

	It is the one its text names, or the one in which its sender's identity is protected: the address gives it away.
	"""
	if case := mail_signs.case_named(text):
		return case
	return frappe.db.get_value(identity.VAULT, {"email": sender}, "complaint") if sender else None


def make_no_contacts(account: Document, method: str | None = None) -> None:
	"""Let a mailbox for complaints make no contacts of who writes to it: many read those, and who complains is for the
	case (doc_events hook of Email Account, `validate`).
	"""
	folders = account.get("imap_folder") or ()
	if account.create_contact and MAIL in (account.append_to, *(folder.append_to for folder in folders)):
		account.create_contact = 0
		frappe.msgprint(
			_(
				"Create Contacts from Incoming Emails: switched off. Everybody would read who complains by e-mail."
			),
			alert=True,
		)


def _fill(mail: Document, communication: Document) -> None:
	mail.update(
		{
			"communication": communication.name,
			"subject": (communication.subject or "")[:140],
			"sender": (communication.sender or "")[:140],
			"content": mail_signs.plain(communication.content)[: take_in.FIELDS["description"][2]],
		}
	)
	if left_out := communication.flags.left_out:
		mail.content = f"{mail.content}\n\n{_not_accepted(left_out)}".strip()


def _settle(mail: Document, communication: Document, earlier: Document | None) -> None:
	"""Decide what becomes of a mail; what cannot be taken in is set aside, never lost."""
	headers = frappe.flags.get("complaint_mail_headers", {}).pop(communication.name, {})
	case = mail_signs.case_named(mail.subject) or _case_of_thread(mail, earlier)
	thread = earlier and (earlier.complaint or earlier.about)
	# as it came, with what it quotes: there a bounce names the case
	mail.about = (
		case or thread or case_told_of(mail.sender, f"{communication.subject} {communication.content}")
	)
	files = _files(communication.name)
	if why := mail_signs.why_not_a_person(headers, mail.sender, mail.subject) or _too_many(mail, files):
		_set_aside(mail, why)
	elif case and not _is_in(case, mail.sender):
		_set_aside(mail, _("It names {0}, but its sender is not known in that case.").format(case))
		mail.flags.of_stranger = True
	elif case:
		_make_message(mail, case, files)
	else:
		frappe.db.savepoint("complaint_mail")
		try:
			_make_complaint(mail, files)
		except frappe.ValidationError as error:
			frappe.db.rollback(save_point="complaint_mail")
			frappe.clear_messages()
			_set_aside(mail, strip_html(str(error)))


def _set_aside(mail: Document, why: str) -> None:
	mail.update({"state": "Set aside", "reason": why})


def _make_complaint(mail: Document, files: list[dict]) -> None:
	taken, refused = _accepted(files)
	text = "\n\n".join(filter(None, (mail.subject, mail.content, refused)))
	tidy = {field: "" for field in take_in.FIELDS} | dict.fromkeys(take_in.TICKS, False)
	tidy.update({"description": take_in.clean_text(text) or _("(A mail without text)"), "email": mail.sender})
	found = take_in.take_in(
		tidy,
		taken,
		channel=_channel(),
		language=mail_signs.language_of(text),
		key=f"mail {mail.communication}",
		received_on=frappe.utils.now_datetime(),
	)
	mail.update({"state": "Complaint", "complaint": found.reference, "reason": None})


def _make_message(mail: Document, case: str, files: list[dict]) -> None:
	taken, refused = _accepted(files)
	stored = uploads.store(case, taken, "mail")
	text = "\n\n".join(filter(None, (mail.content or mail.subject, refused)))
	complainant.write(case, take_in.clean_text(text)[:15_000], _channel(), stored)
	mail.update({"state": "Message", "complaint": case, "reason": None})


def _accepted(files: list[dict]) -> tuple[list[dict], str]:
	"""Return the files that may be kept, and a sentence on those that may not."""
	taken, refused = [], []
	for file in files:
		try:
			taken.append(uploads.check(uploads.tidy(file["name"]), file["content"]))
		except uploads.FileTypeError:
			frappe.clear_last_message()
			refused.append(file["name"])
	most = protection.settings().most_files * 4
	refused += [file["name"] for file in taken[most:]]
	return taken[:most], _not_accepted(refused) if refused else ""


def _not_accepted(names: list[str]) -> str:
	return _("[Attachments that were not accepted: {0}]").format(", ".join(names))


def _files(communication: str) -> list[dict]:
	rows = frappe.get_all(
		"File",
		{"attached_to_doctype": "Communication", "attached_to_name": communication},
		["name", "file_name"],
		order_by="creation",
	)
	found = []
	for row in rows:
		content = frappe.get_doc("File", row.name).get_content()
		found.append(
			{
				"name": row.file_name or "",
				"content": content.encode() if isinstance(content, str) else content,
			}
		)
	return found


def _too_many(mail: Document, files: list[dict]) -> str | None:
	"""Whether a sender writes so often, or so little, that it is no complaint; a loop ends here at the latest."""
	protection.note("mail", mail.sender.lower())
	if protection.spent("mail", mail.sender.lower(), MAILS_AN_HOUR + 1):
		return _("Its sender wrote more than {0} mails within an hour.").format(MAILS_AN_HOUR)
	if not mail.content and not files:
		return _("It has neither text nor attachments.")
	return None


def _case_of_thread(mail: Document, earlier: Document | None) -> str | None:
	"""Return the case of the mail this one answers to, if its sender is known there."""
	case = earlier and earlier.complaint
	return case if case and _is_in(case, mail.sender) else None


def _is_in(case: str, sender: str) -> bool:
	"""Whether a letter of this case would go to this address."""
	found = []
	for row in map(frappe.qb.DocType, (identity.PARTY, identity.VAULT)):
		query = frappe.qb.from_(row).select(row.email).where(row.complaint == case)
		found += query.where(row.role.isin(letters.ADDRESSEES)).run()
	return sender.strip().lower() in {(email or "").strip().lower() for (email,) in found}


def _channel() -> str:
	return frappe.get_cached_doc("ISO10002 Settings").email_channel or protection.settings().web_channel


def _open_mail(name: str) -> Document:
	doc = frappe.get_doc(MAIL, name, for_update=True)
	doc.check_permission("read")
	if doc.state not in OPEN:
		frappe.throw(_("This mail was settled already: {0}").format(_(doc.state)), IntakeError)
	return doc


def _save(mail: Document) -> None:
	mail.save(
		ignore_permissions=True
	)  # safe: written by the app alone; the user's right was checked where there is one
	if mail.state in SETTLED:
		# it is in the case now, under the case's rule, and so is who wrote it, who may be protected there
		mail.db_set(dict.fromkeys(WORDS), update_modified=False)
		_drop_files(mail.communication)


def _drop_files(communication: str) -> None:
	"""Delete the attachments of the mail itself: the accepted ones are copied to the case."""
	for name in frappe.get_all(
		"File", {"attached_to_doctype": "Communication", "attached_to_name": communication}, pluck="name"
	):
		frappe.delete_doc("File", name, ignore_permissions=True)  # safe: the copy in the case is what counts


def _empty(communication: Document, mail: Document) -> None:
	"""Take words and names out of Frappe's own record of the mail, which others may read; its number stays."""
	words = {
		"content": "",
		"text_content": "",
		"subject": mail.complaint or mail.name,
		"sender": "",
		"sender_full_name": "",
	}
	known = {key: value for key, value in words.items() if communication.meta.has_field(key)}
	communication.db_set({**known, "reference_name": mail.name}, update_modified=False)
	for table in ("Communication Link",):
		row = frappe.qb.DocType(table)
		frappe.qb.from_(row).delete().where(row.parent == communication.name).run()
