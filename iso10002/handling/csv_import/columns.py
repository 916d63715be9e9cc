"""From the columns and rows of a CSV file to the values of complaints, by the rules of Frappe's Data Import.

Frappe's own classes find the field for a heading, the format of the dates in a column, and whether a value fits
its field. Added here: columns for parties, words and dates by the mapping, and problems that name line, column
and what to do. Frappe would skip a column it does not know and read "many" as the number 0; here both are
problems, so that nothing gets lost without a word.
"""

import difflib
from collections.abc import Iterator
from itertools import chain

import frappe
from frappe import _
from frappe.core.doctype.data_import.importer import Header, build_fields_dict_for_column_matching
from frappe.utils import cstr

from iso10002.handling.csv_import.file import Cells, CsvFile
from iso10002.handling.csv_import.mapping import Mapping, date_format, readable_format
from iso10002.handling.csv_import.rows import FileRow, Given, Problem
from iso10002.handling.moves import SERVER_FIELDS

CASE = "Complaint"
PARTY = "Complaint Party"
# Given by the system, or meaning something else in a file from elsewhere.
NOT_IMPORTED = (
	*SERVER_FIELDS,
	"name",
	"owner",
	"docstatus",
	"parent",
	"parenttype",
	"parentfield",
	"idx",
	"status",
	"workflow_state",
	"complaint",
	"acts_for",
	"person",
)
# Where the file does not say, it is the user who imports; the time of receipt is not that of the import.
FILLED_IN = ("received_by",)


class Table:
	"""The columns of a file and what they mean. `problems` are those of the file as a whole."""

	def __init__(self, file: CsvFile, mapping: Mapping) -> None:
		self.file, self.mapping = file, mapping
		self.problems: list[Problem] = []
		self.readable = True  # False where every row would be wrong for the same reason
		self.links: dict[tuple[str, str], bool] = {}
		self._names: dict[str, list[str]] = {}
		added = dict.fromkeys(chain(mapping.constants, mapping.defaults))
		self.headings: Cells = list(file.headings)
		titles = [mapping.columns.get(heading, heading) for heading in self.headings]
		for title in added:
			if title not in titles:
				titles.append(title)
				self.headings.append(title)
		self.titles: Cells = titles
		self._check_headings()
		width = len(self.headings)
		self._rows = [
			(line, self._fill(cells, width)) for line, cells in file.rows if len(cells) == len(file.headings)
		]
		self._headers = {None: self._header(CASE, [_in_case(title) for title in titles])}
		roles = frappe.get_meta(PARTY).get_field("role").options.split("\n")
		for role in roles:
			own = [_of_party(title, role) for title in titles]
			if any(own):
				self._headers[role] = self._header(PARTY, own)
		self._check_columns()
		self._set_date_formats()

	def complaints(self) -> Iterator[Given]:
		"""Yield the complaints of the file. Rows without any value of the complaint itself add points to the last."""
		own = [index for index, title in enumerate(self.titles) if title and not self._is_of_table(index)]
		group: list[tuple[int, Cells]] = []
		for line, cells in self._rows:
			if group and not any(cells[index] for index in own):
				group.append((line, cells))
				continue
			if group:
				yield self._complaint(group)
			group = [(line, cells)]
		if group:
			yield self._complaint(group)

	def wrong_lengths(self) -> list[Problem]:
		"""Return a problem for each row with more or fewer cells than there are headings."""
		expected = len(self.file.headings)
		return [
			Problem(
				line,
				None,
				_("{0} cells, but {1} headings. Put texts with a {2} in quotation marks.").format(
					len(cells), expected, _("tab") if self.file.delimiter == "\t" else self.file.delimiter
				),
			)
			for line, cells in self.file.rows
			if len(cells) != expected
		]

	def meanings(self) -> list[tuple[str, str]]:
		"""Return for each column its heading and what it means here, for a person to check."""
		found = []
		for index, heading in enumerate(self.headings):
			column = self._column(index)
			if not heading:
				continue
			if not self.titles[index]:
				meaning = _("left out")
			elif not column:
				meaning = "?"
			else:
				meaning = self.titles[index] or ""
				if column.date_format and column.df.fieldtype in ("Date", "Datetime"):
					meaning += " (" + _("dates as {0}").format(readable_format(column.date_format)) + ")"
				if index >= len(self.file.headings):
					meaning += " (" + _("from the mapping") + ")"
			found.append((heading, meaning))
		return found

	def heading_of(self, fieldname: str) -> str | None:
		"""Return the heading of the column that gives a field of the complaint, None if there is none."""
		for column in self._headers[None].columns:
			if column.df and column.df.parent == CASE and column.df.fieldname == fieldname:
				return self.headings[column.index]
		return None

	def names_of(self, doctype: str) -> list[str]:
		"""Return names of records for suggestions."""
		if doctype not in self._names:
			self._names[doctype] = frappe.get_all(doctype, pluck="name", limit=1000)
		return self._names[doctype]

	# Columns

	def _header(self, doctype: str, titles: Cells) -> Header:
		"""Let Frappe find the fields, and the formats of dates from the values, those of the mapping included."""
		values = [cells for _line, cells in self._rows]
		for given in (self.mapping.constants, self.mapping.defaults):
			values.append([given.get(title) if title else None for title in self.titles])
		return Header(self.file.heading_line - 1, titles, doctype, values)

	def _column(self, index: int):
		"""Return Frappe's column for a heading, None if it is left out."""
		for header in self._headers.values():
			if header.columns[index].df:
				return header.columns[index]
		return None

	def _is_of_table(self, index: int) -> bool:
		column = self._headers[None].columns[index]
		return bool(column.df and column.df.get("is_child_table_field"))

	def _check_headings(self) -> None:
		seen: dict[str, str] = {}
		for number, (heading, title) in enumerate(zip(self.headings, self.titles, strict=True), 1):
			filled = any(len(cells) >= number and cells[number - 1] for _line, cells in self.file.rows)
			if not heading and filled:
				self._add(None, _("Column {0} has values but no heading.").format(number))
			if title and title in seen:
				self._add(heading, _("The column {0} means the same. Keep one of them.").format(seen[title]))
			elif title:
				seen[title] = cstr(heading)
		for name in ("columns", "values", "date_formats"):
			for heading in getattr(self.mapping, name):
				if heading not in self.headings and not (name != "columns" and heading in self.titles):
					self._add(
						heading, _("The mapping ({0}) names a column the file does not have.").format(name)
					)

	def _check_columns(self) -> None:
		for index, title in enumerate(self.titles):
			if not title:
				continue
			column = self._column(index)
			if not column:
				self._add(self.headings[index], self._unknown(title))
			elif column.df.fieldname in NOT_IMPORTED or column.df.read_only:
				self._add(
					self.headings[index],
					_(
						"{0} is kept by the system. Map the column to another one, or to null to leave it out."
					).format(column.df.label),
				)
		missing = [df.label for df in _required(CASE) if not self.heading_of(df.fieldname)]
		if missing:
			self.readable = False
			self._add(
				None,
				_("There is no column for: {0}. Add it, or give a constant in the mapping.").format(
					", ".join(missing)
				),
			)

	def _unknown(self, title: str) -> str:
		known = [name for name, df in _fields().items() if df.fieldname not in NOT_IMPORTED]
		close = difflib.get_close_matches(title, known, 1, 0.7)
		return (
			_("No field has this name.")
			+ (" " + _("Did you mean {0}?").format(close[0]) if close else "")
			+ " "
			+ _("Name the field in the mapping, or null to leave the column out.")
		)

	def _set_date_formats(self) -> None:
		for heading, words in self.mapping.date_formats.items():
			for index, own in enumerate(self.headings):
				if heading in (own, self.titles[index]) and (column := self._column(index)):
					column.date_format = date_format(words)

	def _add(self, heading: str | None, text: str) -> None:
		self.problems.append(Problem(None, heading, text))

	# Rows

	def _fill(self, cells: Cells, width: int) -> Cells:
		"""Return the cells in our words and as many as there are columns."""
		cells = [*cells, *[None] * (width - len(cells))]
		for index, (heading, title) in enumerate(zip(self.headings, self.titles, strict=True)):
			words = self.mapping.values.get(heading) or self.mapping.values.get(title) or {}
			if cells[index] in words:
				cells[index] = words[cells[index]] or None
		return cells

	def _with_constants(self, cells: Cells, first: bool) -> Cells:
		"""Return the cells with constants and defaults; points get theirs only in rows that have a point."""
		cells = list(cells)
		has_point = any(cells[index] for index in range(len(cells)) if self._is_of_table(index))
		for index, title in enumerate(self.titles):
			if not title or not (has_point if self._is_of_table(index) else first):
				continue
			if title in self.mapping.constants:
				cells[index] = self.mapping.constants[title]
			elif not cells[index]:
				cells[index] = self.mapping.defaults.get(title)
		return cells

	def _complaint(self, group: list[tuple[int, Cells]]) -> Given:
		line = group[0][0]
		header = self._headers[None]
		rows = [
			FileRow(number, self._with_constants(cells, index == 0), CASE, header, self)
			for index, (number, cells) in enumerate(group)
		]
		values = rows[0].parse_doc(CASE) or frappe._dict()
		given = Given(line, values, [])
		self._require(given, rows[0], header, CASE, values)
		for row in rows:
			for doctype, table_df in header.doctypes:
				if not table_df:
					continue
				child = row.parse_doc(doctype, values, table_df)
				if child is None:
					continue
				self._require(given, row, header, doctype, child)
				values.setdefault(table_df.fieldname, []).append(child)
		for role, own_header in self._headers.items():
			if role:
				row = FileRow(line, rows[0].data, PARTY, own_header, self)
				if party := row.parse_doc(PARTY):
					given.parties.append({**party, "role": role})
				rows.append(row)
		given.problems += [problem for row in rows for problem in row.problems]
		return given

	def _require(self, given: Given, row: FileRow, header: Header, doctype: str, values: dict) -> None:
		"""Note what is missing. A default of the form, such as the time of now, does not count as given."""
		columns = {col.df.fieldname: col for col in header.columns if col.df and col.df.parent == doctype}
		for df in _required(doctype):
			column = columns.get(df.fieldname)
			if column and row.data[column.index]:
				given.usable &= df.fieldname in values and bool(values[df.fieldname])
				continue
			given.usable = False
			heading = self.headings[column.index] if column else df.label
			given.problems.append(Problem(row.row_number, heading, _("is missing.")))


def _required(doctype: str) -> list:
	"""Return the fields a file has to give: what is mandatory and not the same in every new row."""
	return [
		df
		for df in frappe.get_meta(doctype).fields
		if df.reqd and df.fieldname not in FILLED_IN and df.default in (None, "", "Now", "Today")
	]


def _fields() -> dict:
	return {
		**build_fields_dict_for_column_matching(CASE),
		**{
			f"Complainant: {name}": df
			for name, df in build_fields_dict_for_column_matching(PARTY).items()
			if df.fieldname != name
		},
	}


def _in_case(title: str | None) -> str | None:
	return None if title and _party_role(title) else title


def _of_party(title: str | None, role: str) -> str | None:
	return title.partition(":")[2].strip() if title and _party_role(title) == role else None


def _party_role(title: str) -> str | None:
	"""Return the role in a heading such as "Complainant: E-mail"."""
	role, colon, rest = title.partition(":")
	if not colon or not rest.strip():
		return None
	for option in frappe.get_meta(PARTY).get_field("role").options.split("\n"):
		if role.strip() in (option, _(option)):
			return option
	return None
