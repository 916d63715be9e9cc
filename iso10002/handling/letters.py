"""Letters to the complainant: drafted from the admin's Email Templates, sent by mail or printed, kept as sent.

A template sees only what is listed in `_facts`, never the case itself, so no template can let out what is
internal. Source: ISO 10002:2018 clauses 7.1, 7.3, 7.4 and 7.8.
"""

from dataclasses import asdict, dataclass
from datetime import date, datetime

import frappe
from frappe import _
from frappe.email.doctype.email_account.email_account import EmailAccount
from frappe.model.document import Document
from frappe.translate import print_language
from frappe.utils import escape_html, format_date, now_datetime, strip_html
from frappe.utils.user import get_user_fullname

from iso10002.confidentiality import access_log, identity
from iso10002.confidentiality.conditions import OF_SOME_CASE
from iso10002.handling import complainant, events, receipts, remedies
from iso10002.handling.errors import IntakeError
from iso10002.handling.stages import ACKNOWLEDGED, RECEIVED, named

ACKNOWLEDGEMENT, NEWS, SURVEY = "Acknowledgement", "News", "Survey"
# What says nothing of the matter itself goes out by mail as it is written; of the rest only that there is news.
WITHOUT_SUBSTANCE = (ACKNOWLEDGEMENT, "Reminder", NEWS, SURVEY)
# Not for writing by hand.
AUTOMATIC = (NEWS, SURVEY)
# Stands for the complainant's link until the mail goes out: whoever reads the draft or the journal has no link.
LINK = "[[link]]"
PAPER = "Letter"
# Who gets letters, in this order: the representative speaks for the complainant.
ADDRESSEES = ("Representative", "Complainant", "Contact person")


@dataclass(frozen=True)
class Letter:
	"""A drafted letter. `message` is HTML; `recipient` is an e-mail address or None."""

	party: str | None
	recipient: str | None
	language: str
	subject: str
	message: str


@frappe.whitelist(methods=["POST"])
def draft(complaint: str, purpose: str) -> dict:
	"""Draft a letter for a case in the complainant's language.

	Args:
		complaint: the reference of the case.
		purpose: a purpose of the table *Templates* in ISO10002 Settings, such as "Acknowledgement".

	Returns:
		dict with the fields of `Letter`.

	Raises:
		PermissionError: the user may not change this case.
		IntakeError: there is no template for this purpose.
	"""
	case = frappe.get_doc("Complaint", complaint)
	case.check_permission("write")
	return asdict(compose(case, purpose))


@frappe.whitelist(methods=["POST"])
def send(complaint: str, purpose: str, subject: str, message: str) -> str:
	"""Send a letter by e-mail to the complainant or the representative, and keep it as sent in the journal.

	Args:
		complaint: the reference of the case.
		purpose: see `draft`; a "Reminder" counts as a reminder of the decision.
		subject: of the mail.
		message: HTML; sanitised before it is sent.

	Returns:
		The name of the event.

	Raises:
		PermissionError: the user may not change this case.
		IntakeError: nobody in the case has an e-mail address, subject or text are empty, or the site sends no mail.
	"""
	case = frappe.get_doc("Complaint", complaint)
	case.check_permission("write")
	party = addressee(case)
	if not party or not party.email:
		frappe.throw(_("No complainant or representative of this case has an e-mail address."), IntakeError)
	if not (subject or "").strip() or not strip_html(message or "").strip():
		frappe.throw(_("The letter needs a subject and a text."), IntakeError)
	try:
		return _send(case, purpose, party, subject.strip(), frappe.utils.sanitize_html(message))
	except frappe.OutgoingEmailError:
		frappe.clear_last_message()
		frappe.throw(
			_("This site has no account for outgoing e-mail. Print the letter, or ask for an Email Account."),
			IntakeError,
		)


def compose(case: Document, purpose: str, party: frappe._dict | None = None) -> Letter:
	"""Draft a letter from the Email Template for this purpose and the complainant's language.

	Args:
		party: whom it names; the addressee as everybody may read him, if not given.
	"""
	party = party or addressee(case)
	language = _language(case, party)
	template = frappe.get_doc("Email Template", _template(purpose, language))
	with print_language(language):
		text = template.get_formatted_email(_facts(case, party))
	return Letter(
		party=party.name if party else None,
		recipient=_shown_address(party),
		language=language,
		subject=text["subject"],
		message=text["message"],
	)


@frappe.whitelist(methods=["POST"])
def keep_printed(complaint: str, purpose: str, subject: str, message: str) -> dict:
	"""Keep a letter that is printed and posted in the journal, and return it as it goes on paper.

	Args:
		complaint: the reference of the case.
		purpose: see `draft`; a "Reminder" counts as a reminder of the decision.
		subject: of the letter.
		message: HTML; sanitised.

	Returns:
		dict with `language`, `address` (lines), `subject`, `message` (HTML).

	Raises:
		PermissionError: the user may not change this case.
		IntakeError: subject or text are empty.
	"""
	case = frappe.get_doc("Complaint", complaint)
	case.check_permission("write")
	if not (subject or "").strip() or not strip_html(message or "").strip():
		frappe.throw(_("The letter needs a subject and a text."), IntakeError)
	party = addressee(case)
	address = frappe.utils.get_url(receipts.STATUS_PAGE)
	text = frappe.utils.sanitize_html(message).replace(LINK, address)
	_keep(case, purpose, party, subject.strip(), text, PAPER)
	return {
		"language": _language(case, party),
		"address": _postal_address(party.name) if party else [],
		"subject": subject.strip(),
		"message": text,
	}


def tell_news(complaint: str, news: str | None = None) -> bool:
	"""Mail to the complainant that there is news, with the link to the case; returns whether a mail went out.

	Args:
		complaint: the reference of the case.
		news: what is new, plain text; said only where the settings let mails say it.
	"""
	case = frappe.get_doc("Complaint", complaint)
	party = addressee(case)
	if not party or not party.email or not _can_mail():
		return False
	_send_as(case, NEWS, party, *_news(case, party, news))
	return True


def _shown_address(party: frappe._dict | None) -> str | None:
	if not party or not party.email:
		return None
	return (
		party.email if party.identity == identity.OPEN else _("{0}, address protected").format(_(party.role))
	)


def send_survey(case: Document, party: frappe._dict, link: str) -> None:
	"""Mail the invitation to the survey to one party; the journal does not name it, as answers are anonymous."""
	template = frappe.get_doc("Email Template", _template(SURVEY, _language(case, party)))
	with print_language(_language(case, party)):
		facts = {**_facts(case, party), "link": f'<a href="{link}">{link}</a>'}
		text = template.get_formatted_email(facts)
	frappe.sendmail(
		recipients=[party.email], subject=text["subject"], message=text["message"], **OF_SOME_CASE
	)


def addressee(case: Document) -> frappe._dict | None:
	"""Return the party letters go to: the representative before the complainant; with an address if any has one."""
	found = frappe.get_all(
		"Complaint Party",
		filters={"complaint": case.name, "role": ["in", ADDRESSEES]},
		fields=["name", "role", "full_name", "organisation", "email", "language", "identity"],
		order_by="creation asc",
	)
	for party in found:  # the address of a protected identity is used, and shown to nobody
		party.email = party.email or identity.stored(party.name).get("email")
	found.sort(key=lambda party: (not party.email, ADDRESSEES.index(party.role)))
	return found[0] if found else None


def acknowledge_automatically(complaint: str) -> None:
	"""Send the acknowledgement of a new case, where the settings want it (background job, once per case).

	Whether this mail is *the* acknowledgement is a setting of its own: then the case moves to Acknowledged.
	"""
	settings = frappe.get_cached_doc("ISO10002 Settings")
	case = frappe.get_doc("Complaint", complaint, for_update=True)
	party = addressee(case)
	if case.status != RECEIVED or not party or not party.email or events.count(case.name, "Contact"):
		return
	letter = compose(case, ACKNOWLEDGEMENT)
	try:
		_send(case, ACKNOWLEDGEMENT, party, letter.subject, letter.message)
	except frappe.OutgoingEmailError:
		# A person acknowledges the case; its deadline is watched.
		frappe.log_error(title=_("No e-mail account for the acknowledgement of {0}").format(case.name))
		return
	if settings.automatic_acknowledgement_counts:
		visitor = frappe.session.user == "Guest"
		complainant.enter(
			case,
			ACKNOWLEDGED,
			{
				"acknowledged_on": now_datetime(),
				"acknowledged_by": "Administrator" if visitor else frappe.session.user,
				"acknowledgement_channel": settings.email_channel,
				"acknowledgement_note": letter.subject,
			},
		)


def enqueue_acknowledgement(case: Document) -> None:
	"""Enqueue the automatic acknowledgement of a case just received, if the settings want one; not for imports."""
	wanted = frappe.get_cached_doc("ISO10002 Settings").acknowledge_automatically
	if not wanted or frappe.flags.in_import:
		return
	frappe.enqueue(
		acknowledge_automatically,
		queue="short",
		enqueue_after_commit=True,
		complaint=case.name,
	)


def _send(case: Document, purpose: str, party: frappe._dict, subject: str, message: str) -> str:
	"""Send a letter and keep it; by mail goes only that there is news, unless it says nothing of the matter."""
	if purpose in WITHOUT_SUBSTANCE or _portal().mail_with_substance:
		return _send_as(case, purpose, party, subject, message, subject, message)
	return _send_as(case, purpose, party, *_news(case, party)[:2], subject, message)


def _send_as(
	case: Document,
	purpose: str,
	party: frappe._dict,
	mail_subject: str,
	mail: str,
	subject: str | None = None,
	message: str | None = None,
) -> str:
	link = receipts.link(case.name)
	frappe.sendmail(
		recipients=[party.email],
		subject=mail_subject,
		message=mail.replace(LINK, f'<a href="{link}">{link}</a>'),
		**OF_SOME_CASE,
	)
	access_log.note(access_log.MAILED, case.name, "Complaint Party", party.name, purpose=purpose)
	channel = frappe.get_cached_doc("ISO10002 Settings").email_channel
	return _keep(case, purpose, party, subject or mail_subject, message or mail, channel)


def _keep(
	case: Document, purpose: str, party: frappe._dict | None, subject: str, message: str, channel: str | None
) -> str:
	return events.append(
		case.name,
		"Reminder" if purpose == "Reminder" else "Contact",
		channel=channel if channel and frappe.db.exists("Complaint Channel", channel) else None,
		remark=subject,
		details={"purpose": purpose, "party": party and party.name, "subject": subject, "message": message},
	)


def _news(case: Document, party: frappe._dict, news: str | None = None) -> tuple[str, str]:
	"""Return subject and text of the mail that there is news."""
	template = frappe.get_doc("Email Template", _template(NEWS, _language(case, party)))
	with print_language(_language(case, party)):
		said = escape_html(news or "").replace("\n", "<br>") if _portal().mail_with_substance else ""
		text = template.get_formatted_email({**_facts(case, party), "news": said})
	return text["subject"], text["message"]


def _portal() -> Document:
	return frappe.get_cached_doc("Complaint Portal Settings")


def _can_mail() -> bool:
	account = EmailAccount.find_outgoing(match_by_doctype="Complaint")
	return bool(account and account.get("email_id"))


def _language(case: Document, party: frappe._dict | None) -> str:
	return (party and party.language) or case.language or frappe.db.get_default("lang") or "en"


def _postal_address(party: str) -> list[str]:
	row = frappe.get_doc("Complaint Party", party)
	if row.identity != identity.OPEN:
		# who prints it reads the address; others get a letter without one
		if not identity.is_cleared(frappe.session.user, row.complaint):
			return [_(row.role)]
		row.update(identity.stored(party))
		access_log.note(access_log.REVEALED, row.complaint, "Complaint Party", party, _("Letter on paper"))
	town = " ".join(filter(None, (row.postal_code, row.city)))
	lines = (
		row.full_name,
		row.organisation,
		*(row.address or "").split("\n"),
		town,
		row.country and _(row.country),
	)
	return [line for line in lines if line]


def _template(purpose: str, language: str) -> str:
	rows = [row for row in frappe.get_cached_doc("ISO10002 Settings").letters if row.purpose == purpose]
	for wanted in (language, language.split("-")[0], None):
		for row in rows:
			if (row.language or None) == wanted:
				return row.email_template
	frappe.throw(
		_("There is no template for {0}. Add one under Letters in ISO10002 Settings.").format(
			frappe.bold(escape_html(_(purpose)))
		),
		IntakeError,
	)


def _facts(case: Document, party: frappe._dict | None) -> dict:
	"""Return all a template may use. Texts are escaped; dates are in words, as readers of the language write them."""
	settings = frappe.get_cached_doc("ISO10002 Settings")
	facts = {
		"reference": case.name,
		"link": LINK if party and party.email else "",
		"name": (party and (party.full_name or party.organisation)) or "",
		"received_on": day(case.received_on),
		"answer_by": day(case.response_due),
		"handler": get_user_fullname(case.handler) if case.handler else "",
		"contact": settings.contact,
		"process": settings.process_text,
		"further_ways": case.further_ways or settings.further_ways,
		"stage": named(case.status),
		"description": case.description,
		"decision": _(case.decision) if case.decision else "",
		"decision_reasons": case.decision_reasons,
		"immediate_action": case.immediate_action,
		"review_outcome": _(case.review_outcome) if case.review_outcome else "",
		"review_reasons": case.review_reasons,
		"points": [
			{"allegation": row.allegation, "outcome": _(row.outcome or ""), "finding": row.finding}
			for row in case.allegations
		],
		"remedies": [
			{"remedy": _(row.remedy_type), "details": row.details, "due_on": day(row.due_on)}
			for row in remedies.offered(case)
		],
	}
	return _escaped(facts)


def day(moment: date | datetime | str | None) -> str:
	"""Return a day in words of the language a letter is written in, such as 3 March 2026."""
	return format_date(moment, "long")


def _escaped(value: object) -> object:
	if isinstance(value, dict):
		return {key: _escaped(part) for key, part in value.items()}
	if isinstance(value, list):
		return [_escaped(part) for part in value]
	return escape_html(str(value or "")).replace("\n", "<br>")
