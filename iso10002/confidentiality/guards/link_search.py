"""What link fields to cases and what hangs on them offer (hook `standard_queries`).

Frappe's own search leaves out the access rule if the client says so (`ignore_user_permissions`).
"""

import frappe
from frappe.utils import cint, cstr

from iso10002.confidentiality.rule import CASE_DOCTYPES

MOST = 100


@frappe.whitelist()
@frappe.validate_and_sanitize_search_inputs
def documents_of_cases(
	doctype: str,
	txt: str,
	searchfield: str,
	start: int,
	page_len: int,
	filters: dict | list | None = None,
	as_dict: bool = False,
	**_client_flags: object,
) -> list:
	"""Return documents whose name contains `txt`, within the access rule, as (name,).

	Args:
		doctype: one of a case; any other is answered with nothing.
		txt: part of the name.
		searchfield: not used, names are all there is to see.
		start, page_len: page of the result.
		filters: of the link field, applied within the access rule.
		as_dict: dicts instead of tuples.

	Raises:
		PermissionError: the user may not read the DocType.
	"""
	if doctype not in CASE_DOCTYPES:
		return []
	return frappe.get_list(
		doctype,
		filters=filters or None,
		or_filters=[[doctype, "name", "like", f"%{cstr(txt)}%"]] if txt else None,
		fields=["name"],
		order_by="modified desc",
		limit_start=cint(start),
		limit_page_length=min(cint(page_len) or 20, MOST),
		as_list=not as_dict,
	)
