"""What the link fields of the form offer: people who may take an office in a case, and the parties of a case.

Whoever calls must be able to read the case. Server rules hold whatever is offered here.
"""

import frappe
from frappe import _
from frappe.query_builder import Order
from frappe.utils import cint, escape_html

from iso10002 import roles
from iso10002.handling import events, independence

OFFICES = {
	"handler": (roles.HANDLER, roles.MANAGER),
	"investigator": (roles.INVESTIGATOR,),
	"reviewer": (roles.REVIEWER,),
}


@frappe.whitelist()
@frappe.validate_and_sanitize_search_inputs
def officers(
	doctype: str, txt: str, searchfield: str, start: int, page_len: int, filters: dict | None
) -> tuple:
	"""Return enabled users who have a role for the office `filters.field`, as (name, full name).

	With `filters.complaint`, people complained about in it are left out, and for a review whoever had a part in it.
	"""
	filters = frappe._dict(filters or {})
	frappe.has_permission("Complaint", "read", throw=True)
	user, has_role = frappe.qb.DocType("User"), frappe.qb.DocType("Has Role")
	query = (
		frappe.qb.from_(user)
		.join(has_role)
		.on((has_role.parent == user.name) & (has_role.parenttype == "User"))
		.select(user.name, user.full_name)
		.distinct()
		.where(user.enabled == 1)
		.where(has_role.role.isin(OFFICES.get(filters.field, ("",))))
		.where(user.name.like(f"%{txt}%") | user.full_name.like(f"%{txt}%"))
		.orderby(user.full_name, order=Order.asc)
		.limit(cint(page_len) or 20)
		.offset(cint(start))
	)
	if barred := _barred(filters):
		query = query.where(user.name.notin(barred))
	return query.run()


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
		or_filters={"full_name": ["like", f"%{txt}%"], "organisation": ["like", f"%{txt}%"]} if txt else None,
		fields=["name", "full_name", "organisation", "role"],
		order_by="creation asc",
		limit_start=cint(start),
		limit_page_length=cint(page_len) or 20,
	)
	return [
		(row.name, escape_html(row.full_name or row.organisation or _("Name not given")), _(row.role))
		for row in found
	]


def _barred(filters: frappe._dict) -> list[str]:
	"""Return who may not take the office in this case."""
	if not filters.complaint or not frappe.db.exists("Complaint", filters.complaint):
		return []
	case = frappe.get_doc("Complaint", filters.complaint)
	case.check_permission("read")
	barred = {
		person.linked_name if person.linked_doctype == "User" else (person.email or "").lower()
		for person in independence.persons_complained_about(case)
	}
	if filters.field == "reviewer":
		barred |= events.users_with_a_part(case.name)
		barred |= {case.handler, case.investigator, case.proposed_by, case.approved_by, case.communicated_by}
	return sorted(filter(None, barred))
