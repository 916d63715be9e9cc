"""Interviews of an investigation: the person is told before, a person complained about with the full details.

Source: ISO 10002:2018 annex D (objectivity for personnel).
"""

import frappe
from frappe import _
from frappe.model.document import Document
from frappe.utils import get_datetime, now_datetime

from iso10002.handling import events
from iso10002.handling.errors import DocumentError
from iso10002.handling.independence import PERSON_COMPLAINED_ABOUT
from iso10002.handling.intake import CLOCK_SKEW


def validate(doc: Document) -> None:
	"""Check every interview: person of this case, order of invitation, details and interview, record of it.

	Raises:
		DocumentError: names the row and what to do.
	"""
	for row in doc.interviews:
		party = frappe.db.get_value(
			"Complaint Party", row.party, ["complaint", "role", "details_given_on"], as_dict=True
		)
		if not party or party.complaint != doc.complaint:
			_refuse(row, _("choose a person of this case."))
		row.party_role = party.role
		concerned = party.role == PERSON_COMPLAINED_ABOUT
		if concerned:
			row.details_given_on = row.details_given_on or party.details_given_on
		_validate_past(row)
		if row.held_on:
			_validate_held(row, concerned)
		elif row.summary:
			_refuse(row, _("enter when the interview was held."))


def missing(doc: Document) -> list[str]:
	"""Return the interviews that were planned and neither held nor given up with a reason."""
	return [
		_("Interview {0}: hold it, or say why it was not held.").format(row.idx)
		for row in doc.interviews
		if not (row.held_on or row.not_held_because)
	]


def tell_parties(doc: Document) -> None:
	"""Write to each person complained about when the details were given and when the person was first heard."""
	for row in doc.interviews:
		if row.party_role != PERSON_COMPLAINED_ABOUT:
			continue
		party = frappe.get_doc("Complaint Party", row.party)
		told = {"details_given_on": row.details_given_on, "heard_on": row.held_on}
		new = {field: value for field, value in told.items() if value and not party.get(field)}
		if new:
			party.update(new)
			party.save()


def note(doc: Document) -> None:
	"""Append an event for every interview that was held since the last saving; no names, no contents."""
	before = doc.get_doc_before_save()
	held = {row.name for row in (before.interviews if before else ()) if row.held_on}
	for row in doc.interviews:
		if row.held_on and row.name not in held and not (doc.amended_from and not before):
			events.append(
				doc.complaint,
				"Interview Held",
				occurred_on=row.held_on,
				details={"document": doc.name, "party": row.party, "role": row.party_role},
			)


def _validate_past(row: Document) -> None:
	for field in ("notice_given_on", "details_given_on", "held_on"):
		if row.get(field) and get_datetime(row.get(field)) > now_datetime() + CLOCK_SKEW:
			_refuse(row, _("{0} lies in the future.").format(_(row.meta.get_label(field))))


def _validate_held(row: Document, concerned: bool) -> None:
	held = get_datetime(row.held_on)
	if row.not_held_because:
		_refuse(row, _("it was either held or not."))
	if row.notice_given_on and get_datetime(row.notice_given_on) > held:
		_refuse(row, _("the person was invited after the interview. Enter when the person was told before."))
	if concerned and not row.notice_given_on:
		_refuse(row, _("enter when the person complained about was invited."))
	if concerned and not row.details_given_on:
		_refuse(row, _("a person complained about gets the full details before the interview. Enter when."))
	if row.details_given_on and get_datetime(row.details_given_on) > held:
		_refuse(row, _("nobody is heard before the full details were given."))
	if not row.summary:
		_refuse(row, _("enter what was said."))
	row.held_by = row.held_by or frappe.session.user


def _refuse(row: Document, what: str) -> None:
	frappe.throw(_("Interviews, row {0}: {1}").format(row.idx, what), DocumentError)
