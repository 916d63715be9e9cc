"""Columns people add to a report (*Add Column*), within the access rule.

Early versions of Frappe 15 fill such a column, and answer the same question put directly, with the values of all
documents there are. Reports call the function themselves, past the overrides of whitelisted functions, so it is
extended in every process, as `shares` does; columns of other DocTypes are as they were.
"""

import frappe
from frappe.desk import query_report
from frappe.utils import cstr

from iso10002.confidentiality.conditions import CONCERNED


def close() -> None:
	"""Extend Frappe's look-up of added columns, once in a process (the import of this package)."""
	if not hasattr(query_report, "iso10002_get_data_for_custom_field"):
		query_report.iso10002_get_data_for_custom_field = query_report.get_data_for_custom_field
		query_report.get_data_for_custom_field = get_data_for_custom_field


@frappe.whitelist()
def get_data_for_custom_field(doctype: str, field: str, names: str | list | None = None) -> dict:
	"""Return a field of documents by their names, as Frappe's function of this name, within the access rule.

	Raises:
		PermissionError: the user may not read the DocType.
	"""
	if doctype not in CONCERNED:
		given = {"names": names} if names else {}
		return query_report.iso10002_get_data_for_custom_field(doctype, field, **given)
	names = frappe.parse_json(names)
	filters = {"name": ("in", names)} if names else None
	fields = ["name", cstr(field)]
	return frappe._dict(
		frappe.get_list(doctype, filters=filters, fields=fields, limit_page_length=0, as_list=True)
	)
