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
		escaped = {
			name: "%(now)s" if value == NOW else frappe.db.escape(value, percent=True)
			for name, value in values.get_parameters().items()
		}
		self.text = f"({text % escaped})"

	def get_sql(self, param_wrapper: NamedParameterWrapper | None = None, **_options: object) -> str:
		"""Return the text for use now, with each % twice in a query that has values put in later."""
		is_part = isinstance(param_wrapper, _Values)  # of another written condition, which puts in the time
		text = self.text if is_part else self.text % {"now": f"'{now_datetime()}'"}
		return text.replace("%", "%%") if param_wrapper else text


def written_once(build: Callable[..., Term]) -> Callable[..., Written]:
	"""Let a function that makes a condition of its arguments, and of nothing else, write it once for the same arguments."""

	@lru_cache(MOST_REMEMBERED)
	def write(_database: str, *arguments: object) -> Written:
		return Written(build(*arguments))

	@wraps(build)
	def remembered(*arguments: object) -> Written:
		return write(frappe.db.db_type, *arguments)

	return remembered
