"""What the Script Reports share: a report names measures and breakdowns, this makes columns, rows, chart and summary.

A row carries `_drill`: the filters of *Complaint Register* that open the cases behind it, for readers of cases;
and `_hidden`: the columns whose figure is too small to show.
"""

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from datetime import date, timedelta

import frappe
from frappe import _
from frappe.utils import flt

from iso10002.analytics import reader as readers
from iso10002.analytics import suppression
from iso10002.analytics.dimensions import AGE_LABELS, ITSELF, NOT_RECORDED, PERIOD, dimensions
from iso10002.analytics.errors import FilterError
from iso10002.analytics.figures import Figures, figures, parts_of
from iso10002.analytics.measure import CASES, DAYS, MONEY, PEOPLE, PERCENT, POINTS, RECORDS, Measure
from iso10002.analytics.measures import MEASURES
from iso10002.analytics.reader import SMALLEST_SHOWN
from iso10002.analytics.selection import RULE, Selection, next_period, period_label, refuse

TYPES = {
	CASES: "Int",
	RECORDS: "Int",
	PEOPLE: "Int",
	PERCENT: "Percent",
	DAYS: "Float",
	MONEY: "Float",
	POINTS: "Float",
}
CHART_ROWS = 8  # of more the chart cuts the names to three letters; the table has them all
PRECISION = defaultdict(lambda: 1, {MONEY: 2})
UNKNOWN = "–"  # a mean or share of nothing; 0 would be a figure
# How the register calls a breakdown, where its own filter of that name would open something else.
EXACT = {"rule": RULE, "category": ITSELF.name}
# One sequence of colours in all charts, apart in brightness too.
COLOURS = ("#1f4e79", "#d9822b", "#6b9ac4", "#8a3b12", "#5f6b7a", "#b8cbe0")


class FigureReport:
	"""One run of a report: who asks, for which period and filters. `filters` are those of the report's form."""

	def __init__(self, filters: dict | None, only_cases: bool = False) -> None:
		self.filters = frappe._dict(filters or {})
		self.reader = readers.current()
		if only_cases and not self.reader.sees_cases:
			frappe.throw(
				_("This report lists cases. It is for those who may read complaints."), frappe.PermissionError
			)
		self.selection = Selection.read(self.filters, self.reader)
		self.known = dimensions()
		self.is_narrowed = self.hides = False

	def by(self, default: Sequence[str], names: Sequence[str]) -> list[str]:
		"""Return the breakdown the form asks for (filter `by`), else the report's own.

		Raises:
			FilterError: there is no such breakdown, or records of the measures in `names` lack it.
		"""
		wanted = self.filters.get("by")
		if not wanted:
			return list(default)
		if not isinstance(wanted, str) or wanted not in (PERIOD, *self.known):
			refuse(_("Broken down by"), wanted)
		for source in (MEASURES[part].of for name in names for part in parts_of(MEASURES[name])):
			if not (source.of_period if wanted == PERIOD else self.known[wanted].fits(source)):
				label = _("Period") if wanted == PERIOD else _(self.known[wanted].label)
				frappe.throw(
					_("{0}: these figures cannot be broken down by it.").format(frappe.bold(label)),
					FilterError,
				)
		return [wanted]

	def figures(
		self, names: Sequence[str], by: Sequence[str] = (), selection: Selection | None = None
	) -> Figures:
		"""Return figures of the report. A table that could identify narrows the whole report to months that are over."""
		narrowed = suppression.narrowed(self.selection, self.reader, by)
		self.is_narrowed = self.is_narrowed or narrowed != self.selection
		self.selection = narrowed
		found = figures(names, selection or narrowed, self.reader, by)
		self.hides = self.hides or any(found.is_hidden(name, key) for name in names for key in found.rows)
		return found

	# Columns and rows

	def columns(self, by: Sequence[str], names: Sequence[str]) -> list[dict]:
		"""Return the columns of a breakdown."""
		return [self._dimension_column(name) for name in by] + [
			measure_column(MEASURES[name]) for name in names
		]

	def _dimension_column(self, name: str) -> dict:
		if name == PERIOD:
			return {"fieldname": PERIOD, "label": _("Period"), "fieldtype": "Data", "width": 110}
		dimension = self.known[name]
		column = {"fieldname": name, "label": _(dimension.label), "fieldtype": "Data", "width": 240}
		if dimension.doctype and dimension.doctype != "Currency" and self.reader.sees_cases:
			column.update({"fieldtype": "Link", "options": dimension.doctype})
		return column

	def rows(self, found: Figures, total: bool = True) -> list[dict]:
		"""Return the rows of a breakdown; in a series every period has one, also where nothing was counted."""
		keys = self.keys(found)
		rows = [self._row(found, key) for key in keys]
		if total and len(rows) > 1:
			row = self._cells(found, None)
			row.update({found.by[0]: _("Total"), "_total": 1, "_drill": self._drill({})})
			rows.append(row)
		return rows

	def keys(self, found: Figures) -> list[tuple]:
		"""Return the keys of the rows in the order they are shown."""
		if found.by == (PERIOD,):
			return [(day,) for day in self.selection.periods()]
		if found.by == ("age",):
			return sorted(found.rows, key=lambda key: AGE_LABELS.index(key[0]))
		shown = [key for key in found.rows if found.shows(key)]
		if found.by[0] == PERIOD:
			return shown
		first = found.measures[0]
		return sorted(shown, key=lambda key: (-(found.value(first, key) or 0), str(key)))

	def _row(self, found: Figures, key: tuple) -> dict:
		row = self._cells(found, key)
		values = dict(zip(found.by, key, strict=True))
		row.update({name: self.label(name, value) for name, value in values.items()})
		row["_drill"] = self._drill(values)
		return row

	def label(self, name: str, value: str | date | None) -> str:
		"""Return what people read for a value of a dimension."""
		if name == PERIOD:
			return period_label(value, self.selection.grain)
		if value is None:
			return _("Not recorded")
		return value if self.known[name].doctype else _(value)

	def _drill(self, row: Mapping[str, str | date | None]) -> dict | None:
		"""Return the filters of the register for a row by its breakdown and values, for who may open cases."""
		if not self.reader.sees_cases or "stage" in row:
			return None
		start, end = self.selection.start, self.selection.end
		if PERIOD in row:
			last = next_period(row[PERIOD], self.selection.grain) - timedelta(days=1)
			start, end = max(row[PERIOD], start), min(last, end)
		own = {EXACT.get(name, name): value or NOT_RECORDED for name, value in row.items() if name != PERIOD}
		return {"from_date": str(start), "to_date": str(end), **self.selection.filters, **own}

	def _cells(self, found: Figures, key: tuple | None) -> dict:
		row: dict = {}
		for name in found.measures:
			value = found.value(name, key)
			row[name] = rounded(value, PRECISION[MEASURES[name].unit])
			if found.is_hidden(name, key):
				row.setdefault("_hidden", []).append(name)
		return row

	# Beside the table

	def chart(
		self, found: Figures, names: Sequence[str], kind: str = "bar", stacked: bool = False
	) -> dict | None:
		"""Return a chart of measures over the rows of a breakdown; None where there is nothing to show."""
		keys = self.keys(found)
		if found.by[0] != PERIOD:
			keys = keys[:CHART_ROWS]
		if not any(found.value(name, key) for name in names for key in keys):
			return None  # nothing but noughts
		labels = [" / ".join(self.label(*part) for part in zip(found.by, key, strict=True)) for key in keys]
		return make_chart(
			labels,
			[(_(MEASURES[name].label), [rounded(found.value(name, key)) for key in keys]) for name in names],
			kind,
			stacked,
		)

	def summary(self, found: Figures, names: Sequence[str] | None = None) -> list[dict]:
		"""Return the totals as the row of figures above the chart: all of them, or these."""
		return [self._summed_up(found, name) for name in names or found.measures]

	def _summed_up(self, found: Figures, name: str) -> dict:
		datatype, value = TYPES[MEASURES[name].unit], found.value(name)
		if found.is_hidden(name):
			datatype, value = "Data", _("not shown")
		elif value is None:
			datatype, value = "Data", UNKNOWN
		elif datatype == "Float" and MEASURES[name].unit != MONEY:  # else the desk shows three decimals
			datatype, value = (
				"Data",
				frappe.format_value(flt(value, 1), {"fieldtype": "Float", "precision": 1}),
			)
		else:
			value = flt(value, 1)
		return {"value": value, "label": _(MEASURES[name].label), "datatype": datatype, "indicator": "Blue"}

	def message(self, is_empty: bool, is_hidden: bool = False) -> str | None:
		"""Return the note under the filters: which cases are counted, and that there are none."""
		notes = []
		is_hidden = is_hidden or self.hides
		if is_empty and not is_hidden:
			notes.append(_("Nothing was recorded for these filters in this period."))
		if not self.reader.sees_cases:
			notes.append(_("All cases are counted, in whole months."))
		else:
			notes.append(_("The cases you may see are counted."))
		if self.is_narrowed:
			notes.append(
				_("Counted up to {0}, the last month that is over.").format(
					frappe.utils.format_date(self.selection.end)
				)
			)
		if is_hidden:
			notes.append(
				_(
					"Figures on fewer than {0} cases or answers, and what would give them away, are not shown."
				).format(self.reader.smallest() or SMALLEST_SHOWN)
			)
		return " ".join(notes)

	def breakdown(
		self,
		names: Sequence[str],
		by: Sequence[str],
		charted: Sequence[str],
		kind: str = "bar",
		stacked: bool = False,
	) -> tuple:
		"""Return a whole report: measures broken down, with chart and summary."""
		by = self.by(by, names)
		found = self.figures(names, by)
		empty = not any(cell.number for cell in found.total.values())
		return (
			self.columns(by, names),
			[] if empty else self.rows(found),
			self.message(empty),
			self.chart(found, charted, kind, stacked),
			self.summary(found),
			1,
		)


def measure_column(measure: Measure, fieldname: str | None = None, label: str | None = None) -> dict:
	"""Return the column of a measure; `measure` is what the register is opened with."""
	label = label or _(measure.label)
	column = {
		"fieldname": fieldname or measure.name,
		"label": label,
		"fieldtype": TYPES[measure.unit],
		"width": width_of(label),
	}
	if measure.of.opens:
		column["measure"] = measure.whole or measure.name
	if column["fieldtype"] in ("Float", "Percent"):
		column["precision"] = PRECISION[measure.unit]
	return column


def width_of(label: str) -> int:
	"""Return the width of a column of figures in pixels, so that its heading is read whole."""
	return max(100, 7 * len(label) + 40)


def rounded(value: float | None, precision: int = 1) -> float | None:
	"""Return a figure as it is shown: counts whole, the rest with one decimal, None where there is none."""
	return flt(value, precision) if isinstance(value, float) else value


def make_chart(
	labels: list[str], series: list[tuple[str, list]], kind: str = "bar", stacked: bool = False
) -> dict | None:
	"""Return a chart as Frappe draws it. `series` are (name, values); a name may be (name, kind).

	Frappe's charts draw what is None as 0, which would be a figure. So a series nothing is known of is left out, and
	every label one of the others has no value for; where none remains there is no chart.
	"""
	series = [(name, values) for name, values in series if any(value is not None for value in values)]
	known = [
		place for place in range(len(labels)) if all(values[place] is not None for _name, values in series)
	]
	if not series or not known:
		return None
	labels = [labels[place] for place in known]
	datasets = []
	for name, values in series:
		values = [values[place] for place in known]
		name, own = name if isinstance(name, tuple) else (name, kind)
		datasets.append({"name": name, "values": values, "chartType": own})
	mixed = len({dataset["chartType"] for dataset in datasets}) > 1
	chart = {
		"data": {"labels": labels, "datasets": datasets},
		"type": "axis-mixed" if mixed else kind,
		"colors": list(COLOURS[: len(datasets)]),
		"axisOptions": {"xIsSeries": int(kind == "line"), "shortenYAxisNumbers": 1},
		"height": 260,
		# a page that grows wider or narrower while the chart still moves makes the library fail (removeChild)
		"disableEntryAnimation": 1,
	}
	if mixed:
		# else the library begins the axis at the smallest value, and bars run down into the names below it
		chart["data"]["yMarkers"] = [{"label": "", "value": 0}]
	if stacked:
		chart["barOptions"] = {"stacked": 1}
	return chart


def simple(
	names: Sequence[str], by: Sequence[str], charted: Sequence[str], **more
) -> Callable[[dict | None], tuple]:
	"""Return the `execute` of a report that is a breakdown and nothing more."""

	def execute(filters: dict | None = None) -> tuple:
		return FigureReport(filters).breakdown(names, by, charted, **more)

	return execute
