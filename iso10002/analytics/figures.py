"""Computing figures: one statement for each source, whatever the number of measures taken from it."""

import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

import frappe
from frappe.utils import getdate
from pypika.functions import Coalesce, Count
from pypika.queries import QueryBuilder
from pypika.terms import Case, Term
from pypika.utils import format_alias_sql

from iso10002.analytics import suppression
from iso10002.analytics.dimensions import MONTH_GRAINS, PERIOD, Dimension, dimensions, period_terms
from iso10002.analytics.measure import CASES, DAYS, Measure
from iso10002.analytics.measures import MEASURES
from iso10002.analytics.reader import Reader
from iso10002.analytics.satisfaction import SURVEYS
from iso10002.analytics.selection import Selection, first_day_of
from iso10002.analytics.sources import SOURCES, Tables

Key = tuple
SECONDS_OF_A_DAY = 86400


@dataclass
class Cell:
	"""What a basic measure counted in one row: the number of records, and their sum. `hidden`: too small to show.

	`cases` is the number of different cases, where small figures are hidden; elsewhere that of the records.
	"""

	number: int = 0
	total: float = 0.0
	hidden: bool = False
	cases: int = 0

	def add(self, other: "Cell") -> None:
		self.number += other.number
		self.total += other.total
		self.cases += other.cases


@dataclass
class Figures:
	"""The answer: a row of cells for each combination of values of `by`, and the total of all."""

	by: tuple[str, ...]
	measures: tuple[str, ...]
	rows: dict[Key, dict[str, Cell]] = field(default_factory=dict)
	total: dict[str, Cell] = field(default_factory=dict)

	def value(self, name: str, key: Key | None = None) -> float | None:
		"""Return a figure of a row, or of the total; None where it is hidden or nothing was counted it could be of."""
		return value_of(MEASURES[name], self.total if key is None else self.rows.get(key, {}))

	def is_hidden(self, name: str, key: Key | None = None) -> bool:
		"""Whether a figure is hidden because it is too small to show."""
		cells = self.total if key is None else self.rows.get(key, {})
		return any(cells[part].hidden for part in parts_of(MEASURES[name]) if part in cells)

	def shows(self, key: Key) -> bool:
		"""Whether a row is to be shown: it is not where a figure is hidden and no other but noughts is left."""
		cells = [self.rows[key][part] for name in self.measures for part in parts_of(MEASURES[name])]
		return not any(cell.hidden for cell in cells) or any(
			cell.number and not cell.hidden for cell in cells
		)


def figures(names: Sequence[str], selection: Selection, reader: Reader, by: Sequence[str] = ()) -> Figures:
	"""Return measures for a selection, broken down by dimensions.

	Args:
		names: of `MEASURES`; units are those of the measures.
		by: names of dimensions; "period" for a series. A measure whose records lack one of them gives no rows.
		reader: decides which cases count and what is hidden.

	Raises:
		PermissionError: a dimension that names people, for a reader of figures only, or one that could identify beside
			filters, other dimensions or figures of this moment.
		FilterError: one that could identify, for a reader of figures only, in months that are not over.
	"""
	parts = list(dict.fromkeys(part for name in names for part in parts_of(MEASURES[name])))
	suppression.refuse(reader, by, selection, [MEASURES[part] for part in parts])
	selection = suppression.narrowed(selection, reader, by)
	by_case = suppression.is_limited(reader, by)
	measures = suppression.needed(parts, by_case)
	found = Figures(tuple(by), tuple(names))
	found.rows, found.total = _rows(measures.values(), selection, reader, by, by_case)
	unfiltered = None
	if selection.filters and any(measure.at_least for measure in measures.values()):
		of_answers = [measure for measure in measures.values() if measure.source == SURVEYS]
		unfiltered = Figures(found.by, found.measures)
		unfiltered.rows, unfiltered.total = _rows(of_answers, replace(selection, filters={}), reader, by)
	suppression.hide_small(found, reader, unfiltered)
	for cells in (*found.rows.values(), found.total):
		for name in measures.keys() - set(parts):
			del cells[name]
	return found


def _rows(
	measures: Iterable[Measure],
	selection: Selection,
	reader: Reader,
	by: Sequence[str],
	by_case: bool = False,
) -> tuple[dict[Key, dict[str, Cell]], dict[str, Cell]]:
	"""Return the cells of basic measures in each row, and in all; one statement for each source."""
	known = dimensions()
	chosen = [known[name] for name in by if name != PERIOD]
	names = [measure.name for measure in measures]
	rows: dict[Key, dict[str, Cell]] = defaultdict(lambda: {name: Cell() for name in names})
	spelled: dict[Key, Key] = {}
	for source in dict.fromkeys(measure.source for measure in measures):
		of_source = [measure for measure in measures if measure.source == source]
		if all(dimension.fits(SOURCES[source]) for dimension in chosen):
			for key, cells in _read(of_source, selection, reader, by, known, by_case):
				key = spelled.setdefault(compared(key), key)
				for name, cell in cells.items():
					rows[key][name].add(cell)
	rows = dict(sorted(rows.items(), key=lambda item: tuple(str(value or "") for value in item[0])))
	return rows, {name: _sum(cells[name] for cells in rows.values()) for name in names}


def totals(measures: Iterable[Measure], selection: Selection, reader: Reader) -> dict[str, Cell]:
	"""Return what basic measures counted in all, by name; nothing is hidden, so for readers of cases only."""
	found: dict[str, Cell] = {}
	measures = list(measures)
	for source in dict.fromkeys(measure.source for measure in measures):
		of_source = [measure for measure in measures if measure.source == source]
		for _key, cells in _read(of_source, selection, reader, (), {}):
			found.update(cells)
	return found


def parts_of(measure: Measure) -> tuple[str, ...]:
	"""Return the basic measures a measure is made of: itself, or part and whole of a share."""
	return (measure.part, measure.whole) if measure.is_share else (measure.name,)


def value_of(measure: Measure, cells: dict[str, Cell]) -> float | None:
	"""Return the figure from the cells of its parts."""
	mine = [cells.get(part, Cell()) for part in parts_of(measure)]
	if any(cell.hidden for cell in mine):
		return None
	if measure.is_share:
		part, whole = mine
		return 100.0 * part.number / whole.number if whole.number else None
	if measure.mean:
		if not mine[0].number:
			return None
		mean = mine[0].total / mine[0].number
		return mean / SECONDS_OF_A_DAY if measure.unit == DAYS else mean
	return mine[0].total if measure.value else mine[0].number


def records(measure: Measure, selection: Selection, reader: Reader) -> Tables:
	"""Return the tables of a basic measure's records, filtered; what a drill-down and a row report select from."""
	return _tables(measure.source, selection, reader, measure)


def _tables(source_name: str, selection: Selection, reader: Reader, measure: Measure | None = None) -> Tables:
	source = SOURCES[source_name]
	tables = source.tables(selection.begin, selection.until, reader.condition)
	query = selection.apply(tables, source)
	if measure and measure.where:
		query = query.where(measure.where(tables))
	return replace(tables, query=query)


def _read(
	measures: list[Measure],
	selection: Selection,
	reader: Reader,
	by: Sequence[str],
	known: dict[str, Dimension],
	by_case: bool = False,
) -> Iterable[tuple[Key, dict[str, Cell]]]:
	"""Yield key and cells of each group; a period may come in several groups, months of a quarter for instance."""
	tables = _tables(measures[0].source, selection, reader)
	groups, takes = [], []
	for name in by:
		terms = period_terms(tables.when, selection.grain) if name == PERIOD else [known[name].term(tables)]
		takes.append((name, len(terms)))
		groups += [term.as_(f"g{len(groups) + number}") for number, term in enumerate(terms)]
	query = tables.query.select(*groups)
	# what counts cases has each of them once; to count different ones costs a sorting
	by_case = by_case and tables.row is not tables.case
	different = {measure.name for measure in measures if by_case and measure.unit != CASES}
	for measure in measures:
		query = _select(query, measure, tables, measure.name in different)
	if groups:
		query = query.groupby(*groups)
	for row in query.run():
		values = list(row)
		key = tuple(
			_key_part(name, [values.pop(0) for _n in range(number)], selection) for name, number in takes
		)
		cells = {}
		for measure in measures:
			number = int(values.pop(0) or 0)
			total = float(values.pop(0) or 0) if measure.value else 0.0
			cells[measure.name] = Cell(
				number, total, cases=int(values.pop(0)) if measure.name in different else number
			)
		yield key, cells


def _select(query: QueryBuilder, measure: Measure, tables: Tables, by_case: bool) -> QueryBuilder:
	if measure.where is None:
		query = query.select(Count("*").as_(measure.name))
	else:
		query = query.select(_Sum(Case().when(measure.where(tables), 1).else_(0), measure.name))
	if measure.value:
		value = Coalesce(measure.value(tables), 0)
		if measure.where is not None:
			value = Case().when(measure.where(tables), value).else_(0)
		query = query.select(_Sum(value, f"{measure.name}_sum"))
	if by_case:
		case = tables.case.name
		if measure.where is not None:
			case = Case().when(measure.where(tables), case)
		query = query.select(Count(case).distinct().as_(f"{measure.name}_cases"))
	return query


class _Sum(Term):
	"""SUM that hands the values in it over as parameters; pypika's functions write them into the statement."""

	def __init__(self, term: Term, alias: str) -> None:
		super().__init__(alias)
		self.term = term

	def get_sql(self, with_alias: bool = False, **options: Any) -> str:
		sql = f"SUM({self.term.get_sql(**options)})"
		return format_alias_sql(sql, self.alias, **options) if with_alias else sql


def _key_part(name: str, values: list, selection: Selection) -> str | date | None:
	if name != PERIOD:
		return values[0] or None
	if selection.grain in MONTH_GRAINS:
		day = date(int(values[0]), int(values[1]), 1)
	else:
		day = getdate(values[0])
	return first_day_of(day, selection.grain)


def compared(key: Key) -> Key:
	"""Return the key by which rows are the same, however each statement spells them."""
	return tuple(map(_as_compared, key))


def _as_compared(value: str | date | None) -> str | date | None:
	"""Return what MariaDB sees in a text: neither case, nor accents, nor spaces at the end.

	So a group has the name of any of its records: each statement may spell it otherwise.
	"""
	if not isinstance(value, str) or frappe.db.db_type != "mariadb":
		return value
	letters = unicodedata.normalize("NFKD", value.rstrip(" ")).casefold()
	return "".join(letter for letter in letters if not unicodedata.combining(letter))


def _sum(cells: Iterable[Cell]) -> Cell:
	found = Cell()
	for cell in cells:
		found.add(cell)
	return found
