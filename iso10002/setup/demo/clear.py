"""Taking the demo data away again: the demo cases with all that hangs on them, and what a load made beside."""

import frappe
from frappe import _
from frappe.model.delete_doc import delete_dynamic_links
from frappe.model.rename_doc import get_link_fields

from iso10002.setup.demo import made
from iso10002.setup.demo.deadlines import VERSION
from iso10002.setup.demo.facts import CATEGORY
from iso10002.setup.demo.world import BODY

CASE = "Complaint"
# Records of the load that belong to no case, known by their names too.
OF_THE_PROCESS = ("Complaint Improvement", "Complaint Training")
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
	("Workflow Action", "reference_doctype", "reference_name"),
)
# What Frappe keeps about a user, by the field that names the user; no reason to keep the user.
TRACES_OF_A_USER = {
	"Notification Settings": "name",
	"Dashboard Settings": "user",
	"List Filter": "for_user",
	"Route History": "user",
	"Access Log": "user",
	"Contact": "user",
}


def clear() -> dict[str, int | list[str]]:
	"""Remove what `load` made, and what was done to the demo cases since. Does not commit.

	A user or category that something else refers to by now stays, under the key `kept`. Complaints of the
	site that refer to a demo case lose that reference.

	Returns:
		How many records of each kind were removed.
	"""
	known = made.remembered() or made.Made()
	removed = {CASE: made.count_cases(demo=True)}
	hanging = [*_hanging(), *((doctype, "name") for doctype in OF_THE_PROCESS)]
	files = [name for where in ((CASE, "name"), *hanging) for name in _attached(*where)]
	for doctype, field in hanging:
		_remove_kept_by_frappe(doctype, field)
		_remove_children(doctype, field)
	_remove_kept_by_frappe(CASE, "name")
	_remove_children(CASE, "name")
	for doctype, field in hanging:
		_delete_of_cases(doctype, field)
	_delete_of_cases(CASE, "name")
	for name in files:  # last, because a file that is evidence cannot be deleted
		_delete("File", name)
	_unlink_others()
	used = _used(CATEGORY, known.categories, (CATEGORY,))
	kept = _keep_with_groups(known.categories, used)
	removed[CATEGORY] = _remove(CATEGORY, [name for name in known.categories if name not in kept])
	kept_users = _remove_users(known.users)
	for doctype, names in ((BODY, known.bodies), (VERSION, known.versions)):
		used = _used(doctype, names, ())
		kept |= used if doctype == BODY else set()
		_remove(doctype, [name for name in names if name not in used])
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


def _attached(doctype: str, field: str) -> list[str]:
	"""Return the files of the demo cases, or of what hangs on them."""
	table, file = frappe.qb.DocType(doctype), frappe.qb.DocType("File")
	names = frappe.qb.from_(table).select(table.name).where(table[field].like(f"{made.PREFIX}%"))
	query = frappe.qb.from_(file).select(file.name).where(file.attached_to_doctype == doctype)
	return [name for (name,) in query.where(file.attached_to_name.isin(names)).run()]


def _remove_kept_by_frappe(doctype: str, field: str) -> None:
	"""Remove comments, versions, tasks and the like of the demo cases, or of what hangs on them."""
	table = frappe.qb.DocType(doctype)
	names = frappe.qb.from_(table).select(table.name).where(table[field].like(f"{made.PREFIX}%"))
	for kept, kind_field, name_field in KEPT_BY_FRAPPE:
		row = frappe.qb.DocType(kept)
		of_cases = (row[kind_field] == doctype) & row[name_field].isin(names)
		for df in frappe.get_meta(kept).get_table_fields():
			child = frappe.qb.DocType(df.options)
			parents = frappe.qb.from_(row).select(row.name).where(of_cases)
			query = frappe.qb.from_(child).delete()
			query.where(child.parenttype == kept).where(child.parent.isin(parents)).run()
		frappe.qb.from_(row).delete().where(of_cases).run()


def _unlink_others() -> None:
	"""Empty the links of the site's own complaints to demo cases that are gone now."""
	case = frappe.qb.DocType(CASE)
	for df in frappe.get_meta(CASE).get("fields", {"fieldtype": "Dynamic Link", "options": "case_doctype"}):
		field = case[df.fieldname]
		frappe.qb.update(case).set(field, None).where(field.like(f"{made.PREFIX}%")).run()


def _used(doctype: str, names: list[str], but_by: tuple[str, ...]) -> set[str]:
	"""Return those of the records something links to, leaving out links by DocTypes in `but_by`."""
	if not names:
		return set()
	found = set()
	ignored = {*but_by, *frappe.get_hooks("ignore_links_on_delete")}
	for link in get_link_fields(doctype):
		if link["issingle"] or link["parent"] in ignored:
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


def _remove(doctype: str, names: list[str]) -> int:
	"""Remove records nothing refers to. Of a tree, what remains keeps its numbers; gaps in them do no harm."""
	if names:
		frappe.db.delete(doctype, {"name": ("in", names)})
		for name in names:
			frappe.clear_document_cache(doctype, name)
	return len(names)


def _remove_users(users: list[str]) -> list[str]:
	"""Remove the users a load created, with what Frappe keeps for each of them; return those that are in use."""
	there = frappe.get_all("User", {"name": ("in", users or [""])}, pluck="name")
	used = _used("User", there, tuple(TRACES_OF_A_USER)) | _writers(there)
	for user in there:
		if user in used:
			continue
		for doctype, field in TRACES_OF_A_USER.items():
			for name in frappe.get_all(doctype, {field: user}, pluck="name"):
				if doctype != "Contact" or _is_alone(name):
					_delete(doctype, name)
		_delete("User", user)
	return [user for user in there if user in used]


def _writers(users: list[str]) -> set[str]:
	"""Return who of the users wrote a complaint of the site: that is no link, Frappe does not look."""
	case = frappe.qb.DocType(CASE)
	found = set()
	for field in (case.owner, case.modified_by):
		rows = frappe.qb.from_(case).select(field).distinct().where(field.isin(users or [""])).run()
		found |= {user for (user,) in rows}
	return found


def _is_alone(contact: str) -> bool:
	"""Whether a Contact belongs to nothing but its user: Frappe makes one for each user."""
	return not frappe.db.exists("Dynamic Link", {"parenttype": "Contact", "parent": contact})


def _delete(doctype: str, name: str) -> None:
	"""Delete for good, without the note of the deletion Frappe makes for the activity feed."""
	# safe: from the command line only, and only what belongs to the demo data
	frappe.delete_doc(doctype, name, ignore_permissions=True, force=True, delete_permanently=True)
	delete_dynamic_links(doctype, name)  # Frappe does it too, in a job some time later
	feed = frappe.qb.DocType("Comment")
	(
		frappe.qb.from_(feed)
		.delete()
		.where(feed.comment_type == "Deleted")
		.where(feed.reference_doctype == doctype)
		.where(feed.subject == f"{_(doctype)} {name}")
		.run()
	)
