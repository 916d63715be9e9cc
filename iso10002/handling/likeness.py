"""Cases that may be the same one: shown to whoever records a complaint, while typing (clause 7.2)."""

import re

import frappe
from frappe import _
from frappe.utils import add_days, nowdate

MOST = 5
DAYS_OF_WORDS = 90
FEWEST_LETTERS = 6


@frappe.whitelist()
def like(
	email: str | None = None,
	phone: str | None = None,
	full_name: str | None = None,
	number: str | None = None,
	words: str | None = None,
) -> list[dict]:
	"""Return cases of the same person, about the same order, or in similar words; the most telling first.

	Args:
		email, phone, full_name: of the complainant.
		number: of an order, invoice, ticket, contract or product.
		words: what happened; looked for in cases of the last 90 days.

	Returns:
		At most five dicts with `name`, `status`, `received_on`, `product_or_service` and `why` (in words), of the
		cases the user may see.

	Raises:
		PermissionError: the user may not read complaints.
	"""
	frappe.has_permission("Complaint", "read", throw=True)
	why: dict[str, list[str]] = {}
	for field, value, reason in (
		("email", email, _("same e-mail address")),
		("phone", phone, _("same phone number")),
		("full_name", full_name, _("same name")),
	):
		if value and len(value.strip()) > 3:
			for case in _of_party(field, value.strip()):
				why.setdefault(case, []).append(reason)
	for case in _of_number((number or "").strip()):
		why.setdefault(case, []).append(_("same number"))
	for case in _of_words(words or ""):
		why.setdefault(case, []).append(_("similar words"))
	best = sorted(why, key=lambda case: (len(why[case]), case), reverse=True)[:MOST]
	rows = {row.name: row for row in _cases({"name": ("in", best)})} if best else {}
	return [{**rows[case], "why": ", ".join(why[case])} for case in best if case in rows]


def _of_party(field: str, value: str) -> list[str]:
	return frappe.get_list(
		"Complaint Party",
		filters={field: value},
		pluck="complaint",
		order_by="creation desc",
		limit_page_length=20,
	)


def _of_number(number: str) -> list[str]:
	if len(number) < 3:
		return []
	return frappe.get_list(
		"Complaint",
		or_filters={"product_reference": number, "reference_name": number, "external_reference": number},
		pluck="name",
		limit_page_length=20,
	)


def _of_words(words: str) -> list[str]:
	"""Return recent cases with the two longest words: rare words are long."""
	found = sorted({word for word in re.findall(r"\w+", words) if len(word) >= FEWEST_LETTERS}, key=len)[-2:]
	if len(found) < 2:
		return []
	filters = [["creation", ">", add_days(nowdate(), -DAYS_OF_WORDS)]]
	filters += [["description", "like", f"%{word}%"] for word in found]
	return frappe.get_list(
		"Complaint", filters=filters, pluck="name", order_by="creation desc", limit_page_length=20
	)


def _cases(filters: dict) -> list[frappe._dict]:
	return frappe.get_list(
		"Complaint", filters=filters, fields=["name", "status", "received_on", "product_or_service"]
	)
