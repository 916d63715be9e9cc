"""Correcting what was recorded: the old value stays in the journal, the complainant's words stay as they are.

Source: ISO 10002:2018 clause 4.9 (integrity of information).
"""

import frappe
from frappe import _
from frappe.model.document import Document

from iso10002.handling import events, moves
from iso10002.handling.errors import StageError
from iso10002.handling.stages import ACCEPTED, ACKNOWLEDGED, RECEIVED, STAGES

WORDS = "description"
ANSWER = "acceptance"  # the case went on by it, so another answer takes another step
# A decision is not corrected: it is reviewed, or the case reopened.
CORRECTABLE = frozenset(
	field for name in (RECEIVED, ACKNOWLEDGED, ACCEPTED) for field in STAGES[name].freezes
) - {ANSWER} | {"communicated_on", "communicated_by", "communication_channel"}


@frappe.whitelist(methods=["POST"])
def correct(complaint: str, field: str, value: str, reason: str) -> str:
	"""Correct a recorded fact of a case; for the complainant's words, record what is to be added to them.

	Args:
		complaint: the reference of the case.
		field: a field that stands as recorded (`CORRECTABLE`).
		value: the right value; for `description` the addition, the words themselves never change.
		reason: why; goes into the event with the old and the new value.

	Returns:
		The name of the event.

	Raises:
		PermissionError: the user may not change this case.
		StageError: the field cannot be corrected, nothing changes, or no reason is given.
	"""
	case = frappe.get_doc("Complaint", complaint, for_update=True)
	case.check_permission("write")
	label = _(case.meta.get_label(field))
	if field == ANSWER:
		frappe.throw(
			_(
				"{0}: the case went on by this answer, so it is no correction. Review a rejected decision and "
				"communicate it again, or close the case and reopen it; then record the right answer."
			).format(frappe.bold(label)),
			StageError,
		)
	if field not in CORRECTABLE:
		frappe.throw(_("{0} cannot be corrected.").format(frappe.bold(label)), StageError)
	if not (reason or "").strip():
		frappe.throw(_("Reason: say why {0} is corrected.").format(frappe.bold(label)), StageError)
	if not (value or "").strip():
		frappe.throw(_("{0}: enter the right value.").format(frappe.bold(label)), StageError)
	old = case.get(field)
	if field == WORDS:
		return events.append(case.name, "Correction", remark=reason, details={"field": field, "added": value})
	case.set(field, value)
	if not _has_changed(case, field, old):
		frappe.throw(_("{0} has this value already.").format(frappe.bold(label)), StageError)
	case.flags.correcting = True
	case.save()
	return events.append(
		case.name,
		"Correction",
		remark=reason,
		details={"field": field, "from": old, "to": case.get(field)},
	)


def _has_changed(case: Document, field: str, old: object) -> bool:
	before = frappe._dict({field: old})
	return not moves.is_same(case, before, field)
