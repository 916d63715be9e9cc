"""The course of the main figures, each period beside the same one of the year before."""

from frappe import _
from frappe.utils import add_months, flt, getdate

from iso10002.analytics.dimensions import PERIOD
from iso10002.analytics.measures import MEASURES
from iso10002.analytics.report import FigureReport, make_chart, measure_column

MAIN = (
	"received",
	"decided",
	"closed",
	"first_contact_share",
	"upheld_share",
	"answered_in_time_share",
	"days_to_answer",
)


def report(filters: dict | None) -> tuple:
	"""Return the report. Weeks and days have no counterpart in the year before; months, quarters and years have."""
	run = FigureReport(filters)
	found = run.figures(MAIN, [PERIOD])
	earlier = None
	if run.selection.grain in ("Month", "Quarter", "Year"):
		earlier = run.figures(["received"], [PERIOD], run.selection.year_before())
	empty = not any(cell.number for cell in found.total.values())
	rows = [] if empty else run.rows(found)
	before = []
	if earlier:
		before = [
			earlier.value("received", (getdate(add_months(day, -12)),)) for day in run.selection.periods()
		]
		for row, number in zip(rows, [*before, earlier.value("received")], strict=False):
			row["year_before"] = number
			if number and row["received"] is not None:
				row["change"] = flt(100 * (row["received"] - number) / number, 1)
	columns = run.columns([PERIOD], ["received"])
	if earlier:
		columns += [
			{
				"fieldname": "year_before",
				"label": _("Received a year before"),
				"fieldtype": "Int",
				"width": 190,
			},
			{
				"fieldname": "change",
				"label": _("Change in %"),
				"fieldtype": "Float",
				"precision": 1,
				"width": 110,
			},
		]
	columns += [measure_column(MEASURES[name]) for name in MAIN[1:]]
	chart = None
	if not empty:
		labels = [run.label(PERIOD, day) for day in run.selection.periods()]
		series = [
			(_(MEASURES[name].label), [found.value(name, (day,)) for day in run.selection.periods()])
			for name in ("received", "decided")
		]
		if any(before):
			series.append((_("Year before"), before))
		chart = make_chart(labels, series, "line")
	return columns, rows, run.message(empty), chart, run.summary(found), 1
