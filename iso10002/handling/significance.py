"""Significant complaints and complaints about safety: management is told at once, and how long it took is kept.

What is significant is said by the priority matrix in ISO10002 Settings. Managers get a link; top management sees
figures and no cases, so its notice links to nothing.

Source: ISO 10002:2018 clauses 5.4 and 7.5.
"""

import frappe
from frappe import _
from frappe.model.document import Document
from frappe.utils import cint, get_datetime, now_datetime

from iso10002 import roles
from iso10002.handling import events, independence, notify

NOTICED = "Significance Noticed"
SAFETY = "safety"
WEIGHT = "severity and impact"


def set_significance(case: Document) -> None:
	"""Derive whether the complaint is significant from what was assessed so far."""
	case.significant = 1 if reasons(case) else 0


def reasons(case: Document) -> set[str]:
	"""Return why a complaint is significant: `SAFETY`, `WEIGHT`, both or neither."""
	settings = frappe.get_cached_doc("ISO10002 Settings")
	found = set()
	if case.safety_implication == "Yes" and settings.safety_is_significant:
		found.add(SAFETY)
	for row in settings.priority_matrix:
		if row.significant and (row.severity, row.impact) == (case.severity, case.impact):
			found.add(WEIGHT)
	return found


def notice(case: Document) -> None:
	"""Tell management of a complaint that became significant, or so for another reason (after it was written).

	Where nobody is there to be told, nothing counts as told: the next saving tries again. An import tells nobody.
	"""
	if not case.significant or frappe.flags.in_import:
		return
	before = case.get_doc_before_save()
	fresh = reasons(case)
	if case.significance_noticed_on and before:
		fresh -= reasons(before)
	if not fresh:
		return
	stored = frappe.get_doc("Complaint", case.name)  # a new case does not know its parties yet
	desk = notify.Desk()
	managers = _independent(stored, notify.managers(case.name, desk))
	executives = _independent(stored, desk.with_role(roles.EXECUTIVE))
	executives = {user: address for user, address in executives.items() if user not in managers}
	if not managers and not executives:
		return
	_tell(case.name, fresh, managers, executives, desk)
	moment = now_datetime()
	if not case.significance_noticed_on:
		# The case was just written, and its rules have run; this only notes what followed.
		frappe.db.set_value("Complaint", case.name, "significance_noticed_on", moment, update_modified=False)
		case.significance_noticed_on = moment
	events.append(
		case.name,
		NOTICED,
		details={
			"because": sorted(fresh),
			"managers": sorted(managers),
			"top_management": sorted(executives),
			"minutes_since_receipt": minutes_between(case.received_on, moment),
		},
	)


def minutes_between(start: object, end: object) -> int:
	"""Return whole minutes from one time to another, 0 if it lies before."""
	return max(0, cint((get_datetime(end) - get_datetime(start)).total_seconds() // 60))


def shown(case: Document) -> str:
	"""Return in words whether and how soon management was told, for the checklist and the closing record."""
	if not case.significance_noticed_on:
		return (
			_("Management is told of a significant complaint") if case.significant else _("Not significant")
		)
	return _(
		"Management was told of this significant complaint on {0}, {1} minutes after its receipt"
	).format(
		frappe.utils.format_datetime(case.significance_noticed_on),
		minutes_between(case.received_on, case.significance_noticed_on),
	)


def _independent(case: Document, users: dict[str, str]) -> dict[str, str]:
	return {user: address for user, address in users.items() if not independence.barred_because(case, user)}


def _tell(complaint: str, because: set[str], managers: dict, executives: dict, desk: notify.Desk) -> None:
	what = (
		_("{0}: a complaint in which safety is concerned")
		if SAFETY in because
		else _("{0}: a significant complaint")
	)
	subject = what.format(complaint)
	notify.tell(managers, subject, desk, "Complaint", complaint)
	notify.tell(executives, f"{subject}. {_('The complaint manager can tell you more.')}", desk)
