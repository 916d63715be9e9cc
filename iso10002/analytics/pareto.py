"""Pareto reports: the largest groups first, with their share and the share of all up to there."""

from frappe import _
from frappe.utils import flt

from iso10002.analytics.report import CHART_ROWS, FigureReport, make_chart


def report(filters: dict | None, measure: str, by: str) -> tuple:
	"""Return a Pareto report of one measure over one breakdown, as a Script Report does."""
	run = FigureReport(filters)
	chosen = run.by([by], [measure])
	found = run.figures([measure], chosen)
	keys = [key for key in run.keys(found) if key in found.rows and found.rows[key][measure].number]
	whole = found.value(measure)
	rows, so_far = [], 0.0
	for row, key in zip([run._row(found, key) for key in keys], keys, strict=True):
		value = found.value(measure, key)
		if whole and value is not None:
			so_far += value
			row["share"] = flt(100 * value / whole, 1)
			row["cumulative"] = flt(100 * so_far / whole, 1)
		rows.append(row)
	columns = run.columns(chosen, [measure])
	columns += [
		{
			"fieldname": "share",
			"label": _("Share of all"),
			"fieldtype": "Percent",
			"precision": 1,
			"width": 100,
		},
		{
			"fieldname": "cumulative",
			"label": _("Share up to here"),
			"fieldtype": "Percent",
			"precision": 1,
			"width": 140,
		},
	]
	shown = [row for row in rows if row.get("share")][:CHART_ROWS]
	chart = None
	if shown:
		chart = make_chart(
			[row[chosen[0]] for row in shown],
			[
				((_("Share of all"), "bar"), [row["share"] for row in shown]),
				((_("Share up to here"), "line"), [row["cumulative"] for row in shown]),
			],
		)
	return columns, rows, run.message(not rows), chart, run.summary(found), 1
