"""What similar cases got, so that equal cases are treated alike (ISO 10002:2018 annex D, equitability)."""

import frappe
from frappe.query_builder.functions import Avg, Count, Max, Min
from frappe.utils import add_months, flt, nowdate

from iso10002.confidentiality import rule
from iso10002.handling.remedies import NOT_OFFERED

MONTHS = 24
MOST = 8


@frappe.whitelist()
def similar_remedies(complaint: str) -> list[dict]:
	"""Return what cases of the same category and severity got in the last 24 months, most frequent first.

	Args:
		complaint: the reference of the case; it needs a category.

	Returns:
		Up to eight dicts with `remedy_type`, `currency`, `cases` (how many cases), and `lowest`, `average`,
		`highest` (values in that currency). Only cases the reader may see count.

	Raises:
		PermissionError: the user may not see this case.
	"""
	case = frappe.get_doc("Complaint", complaint)
	case.check_permission("read")
	if not case.category:
		return []
	other, remedy = frappe.qb.DocType("Complaint"), frappe.qb.DocType("Complaint Remedy")
	query = (
		frappe.qb.from_(other)
		.join(remedy)
		.on((remedy.parent == other.name) & (remedy.parenttype == "Complaint"))
		.select(
			remedy.remedy_type,
			remedy.currency,
			Count(other.name).distinct().as_("cases"),
			Min(remedy.value).as_("lowest"),
			Avg(remedy.value).as_("average"),
			Max(remedy.value).as_("highest"),
		)
		.where(other.category == case.category)
		.where(other.name != case.name)
		.where(other.received_on >= add_months(nowdate(), -MONTHS))
		.where(remedy.progress.notin(NOT_OFFERED))
		.groupby(remedy.remedy_type, remedy.currency)
		.orderby(Count(other.name).distinct(), order=frappe.qb.desc)
		.orderby(remedy.remedy_type)
		.limit(MOST)
	)
	if case.severity:
		query = query.where(other.severity == case.severity)
	seen = rule.visible(frappe.session.user)
	rows = (query if seen is None else query.where(seen)).run(as_dict=True)
	return [{**row, "average": flt(row.average, 2)} for row in rows]
