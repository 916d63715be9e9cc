"""Cases that belong together: a case refers to one its writer sees; what is decided in the original of duplicates is
carried over to them.

Source: ISO 10002:2018 clauses 7.2 and 7.9.
"""

import frappe
from frappe import _
from frappe.model.document import Document

from iso10002.confidentiality import access_log
from iso10002.confidentiality.rule import LEVELS, may_see
from iso10002.handling import events
from iso10002.handling.stages import CLOSED, DUPLICATE

# What the case they lead to tells through a case: its decision, and who worked on it.
TELLING_LINKS = ("duplicate_of", "about_handling_of")


def validate_links(case: Document) -> None:
	"""Refuse a reference to a case the user may not see, where something of that one is told in this one.

	Raises:
		PermissionError: names the field and says who may enter it.
	"""
	before = case.get_doc_before_save()
	for field in TELLING_LINKS:
		other = case.get(field)
		if not other or (before and before.get(field) == other) or may_see(frappe.session.user, other):
			continue
		access_log.refused(other, f"{field} of {case.name}")
		frappe.throw(
			_(
				"{0}: you may not see this complaint. Leave it empty; somebody who sees both enters it."
			).format(frappe.bold(_(case.meta.get_label(field)))),
			frappe.PermissionError,
		)


def carry_over_solution(case: Document) -> None:
	"""Note in the duplicates of a case that was just closed how it was solved; or in a new duplicate of a closed one.

	Only the decision and the kinds of remedy are carried over, and to a case of the same level or a higher one: whoever
	reads the duplicate need not be allowed to read the original.
	"""
	entered = {entry["to_stage"] for entry in case.flags.entered or []}
	if CLOSED in entered:
		for name in _duplicates_of(case.name):
			_note(frappe.get_doc("Complaint", name), case)
	if DUPLICATE in entered:
		original = frappe.get_doc("Complaint", case.duplicate_of)
		if original.status == CLOSED:
			_note(case, original)


def _duplicates_of(complaint: str) -> list[str]:
	row = frappe.qb.DocType("Complaint")
	query = (
		frappe.qb.from_(row)
		.select(row.name)
		.where(row.duplicate_of == complaint)
		.where(row.status == DUPLICATE)
		.orderby(row.name)
	)
	return [name for (name,) in query.run()]


def _note(duplicate: Document, original: Document) -> None:
	if LEVELS.index(original.confidentiality_level) > LEVELS.index(duplicate.confidentiality_level):
		return
	events.append(
		duplicate.name,
		"Solution Carried Over",
		details={
			"original": original.name,
			"decision": original.decision,
			"remedies": [row.remedy_type for row in original.remedies if row.progress == "Verified"],
		},
	)
