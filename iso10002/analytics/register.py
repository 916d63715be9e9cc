"""Reports with a line for each case, and the counts of what is missing in them."""

from collections import Counter

import frappe
from frappe import _
from frappe.query_builder import Order
from frappe.query_builder.functions import Count

from iso10002.analytics.dimensions import ITSELF, NOT_RECORDED
from iso10002.analytics.figures import records, totals
from iso10002.analytics.measure import CASES, RECORDS, Measure
from iso10002.analytics.measures import MEASURES
from iso10002.analytics.quality import CHECKS
from iso10002.analytics.report import FigureReport, make_chart, measure_column, width_of
from iso10002.analytics.selection import refuse

MOST_LINES = 5000
FIELDS = (
	"name",
	"received_on",
	"status",
	"channel",
	"category",
	"product_or_service",
	"severity",
	"priority",
	"handler",
	"acknowledged_on",
	"response_due",
	"communicated_on",
	"decision",
	"acceptance",
	"closed_on",
)


def report(filters: dict | None) -> tuple:
	"""Return the cases behind a measure (filter `measure`; those received if not given), the latest first.

	Raises:
		FilterError: there is no such measure.
		PermissionError: the reader may read no complaint.
	"""
	run = FigureReport(filters, only_cases=True)
	name = run.filters.get("measure") or "received"
	if not isinstance(name, str) or name not in (known := _openable()):
		refuse(_("Which cases"), name)
	measure = known[name]
	tables = records(measure, run.selection, run.reader)
	count, query = Count("*"), tables.query.select(*[tables.case[field] for field in FIELDS])
	if tables.row is not tables.case:  # several records may be of one case
		count, query = Count(tables.case.name).distinct(), query.distinct()
	of_records, number = tables.query.select(Count("*"), count).run()[0]
	rows = query.orderby(tables.case.received_on, order=Order.desc).limit(MOST_LINES).run(as_dict=True)
	notes = [run.message(not rows)]
	category = run.selection.filters.get(ITSELF.name, NOT_RECORDED)
	if category != NOT_RECORDED:
		notes.append(_("Only the category {0} itself, without those below it.").format(_(category)))
	if number > MOST_LINES:
		notes.append(
			_("The latest {0} of {1} cases are listed. Choose a shorter period.").format(MOST_LINES, number)
		)
	counts = {_(measure.label): of_records} if measure.unit in (CASES, RECORDS) else {}
	if measure.unit != CASES:
		counts[_("Cases")] = number
	summary = [
		{"value": value, "label": label, "datatype": "Int", "indicator": "Blue"}
		for label, value in counts.items()
	]
	return _columns(), rows, " ".join(notes), _by_stage(rows), summary, 1


@frappe.whitelist()
@frappe.read_only()
def choices() -> list[dict[str, str]]:
	"""Return what the register can be opened with: `value` for its filter `measure`, `label` for people.

	Raises:
		PermissionError: the user may read no complaint.
	"""
	FigureReport(None, only_cases=True)
	return [{"value": name, "label": _(measure.label)} for name, measure in _openable().items()]


def _openable() -> dict[str, Measure]:
	"""Return the measures and checks whose records lead to cases, by name."""
	return {
		name: measure
		for name, measure in {**MEASURES, **CHECKS}.items()
		if not measure.is_share and measure.of.opens
	}


def _columns() -> list[dict]:
	meta, found = frappe.get_meta("Complaint"), []
	for field in FIELDS:
		if field == "name":
			column = {"label": _("Reference"), "fieldtype": "Link", "options": "Complaint", "width": 150}
		else:
			df = meta.get_field(field)
			is_link = df.fieldtype in ("Link", "Datetime", "Date")
			column = {"label": _(df.label), "fieldtype": df.fieldtype if is_link else "Data"}
			column["width"] = max(140, width_of(column["label"]))
			if df.fieldtype == "Link":
				column["options"] = df.options
		found.append({"fieldname": field, **column})
	return found


def _by_stage(rows: list[dict]) -> dict | None:
	if not rows:
		return None
	stages = frappe.get_meta("Complaint").get_field("status").options.split("\n")
	counts = Counter(row.status for row in rows)
	shown = {stage: counts[stage] for stage in stages if counts[stage]}
	return make_chart([_(stage) for stage in shown], [(_("Cases"), list(shown.values()))])


def data_quality(filters: dict | None) -> tuple:
	"""Return how many cases lack what figures need, with the share of the cases looked at."""
	run = FigureReport(filters, only_cases=True)
	rows, wholes = [], {check.formula: MEASURES[check.formula] for check in CHECKS.values()}
	counted = totals([*CHECKS.values(), *wholes.values()], run.selection, run.reader)
	for check in CHECKS.values():
		all_cases = wholes[check.formula]
		number, whole = (counted[measure.name].number for measure in (check, all_cases))
		rows.append(
			{
				"what": _(check.label),
				"of": _(all_cases.label),
				"cases": number,
				"whole": whole,
				"share": 100 * number / whole if whole else None,
				"_measure": check.name,
				"_drill": run._drill({}),
			}
		)
	empty = not any(row["whole"] for row in rows)
	rows.sort(key=lambda row: -(row["share"] or 0))
	columns = [
		{"fieldname": "what", "label": _("What is missing"), "fieldtype": "Data", "width": 280},
		{**measure_column(MEASURES["received"]), "fieldname": "cases", "label": _("Cases"), "width": 90},
		{"fieldname": "of", "label": _("Of the cases"), "fieldtype": "Data", "width": 130},
		{"fieldname": "whole", "label": _("Number of these"), "fieldtype": "Int", "width": 130},
		{
			"fieldname": "share",
			"label": _("Share of all"),
			"fieldtype": "Percent",
			"precision": 1,
			"width": 120,
		},
	]
	chart = None
	if not empty:
		shown = [row for row in rows if row["cases"]]
		labels = [row["what"] for row in shown]
		chart = make_chart(labels, [(_("Cases"), [row["cases"] for row in shown])]) if shown else None
	found = sum(row["cases"] for row in rows)
	summary = [{"value": found, "label": _("Found missing"), "datatype": "Int", "indicator": "Orange"}]
	return columns, [] if empty else rows, run.message(empty), chart, summary, 1
