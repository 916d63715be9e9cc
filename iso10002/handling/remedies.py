"""Remedies of a case: from the wish of the complainant to the verified performance, and who may approve them.

Source: ISO 10002:2018 clauses 7.7 and 7.9, annex F.
"""

import frappe
from frappe import _
from frappe.model.document import Document
from frappe.utils import flt, getdate, nowdate

from iso10002.handling.errors import AuthorityError, StageError

NOT_OFFERED = ("Requested", "Declined")
ORDER = ("Requested", "Offered", "Accepted", "Performed", "Verified")
# What ties a remedy to the document made for it in another app.
DOCUMENT_FIELDS = ("document_type", "document_name", "document_state")
CANCELLED = "Cancelled"


def offered(case: Document) -> list[Document]:
	"""Return the rows the organisation offered (whatever became of them later)."""
	return [row for row in case.remedies if row.progress not in NOT_OFFERED]


def in_progress(case: Document) -> list[Document]:
	"""Return the rows the complainant accepted, done or not."""
	return [row for row in case.remedies if row.progress in ("Accepted", "Performed", "Verified")]


def open_rows(case: Document) -> list[Document]:
	"""Return the rows that keep a case from being closed: offered and neither verified nor declined."""
	return [row for row in offered(case) if row.progress != "Verified"]


def all_performed(case: Document) -> bool:
	"""Whether there are accepted remedies and all of them are performed."""
	accepted = in_progress(case)
	return bool(accepted) and all(row.progress != "Accepted" for row in accepted)


def have_their_value(case: Document) -> bool:
	"""Whether every remedy offered whose type has a value has one."""
	return all(
		flt(row.value) > 0
		or not frappe.get_cached_value("Complaint Remedy Type", row.remedy_type, "has_value")
		for row in offered(case)
	)


def beyond_authority(case: Document, proposer: str | None, approver: str) -> list[Document]:
	"""Return the offered rows whose value neither the proposer nor the approver may approve."""
	return [
		row
		for row in offered(case)
		if not may_approve(proposer, row.remedy_type, row.value)
		and not may_approve(approver, row.remedy_type, row.value)
	]


def may_approve(user: str | None, remedy_type: str, value: float | None) -> bool:
	"""Whether `user` has authority for a remedy of this type and value today.

	A type without rows has no limit. Rows count by user or by role and within their dates.
	"""
	rows = frappe.get_cached_doc("Complaint Remedy Type", remedy_type).authorities
	if not rows:
		return True
	if not user:
		return False
	today, roles = getdate(nowdate()), set(frappe.get_roles(user))
	return any(
		flt(value) <= flt(row.up_to)
		and (row.user == user or (row.role and row.role in roles))
		and (not row.valid_from or getdate(row.valid_from) <= today)
		and (not row.valid_to or today <= getdate(row.valid_to))
		for row in rows
	)


def validate_progress(case: Document) -> None:
	"""Check that each remedy goes forward in order and carries who did and who verified it.

	A value has a currency: the site's, if none is given. A new row that does not say how far it is was requested: Frappe sets the defaults of rows with a new case only.

	Raises:
		StageError: names the row and what is missing.
	"""
	before = {row.name: row for row in (case.get_doc_before_save() or frappe._dict(remedies=[])).remedies}
	for row in case.remedies:
		old = before.get(row.name)
		if not old and not row.progress:
			row.progress = "Requested"
		if not old or flt(row.value) != flt(old.value) or row.currency != old.currency:
			_give_currency(row)
		if old and old.progress == "Verified" and row.progress != "Verified":
			_refuse(row, _("a verified remedy stays verified."))
		if row.progress in ("Performed", "Verified"):
			row.performed_by = row.performed_by or frappe.session.user
			if not row.performed_on:
				_refuse(row, _("enter when it was performed."))
			if getdate(row.performed_on) > getdate(nowdate()):
				_refuse(row, _("the day it was performed is in the future."))
		if row.progress == "Verified":
			row.verified_by = row.verified_by or frappe.session.user
			if not row.verified_on:
				_refuse(row, _("enter when it was verified."))
			if not getdate(row.performed_on) <= getdate(row.verified_on) <= getdate(nowdate()):
				_refuse(row, _("the day it was verified lies before the performance or in the future."))


def _give_currency(row: Document) -> None:
	if not flt(row.value):
		return
	row.currency = row.currency or frappe.db.get_default("currency")
	if not row.currency:
		_refuse(row, _("choose the currency of its value."))


def has_document(row: Document | frappe._dict) -> bool:
	"""Whether a document was made for the remedy and was not cancelled."""
	return bool(row.get("document_name")) and row.document_state != CANCELLED


def protect_documents(case: Document) -> None:
	"""Keep what ties a remedy to the document made for it, and the remedy itself as long as the document stands.

	Raises:
		StageError: names the row and what to do.
	"""
	if case.flags.following_document:
		return
	before = {row.name: row for row in (case.get_doc_before_save() or frappe._dict(remedies=[])).remedies}
	for row in case.remedies:
		old = before.pop(row.name, frappe._dict())
		if any((row.get(field) or None) != (old.get(field) or None) for field in DOCUMENT_FIELDS):
			_refuse(row, _("the document made for it is kept by the system and cannot be set."))
		if has_document(old) and (
			(old.remedy_type, flt(old.value), old.currency or None)
			!= (row.remedy_type, flt(row.value), row.currency or None)
			or row.progress not in ORDER[2:]
		):
			_refuse(row, _must_go_first(old))
	for old in before.values():
		if has_document(old):
			_refuse(old, _must_go_first(old))


def authorise(case: Document) -> None:
	"""Note who authorised each remedy offered: the approver of the decision, or whoever offers it later.

	Raises:
		AuthorityError: a remedy offered or raised after the decision is beyond the user's own authority.
	"""
	user = frappe.session.user
	before = {row.name: row for row in (case.get_doc_before_save() or frappe._dict(remedies=[])).remedies}
	for row in offered(case):
		old = before.get(row.name)
		unchanged = old and (old.remedy_type, flt(old.value)) == (row.remedy_type, flt(row.value))
		row.authorised_by = old.authorised_by if unchanged else None
		if row.authorised_by:
			continue
		if not may_approve(user, row.remedy_type, row.value) and not may_approve(
			case.proposed_by, row.remedy_type, row.value
		):
			frappe.throw(
				_("Remedies, row {0}: {1} of this value is beyond your authority. {2}").format(
					row.idx,
					frappe.bold(row.remedy_type),
					_("Somebody with sufficient authority must offer it."),
				),
				AuthorityError,
			)
		row.authorised_by = user


def changes(case: Document) -> list[dict]:
	"""Return what changed in the remedies since the last save, for the journal."""
	before = {row.name: row for row in (case.get_doc_before_save() or frappe._dict(remedies=[])).remedies}
	found = []
	for row in case.remedies:
		old = before.pop(row.name, None)
		if not old or (old.progress, flt(old.value)) != (row.progress, flt(row.value)):
			found.append(
				{
					"remedy": row.remedy_type,
					"from": old.progress if old else None,
					"to": row.progress,
					"value": flt(row.value),
				}
			)
	return found + [
		{"remedy": row.remedy_type, "from": row.progress, "to": None, "value": flt(row.value)}
		for row in before.values()
	]


def _must_go_first(row: Document) -> str:
	return _("{0} {1} was made for it. Cancel or delete that first.").format(
		_(row.document_type), frappe.bold(row.document_name)
	)


def _refuse(row: Document, what: str) -> None:
	frappe.throw(
		_("Remedies, row {0} ({1}): {2}").format(row.idx, frappe.bold(row.remedy_type), what), StageError
	)
