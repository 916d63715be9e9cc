"""The confidentiality level of a case: raised and lowered with a reason, by who may, and tidied up at once.

Source: ISO 10002:2018 clause 4.10; design, section 5.
"""

import frappe
from frappe import _
from frappe.model.document import Document

from iso10002 import roles
from iso10002.confidentiality import access_log, tidy
from iso10002.confidentiality.rule import CONFIDENTIAL, LEVELS, RESTRICTED, ROLES_AT, STANDARD, TEAM
from iso10002.handling import events

# Raising protects, so everybody who works on the case may; to the highest level only who answers for it.
MAY_RAISE_TO = {
	CONFIDENTIAL: frozenset(roles.ALL_ROLES) - {roles.AUDITOR, roles.EXECUTIVE},
	RESTRICTED: frozenset({roles.HANDLER, roles.MANAGER, roles.PRIVACY_OFFICER}),
}
MAY_LOWER_FROM = {
	CONFIDENTIAL: frozenset({roles.MANAGER, roles.PRIVACY_OFFICER}),
	RESTRICTED: frozenset({roles.PRIVACY_OFFICER}),
}

# A change in one of these may take the case out of somebody's sight.
DECIDES_WHO_SEES = ("confidentiality_level", *TEAM, "assessed_on", "received_by")


class LevelError(frappe.ValidationError):
	"""The confidentiality level was to be changed without a reason, or past the action for it."""


@frappe.whitelist(methods=["POST"])
def change_level(complaint: str, level: str, reason: str) -> dict:
	"""Raise or lower the confidentiality level of a case.

	Args:
		complaint: the reference of the case.
		level: Standard, Confidential or Restricted.
		reason: why; kept in the journal.

	Returns:
		`level`, and `sees`: whether the session's user still sees the case.

	Raises:
		PermissionError: the user may not change the case, or may not raise to or lower from this level.
		LevelError: no reason, an unknown level, or the level it has already.
	"""
	case = frappe.get_doc("Complaint", str(complaint), for_update=True)
	case.check_permission("write")
	before = case.confidentiality_level
	if level not in LEVELS:
		frappe.throw(
			_("Confidentiality: choose one of {0}.").format(", ".join(_(name) for name in LEVELS)), LevelError
		)
	if level == before:
		frappe.throw(_("Confidentiality: the case is {0} already.").format(frappe.bold(_(level))), LevelError)
	if not isinstance(reason, str) or not reason.strip():
		frappe.throw(_("Reason: say why the confidentiality changes."), LevelError)
	_validate_right(case.name, before, level)
	case.confidentiality_level = level
	case.flags.changing_level = True
	case.save()
	events.append(
		case.name,
		"Level Raised" if _is_raised(before, level) else "Level Lowered",
		remark=reason.strip(),
		details={"confidentiality_level": [before, level]},
	)
	return {"level": level, "sees": bool(frappe.has_permission("Complaint", "read", doc=case))}


def allowed_changes(case: Document) -> list[str]:
	"""Return the levels the session's user may bring the case to."""
	mine, now = set(frappe.get_roles()), case.confidentiality_level
	return [level for level in LEVELS if level != now and mine & _roles_for(now, level)]


def protect(case: Document) -> None:
	"""Hold the level while a case is saved: it changes by `change_level` only, and starts as one may.

	Raises:
		LevelError: the level was changed on another road.
		PermissionError: a new case was given a level its maker may not raise to.
		LevelError: also if who makes a new case would not see it.
	"""
	before = case.get_doc_before_save()
	if not before:
		case.confidentiality_level = case.confidentiality_level or STANDARD
		if case.confidentiality_level != STANDARD:
			_validate_right(None, STANDARD, case.confidentiality_level)
			_keep_in_sight(case)
	elif before.confidentiality_level != case.confidentiality_level and not case.flags.changing_level:
		access_log.refused(case.name, "confidentiality level past the action for it")
		frappe.throw(
			_("{0} is changed with a reason. Use 'Change confidentiality' of the complaint.").format(
				frappe.bold(_(case.meta.get_label("confidentiality_level")))
			),
			LevelError,
		)


def follow(case: Document) -> None:
	"""Take a saved case back from those who may not see it any more."""
	before = case.get_doc_before_save()
	if not before or not any(before.get(field) != case.get(field) for field in DECIDES_WHO_SEES):
		return
	tidy.take_back(case.name)
	if _is_raised(before.confidentiality_level, case.confidentiality_level):
		tidy.take_back_open_roads(case.name)


def _keep_in_sight(case: Document) -> None:
	"""Make who registers a case above Standard its handler where nobody else is and the level would hide it from them.

	Otherwise a case would be written half: its parties are those of a case that is not seen.
	"""
	user, mine, level = frappe.session.user, set(frappe.get_roles()), case.confidentiality_level
	sees_new = roles.INTAKE in mine and level != RESTRICTED
	if sees_new or mine & ROLES_AT[level] or user in (case.get(field) for field in TEAM):
		return
	if case.handler or not mine & {roles.HANDLER, roles.MANAGER}:
		frappe.throw(
			_(
				"Confidentiality: you would not see this case yourself. Leave the handler empty and it is yours until you "
				"give it on, or register it as Standard and change the level afterwards."
			),
			LevelError,
		)
	case.handler = user


def _is_raised(before: str, level: str) -> bool:
	return LEVELS.index(level) > LEVELS.index(before)


def _roles_for(before: str, level: str) -> frozenset[str]:
	return MAY_RAISE_TO[level] if _is_raised(before, level) else MAY_LOWER_FROM[before]


def _validate_right(complaint: str | None, before: str, level: str) -> None:
	allowed = _roles_for(before, level)
	if allowed.isdisjoint(frappe.get_roles()):
		access_log.refused(complaint, f"confidentiality level from {before} to {level}")
		frappe.throw(
			_(
				"To change the confidentiality from {0} to {1}, ask somebody with one of these roles: {2}"
			).format(_(before), _(level), ", ".join(sorted(_(role) for role in allowed))),
			frappe.PermissionError,
		)
