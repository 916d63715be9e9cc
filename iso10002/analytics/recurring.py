"""What comes again: problems several complaints share, and people who complain again."""

from collections import defaultdict

import frappe
from frappe import _
from frappe.query_builder.functions import Coalesce, Concat, Count, Lower
from pypika.terms import Case

from iso10002.analytics.conditions import RECURRING_FROM
from iso10002.analytics.figures import records
from iso10002.analytics.measures import MEASURES
from iso10002.analytics.report import CHART_ROWS, FigureReport, make_chart


def problems(filters: dict | None) -> tuple:
	"""Return groups of at least three cases of the period with the same category and product.

	Readers of figures only get them by category alone.
	"""
	run = FigureReport(filters)
	by = ["category", "product"] if run.reader.sees_cases else ["category"]
	found = run.figures(["received"], by)
	before = run.figures(["received"], by, run.selection.before())
	rows = []
	for key in run.keys(found):
		if found.rows[key]["received"].number < RECURRING_FROM or key[0] is None:
			continue
		row = run._row(found, key)
		row["before"] = before.value("received", key) if key in before.rows else 0
		if None not in (row["received"], row["before"]):
			row["change"] = row["received"] - row["before"]
		rows.append(row)
	columns = run.columns(by, ["received"])
	columns += [
		{"fieldname": "before", "label": _("In the period before"), "fieldtype": "Int", "width": 150},
		{"fieldname": "change", "label": _("Difference"), "fieldtype": "Int", "width": 90},
	]
	chart = None
	if shown := [row for row in rows if row["received"] is not None][:CHART_ROWS]:
		series = [
			(_("This period"), [row["received"] for row in shown]),
			(_("Period before"), [row["before"] for row in shown]),
		]
		chart = make_chart([" / ".join(str(row[name]) for name in by) for row in shown], series)
	totals = run.figures(["received", "recurring_problems", "recurring_causes"])
	hidden = any(row.get("_hidden") for row in rows)
	return columns, rows, run.message(not rows, hidden), chart, run.summary(totals), 1


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
	return columns, rows, run.message(not rows), chart, run.summary(totals), 1


def _groups(run: FigureReport) -> list[list[frappe._dict]]:
	"""Return the cases of the period of each complainant with more than one.

	The database picks those complainants, so that memory is needed for their cases only, not for all of the period.
	"""
	tables = records(MEASURES["received"], run.selection, run.reader)
	party = frappe.qb.DocType("Complaint Party")
	is_linked = party.linked_name.notnull() & (party.linked_name != "")
	link = Concat(Coalesce(party.linked_doctype, ""), "\n", party.linked_name)
	who = Case().when(is_linked, link).else_(Lower(party.email))
	of_party = (party.complaint == tables.case.name) & (party.role == "Complainant")
	query = tables.query.join(party).on(of_party)
	several = query.select(who).groupby(who).having(Count(tables.case.name).distinct() > 1)
	query = query.select(tables.case.name, tables.case.category, tables.case.received_on, who.as_("who"))
	groups: dict[str, dict[str, frappe._dict]] = defaultdict(dict)
	for row in query.where(who.isin(several)).run(as_dict=True):
		if row.who:
			groups[row.who][row.name] = row
	return [list(cases.values()) for cases in groups.values() if len(cases) > 1]
