"""What the link fields of the form offer: people who may take an office in a case, and the parties of a case.

Whoever calls must be able to read the case. Server rules hold whatever is offered here.
"""

import frappe
from frappe import _
from frappe.model.document import Document
from frappe.query_builder import Order
from frappe.utils import cint, cstr, escape_html

from iso10002 import roles
from iso10002.handling import independence

OFFICES = {
	"handler": (roles.HANDLER, roles.MANAGER),
	"investigator": (roles.INVESTIGATOR,),
	"reviewer": (roles.REVIEWER,),
}
BATCH = 100


@frappe.whitelist()
@frappe.validate_and_sanitize_search_inputs
def officers(
	doctype: str, txt: str, searchfield: str, start: int, page_len: int, filters: dict | None
) -> tuple:
	"""Return enabled users who have a role for the office `filters.field`, as (name, full name).

	With `filters.complaint`, people who may not take the office in that case are left out: whoever is complained
	about, in the reporting line or in a conflict, and for a review whoever had a part in it. To who may not learn why somebody
	is barred, those are offered: a gap would tell it.
	"""
	filters = frappe._dict(filters or {})
	frappe.has_permission("Complaint", "read", throw=True)
	case = _case(filters.complaint)
	start, wanted = max(cint(start), 0), max(cint(page_len), 0) or 20
	if not case:
		return tuple(_with_role(filters.field, txt, start, wanted))
	tells = independence.tells_why(case)
	found, seen = [], 0
	while len(found) < start + wanted:
		batch = _with_role(filters.field, txt, seen, BATCH)
		found += [row for row in batch if not _is_barred(case, filters.field, row[0], tells)]
		seen += BATCH
		if len(batch) < BATCH:
			break
	return tuple(found[start : start + wanted])


@frappe.whitelist()
@frappe.validate_and_sanitize_search_inputs
def parties(
	doctype: str, txt: str, searchfield: str, start: int, page_len: int, filters: dict | None
) -> list[tuple]:
	"""Return the parties of the case `filters.complaint`, with `filters.role` only those, as (name, who, role).

	The desk shows what comes back as HTML, so names are escaped here.
	"""
	filters = {key: value for key, value in (filters or {}).items() if key in ("complaint", "role")}
	if not filters.get("complaint"):
		return []
	found = frappe.get_list(
		"Complaint Party",
		filters=filters,
		# Frappe 16 also asks here whether a link is good, by its name
		or_filters={
			"name": txt,
			"full_name": ["like", f"%{txt}%"],
			"organisation": ["like", f"%{txt}%"],
		}
		if txt
		else None,
		fields=["name", "full_name", "organisation", "role"],
		order_by="creation asc",
		limit_start=max(cint(start), 0),
		limit_page_length=max(cint(page_len), 0) or 20,
	)
	return [
		(row.name, escape_html(row.full_name or row.organisation or _("Name not given")), _(row.role))
		for row in found
	]


def _with_role(field: object, txt: str, start: int, length: int) -> list[tuple]:
	user, has_role = frappe.qb.DocType("User"), frappe.qb.DocType("Has Role")
	return list(
		frappe.qb.from_(user)
		.join(has_role)
		.on((has_role.parent == user.name) & (has_role.parenttype == "User"))
		.select(user.name, user.full_name)
		.distinct()
		.where(user.enabled == 1)
		.where(has_role.role.isin(OFFICES.get(cstr(field), ("",))))
		.where(user.name.like(f"%{txt}%") | user.full_name.like(f"%{txt}%"))
		.orderby(user.full_name, order=Order.asc)
		.orderby(user.name, order=Order.asc)
		.limit(length)
		.offset(start)
		.run()
	)


def _case(complaint: object) -> Document | None:
	"""Return a case by its reference; None, alike, for what is no reference, does not exist or is hidden from the user."""
	if not isinstance(complaint, str) or not frappe.db.exists("Complaint", {"name": complaint}):
		return None
	case = frappe.get_doc("Complaint", complaint)
	return case if frappe.has_permission("Complaint", "read", doc=case) else None


def _is_barred(case: Document, field: object, user: str, tells: bool) -> bool:
	if field == "reviewer" and case.reviewer != user and independence.has_worked_on(case, user):
		return True
	return tells and independence.barred_because(case, user) is not None
