"""Small figures that could tell who is concerned are not shown. Source: ISO 10002:2018 clauses 4.8, 8.1 and 8.3.

For who may read no case, a table by something that could identify stands alone: no filter, no second breakdown but the
currency, only months that are over, nothing as of now. In it a figure is hidden that counts 1 to n - 1 different cases,
or leaves so few of what it is a part of (n: ISO10002 Settings, "Smallest figure shown"). With them the next larger one
is hidden, so that what the total leaves over is n at least; where there is none, the whole column. Totals are shown:
other reports have them. A group of which nothing is left to show is not named (`Figures.shows`).

For every reader the same holds of what the survey says, by answers instead of cases.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

import frappe
from frappe import _
from pypika.terms import Case

from iso10002.analytics.dimensions import PERIOD, Dimension, dimensions
from iso10002.analytics.measure import Measure
from iso10002.analytics.measures import MEASURES
from iso10002.analytics.reader import Reader

if TYPE_CHECKING:
	from iso10002.analytics.figures import Cell, Figures
	from iso10002.analytics.selection import Selection
	from iso10002.analytics.sources import Tables

Key = tuple
# Money of different currencies is never added up: a table of each currency stands by itself.
CURRENCY = "currency"
NOW = "open_now"


def is_limited(reader: Reader, by: Iterable[str]) -> bool:
	"""Whether small figures are hidden from this reader in a table by these dimensions."""
	known = dimensions()
	return not reader.sees_cases and any(known[name].identifies for name in by if name != PERIOD)


def narrowed(selection: Selection, reader: Reader, by: Sequence[str]) -> Selection:
	"""Return the part of a selection a reader may have a table by these dimensions of: months that are over.

	Raises:
		FilterError: no month of it is over.
	"""
	return selection.months_over() if is_limited(reader, by) else selection


def refuse(reader: Reader, by: Sequence[str], selection: Selection, measures: Iterable[Measure]) -> None:
	"""Refuse who may read no case figures by a name, and a table that could identify beside anything else.

	Raises:
		PermissionError: names the dimension.
	"""
	if reader.sees_cases:
		return
	known = dimensions()
	chosen = [known[name] for name in by if name != PERIOD]
	for dimension in chosen:
		if dimension.names_people:
			_forbid(_("Figures by {0} are for those who may read complaints."), dimension)
	for dimension in chosen:
		if not dimension.identifies:
			continue
		if any(name not in (dimension.name, CURRENCY) for name in by):
			_forbid(_("Figures by {0} and something else are for those who may read complaints."), dimension)
		if selection.filters:
			_forbid(_("Figures by {0} under a filter are for those who may read complaints."), dimension)
		if any(measure.source == NOW for measure in measures):
			_forbid(_("Figures by {0} as of this moment are for those who may read complaints."), dimension)


def _forbid(words: str, dimension: Dimension) -> None:
	frappe.throw(words.format(frappe.bold(_(dimension.label))), frappe.PermissionError)


def needed(parts: Iterable[str], is_limited: bool) -> dict[str, Measure]:
	"""Return the measures to count by name: those asked for, and what tells which of them are too small."""
	found = {name: MEASURES[name] for name in parts}
	found |= {measure.among: MEASURES[measure.among] for measure in found.values() if measure.among}
	if is_limited:
		for part in list(found):
			found |= {whole: MEASURES[whole] for whole in _wholes(part)}
		for part in [measure for measure in found.values() if measure.where is not None]:
			for whole in _wholes(part.name):
				found[_rest(part.name, whole)] = _rest_of(part, MEASURES[whole])
	return found


def hide_small(found: Figures, reader: Reader, unfiltered: Figures | None = None) -> None:
	"""Mark the cells that are too small to show to this reader. `unfiltered`: the same without filters, if there are."""
	_hide_answers(found, unfiltered)
	smallest = reader.smallest()
	if smallest and is_limited(reader, found.by):
		for rows in _tables(found):
			_hide_groups(rows, smallest)


def cover(hidden: set, sides: Iterable[dict], smallest: int) -> set:
	"""Return what is to be hidden so that no total gives away what is: of each side the next that is not small; else all.

	Those as large as the next are hidden as well: which of them was taken would tell which are small.

	Args:
		hidden: keys of what is hidden for itself.
		sides: the numbers by key whose totals are known.
	"""
	for side in sides:
		if hidden and any(side.values()) and max(side[key] for key in hidden) < smallest:
			least = min((number for number in side.values() if number >= smallest), default=0)
			hidden = hidden | {key for key, number in side.items() if number == least or not least}
	return hidden


def _tables(found: Figures) -> list[dict[Key, dict[str, Cell]]]:
	if CURRENCY not in found.by:
		return [found.rows]
	place, tables = found.by.index(CURRENCY), defaultdict(dict)
	for key, row in found.rows.items():
		tables[key[place]][key] = row
	return list(tables.values())


def _hide_groups(rows: dict[Key, dict[str, Cell]], smallest: int) -> None:
	names = [name for name in next(iter(rows.values()), {}) if name in MEASURES]
	# a whole goes before its parts: where it is hidden they are
	for name in sorted(names, key=lambda name: len(_wholes(name))):
		wholes = _wholes(name)
		counted = (name, *(_rest(name, whole) for whole in wholes if MEASURES[name].where is not None))
		sides = [{key: row[part].cases for key, row in rows.items()} for part in counted]
		hidden = {
			key
			for key, row in rows.items()
			if any(row[whole].hidden for whole in wholes) or any(0 < side[key] < smallest for side in sides)
		}
		hidden = cover(hidden, [side for side in sides if any(side[key] for key in hidden)], smallest)
		for key in hidden:
			rows[key][name].hidden = True
		if len(hidden) == len(rows) and any(_is_of_one(rows, whole) for whole in wholes):
			_hide(rows, [other for other in names if MEASURES[other].source == MEASURES[name].source])
	if len(rows) == 1 and any(cell.hidden for row in rows.values() for cell in row.values()):
		_hide(rows, names)  # the only group there is has what the totals say


def _is_of_one(rows: dict[Key, dict[str, Cell]], name: str) -> bool:
	return sum(bool(row[name].number) for row in rows.values()) < 2


def _hide(rows: dict[Key, dict[str, Cell]], names: Iterable[str]) -> None:
	for row in rows.values():
		for name in names:
			row[name].hidden = True


def _hide_answers(found: Figures, unfiltered: Figures | None) -> None:
	for name in found.total:
		if name not in MEASURES or not MEASURES[name].among:
			continue
		measure = MEASURES[name]
		hidden = {
			key
			for key, row in found.rows.items()
			if _tells(measure, row, unfiltered and unfiltered.rows.get(key))
		}
		answers = {key: row[name].number for key, row in found.rows.items()}
		for key in cover(hidden, [answers], measure.at_least):
			found.rows[key][name].hidden = True
		found.total[name].hidden = _tells(measure, found.total, unfiltered and unfiltered.total)


def _tells(measure: Measure, cells: dict[str, Cell], unfiltered: dict[str, Cell] | None) -> bool:
	"""Whether so few were asked or answered, or so few are those whom the filters leave out."""
	for name in (measure.among, measure.name):
		number = cells[name].number
		left_out = unfiltered[name].number - number if unfiltered else 0
		if 0 < number < measure.at_least or 0 < left_out < measure.at_least:
			return True
	return False


def _wholes(name: str) -> list[str]:
	"""Return the counts a measure is a part of, by the same records: all of its source, and the whole of its share."""
	measure = MEASURES[name]
	shares = {other.whole for other in MEASURES.values() if other.part == name}
	return [
		other.name
		for other in MEASURES.values()
		if other.source == measure.source
		and other is not measure
		and (other.name in shares or (other.where is None and other.value is None and not other.is_share))
	]


def _rest(part: str, whole: str) -> str:
	return f"{whole}_without_{part}"


def _rest_of(part: Measure, whole: Measure) -> Measure:
	"""Return the measure of the records of a whole that a part leaves over."""

	def left_over(t: Tables):
		rest = Case().when(part.where(t), 1).else_(0) == 0  # what is not known is not in the part
		return rest if whole.where is None else whole.where(t) & rest

	return replace(whole, name=_rest(part.name, whole.name), where=left_over, value=None)
