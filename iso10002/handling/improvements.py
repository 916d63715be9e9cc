"""Improvements made because of complaints, and staff trained: what was done, by whom, and whether it worked.

People who may read no case read improvements, so an improvement has no link to one and names none. The link goes out
of the case: its journal notes the improvement it led to. What leads back is looked up through the access rule.

Source: ISO 10002:2018 clauses 6.4, 8.7 and annex H.
"""

import re

import frappe
from frappe import _
from frappe.model.document import Document
from frappe.utils import getdate, nowdate

from iso10002.confidentiality.rule import who_may_see
from iso10002.handling import events
from iso10002.handling.errors import ImprovementError

DOCTYPE = "Complaint Improvement"
NOTED = "Improvement Noted"
PLANNED, DONE, DROPPED = "Planned", "Done", "Dropped"
TEXTS = ("Data", "Small Text", "Text")
# What may be a reference: words of letters, digits and dashes with a digit in them.
REFERENCE = re.compile(r"[A-Za-z0-9][A-Za-z0-9/._-]*\d")


@frappe.whitelist(methods=["POST"])
def note(complaint: str, improvement: str) -> str:
	"""Note in the journal of a case which improvement it led to, and return the name of the event.

	Args:
		complaint: the reference of the case.
		improvement: name of the Complaint Improvement.

	Raises:
		PermissionError: the user may not change the case, or not read the improvement.
		ImprovementError: it is noted already.
	"""
	case = frappe.get_doc("Complaint", str(complaint))
	case.check_permission("write")
	doc = frappe.get_doc(DOCTYPE, str(improvement))
	doc.check_permission("read")
	if case.name in _noted_in(doc.name):
		frappe.throw(_("{0} is noted in this case already.").format(frappe.bold(doc.name)), ImprovementError)
	return events.append(case.name, NOTED, details={"document": doc.name})


def complaints_of(improvement: str) -> list[str]:
	"""Return the cases that led to an improvement, as far as the session's user may see them."""
	noted = _noted_in(improvement)
	user = frappe.session.user
	return [name for name in noted if user in who_may_see(name, [user])]


def _noted_in(improvement: str) -> list[str]:
	row = frappe.qb.DocType("Complaint Event")
	found = (
		frappe.qb.from_(row)
		.select(row.complaint)
		.where(row.event == NOTED)
		.where(row.details == events.as_json({"document": improvement}))
		.orderby(row.complaint)
		.run()
	)
	return [name for (name,) in found]


def refuse_references(doc: Document) -> None:
	"""Refuse a text that has the reference of a complaint: who reads this may not know of the case.

	Raises:
		ImprovementError: names the field.
	"""
	for part in (doc, *doc.get_all_children()):
		for df in part.meta.fields:
			if df.fieldtype not in TEXTS or not isinstance(part.get(df.fieldname), str):
				continue
			words = set(REFERENCE.findall(part.get(df.fieldname)))
			if words and frappe.db.exists("Complaint", {"name": ["in", sorted(words)]}):
				frappe.throw(
					_(
						"{0}: name no complaint here, who reads this may not know of it. Open the complaint and choose "
						"Note an improvement."
					).format(frappe.bold(_(df.label))),
					ImprovementError,
				)


def validate_responsible(doc: Document) -> None:
	"""Who answers for an improvement is a user who is enabled.

	Raises:
		ImprovementError: the user is disabled.
	"""
	if doc.has_value_changed("responsible") and not frappe.db.get_value("User", doc.responsible, "enabled"):
		_refuse(
			doc, "responsible", _("{0} is disabled. Choose somebody who can do it.").format(doc.responsible)
		)


def validate_past(doc: Document, field: str) -> None:
	"""Refuse a day that lies ahead: what is recorded as done has happened.

	Raises:
		ImprovementError: names the field.
	"""
	if doc.get(field) and getdate(doc.get(field)) > getdate(nowdate()):
		_refuse(doc, field, _("this day lies ahead. Enter it when it has been."))


def validate_progress(doc: Document) -> None:
	"""An effect is checked after the action, with what shows it; what was checked stands.

	Raises:
		ImprovementError: names the field and what is missing.
	"""
	before = doc.get_doc_before_save()
	if before and before.effect:
		for field in ("subject", "action", "done_on", "effect", "effect_checked_on", "effect_shown_by"):
			if doc.has_value_changed(field):
				_refuse(doc, field, _("the effect was checked, so it stands. Make another improvement."))
	validate_past(doc, "done_on")
	validate_past(doc, "effect_checked_on")
	if doc.done_on and doc.dropped_reason:
		_refuse(doc, "dropped_reason", _("it was done. Leave this empty, or take away the day it was done."))
	if not doc.effect:
		return
	for field in ("done_on", "effect_checked_on", "effect_shown_by"):
		if not doc.get(field):
			_refuse(doc, field, _("needed before the effect is known."))
	if getdate(doc.effect_checked_on) < getdate(doc.done_on):
		_refuse(doc, "effect_checked_on", _("the effect cannot be checked before the action was done."))


def set_status(doc: Document) -> None:
	"""Derive the status, and note who checked the effect."""
	if not doc.effect:
		doc.effect_checked_by = None
	elif doc.has_value_changed("effect"):
		doc.effect_checked_by = frappe.session.user
	if doc.effect:
		doc.status = doc.effect
	elif doc.done_on:
		doc.status = DONE
	else:
		doc.status = DROPPED if doc.dropped_reason else PLANNED


def refuse_deletion(doc: Document) -> None:
	"""What was done or dropped stays in the records; only a plan nobody refers to is deleted.

	Raises:
		ImprovementError: it is no mere plan, or a case refers to it.
	"""
	if doc.status != PLANNED or _noted_in(doc.name):
		frappe.throw(
			_("This improvement stays in the records. Enter why it is dropped instead."), ImprovementError
		)


def _refuse(doc: Document, field: str, words: str) -> None:
	frappe.throw(f"{frappe.bold(_(doc.meta.get_label(field)))}: {words}", ImprovementError)
