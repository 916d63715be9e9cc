"""Conditions that are written as SQL once and used again.

To write the access rule with the query builder takes longer than the database takes to answer it, and every list
needs it. So what is written is remembered by all it was made of; only the time is put in anew.
"""

from collections.abc import Callable
from functools import lru_cache, wraps

import frappe
from frappe.query_builder.terms import NamedParameterWrapper
from frappe.utils import now_datetime
from pypika.terms import Criterion, Term

MOST_REMEMBERED = 2000

# Stands in a condition for the time at which it is used.
NOW = "the time of use"


class _Values(NamedParameterWrapper):
	"""The values of a condition while it is written."""


class Written(Criterion):
	"""A condition that is text already: SQL with table names, so that it fits into any query."""

	def __init__(self, condition: Term) -> None:
		super().__init__()
		values = _Values()
		text = condition.get_sql(
			quote_char='"' if frappe.db.db_type == "postgres" else "`",
			with_namespace=True,
			subquery=True,
			param_wrapper=values,
		)
		literals = {
			name: "%(now)s" if value == NOW else _literal(value)
			for name, value in values.get_parameters().items()
		}
		self.text = f"({text % literals})"

	def get_sql(self, param_wrapper: NamedParameterWrapper | None = None, **_options: object) -> str:
		"""Return the text for use now. There is no % in it: some queries have values put in later, and some have not."""
		if isinstance(param_wrapper, _Values):  # part of another written condition, which puts in the time
			return self.text.replace("%", "%%")
		return self.text % {"now": f"'{now_datetime()}'"}


def _literal(value: object) -> str:
	"""Return a value as SQL without any %, which Frappe 16 would take for a place to put a value in."""
	if "%" not in str(value):
		return frappe.db.escape(value)
	coded = str(value).encode().hex()
	if frappe.db.db_type == "postgres":
		return f"convert_from(decode('{coded}', 'hex'), 'UTF8')"
	return f"_utf8mb4 0x{coded}"  # a literal: it is compared by the collation of the column


def written_once(build: Callable[..., Term]) -> Callable[..., Written]:
	"""Let a function that makes a condition of its arguments, and of nothing else, write it once for the same arguments."""

	@lru_cache(MOST_REMEMBERED)
	def write(_database: str, *arguments: object) -> Written:
		return Written(build(*arguments))

	@wraps(build)
	def remembered(*arguments: object) -> Written:
		return write(frappe.db.db_type, *arguments)

	return remembered
