"""What a case takes from its documents: written when a review, a referral or an investigation says so, never by hand.

Source: ISO 10002:2018 clauses 4.9, 7.6 and 7.9.
"""

import frappe
from frappe import _
from frappe.model.document import Document

from iso10002.handling import documents
from iso10002.handling.errors import StageError
from iso10002.handling.stages import UNDER_REVIEW

# Field of the case: the document it comes from.
FROM_DOCUMENTS = {
	"review_outcome": "Complaint Review",
	"review_reasons": "Complaint Review",
	"outside_body": "Complaint Referral",
	"outside_referred_on": "Complaint Referral",
	"outside_reference": "Complaint Referral",
	"outside_outcome": "Complaint Referral",
}
# While a review runs, only it may replace the decision.
OF_THE_REVIEW = ("decision", "decision_reasons")
# Once an investigation is completed; a brief case may be investigated in the case itself.
OF_THE_INVESTIGATION = ("investigation_summary", "cause")
FINDING = ("outcome", "finding")


def save(case: Document) -> None:
	"""Save a case with what a document of it says; for the modules of these documents only."""
	case.flags.from_document = True
	case.save()


def protect(case: Document, before: Document | frappe._dict) -> None:
	"""Refuse values typed into fields that a document of the case writes.

	Args:
		before: the case as it was stored; empty for a new one.

	Raises:
		StageError: names the field and the document that says it.
	"""
	if case.flags.from_document:
		return
	for field, doctype in FROM_DOCUMENTS.items():
		if _differs(case, before, field):
			_refuse(case, field, doctype)
	if not before:
		return
	if before.status == UNDER_REVIEW:
		for field in OF_THE_REVIEW:
			if _differs(case, before, field):
				_refuse(case, field, "Complaint Review")
	_protect_findings(case, before)


def _protect_findings(case: Document, before: Document) -> None:
	fields = [field for field in OF_THE_INVESTIGATION if _differs(case, before, field)]
	old = {row.name: row for row in before.allegations}
	now = {row.name: row for row in case.allegations}
	rows = [name for name in old if _finding(old[name]) != _finding(now.get(name))]
	if not fields and not rows:
		return
	found = documents.points_found(case.name)
	if not found:
		return
	if fields:
		_refuse(case, fields[0], "Complaint Investigation")
	if changed := sorted(set(rows) & found, key=lambda name: old[name].idx):
		frappe.throw(
			_(
				"Points complained about, row {0}: its finding comes from a completed investigation. Amend that, "
				"or make another one."
			).format(old[changed[0]].idx),
			StageError,
		)


def _finding(row: Document | None) -> tuple[str, ...]:
	return tuple(_plain(row.get(field)) for field in FINDING) if row else ()


def _differs(case: Document, before: Document | frappe._dict, field: str) -> bool:
	return _plain(case.get(field)) != _plain(before.get(field))


def _plain(value: object) -> str:
	return frappe.utils.cstr(value).replace("\r\n", "\n")


def _refuse(case: Document, field: str, doctype: str) -> None:
	frappe.throw(
		_("{0} comes from the {1} of the case and is not typed in. Use that document.").format(
			frappe.bold(_(case.meta.get_label(field))), frappe.bold(_(doctype))
		),
		StageError,
	)
