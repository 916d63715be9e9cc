"""A conflict of interest: declared in person, lifted by a manager with a reason, never by the person who declared it.

A row of Complaint Access stands for it as long as it stands; the journal tells of both steps.

Source: ISO 10002:2018 clause 4.7 and annex D.
"""

import frappe
from frappe import _

from iso10002 import roles
from iso10002.confidentiality import grants
from iso10002.handling import events, independence
from iso10002.handling.errors import IndependenceError, StageError


def declare(complaint: str, user: str, document: str) -> None:
	"""Note that `user` has declared a conflict in `document` of the case, which hides the case from the user at once."""
	events.append(complaint, "Conflict Declared", user=user, details={"document": document})
	grants.deny_for_conflict(complaint, user)


@frappe.whitelist(methods=["POST"])
def lift_conflict(complaint: str, user: str, reason: str) -> str:
	"""Lift a conflict of interest somebody declared in a case, such as one declared in error.

	The declaration stays in the journal and its document stays ended; the person may be named again.

	Args:
		complaint: the reference of the case.
		user: who declared the conflict.
		reason: why it does not stand; goes into the event.

	Returns:
		The name of the event.

	Raises:
		PermissionError: the session's user is no Complaint Manager or may not change this case.
		IndependenceError: it is the user's own conflict, or the user is concerned by the case.
		StageError: there is no such conflict, or no reason is given.
	"""
	case = frappe.get_doc("Complaint", complaint, for_update=True)
	case.check_permission("write")
	if roles.MANAGER not in frappe.get_roles():
		frappe.throw(
			_("Only {0} lifts a conflict of interest.").format(_(roles.MANAGER)), frappe.PermissionError
		)
	if user == frappe.session.user:
		frappe.throw(_("Nobody lifts a conflict of interest of his or her own."), IndependenceError)
	independence.refuse_concerned_user(case)
	shown = frappe.bold(frappe.utils.escape_html(user))
	if user not in independence.declared_conflicts(case):
		frappe.throw(_("{0} has declared no conflict of interest in this case.").format(shown), StageError)
	if not (reason or "").strip():
		frappe.throw(
			_("Reason: say why the conflict of interest of {0} is lifted.").format(shown), StageError
		)
	grants.end_conflict(case.name, user, reason)
	return events.append(case.name, "Conflict Lifted", remark=reason, about_user=user)
