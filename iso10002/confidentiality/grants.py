"""Rows of Complaint Access: who may allow or deny somebody a case, for whom, and how a row ends.

Source: ISO 10002:2018 clauses 4.7 and 4.10; design, section 5.
"""

import frappe
from frappe import _
from frappe.model.document import Document
from frappe.utils import escape_html, get_datetime, now_datetime

from iso10002 import roles
from iso10002.confidentiality import access_log, tidy
from iso10002.confidentiality.rule import (
	CASE_ROLES,
	CONFIDENTIAL,
	DENY,
	RESTRICTED,
	STANDARD,
	is_hidden_from,
)
from iso10002.handling import events
from iso10002.handling.stages import ENDED

GRANTED_BY = {STANDARD: roles.MANAGER, CONFIDENTIAL: roles.MANAGER, RESTRICTED: roles.PRIVACY_OFFICER}
# The capacity of who is denied a case because of a conflict of interest.
CONFLICT_OF_INTEREST = "Conflict of interest"
KEPT_BY_SERVER = ("ended_by", "ended_on", "end_reason", "tidied")


class AccessError(frappe.ValidationError):
	"""A row of access would be without effect, or leave a case without its owner."""


def prepare(row: Document) -> None:
	"""Put in a new row what only the server knows."""
	by = row.user if row.flags.declared else frappe.session.user
	row.update({**dict.fromkeys(KEPT_BY_SERVER), "granted_by": by})


def validate(row: Document) -> None:
	"""Refuse a new row its writer may not write, or that could have no effect.

	Raises:
		PermissionError: it is not for the writer to say who sees a case of this level.
		AccessError: names the field and what to do.
	"""
	if row.flags.declared:  # anybody's conflict counts at once, the handler's as well
		return
	_validate_writer(row)
	if bool(row.user) == bool(row.role):
		_refuse(row, _("User, Role: give one of the two."))
	_validate_period(row)
	if row.role:
		_validate_role(row)
	else:
		_validate_user(row)
	if row.access == DENY:
		_keep_the_owner(row)


def took_effect(row: Document) -> None:
	"""Note a new row in the journal; what is denied is taken back at once."""
	if not row.flags.declared:  # the declaration itself is in the journal
		kind = "Access Denied" if row.access == DENY else "Access Granted"
		events.append(row.complaint, kind, remark=row.reason, details=_shown(row))
	if row.access == DENY:
		tidy.take_back(row.complaint)


@frappe.whitelist(methods=["POST"])
def end(access: str, reason: str) -> None:
	"""End a row of Complaint Access now, and take back what it opened.

	Args:
		access: name of the row.
		reason: why it ends; kept in the row and in the journal of the case.

	Raises:
		PermissionError: the user may not see the case, or may not say who sees it.
		AccessError: no reason was given, the row has ended already, or it stands for a declared conflict of interest.
	"""
	row = frappe.get_doc("Complaint Access", str(access), for_update=True)
	row.check_permission("read")
	_validate_writer(row)
	if not isinstance(reason, str) or not reason.strip():
		frappe.throw(_("Reason: say why the access ends."), AccessError)
	if row.valid_until and get_datetime(row.valid_until) <= now_datetime():
		frappe.throw(_("This access has ended already."), AccessError)
	if is_declared_conflict(row):
		frappe.throw(
			_("{0} has declared a conflict of interest. Lift the conflict in the menu of the case.").format(
				frappe.bold(escape_html(row.user))
			),
			AccessError,
		)
	_end(row, reason)
	events.append(row.complaint, "Access Ended", remark=reason, details=_shown(row))
	tidy.take_back(row.complaint)


def _end(row: Document, reason: str) -> None:
	now = now_datetime()
	row.update({"valid_until": now, "ended_on": now, "ended_by": frappe.session.user, "end_reason": reason})
	row.tidied = 1
	row.flags.ending = True
	# Safe: nobody has the right to write rows; who may end one was checked before.
	row.save(ignore_permissions=True)


def deny_for_conflict(complaint: str, user: str) -> None:
	"""Deny a case to a user who declares a conflict of interest in it; `end_conflict` ends the row.

	Source: ISO 10002:2018 clause 4.7; design, section 5.
	"""
	row = frappe.new_doc("Complaint Access")
	row.update({"complaint": complaint, "access": DENY, "user": user, "capacity": CONFLICT_OF_INTEREST})
	row.reason = _("Declared in person.")
	row.flags.declared = True
	# Safe: it takes away only what the declaring user has; the caller made sure of who declares.
	row.insert(ignore_permissions=True)


def end_conflict(complaint: str, user: str, reason: str) -> None:
	"""End the rows for a conflict a user declared; the caller has made sure of who may (`handling.conflicts`)."""
	for name in declared_conflicts(complaint)[user]:
		_end(frappe.get_doc("Complaint Access", name, for_update=True), reason)


def declared_conflicts(complaint: str) -> dict[str, list[str]]:
	"""Return who has a declared conflict of interest in a case that nobody lifted: user, and the rows in force."""
	row = frappe.qb.DocType("Complaint Access")
	query = (
		frappe.qb.from_(row)
		.select(row.user, row.name)
		.where((row.complaint == complaint) & (row.access == DENY) & (row.capacity == CONFLICT_OF_INTEREST))
		.where(row.user == row.granted_by)
		.where(row.valid_until.isnull() | (row.valid_until > now_datetime()))
	)
	found: dict[str, list[str]] = {}
	for user, name in query.run():
		found.setdefault(user, []).append(name)
	return found


def is_declared_conflict(row: Document) -> bool:
	"""Whether a stored row stands for a conflict of interest its user declared in person and nobody lifted."""
	return row.name in declared_conflicts(row.complaint).get(row.user, [])


def tidy_expired() -> None:
	"""Take back what rows that expired by themselves had opened (scheduler, hourly).

	The rule reads the time itself: an expired row opens nothing from its last moment on. What it left behind
	(shares, tasks, follows) is removed here.
	"""
	row = frappe.qb.DocType("Complaint Access")
	expired = (
		frappe.qb.from_(row)
		.select(row.complaint)
		.distinct()
		.where((row.valid_until <= now_datetime()) & (row.tidied == 0))
		.run()
	)
	for (complaint,) in expired:
		tidy.take_back(complaint)
		(
			frappe.qb.update(row)
			.set(row.tidied, 1)
			.where(row.complaint == complaint)
			.where(row.valid_until <= now_datetime())
			.run()
		)


def _validate_writer(row: Document) -> None:
	mine = set(frappe.get_roles())
	level = frappe.db.get_value("Complaint", row.complaint, "confidentiality_level")
	needed = GRANTED_BY.get(level, roles.PRIVACY_OFFICER)
	if needed not in mine and not (row.access == DENY and roles.PRIVACY_OFFICER in mine):
		access_log.refused(row.complaint, _attempt(row))
		frappe.throw(
			_("Who sees a case of the level {0} is for the {1} to say.").format(_(level), _(needed)),
			frappe.PermissionError,
		)


def _validate_period(row: Document) -> None:
	now = now_datetime()
	if row.valid_until and get_datetime(row.valid_until) <= now:
		_refuse(row, _("Valid until: it lies in the past. Choose a later time, or leave it empty."))
	if row.access == DENY and row.valid_from:
		_refuse(row, _("Valid from: leave it empty. What is denied is denied at once."))
	if row.valid_from and row.valid_until and get_datetime(row.valid_from) >= get_datetime(row.valid_until):
		_refuse(row, _("Valid until: it has to be later than Valid from."))


def _validate_role(row: Document) -> None:
	if row.role not in CASE_ROLES:
		_refuse(row, _("Role: choose one of {0}.").format(", ".join(_(role) for role in sorted(CASE_ROLES))))


def _validate_user(row: Document) -> None:
	shown = frappe.bold(escape_html(row.user))
	if row.user in ("Administrator", "Guest"):
		_refuse(row, _("User: {0} cannot be given or denied a case.").format(shown))
	if row.access == DENY:
		return
	if row.user == frappe.session.user:
		_refuse(row, _("User: nobody gives access to oneself. Ask somebody else to."))
	if not frappe.db.get_value("User", row.user, "enabled"):
		_refuse(row, _("User: {0} is disabled.").format(shown))
	if not CASE_ROLES.intersection(frappe.get_roles(row.user)):
		_refuse(
			row,
			_("User: {0} has no role in the handling of complaints. Give the user a role first.").format(
				shown
			),
		)
	if is_hidden_from(row.user, row.complaint):
		_refuse(
			row,
			_(
				"User: {0} is complained about in this case, has a conflict of interest in it or is denied it, "
				"and cannot be given access."
			).format(shown),
		)


def _keep_the_owner(row: Document) -> None:
	"""An open case always has an owner who can see it (clause 4.12)."""
	case = frappe.db.get_value("Complaint", row.complaint, ["handler", "status"], as_dict=True)
	if not case.handler or case.status in ENDED:
		return
	if row.user == case.handler or (row.role and row.role in frappe.get_roles(case.handler)):
		_refuse(
			row,
			_("{0} is the handler of this case. Name another handler first.").format(
				frappe.bold(escape_html(case.handler))
			),
		)


def _shown(row: Document) -> dict:
	fields = ("access", "user", "role", "capacity", "valid_from", "valid_until")
	return {field: row.get(field) for field in fields if row.get(field)}


def _refuse(row: Document, why: str) -> None:
	access_log.refused(row.complaint, _attempt(row))
	frappe.throw(why, AccessError)


def _attempt(row: Document) -> str:
	return frappe.as_json({"doctype": row.doctype, **_shown(row)}, indent=None)
