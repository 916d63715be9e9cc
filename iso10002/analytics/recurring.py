"""What comes again: problems several complaints share, and people who complain again."""

from collections import defaultdict
from dataclasses import replace

import frappe
from frappe import _
from frappe.query_builder import Criterion
from frappe.query_builder.functions import Coalesce, Concat, Count, Lower
from pypika.functions import NullIf

from iso10002.analytics.conditions import RECURRING_FROM
from iso10002.analytics.figures import Cell, Figures, compared, records
from iso10002.analytics.measures import MEASURES
from iso10002.analytics.report import CHART_ROWS, FigureReport, make_chart


def problems(filters: dict | None) -> tuple:
	"""Return groups of at least three cases of the period with the same category and product, as the measure has them.

	Filters say how many of each group are counted, not whether it is one. Readers of figures only get them by category alone, and no line for a figure that is hidden: that it is there
	would say it is three at least.
	"""
	run = FigureReport(filters)
	by = ["category", "product"] if run.reader.sees_cases else ["category"]
	found = run.figures(["received"], by)
	everything = run.figures(["received"], by, replace(run.selection, filters={}))
	before = run.figures(["received"], by, run.selection.before())
	sizes, earlier = (
		{compared(key): cells["received"] for key, cells in of.rows.items()} for of in (everything, before)
	)
	rows = []
	for key in run.keys(found):
		is_hidden = found.rows[key]["received"].hidden
		if sizes[compared(key)].number < RECURRING_FROM or is_hidden or key[0] is None:
			continue
		row = run._row(found, key)
		cell = earlier.get(compared(key), Cell())
		row["before"] = None if cell.hidden else cell.number
		if None not in (row["received"], row["before"]):
			row["change"] = row["received"] - row["before"]
		rows.append(row)
	columns = run.columns(by, ["received"])
	columns += [
		{"fieldname": "before", "label": _("In the period before"), "fieldtype": "Int", "width": 150},
		{"fieldname": "change", "label": _("Difference"), "fieldtype": "Int", "width": 90},
	]
	chart = None
	if shown := rows[:CHART_ROWS]:
		series = [
			(_("This period"), [row["received"] for row in shown]),
			(_("Period before"), [row["before"] for row in shown]),
		]
		chart = make_chart([" / ".join(str(row[name]) for name in by) for row in shown], series)
	totals = run.figures(["received", "recurring_problems", "recurring_causes"])
	hidden = any(cells["received"].hidden for cells in found.rows.values())
	nothing = _("No problem came {0} times or more.").format(RECURRING_FROM)
	return columns, rows, _message(run, totals, rows, nothing, hidden), chart, run.summary(totals), 1


def _message(run: FigureReport, totals: Figures, rows: list, nothing: str, is_hidden: bool = False) -> str:
	"""Return the note under the filters; that nothing came again is another thing than that nothing came."""
	received = totals.total["received"].number
	note = run.message(not received, is_hidden)
	return f"{nothing} {note}" if received and not rows else note


def complainants(filters: dict | None) -> tuple:
	"""Return complainants with several cases in the period, known by linked record or e-mail address.

	Nobody is named: the line says in which cases, and whoever may see a name finds it there.
	"""
	run = FigureReport(filters, only_cases=True)
	groups = _groups(run)
	rows = []
	for number, cases in enumerate(sorted(groups, key=lambda cases: (-len(cases), cases[0].name)), 1):
		rows.append(
			{
				"complainant": _("Complainant {0}").format(number),
				"cases": len(cases),
				"first": min(case.received_on for case in cases),
				"last": max(case.received_on for case in cases),
				"categories": ", ".join(sorted({case.category or _("Not recorded") for case in cases})),
				"references": ", ".join(sorted(case.name for case in cases)),
			}
		)
	columns = [
		{"fieldname": "complainant", "label": _("Complainant"), "fieldtype": "Data", "width": 150},
		{"fieldname": "cases", "label": _("Cases"), "fieldtype": "Int", "width": 80},
		{"fieldname": "first", "label": _("First received"), "fieldtype": "Datetime", "width": 150},
		{"fieldname": "last", "label": _("Last received"), "fieldtype": "Datetime", "width": 150},
		{"fieldname": "categories", "label": _("Categories"), "fieldtype": "Data", "width": 260},
		{"fieldname": "references", "label": _("References"), "fieldtype": "Data", "width": 320},
	]
	chart = None
	if rows:
		sizes = sorted({row["cases"] for row in rows})
		counts = [sum(row["cases"] == size for row in rows) for size in sizes]
		labels = [_("{0} cases").format(size) for size in sizes]
		chart = make_chart(labels, [(_("Complainants"), counts)])
	totals = run.figures(["received", "repeat_complainants"])
	nothing = _("No complainant came again in this period.")
	return columns, rows, _message(run, totals, rows, nothing), chart, run.summary(totals), 1


def _groups(run: FigureReport) -> list[list[frappe._dict]]:
	"""Return the cases of the period of each complainant with more than one.

	Known by linked record or by e-mail address, as in the measure: cases with the same record and cases with the same
	address are one complainant's where a case has both. The database picks what marks several cases, so that memory is
	needed for these only, not for all of the period.
	"""
	tables = records(MEASURES["received"], run.selection, run.reader)
	party = frappe.qb.DocType("Complaint Party")
	of_party = (party.complaint == tables.case.name) & (party.role == "Complainant")
	query = tables.query.join(party).on(of_party)
	marks = [
		Concat(Coalesce(party.linked_doctype, ""), "\n", NullIf(party.linked_name, "")),
		NullIf(Lower(party.email), ""),
	]
	several = [
		mark.isin(query.select(mark).groupby(mark).having(Count(tables.case.name).distinct() > 1))
		for mark in marks
	]
	query = query.select(tables.case.name, tables.case.category, tables.case.received_on)
	query = query.select(marks[0].as_("record"), marks[1].as_("email"))
	return _joined(query.where(Criterion.any(several)).run(as_dict=True))


def _joined(rows: list[frappe._dict]) -> list[list[frappe._dict]]:
	"""Return the cases in groups of those that share a mark, or are led to each other by marks they share with others."""
	leads_to: dict[tuple, tuple] = {}

	def first(mark: tuple) -> tuple:
		while leads_to.setdefault(mark, mark) != mark:
			leads_to[mark] = leads_to[leads_to[mark]]
			mark = leads_to[mark]
		return mark

	for row in rows:
		row.marks = [(kind, row[kind]) for kind in ("record", "email") if row[kind]]
		for mark in row.marks:
			leads_to[first(mark)] = first(row.marks[0])
	groups: dict[tuple, dict[str, frappe._dict]] = defaultdict(dict)
	for row in rows:
		groups[first(row.marks[0])][row.name] = row
	return [list(cases.values()) for cases in groups.values() if len(cases) > 1]
