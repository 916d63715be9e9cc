"""Cases that belong together: what is decided in the original is carried over to its duplicates.

Source: ISO 10002:2018 clauses 7.2 and 7.9.
"""

import frappe
from frappe.model.document import Document

from iso10002.handling import events
from iso10002.handling.stages import CLOSED, DUPLICATE


def carry_over_solution(case: Document) -> None:
	"""Note in the duplicates of a case that was just closed how it was solved; or in a new duplicate of a closed one.

	Only the decision and the kinds of remedy are carried over. Whoever reads the duplicate need not be
	allowed to read the original.
	"""
	entered = {entry["to_stage"] for entry in case.flags.entered or []}
	if CLOSED in entered:
		for name in _duplicates_of(case.name):
			_note(name, case)
	if DUPLICATE in entered:
		original = frappe.get_doc("Complaint", case.duplicate_of)
		if original.status == CLOSED:
			_note(case.name, original)


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


def _note(duplicate: str, original: Document) -> None:
	events.append(
		duplicate,
		"Solution Carried Over",
		details={
			"original": original.name,
			"decision": original.decision,
			"remedies": [row.remedy_type for row in original.remedies if row.progress == "Verified"],
		},
	)
