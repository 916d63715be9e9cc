"""Taking the demo data away again: the demo cases with all that hangs on them, and what a load made beside."""

import frappe
from frappe.model.rename_doc import get_link_fields
from frappe.query_builder.functions import Count

from iso10002.setup.demo import made
from iso10002.setup.demo.facts import CATEGORY

CASE = "Complaint"
# What Frappe keeps about a document: DocType, its field with the DocType, its field with the name.
KEPT_BY_FRAPPE = (
	("Comment", "reference_doctype", "reference_name"),
	("Version", "ref_doctype", "docname"),
	("ToDo", "reference_type", "reference_name"),
	("DocShare", "share_doctype", "share_name"),
	("View Log", "reference_doctype", "reference_name"),
	("Document Follow", "ref_doctype", "ref_docname"),
	("Notification Log", "document_type", "document_name"),
	("Email Unsubscribe", "reference_doctype", "reference_name"),
	("Tag Link", "document_type", "document_name"),
	("Activity Log", "reference_doctype", "reference_name"),
	("Communication", "reference_doctype", "reference_name"),
)


def clear() -> dict[str, int | list[str]]:
	"""Remove what `load` made, and what was done to the demo cases since. Does not commit.

	A user or category that something else refers to by now stays, under the key `kept`. Complaints of the
	site that refer to a demo case lose that reference.

	Returns:
		How many records of each kind were removed.
	"""
	known = made.remembered() or made.Made()
	removed = {CASE: made.count_cases(demo=True)}
	hanging = _hanging()
	for doctype, field in hanging:
		_remove_kept_by_frappe(doctype, field)
		_remove_children(doctype, field)
	_remove_kept_by_frappe(CASE, "name")
	_remove_children(CASE, "name")
	for doctype, field in hanging:
		_delete_of_cases(doctype, field)
	_delete_of_cases(CASE, "name")
	_unlink_others()
	used = _used(CATEGORY, known.categories)
	kept = _keep_with_groups(known.categories, used)
	removed[CATEGORY] = _remove_categories([name for name in known.categories if name not in kept])
	kept_users = [user for user in known.users if not _remove_user(user)]
	removed["User"] = len(known.users) - len(kept_users)
	made.forget()
	return {**removed, "kept": sorted(kept) + kept_users}


def _hanging() -> list[tuple[str, str]]:
	"""Return the DocTypes that hang on a case by a field `complaint`, whichever app they are from."""
	found = {
		(row.parent, row.fieldname)
		for kind in ("DocField", "Custom Field")
		for row in frappe.get_all(
			kind,
			{"fieldtype": "Link", "options": CASE, "fieldname": "complaint"},
			["parent" if kind == "DocField" else "dt as parent", "fieldname"],
		)
	}
	return sorted((doctype, field) for doctype, field in found if not frappe.get_meta(doctype).issingle)


def _delete_of_cases(doctype: str, field: str) -> None:
	frappe.db.delete(doctype, {field: ("like", f"{made.PREFIX}%")})


def _remove_children(doctype: str, field: str) -> None:
	"""Remove the rows in tables of the demo cases, or of what hangs on them."""
	parent = frappe.qb.DocType(doctype)
	for df in frappe.get_meta(doctype).get_table_fields():
		child = frappe.qb.DocType(df.options)
		names = frappe.qb.from_(parent).select(parent.name).where(parent[field].like(f"{made.PREFIX}%"))
		(
			frappe.qb.from_(child)
			.delete()
			.where(child.parenttype == doctype)
			.where(child.parent.isin(names))
			.run()
		)


def _remove_kept_by_frappe(doctype: str, field: str) -> None:
	"""Remove comments, versions, tasks, files and the like of the demo cases, or of what hangs on them."""
	table = frappe.qb.DocType(doctype)
	names = frappe.qb.from_(table).select(table.name).where(table[field].like(f"{made.PREFIX}%"))
	for kept, kind_field, name_field in KEPT_BY_FRAPPE:
		row = frappe.qb.DocType(kept)
		frappe.qb.from_(row).delete().where(row[kind_field] == doctype).where(
			row[name_field].isin(names)
		).run()
	file = frappe.qb.DocType("File")
	attached = (
		frappe.qb.from_(file)
		.select(file.name)
		.where(file.attached_to_doctype == doctype)
		.where(file.attached_to_name.isin(names))
		.run()
	)
	for (name,) in attached:
		# safe: from the command line only, files of demo cases only
		frappe.delete_doc("File", name, ignore_permissions=True, force=True, delete_permanently=True)


def _unlink_others() -> None:
	"""Empty the links of the site's own complaints to demo cases that are gone now."""
	case = frappe.qb.DocType(CASE)
	for link in get_link_fields(CASE):
		if link["parent"] == CASE:
			field = case[link["fieldname"]]
			frappe.qb.update(case).set(field, None).where(field.like(f"{made.PREFIX}%")).run()


def _used(doctype: str, names: list[str]) -> set[str]:
	"""Return those of the records something still links to, except each other as parent."""
	if not names:
		return set()
	found = set()
	for link in get_link_fields(doctype):
		if link["issingle"] or link["parent"] == doctype:
			continue
		table = frappe.qb.DocType(link["parent"])
		field = table[link["fieldname"]]
		rows = frappe.qb.from_(table).select(field).distinct().where(field.isin(names)).run()
		found |= {name for (name,) in rows}
	return found


def _keep_with_groups(names: list[str], used: set[str]) -> set[str]:
	"""Return what has to stay: what is used, the groups above it, and groups with categories of the site."""
	kept = set(used)
	table = frappe.qb.DocType(CATEGORY)
	children = (
		frappe.qb.from_(table)
		.select(table.name, table.parent_complaint_category)
		.where(table.parent_complaint_category.isin(names or [""]))
		.run()
	)
	for child, group in children:
		if child in used or child not in names:
			kept.add(group)
	return kept


def _remove_categories(names: list[str]) -> int:
	"""Remove categories; what remains of the tree keeps its numbers, gaps in them do no harm."""
	if names:
		frappe.db.delete(CATEGORY, {"name": ("in", names)})
		for name in names:
			frappe.clear_document_cache(CATEGORY, name)
	return len(names)


def _remove_user(user: str) -> bool:
	"""Remove a user the load created, with the Contact Frappe made for it; False if it is in use."""
	if not frappe.db.exists("User", user):
		return True
	if _owns_cases(user):
		return False
	frappe.db.savepoint("demo_user")
	try:
		for contact in frappe.get_all("Contact", {"user": user}, pluck="name"):
			if not frappe.db.exists("Dynamic Link", {"parenttype": "Contact", "parent": contact}):
				_delete("Contact", contact)
		_delete("User", user)
	except frappe.LinkExistsError:
		frappe.clear_messages()
		frappe.db.rollback(save_point="demo_user")
		return False
	# Frappe notes every deletion of a user for the activity feed.
	frappe.db.delete(
		"Comment", {"comment_type": "Deleted", "reference_doctype": "User", "subject": ("like", f"%{user}")}
	)
	return True


def _delete(doctype: str, name: str) -> None:
	# safe: from the command line only, and only what a load of the demo data made
	frappe.delete_doc(doctype, name, ignore_permissions=True, delete_permanently=True)


def _owns_cases(user: str) -> bool:
	"""Whether a complaint of the site was written by the user: that is no link, Frappe does not look."""
	case = frappe.qb.DocType(CASE)
	query = frappe.qb.from_(case).select(Count("*")).where((case.owner == user) | (case.modified_by == user))
	return bool(query.run()[0][0])
