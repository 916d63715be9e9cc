"""Who finds the app on the desk."""

import frappe

from iso10002.roles import ALL_ROLES


def may_use_app() -> bool:
	"""Whether the session's user sees the tile of the app: people with a role in the process, and who sets it up.

	The tile shows no data. What its pages show is said by the permissions and the access rule.
	"""
	return bool({*ALL_ROLES, "System Manager"}.intersection(frappe.get_roles()))
