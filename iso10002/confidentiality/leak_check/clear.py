"""Removing all a run made: its cases with all that hangs on them, its users, and what either left behind."""

import frappe
from pypika.terms import Criterion

from iso10002.confidentiality.conditions import ABOUT
from iso10002.confidentiality.leak_check import host_records
from iso10002.confidentiality.leak_check.people import DOMAIN, remove_secrets
from iso10002.confidentiality.leak_check.world import MARK, PREFIX, also_hanging, remove_content
from iso10002.confidentiality.rule import HANGS_ON_CASE, ROWS_OF

# Beside the traces: what the users may have made on a road, or Frappe for them.
OF_USERS = (
	"Complaint Access Log",
	"Contact",
	"Dashboard Settings",
	"Error Log",
	"Issue",
	"Lead",
	"List Filter",
	"Note",
	"Opportunity",
	"Prepared Report",
	"Route History",
	"Tag",
)
# Where errors and answers may have been written down, with the field the word would be in.
WRITTEN_DOWN = {"Error Log": "error", "Tag": "name", "Email Queue Recipient": "recipient"}


def clear() -> None:
	"""Remove everything and commit. Finds by itself what a killed run left.

	Safe: it removes only cases, documents and users with the names the check gives, and what is about them.
	"""
	frappe.set_user("Administrator")
	frappe.db.rollback()
	users = _named("User", f"%@{DOMAIN}")
	files = []
	for doctype, names in _documents().items():
		files += _remove_traces(doctype, names)
		frappe.db.delete(doctype, {"name": ("in", names)})
	host_records.clear(PREFIX)
	files += _remove_of_users(users)
	for user in users:
		remove_secrets(user)
		frappe.db.delete("Has Role", {"parent": user})
		frappe.db.delete("Notification Settings", {"name": user})
		frappe.db.delete("User", {"name": user})
	for doctype, field in WRITTEN_DOWN.items():
		table = frappe.qb.DocType(doctype)
		signs = [table[field].like(f"%{sign}%") for sign in (MARK, PREFIX, f"@{DOMAIN}")]
		frappe.qb.from_(table).delete().where(Criterion.any(signs)).run()
	frappe.db.commit()
	remove_content(files)
	for user in users:
		frappe.clear_cache(user=user)
	frappe.cache.delete_value(("enabled_users", "user_permissions"))


def remove_copy(case: str) -> None:
	"""Remove a case that somebody made of a hidden one on a road that is open, with all that hangs on it. Commits."""
	for doctype, field in {**HANGS_ON_CASE, "Complaint": "name"}.items():
		names = _named(doctype, case, field)
		remove_content(_remove_traces(doctype, names) if names else [])
		frappe.db.delete(doctype, {field: case})
	version = frappe.qb.DocType("Complaint Clock Version")  # of a rule: stays for the cases to come
	query = frappe.qb.update(version).where(version.owner.like(f"%@{DOMAIN}"))
	query.set(version.owner, "Administrator").set(version.modified_by, "Administrator").run()
	frappe.db.commit()


def left_behind() -> list[str]:
	"""Return what is there of a run that was killed or kept."""
	return [*_named("Complaint", f"{PREFIX}%"), *_named("User", f"%@{DOMAIN}")]


def _documents() -> dict[str, list[str]]:
	"""Return the names of the cases and of all that hangs on them, rows of tables last."""
	found = {"Complaint": _named("Complaint", f"{PREFIX}%")}
	for doctype, field in {**HANGS_ON_CASE, **dict.fromkeys(also_hanging(), "complaint")}.items():
		found[doctype] = _named(doctype, f"{PREFIX}%", field)
	for doctype, parent in ROWS_OF.items():
		found[doctype] = (
			frappe.get_all(doctype, {"parent": ("in", found[parent])}, pluck="name") if found[parent] else []
		)
	return {doctype: names for doctype, names in found.items() if names}


def _named(doctype: str, pattern: str, field: str = "name") -> list[str]:
	row = frappe.qb.DocType(doctype)
	return [name for (name,) in frappe.qb.from_(row).select(row.name).where(row[field].like(pattern)).run()]


def _remove_traces(doctype: str, names: list[str]) -> list[str]:
	"""Remove what is about documents, and return the addresses of files among it."""
	files = []
	for trace, (kind, name) in ABOUT.items():
		if frappe.db.table_exists(trace):
			files += _remove(trace, {kind: doctype, name: ("in", names)})
	index = frappe.qb.Table("__global_search")
	frappe.qb.from_(index).delete().where(index.doctype == doctype).where(index.name.isin(names)).run()
	return files


def _remove_of_users(users: list[str]) -> list[str]:
	files = []
	for doctype in (*ABOUT, *OF_USERS):
		if not users or not frappe.db.table_exists(doctype):
			continue
		if names := frappe.get_all(doctype, {"owner": ("in", users)}, pluck="name"):
			files += _remove_traces(doctype, names) + _remove(doctype, {"name": ("in", names)})
		if doctype != "Contact" and frappe.get_meta(doctype).has_field("user"):
			files += _remove(doctype, {"user": ("in", users)})
	return files


def _remove(doctype: str, filters: dict) -> list[str]:
	found = frappe.get_all(doctype, filters, ["name", "file_url"] if doctype == "File" else ["name"])
	names = [row.name for row in found]
	if not names:
		return []
	for df in frappe.get_meta(doctype).get_table_fields():
		frappe.db.delete(df.options, {"parenttype": doctype, "parent": ("in", names)})
	frappe.db.delete(doctype, {"name": ("in", names)})
	return [row.file_url for row in found if row.get("file_url")]
