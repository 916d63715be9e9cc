"""Lists that name a parent: Frappe 16 asks for the parent's right alone, whether the DocType is a child of it or not.

With a Single as the parent, a list of cases would then have no condition at all. Frappe has no hook for this, so the
function that builds every query is extended, in every process before its first request or job: for what is no child
table, a named parent counts for nothing.

Source: ISO 10002:2018 clause 4.7; design, section 5.
"""

import functools

import frappe
import frappe.database.query


def close() -> None:
	"""Extend how Frappe builds queries, once in a process (the import of this package)."""
	engine = frappe.database.query.Engine
	asked = engine.get_query
	if hasattr(asked, "__wrapped__"):
		return

	@functools.wraps(asked)
	def get_query(self: object, table: object, *args: object, **more: object) -> object:
		if more.get("parent_doctype") and not frappe.is_table(_doctype_of(table)):
			more["parent_doctype"] = None
		return asked(self, table, *args, **more)

	engine.get_query = get_query


def _doctype_of(table: object) -> str:
	return table if isinstance(table, str) else table._table_name.removeprefix("tab")
