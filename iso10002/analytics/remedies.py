"""What remedies cost, and whether similar cases got similar ones."""

import frappe
from frappe import _
from frappe.query_builder.functions import Avg, Count, Max, Min
from frappe.utils import flt

from iso10002.analytics.figures import records
from iso10002.analytics.measures import MEASURES
from iso10002.analytics.report import CHART_ROWS, FigureReport, make_chart, measure_column

WIDE = 3.0


def cost(filters: dict | None) -> tuple:
	"""Return remedies performed by kind and currency; values of different currencies are never added up."""
	run = FigureReport(filters)
	names, by = ["remedies", "remedy_value"], ["remedy", "currency"]
	found = run.figures(names, by)
	rows = []
	for key in run.keys(found):
		cells, row = found.rows[key], run._row(found, key)
		if not cells["remedies"].number:
			continue  # agreed, not performed
		row["currency"] = key[1] or ""
		valued = cells["remedy_value"].number
		if not key[1]:
			# an apology has no value, not the value nought; and amounts of nobody knows what are not added up
			row["remedy_value"] = None
		elif valued and row["remedy_value"] is not None:
			row["mean"] = flt(row["remedy_value"] / valued, 2)
		rows.append(row)
	columns = run.columns(by, names)
	columns.append(
		{"fieldname": "mean", "label": _("Value of each"), "fieldtype": "Float", "precision": 2, "width": 120}
	)
	chart, shown = None, [row for row in rows if row["remedies"]][:CHART_ROWS]
	if shown:
		labels = [" ".join(filter(None, (row["remedy"], row["currency"]))) for row in shown]
		chart = make_chart(labels, [(_("Remedies performed"), [row["remedies"] for row in shown])])
	summary = run.summary(run.figures(["remedies"]))
	by_currency = run.figures(["remedy_value"], ["currency"])
	for (currency,), cells in by_currency.rows.items():
		number = cells["remedy_value"].number
		if not currency or number < max(1, run.reader.smallest()):  # a currency may be that of one case
			continue
		summary.append(
			{
				"value": _amount(by_currency.value("remedy_value", (currency,))),
				"label": _("Value in {0}").format(currency),
				"datatype": "Data",
				"indicator": "Orange",
			}
		)
	hidden = any(row.get("_hidden") for row in rows)
	empty = not found.total["remedies"].number
	return columns, rows, run.message(empty, hidden), chart, summary, 1


def _amount(value: float) -> str:
	"""Return an amount with two decimals: of a Float the desk shows three."""
	return frappe.format_value(flt(value, 2), {"fieldtype": "Float", "precision": 2})


def consistency(filters: dict | None) -> tuple:
	"""Return the span of values that cases of the same category and severity got, the widest first."""
	run = FigureReport(filters, only_cases=True)
	tables = records(MEASURES["remedy_value"], run.selection, run.reader)
	case, remedy = tables.case, tables.row
	groups = [case.category, case.severity, remedy.remedy_type.as_("remedy"), remedy.currency]
	query = tables.query.select(
		*groups,
		Count(case.name).distinct().as_("cases"),
		Min(remedy.value).as_("lowest"),
		Avg(remedy.value).as_("mean"),
		Max(remedy.value).as_("highest"),
	)
	query = query.where(remedy.currency.notnull()).where(remedy.currency != "")
	query = query.groupby(case.category, case.severity, remedy.remedy_type, remedy.currency)
	rows = query.run(as_dict=True)
	for row in rows:
		row.mean = flt(row.mean, 2)
		row.times = flt(row.highest / row.lowest, 1) if row.lowest else None
		row.look = _("Look at these") if row.cases > 1 and (row.times or 0) >= WIDE else ""
		drill = {
			"category": row.category,
			"severity": row.severity,
			"remedy": row.remedy,
			"currency": row.currency,
		}
		row._drill = run._drill(drill)
		row._measure = "remedy_value"
	rows.sort(
		key=lambda row: (-(row.times or 0) if row.cases > 1 else 0, str(row.category), str(row.severity))
	)
	columns = [
		*run.columns(["category", "severity", "remedy", "currency"], []),
		{**measure_column(MEASURES["remedies"]), "fieldname": "cases", "label": _("Cases"), "width": 80},
		*(
			{"fieldname": name, "label": label, "fieldtype": "Float", "precision": 2, "width": 110}
			for name, label in (("lowest", _("Lowest")), ("mean", _("Mean")), ("highest", _("Highest")))
		),
		{
			"fieldname": "times",
			"label": _("Highest / lowest"),
			"fieldtype": "Float",
			"precision": 1,
			"width": 130,
		},
		{"fieldname": "look", "label": _("Note"), "fieldtype": "Data", "width": 130},
	]
	chart = None
	if shown := [row for row in rows if row.cases > 1][:CHART_ROWS]:
		chart = make_chart(
			[f"{row.category} / {row.severity}" for row in shown],
			[(_("Lowest"), [row.lowest for row in shown]), (_("Highest"), [row.highest for row in shown])],
		)
	summary = run.summary(run.figures(["remedies"]))
	wide = sum(bool(row.look) for row in rows)
	summary.append({"value": wide, "label": _("Groups to look at"), "datatype": "Int", "indicator": "Orange"})
	return columns, rows, run.message(not rows), chart, summary, 1
