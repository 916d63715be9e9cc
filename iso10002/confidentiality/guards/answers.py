"""Functions of Frappe whose answers count or list cases without asking the access rule (override_whitelisted_methods).

What concerns no case goes to whatever the site had before: another app's override, or Frappe's own function.
"""

import json
from collections import Counter

import frappe
from frappe import _
from frappe.desk.reportview import get_count as count_within_permissions
from frappe.utils import cstr

from iso10002.confidentiality.conditions import ABOUT, CONCERNED, MAIL, TOLD_OF, case_document_of, listed
from iso10002.confidentiality.guards.named import hidden_of
from iso10002.confidentiality.requests import list_filters, read_json, require_field
from iso10002.confidentiality.rule import CASE_DOCTYPES, may_see_document

MOST_GROUPS = 50
MOST_COUNTED = 100  # Frappe shows more as 99+


@frappe.whitelist()
def get_count(
	doctype: str, filters: str | list | dict | None = None, debug: bool = False, cache: bool = False
) -> int:
	"""Return how many documents meet the filters, those of cases within the access rule. Early versions of
	Frappe 15 count past all permissions.

	Args:
		doctype, filters: what is counted.
		debug, cache: as Frappe's function of this name; a count of cases is never kept.
	"""
	about_hidden = doctype in ABOUT and _hidden_rows(doctype, filters)
	if doctype not in {*CASE_DOCTYPES, MAIL} and not about_hidden:
		return before("frappe.client.get_count", doctype=doctype, filters=filters, debug=debug, cache=cache)
	frappe.local.form_dict = frappe._dict(
		doctype=doctype, filters=frappe.as_json(list_filters(doctype, filters))
	)
	return count_within_permissions()


@frappe.whitelist()
def get(doctype: str, docname: str) -> dict:
	"""Return the documents that link to one (Links in the menu of a form), without cases the user may not see.

	Args:
		doctype, docname: the document.

	Returns:
		as `frappe.desk.form.linked_with.get`.
	"""
	found = before("frappe.desk.form.linked_with.get", doctype=doctype, docname=docname) or {}
	answer = {}
	for kind, rows in found.items():
		seen = rows
		if kind in CASE_DOCTYPES:
			seen = [row for row in rows if _sees(kind, row.get("name"))]
		elif kind in ABOUT:
			hidden = _hidden_rows(kind, {"name": ["in", [row.get("name") for row in rows]]})
			seen = [row for row in rows if row.get("name") not in hidden]
		if seen or not rows:  # an empty list would say that there was something
			answer[kind] = seen
	return answer


@frappe.whitelist()
def get_submitted_linked_docs(
	doctype: str, name: str, ignore_doctypes_on_cancel_all: str | list | None = None
) -> dict:
	"""Return the submitted documents that hang on one (before it is cancelled), without those of cases the user may
	not see. Early versions of Frappe 15 give them to anybody who is logged in.

	Args:
		doctype, name: the document.
		ignore_doctypes_on_cancel_all: DocTypes that are left out, as a list or JSON; early versions know none.

	Returns:
		as Frappe's function of this name.
	"""
	found = before(
		"frappe.desk.form.linked_with.get_submitted_linked_docs",
		doctype=doctype,
		name=name,
		ignore_doctypes_on_cancel_all=ignore_doctypes_on_cancel_all,
	)
	docs = _without_hidden(found.get("docs") or [])
	return {**found, "docs": docs, "count": len(docs)}


@frappe.whitelist()
def get_group_by_count(doctype: str, current_filters: str, field: str) -> list[dict]:
	"""Return how many documents of a list there are for each value of a field (sidebar of the list).

	Args:
		doctype: of the list.
		current_filters: its filters, as JSON.
		field: a field, or "assigned_to" for people with a task. Frappe counts those past all permissions.

	Returns:
		dicts with `name` (the value) and `count`.
	"""
	if doctype not in CASE_DOCTYPES or field != "assigned_to":
		return before(
			"frappe.desk.listview.get_group_by_count",
			doctype=doctype,
			current_filters=current_filters,
			field=field,
		)
	found = frappe.get_list(
		doctype,
		filters=[*list_filters(doctype, current_filters), [doctype, "_assign", "like", "%@%"]],
		pluck="_assign",
		limit_page_length=0,
	)
	counted = Counter(user for assigned in found for user in frappe.parse_json(assigned or "[]"))
	return [{"name": user, "count": number} for user, number in counted.most_common(MOST_GROUPS)]


@frappe.whitelist()
def get_workflow_state_count(
	doctype: str, workflow_state_field: str, states: str | list
) -> list[dict] | None:
	"""Return how many documents have each value of a field, but for some values (form of a Workflow).

	Frappe lists the values of any field, of all documents there are.

	Args:
		doctype: of the documents; those of cases, and rows about them, are counted within the access rule.
		workflow_state_field: the field.
		states: values that are left out, as a list or JSON.

	Returns:
		dicts with the field and `count`.

	Raises:
		PermissionError: the user may not read the DocType.
		ValidationError: there is no such field, or the states are no list.
	"""
	if doctype not in CONCERNED:
		path = "frappe.workflow.doctype.workflow.workflow.get_workflow_state_count"
		return before(path, doctype=doctype, workflow_state_field=workflow_state_field, states=states)
	require_field(doctype, workflow_state_field)
	left_out = read_json(states, _("States: give a list of values that are left out.")) or []
	values = frappe.get_list(doctype, pluck=workflow_state_field, limit_page_length=0)
	counted = Counter(value for value in values if value and value not in left_out)
	return [{workflow_state_field: value, "count": number} for value, number in counted.items()]


@frappe.whitelist()
def get_open_count(doctype: str, name: str, items: str | list | None = None) -> dict:
	"""Return how many documents are connected to one (dashboard of a form).

	Frappe counts past all permissions. Complaints connected to a case, such as its duplicates, and those about another
	record are counted under the access rule; on the form of another record, nothing else of cases.

	Args:
		doctype, name: the document.
		items: the DocTypes to count, as a list or JSON; all connections if not given.

	Returns:
		as Frappe's function of this name.
	"""
	if doctype in CASE_DOCTYPES and not _sees(doctype, name):
		raise frappe.PermissionError
	if isinstance(items, str):
		items = json.loads(items)
	ask = items is not None and "Complaint" in items
	if items is not None and doctype not in CASE_DOCTYPES:
		items = [item for item in items if item not in CASE_DOCTYPES]
	answer = before("frappe.desk.notifications.get_open_count", doctype=doctype, name=name, items=items)
	if doctype in CASE_DOCTYPES:
		return _counted_again(answer, doctype, name)
	answer = _without_cases(answer)
	return _with_complaints(answer, doctype, name) if ask else answer


@frappe.whitelist()
def search(text: str, start: int = 0, limit: int = 20, doctype: str = "") -> list[dict]:
	"""Return what the search bar finds, without cases the user may not see.

	Args:
		text: what is searched for.
		start, limit: page of the result.
		doctype: only this one, if given.

	Returns:
		as Frappe's function of this name.
	"""
	found = before("frappe.utils.global_search.search", text=text, start=start, limit=limit, doctype=doctype)
	return _without_hidden(found or [])


def _without_hidden(rows: list[dict]) -> list[dict]:
	"""Return rows that name documents (`doctype`, `name`) without those of cases the session's user may not see."""
	hidden = set()
	if frappe.session.user != "Administrator":
		for kind in {row.get("doctype") for row in rows} & CONCERNED:
			names = [cstr(row.get("name")) for row in rows if row.get("doctype") == kind]
			hidden |= {(kind, name) for name in hidden_of(kind, names)}
	return [row for row in rows if (row.get("doctype"), cstr(row.get("name"))) not in hidden]


@frappe.whitelist()
def relink(name: str, reference_doctype: str | None = None, reference_name: str | None = None) -> None:
	"""Attach an e-mail to another document; one of a case is on no other timeline. Frappe writes it past all hooks.

	Args:
		name: of the Communication.
		reference_doctype, reference_name: the document.
	"""
	to = {"reference_doctype": reference_doctype, "reference_name": reference_name}
	before("frappe.email.relink", name=name, **to)
	if case_document_of("Communication", name):
		frappe.db.delete("Communication Link", {"parent": name})


def _sees(doctype: str, name: str) -> bool:
	user = frappe.session.user
	return user == "Administrator" or may_see_document(user, doctype, name)


def _hidden_rows(doctype: str, filters: str | list | dict | None) -> set:
	"""Return the names of rows of ABOUT that meet the filters and are not in the user's lists because of a case."""
	mine, kind = listed(doctype, frappe.session.user), ABOUT[doctype][0]
	about_cases = [doctype, kind, "in", sorted({*CASE_DOCTYPES, *TOLD_OF, MAIL})]
	filters = [*list_filters(doctype, filters), about_cases]
	names = frappe.get_all(doctype, filters=filters, pluck="name")
	if mine is None or not names:
		return set()
	row = frappe.qb.DocType(doctype)
	seen = frappe.qb.from_(row).select(row.name).where(row.name.isin(names)).where(mine).run()
	return set(names) - {name for (name,) in seen}


def before(path: str, **arguments: object) -> object:
	"""Call what would have answered without this app: the override of an app before it, or Frappe's own function."""
	overrides = frappe.get_hooks("override_whitelisted_methods", {}).get(path, [])
	ours = [number for number, override in enumerate(overrides) if override.startswith("iso10002.")]
	earlier = overrides[: ours[0]] if ours else overrides
	function = frappe.get_attr(earlier[-1] if earlier else path)
	frappe.is_whitelisted(function)
	return frappe.call(function, **arguments)


def _without_cases(answer: dict) -> dict:
	"""Take what concerns cases out of the counts, in the forms early and later versions give them."""
	counts = answer.get("count") if isinstance(answer, dict) else None
	if isinstance(counts, list):
		answer["count"] = [row for row in counts if row.get("name") not in CASE_DOCTYPES]
	elif isinstance(counts, dict):
		for key, rows in counts.items():
			counts[key] = [row for row in rows if row.get("doctype") not in CASE_DOCTYPES]
	return answer


def _counted_again(answer: dict, doctype: str, name: str) -> dict:
	"""Count the complaints connected to a document of a case within the access rule; all else is of the same case."""
	counts = answer.get("count") if isinstance(answer, dict) else None
	lists = counts.values() if isinstance(counts, dict) else [counts or []]
	links = frappe.get_meta(doctype).get_dashboard_data()
	field = (links.get("non_standard_fieldnames") or {}).get("Complaint") or links.get("fieldname")
	for row in (row for rows in lists for row in rows):
		# with names, it is what a field of the document itself says; "?" stands for a count that took too long
		counted = row.get("count") not in (0, "?") and "names" not in row
		if counted and "Complaint" in (row.get("name"), row.get("doctype")):
			row.update(_seen_complaints({field: name}))
	return answer


def _seen_complaints(filters: dict) -> dict:
	found = frappe.get_list("Complaint", filters=filters, pluck="name", limit_page_length=MOST_COUNTED)
	return {"count": len(found), "open_count": 0}


def _with_complaints(answer: dict, doctype: str, name: str) -> dict:
	"""Add how many complaints about a record the user may see, in the form the version gives counts."""
	if not frappe.has_permission("Complaint", "read") or not frappe.has_permission(doctype, "read", name):
		return answer
	found = _seen_complaints({"reference_doctype": doctype, "reference_name": name})
	counts = answer.setdefault("count", [])
	if isinstance(counts, list):
		counts.append({"name": "Complaint", **found})
	else:
		counts.setdefault("external_links_found", []).append({"doctype": "Complaint", **found})
	return answer
