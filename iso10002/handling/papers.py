"""What the print formats put on paper: facts of a case, ready to be printed, in the language of who reads them.

A print format gets its texts from here and nowhere else, so no paper can let out more than it is meant to. Names of
parties are printed as they stand in Complaint Party, where a protected identity is a neutral label; only a letter to
that person has the name, printed by who opened it for a purpose. A redacted paper has neutral labels for everybody. Source: ISO 10002:2018 clauses 4.10, 7.2 to 7.9, annexes B and E.
"""

import json

import frappe
from frappe import _
from frappe.model.document import Document
from frappe.translate import print_language
from frappe.utils import cstr, fmt_money, format_date, format_datetime, now_datetime, nowdate
from frappe.utils.user import get_user_fullname

from iso10002.confidentiality import access_log, identity
from iso10002.confidentiality.rule import may_see
from iso10002.handling import events, letters, receipts, remedies
from iso10002.handling.errors import DocumentError

RIGHT_TO_LEFT = ("ar", "fa", "he", "ps", "ur", "ku", "dv")
# What a letter tells, and the field with its date: before both are there it would say what is not decided yet.
NEEDS = {
	"Acknowledgement": ("acknowledged_on", "acknowledged_on"),
	"Decision": ("decision", "approved_on"),
	"Review Decision": ("review_outcome", "communicated_on"),
	"Closing": ("closed_on", "closed_on"),
}
# Journal entries whose remark is internal: the paper says that they happened, not why.
WITHOUT_REMARK = ("Conflict Declared", "No Conflict Declared", "Escalated", "Evidence Altered")
OFFICERS = ("received_by", "handler", "investigator", "reviewer", "approved_by", "closed_by")


def iso10002_letter(case: Document, purpose: str) -> dict:
	"""Return a letter for print: address, date, reference, subject and text in the complainant's language.

	Args:
		case: a Complaint the reader may print.
		purpose: see `letters.compose`.

	Raises:
		PermissionError: the user may not see the case, or the document is none.
		DocumentError: what the letter tells is not recorded yet.
	"""
	case = _stored(case)
	needed, dated = NEEDS[purpose]
	if not case.get(needed):
		label = _(case.meta.get_label(needed))
		frappe.throw(
			_("This letter cannot be printed yet: {0} is empty.").format(frappe.bold(label)), DocumentError
		)
	party = _addressee(case)
	letter = letters.compose(case, purpose, party)
	with print_language(letter.language):
		return {
			"language": letter.language,
			"direction": direction(letter.language),
			"address": _address(party),
			"date": letters.day(case.get(dated) or nowdate()),
			"reference_label": _("Our reference"),
			"reference": case.name,
			"subject": letter.subject,
			# HTML of an Email Template whose facts are escaped; paper has no personal link
			"message": letter.message.replace(letters.LINK, frappe.utils.get_url(receipts.STATUS_PAGE)),
			"page": _("Page"),
			"of": _("of"),
		}


def _stored(doc: Document) -> Document:
	"""Return the case a print format was given, as it is stored, for who may print it.

	Frappe prints whatever document a request sends: also one of another DocType under the name of a case.

	Raises:
		PermissionError: the user may not see the case, or the document is none.
	"""
	if doc.doctype != "Complaint" or not may_see(frappe.session.user, cstr(doc.name)):
		frappe.throw(
			_("This paper is of a complaint: print it from one that you may see."), frappe.PermissionError
		)
	case = frappe.get_doc("Complaint", cstr(doc.name))
	case.check_permission("print")
	return case


def _addressee(case: Document) -> frappe._dict | None:
	"""Return whom a letter goes to, with the postal address.

	A protected identity is named to who opened it for a purpose in the last day, which is logged once more; to others it
	is the neutral label.
	"""
	party = letters.addressee(case)
	if not party:
		return None
	if party.identity == identity.OPEN:
		row = frappe.db.get_value("Complaint Party", party.name, identity.REACH, as_dict=True)
	elif identity.has_opened(frappe.session.user, party.name, case.name):
		row = identity.stored(party.name)
		log = access_log.note
		log(access_log.PRINTED, case.name, identity.PARTY, party.name, purpose=_("Letter with the name"))
	else:
		row = {}
	party.update({field: value for field, value in row.items() if value})
	return party


def iso10002_case_paper(case: Document, redacted: bool = False) -> dict:
	"""Return the facts of a case for the complainant's form and the follow-up form.

	Args:
		case: a Complaint the reader may print.
		redacted: neutral labels instead of every name, and no free text people wrote about each other.

	Raises:
		PermissionError: the user may not see the case, or the document is none.
	"""
	case = _stored(case)
	names = _Names(case, redacted)
	return {
		"direction": direction(frappe.local.lang),
		"redacted": redacted,
		"printed_on": format_datetime(now_datetime()),
		"parties": [] if redacted else names.parties(),
		"roles": names.roles(),
		"officers": [
			(_(case.meta.get_label(field)), names.of(case.get(field)))
			for field in OFFICERS
			if case.get(field)
		],
		"points": [
			{
				"text": row.category if redacted else row.allegation,
				"category": _(row.category or ""),
				"outcome": _(row.outcome or ""),
				"finding": "" if redacted else row.finding,
			}
			for row in case.allegations
		],
		"remedies": [_remedy(row) for row in remedies.offered(case)],
		"events": [_event(row, names, redacted) for row in reversed(events.timeline(case.name))],
		"text": (lambda value: "" if redacted else value),
	}


class _Names:
	"""Who is who on a paper. A redacted one knows people by their part in the case only."""

	def __init__(self, case: Document, redacted: bool) -> None:
		self.redacted = redacted
		self.parts = {
			case.get(field): _(case.meta.get_label(field)) for field in reversed(OFFICERS) if case.get(field)
		}
		self.rows = frappe.get_all(
			"Complaint Party",
			filters={"complaint": case.name},
			fields=["role", "full_name", "organisation", "email", "phone", "address", "postal_code", "city"],
			order_by="creation asc",
		)

	def of(self, user: str | None) -> str:
		if not user:
			return ""
		return (self.parts.get(user) or _("A colleague")) if self.redacted else get_user_fullname(user)

	def roles(self) -> list[str]:
		return [_(row.role) for row in self.rows]

	def parties(self) -> list[dict]:
		return [
			{
				"role": _(row.role),
				"name": ", ".join(filter(None, (row.full_name, row.organisation))) or _("Name not given"),
				"reach": ", ".join(
					filter(None, (row.address, row.postal_code, row.city, row.email, row.phone))
				),
			}
			for row in self.rows
		]


def _event(row: frappe._dict, names: _Names, redacted: bool) -> dict:
	details = json.loads(row.details or "{}")
	remark = "" if redacted or row.event in WITHOUT_REMARK else row.remark
	if row.event == "Correction" and not redacted:
		remark = " ".join(filter(None, (details.get("field"), remark)))
	return {
		"on": format_datetime(row.occurred_on),
		"event": _(row.event, context="Complaint Event"),
		"by": names.of(row.user),
		"channel": _(row.channel or ""),
		"remark": remark or "",
	}


def _remedy(row: Document) -> dict:
	return {
		"remedy": _(row.remedy_type),
		"progress": _(row.progress),
		"value": fmt_money(row.value, currency=row.currency) if row.value else "",
		"due_on": format_date(row.due_on),
		"performed_on": format_date(row.performed_on),
	}


def _address(party: frappe._dict | None) -> list[str]:
	if not party:
		return []
	lines = [party.full_name, party.organisation, *(party.address or "").split("\n")]
	lines.append(" ".join(filter(None, (party.postal_code, party.city))))
	return [line for line in lines if line]


def direction(language: str | None) -> str:
	"""Return the direction of writing of a language, as HTML names it."""
	return "rtl" if (language or "en").split("-")[0] in RIGHT_TO_LEFT else "ltr"
