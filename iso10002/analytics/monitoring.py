"""The monitoring data of annex H: every count side by side, compared with the period before, a year ago and targets."""

from dataclasses import dataclass

import frappe
from frappe import _
from frappe.utils import cint, flt

from iso10002.analytics.errors import FilterError
from iso10002.analytics.figures import Figures
from iso10002.analytics.measure import CASES, DAYS, PEOPLE, PERCENT, RECORDS, Measure
from iso10002.analytics.measures import MEASURES
from iso10002.analytics.report import FigureReport, make_chart, rounded
from iso10002.integrations.erpnext import volume

# What annex H asks to be counted, and what helps to read it; in the order of a case's life.
COUNTS = (
	"received",
	"taken_over",
	"tickets_proposed",
	"proposed",
	"tickets_rejected",
	"set_aside",
	"repeat_complainants",
	"recurring_problems",
	"recurring_causes",
	"acknowledged_in_time_share",
	"acknowledged_late",
	"wrong_priority",
	"wrong_priority_share",
	"decided",
	"first_contact",
	"first_contact_share",
	"days_to_answer",
	"answered_in_time_share",
	"answered_late",
	"upheld_share",
	"rejected",
	"rejected_share",
	"reviewed",
	"reviews_changed",
	"referred",
	"referrals_for_complainant",
	"remedies",
	"closed",
	"closed_unreconciled",
	"reopened",
	"days_to_close",
	"open",
	"improvements",
	"improvements_effective_share",
	"trainings",
	"staff_trained",
)
COUNTED = (CASES, RECORDS, PEOPLE)
UNITS = {CASES: "", RECORDS: "", PEOPLE: "", PERCENT: " %", DAYS: " d"}


@dataclass
class Line:
	"""One measure over the three periods, with its target and how the period meets it."""

	measure: Measure
	now: float | None
	before: float | None
	year_before: float | None
	target: float | None
	rate: float | None

	@property
	def is_met(self) -> bool | None:
		"""Whether the target is met; None without target or figure."""
		if self.target is None or self.now is None:
			return None
		return self.now <= self.target if self.measure.less_is_better else self.now >= self.target


def lines(found: Figures, others: list[Figures], per: int = 0) -> list[Line]:
	"""Return the lines of the monitoring data there are figures for. `per` is the number of orders or customers for rates; 0 for none."""
	goals = targets()
	return [
		Line(
			MEASURES[name],
			found.value(name),
			*(other.value(name) for other in others),
			goals.get(name),
			_rate(found.value(name), per) if MEASURES[name].unit == CASES else None,
		)
		for name in COUNTS
		if name in found.measures
	]


def _rate(number: float | None, per: int) -> float | None:
	return None if number is None or not per else flt(1000 * number / per, 2)


def targets() -> dict[str, float]:
	"""Return the targets of ISO10002 Settings by measure."""
	rows = frappe.get_cached_doc("ISO10002 Settings").get("targets") or []
	labels = {measure.label: name for name, measure in MEASURES.items()}
	return {labels[row.measure]: flt(row.target) for row in rows if row.measure in labels}


def report(filters: dict | None) -> tuple:
	"""Return the monitoring data. `volume`: orders or customers in the period, for rates per 1,000 (else ERPNext's).

	Raises:
		FilterError: `volume` is no number of things.
	"""
	run = FigureReport(filters)
	per = _volume(run)
	# improvements and training belong to no case: under a filter on cases they have no figure
	names = [name for name in COUNTS if MEASURES[name].of.of_cases or not run.selection.filters]
	found, before, year_before = (
		run.figures(names, selection=selection)
		for selection in (run.selection, run.selection.before(), run.selection.year_before())
	)
	rows = []
	for line in lines(found, [before, year_before], per):
		rows.append(
			{
				"label": _(line.measure.label)
				+ (f" ({UNITS[line.measure.unit].strip()})" if UNITS[line.measure.unit] else ""),
				"now": whole(line.now, line.measure.unit),
				"before": whole(line.before, line.measure.unit),
				"year_before": whole(line.year_before, line.measure.unit),
				"target": whole(line.target, line.measure.unit),
				"_count": int(line.measure.unit in COUNTED),
				"met": {None: "", True: _("met"), False: _("not met")}[line.is_met],
				"rate": line.rate,
				"clause": line.measure.clause,
				"_measure": line.measure.whole or line.measure.name,
				"_drill": run._drill({}) if line.measure.of.opens else None,
			}
		)
	empty = not any(cell.number for cell in found.total.values())
	columns = [
		{"fieldname": "label", "label": _("Figure"), "fieldtype": "Data", "width": 290},
		{
			"fieldname": "now",
			"label": _("This period"),
			"fieldtype": "Float",
			"precision": 1,
			"width": 120,
			"measure": "received",
		},
		{
			"fieldname": "before",
			"label": _("Period before"),
			"fieldtype": "Float",
			"precision": 1,
			"width": 120,
		},
		{
			"fieldname": "year_before",
			"label": _("Year before"),
			"fieldtype": "Float",
			"precision": 1,
			"width": 120,
		},
		{"fieldname": "target", "label": _("Target"), "fieldtype": "Float", "precision": 1, "width": 90},
		{"fieldname": "met", "label": _("Target met"), "fieldtype": "Data", "width": 100},
		{"fieldname": "clause", "label": _("Clause"), "fieldtype": "Data", "width": 120},
	]
	if per:
		columns.append(
			{"fieldname": "rate", "label": _("Per 1,000"), "fieldtype": "Float", "precision": 2, "width": 100}
		)
	chart = None
	if not empty:
		charted = ("received", "decided", "closed", "rejected", "reviewed", "referred", "reopened")
		series = [
			(label, [period.value(name) for name in charted])
			for label, period in (
				(_("This period"), found),
				(_("Period before"), before),
				(_("Year before"), year_before),
			)
		]
		chart = make_chart([_(MEASURES[name].label) for name in charted], series)
	summary = run.summary(found, ("received", "answered_in_time_share", "first_contact_share", "open"))
	return columns, rows if not empty else [], run.message(empty), chart, summary, 1


def whole(value: float | None, unit: str) -> float | None:
	"""Return a figure of a unit with one decimal; a count without one, if it is whole (a target need not be)."""
	is_whole = value is not None and unit in COUNTED and value == int(value)
	return int(value) if is_whole else rounded(value)


def _volume(run: FigureReport) -> int:
	given = run.filters.get("volume")
	if given in (None, ""):
		return volume.orders(run.selection.start, run.selection.end, run.selection.filters)
	if not str(given).isdecimal():
		frappe.throw(
			_("Orders or customers in the period: enter a whole number, or leave it empty."), FilterError
		)
	return cint(given)
