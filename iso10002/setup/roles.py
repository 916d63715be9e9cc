"""The roles of the process. Created where they are missing; an existing role is left as it is."""

import frappe

from iso10002.roles import ALL_ROLES


def seed_roles() -> None:
	"""Create the roles with desk access."""
	for name in ALL_ROLES:
		if not frappe.db.exists("Role", name):
			role = frappe.new_doc("Role")
			role.update({"role_name": name, "desk_access": 1})
			role.insert(ignore_permissions=True)  # safe: runs at installation


def remove_roles() -> None:
	"""Delete the roles and everything that hangs on them (assignments to users, custom permissions)."""
	for doctype, field in (("Has Role", "role"), ("Custom DocPerm", "role"), ("DocPerm", "role")):
		table = frappe.qb.DocType(doctype)
		frappe.qb.from_(table).delete().where(table[field].isin(ALL_ROLES)).run()
	for name in ALL_ROLES:
		frappe.delete_doc_if_exists("Role", name, force=True)
