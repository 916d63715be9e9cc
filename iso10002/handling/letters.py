"""Letters to the complainant: drafted from the admin's Email Templates, sent by mail or printed, kept as sent.

A template sees only what is listed in `_facts`, never the case itself, so no template can let out what is
internal. Source: ISO 10002:2018 clauses 7.1, 7.3, 7.4 and 7.8.
"""

from dataclasses import asdict, dataclass

import frappe
from frappe import _
from frappe.model.document import Document
from frappe.translate import print_language
from frappe.utils import escape_html, format_date, format_datetime, now_datetime, strip_html
from frappe.utils.user import get_user_fullname

from iso10002.handling import complainant, events, remedies
from iso10002.handling.errors import IntakeError
from iso10002.handling.stages import ACKNOWLEDGED, RECEIVED

ACKNOWLEDGEMENT = "Acknowledgement"
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
		IntakeError: nobody in the case has an e-mail address, or subject or text are empty.
	"""
	case = frappe.get_doc("Complaint", complaint)
	case.check_permission("write")
	party = addressee(case)
	if not party or not party.email:
		frappe.throw(_("No complainant or representative of this case has an e-mail address."), IntakeError)
	if not (subject or "").strip() or not strip_html(message or "").strip():
		frappe.throw(_("The letter needs a subject and a text."), IntakeError)
	return _send(case, purpose, party, subject.strip(), frappe.utils.sanitize_html(message))


def compose(case: Document, purpose: str) -> Letter:
	"""Draft a letter from the Email Template for this purpose and the complainant's language."""
	party = addressee(case)
	language = (party and party.language) or case.language or frappe.db.get_default("lang") or "en"
	template = frappe.get_doc("Email Template", _template(purpose, language))
	with print_language(language):
		text = template.get_formatted_email(_facts(case, party))
	return Letter(
		party=party.name if party else None,
		recipient=party.email if party else None,
		language=language,
		subject=text["subject"],
		message=text["message"],
	)


def addressee(case: Document) -> frappe._dict | None:
	"""Return the party letters go to: the representative before the complainant; with an address if any has one."""
	found = frappe.get_all(
		"Complaint Party",
		filters={"complaint": case.name, "role": ["in", ADDRESSEES]},
		fields=["name", "role", "full_name", "organisation", "email", "language"],
		order_by="creation asc",
	)
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
	# No reference to the case: Frappe would let readers of the mail queue follow it.
	frappe.sendmail(recipients=[party.email], subject=subject, message=message)
	return events.append(
		case.name,
		"Reminder" if purpose == "Reminder" else "Contact",
		channel=frappe.get_cached_doc("ISO10002 Settings").email_channel,
		remark=subject,
		details={"purpose": purpose, "party": party.name, "subject": subject, "message": message},
	)


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
	"""Return all a template may use. Texts are escaped; dates are written as the site writes them."""
	settings = frappe.get_cached_doc("ISO10002 Settings")
	facts = {
		"reference": case.name,
		"name": (party and (party.full_name or party.organisation)) or "",
		"received_on": format_datetime(case.received_on),
		"answer_by": format_date(case.response_due),
		"handler": get_user_fullname(case.handler) if case.handler else "",
		"contact": settings.contact,
		"process": settings.process_text,
		"further_ways": case.further_ways or settings.further_ways,
		"stage": _(case.status),
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
			{"remedy": _(row.remedy_type), "details": row.details, "due_on": format_date(row.due_on)}
			for row in remedies.offered(case)
		],
	}
	return _escaped(facts)


def _escaped(value: object) -> object:
	if isinstance(value, dict):
		return {key: _escaped(part) for key, part in value.items()}
	if isinstance(value, list):
		return [_escaped(part) for part in value]
	return escape_html(str(value or "")).replace("\n", "<br>")
