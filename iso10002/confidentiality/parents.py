"""Lists that name a parent: Frappe 16 asks for the parent's right alone, whether the DocType is a child of it or not.

With a Single as the parent, a list of cases would then have no condition at all. Frappe has no hook for this, so the
functions that build every query are extended, in every process before its first request or job: for what is no child
table, a named parent counts for nothing, and rows about cases are asked about themselves as well.

Source: ISO 10002:2018 clause 4.7; design, section 5.
"""

import functools
from collections.abc import Callable

import frappe
import frappe.database.query

from iso10002.confidentiality.conditions import ROWS_OF_ABOUT


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
	if hasattr(engine, "add_permission_conditions"):  # Frappe 16
		engine.add_permission_conditions = _asking_rows(engine.add_permission_conditions)


def _asking_rows(add: Callable) -> Callable:
	"""Return the function of Frappe that adds conditions, adding those of the rows to those of their parent."""

	@functools.wraps(add)
	def add_permission_conditions(self: object) -> None:
		add(self)
		if (
			self.apply_permissions
			and self.doctype in ROWS_OF_ABOUT
			and self.permission_doctype != self.doctype
		):
			for condition in self.get_permission_query_conditions(self.doctype):
				self.query = self.query.where(condition)

	return add_permission_conditions


def _doctype_of(table: object) -> str:
	return table if isinstance(table, str) else table._table_name.removeprefix("tab")
