"""One row of a CSV file as Frappe's Data Import reads it, with problems a person can act on."""

from __future__ import annotations

import difflib
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import frappe
from frappe import _
from frappe.core.doctype.data_import.importer import INSERT, Column, Header, Row
from frappe.utils import cstr, strip_html, validate_email_address, validate_phone_number

from iso10002.handling.csv_import.file import Cells
from iso10002.handling.csv_import.mapping import readable_format

if TYPE_CHECKING:
	from iso10002.handling.csv_import.columns import Table

REFERENCE = "external_reference"
NUMBERS = re.compile(r"[+-]?\d+(\.\d+)?")
YES_NO = ("0", "1", "t", "f", "true", "false", "yes", "no", "y", "n")


@dataclass(frozen=True)
class Problem:
	"""Something that keeps the file from being imported; `line` is None if it concerns the whole file."""

	line: int | None
	heading: str | None
	text: str


@dataclass
class Given:
	"""One complaint as the file gives it.

	`values` are those of the complaint with its tables, `parties` those of its parties. `usable` is False if
	something it cannot do without is missing.
	"""

	line: int
	values: dict
	parties: list[dict]
	problems: list[Problem] = field(default_factory=list)
	usable: bool = True

	@property
	def reference(self) -> str | None:
		return self.values.get(REFERENCE)


class FileRow(Row):
	"""A row as Frappe reads it, which keeps problems together with the heading of their column."""

	def __init__(self, line: int, cells: Cells, doctype: str, header: Header, table: Table) -> None:
		super().__init__(line - 1, cells, doctype, header, INSERT)
		self.table = table
		self.problems: list[Problem] = []

	def validate_value(self, value: str, col: Column) -> object:
		"""Return the value if it fits the field of its column, else note the problem and return None."""
		if fault := _fault(value, col.df):
			self._add(col, fault)
			return None
		known = len(self.warnings)
		fitting = super().validate_value(value, col)
		if len(self.warnings) > known:
			self._add(col, self._advice(value, col))
		return fitting

	def link_exists(self, value: str, df: frappe._dict) -> bool:
		"""Remember what was looked up, for this import only."""
		key = (df.options, cstr(value))
		if key not in self.table.links:
			self.table.links[key] = bool(frappe.db.exists(df.options, value))
		return self.table.links[key]

	def _add(self, col: Column, text: str) -> None:
		self.problems.append(Problem(self.row_number, self.table.headings[col.index], text))

	def _advice(self, value: str, col: Column) -> str:
		"""Say in plain words what Frappe found wrong with a value, and what to do."""
		df = col.df
		if df.fieldtype == "Link":
			close = difflib.get_close_matches(cstr(value), self.table.names_of(df.options), 1)
			advice = (
				_("Did you mean {0}?").format(close[0]) if close else _("Create it first, or map the word.")
			)
			return _("{0} is no {1} here.").format(value, _(df.options)) + " " + advice
		if df.fieldtype == "Select":
			options = ", ".join(filter(None, df.options.split("\n")))
			return _("{0} is not one of: {1}.").format(value, options)
		if df.fieldtype in ("Date", "Datetime"):
			return _(
				"{0} is no date written as {1}, like most in this column. Correct it, or say in the mapping how "
				"the dates of the column are written."
			).format(value, readable_format(col.date_format))
		return strip_html(self.warnings[-1]["message"])


def check_references(given: list[Given], heading: str | None) -> list[Problem]:
	"""Return a problem for each complaint without an external reference, or with one that occurs twice.

	Args:
		heading: of the column with the reference; None if complaints may lack one.
	"""
	problems, seen = [], {}
	for case in given:
		if not case.reference:
			if heading:
				advice = _("is missing; by it the same file can be imported again safely.")
				problems.append(Problem(case.line, heading, advice))
			continue
		first = seen.setdefault(case.reference.lower(), case.line)
		if first != case.line:
			text = _("{0} is in line {1} already.").format(case.reference, first)
			problems.append(Problem(case.line, heading, text))
	return problems


def _fault(value: str, df: frappe._dict) -> str | None:
	"""Say what is wrong with a value Frappe would take here: numbers it reads as 0, and what is refused later."""
	if df.fieldtype in ("Int", "Float", "Currency", "Percent") and not NUMBERS.fullmatch(value):
		return _("{0} is not a number. Write it with digits and a point, such as 1234.50.").format(value)
	if df.fieldtype == "Check" and value.lower() not in YES_NO:
		return _("{0} is neither yes nor no.").format(value)
	if df.options == "Email" and not validate_email_address(value):
		return _("{0} is no e-mail address. Enter one such as name@example.com.").format(value)
	if df.options == "Phone" and not validate_phone_number(value):
		return _("{0} is no phone number. Enter digits, spaces and + - ( ) only.").format(value)
	return None
