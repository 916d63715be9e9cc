"""Small figures that could tell who is concerned are not shown to readers who may read no case.

Hidden is a cell that counts fewer than n cases (ISO10002 Settings, "Smallest figure shown") but more than none,
where the breakdown could identify. If what is hidden in a line could be worked out from the total, the next smallest
cell of that line is hidden with it. Source: ISO 10002:2018 clauses 4.8 and 8.1 (no personal data in statistics).
"""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

import frappe
from frappe import _

from iso10002.analytics.dimensions import Dimension
from iso10002.analytics.measures import MEASURES
from iso10002.analytics.reader import Reader

if TYPE_CHECKING:
	from iso10002.analytics.figures import Cell, Figures


def refuse_names(reader: Reader, chosen: list[Dimension]) -> None:
	"""Refuse figures by a name to who may read no case, and more than one breakdown that could identify.

	Raises:
		PermissionError: names the dimension.
	"""
	if reader.sees_cases:
		return
	for dimension in chosen:
		if dimension.names_people:
			frappe.throw(
				_("Figures by {0} are for those who may read complaints.").format(
					frappe.bold(_(dimension.label))
				),
				frappe.PermissionError,
			)
	if sum(dimension.identifies for dimension in chosen) > 1:
		frappe.throw(
			_("Figures by two such things at once are for those who may read complaints."),
			frappe.PermissionError,
		)


def hide_small(found: Figures, chosen: list[Dimension], reader: Reader) -> None:
	"""Mark the cells that are too small to show to this reader."""
	smallest = reader.smallest()
	if not smallest or not any(dimension.identifies for dimension in chosen):
		return
	parts = next(iter(found.rows.values()), {})
	for part in parts:
		cells = {key: row[part] for key, row in found.rows.items()}
		for cell in cells.values():
			cell.hidden = 0 < cell.number < smallest
		_hide_companions(cells, smallest, len(found.by))
	_hide_rests(found, smallest)
	for part in parts:
		cells = {key: row[part] for key, row in found.rows.items()}
		_hide_companions(cells, smallest, len(found.by))
		hidden = [cell.number for cell in cells.values() if cell.hidden]
		found.total[part].hidden = bool(hidden) and (len(hidden) == 1 or sum(hidden) < smallest)


def _hide_companions(cells: dict[tuple, Cell], smallest: int, length: int) -> None:
	"""Hide further cells until no line with a total gives away what is hidden in it."""
	changed = True
	while changed:
		changed = False
		for line in _lines(cells, length):
			hidden = [cell for cell in line if cell.hidden]
			if not hidden or (len(hidden) > 1 and sum(cell.number for cell in hidden) >= smallest):
				continue
			shown = sorted(
				(cell for cell in line if not cell.hidden and cell.number), key=lambda cell: cell.number
			)
			if shown:
				shown[0].hidden = changed = True


def _lines(cells: dict[tuple, Cell], length: int) -> list[list[Cell]]:
	"""Return the lines whose sums can be known: all cells, and those that share a value of one dimension."""
	lines: dict[tuple, list[Cell]] = defaultdict(list)
	for key, cell in cells.items():
		lines[()].append(cell)
		if length > 1:
			for position, value in enumerate(key):
				lines[(position, value)].append(cell)
	return list(lines.values())


def _hide_rests(found: Figures, smallest: int) -> None:
	"""A share whose rest is small gives that rest away: 39 of 40 in time is one that was late."""
	for name in found.measures:
		measure = MEASURES[name]
		if not measure.is_share:
			continue
		for row in found.rows.values():
			part, whole = row[measure.part], row[measure.whole]
			if 0 < whole.number - part.number < smallest and not whole.hidden:
				part.hidden = True
