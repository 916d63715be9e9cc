"""The management report of a period: figures of all cases, frozen with a hash, as PDF and XLSX.

What is frozen is a JSON text; papers and pages are made from it alone, so they never change. Figures are those the
organisation may publish (`reader.ORGANISATION`). Source: ISO 10002:2018 clauses 8.4 and 8.6.
"""

import hashlib
import json

import frappe
from frappe import _
from frappe.utils import flt, get_first_day, get_last_day, getdate, nowdate

from iso10002.analytics import monitoring
from iso10002.analytics.dimensions import PERIOD
from iso10002.analytics.errors import FilterError
from iso10002.analytics.figures import figures
from iso10002.analytics.measures import MEASURES
from iso10002.analytics.reader import ORGANISATION
from iso10002.analytics.selection import Selection, day_of, period_label

SERIES = ("received", "decided", "answered_in_time_share", "first_contact_share")
GROUPS = {"category": "received", "cause": "upheld", "channel": "received"}
CLOCKS = ("clocks_due", "clocks_in_time", "clocks_in_time_share")
SATISFACTION = ("surveys", "response_rate", "satisfaction_treatment", "satisfaction_outcome")
MOST_ROWS = 12


def whole_months(start: str, end: str) -> tuple:
	"""Return the first day of the first and the last day of the last month.

	Raises:
		FilterError: one is no day, the end lies before the start, or the last month is not over.
	"""
	first = get_first_day(getdate(day_of(start, _("From Date"))))
	last = get_last_day(getdate(day_of(end, _("To Date"))))
	if first > last:
		frappe.throw(_("From lies after To. Exchange the two days."), FilterError)
	if last >= getdate(nowdate()):
		frappe.throw(_("To: the month is not over yet. Its figures would still change."), FilterError)
	return first, last


def collect(start: str, end: str) -> dict:
	"""Return all a management report says about a period, in whole months: plain values, ready to be frozen."""
	first, last = whole_months(start, end)
	chosen = Selection(first, last)
	names = (*monitoring.COUNTS, *SATISFACTION)
	now, before, year_before = (
		figures(names, selection, ORGANISATION)
		for selection in (chosen, chosen.before(), chosen.year_before())
	)
	lines = monitoring.lines(now, [before, year_before])
	return {
		"from": str(first),
		"to": str(last),
		"smallest": ORGANISATION.smallest(),
		"lines": [
			{
				"name": line.measure.name,
				"label": line.measure.label,
				"unit": line.measure.unit,
				"clause": line.measure.clause,
				**{key: _plain(getattr(line, key)) for key in ("now", "before", "year_before", "target")},
				"met": line.is_met,
			}
			for line in lines
		],
		"satisfaction": [
			{"label": MEASURES[name].label, "unit": MEASURES[name].unit, "now": _plain(now.value(name))}
			for name in SATISFACTION
		],
		"series": _series(chosen),
		"groups": {by: _group(by, name, chosen) for by, name in GROUPS.items()},
		"clocks": _clocks(chosen),
	}


def freeze(content: dict) -> tuple[str, str]:
	"""Return the text of a management report and its SHA-256; the same content always gives the same."""
	text = json.dumps(content, sort_keys=True, ensure_ascii=False, indent=1)
	return text, hashlib.sha256(text.encode()).hexdigest()


def is_intact(doc) -> bool:
	"""Whether the frozen figures of a management report are those its hash was made of."""
	return hashlib.sha256((doc.figures or "").encode()).hexdigest() == doc.sha256


def _series(chosen: Selection) -> list[dict]:
	"""At least twelve months up to the end, so that a month is seen in its year."""
	start = min(chosen.start, get_first_day(frappe.utils.add_months(chosen.end, -11)))
	months = Selection(getdate(start), chosen.end)
	found = figures(SERIES, months, ORGANISATION, [PERIOD])
	return [
		{
			"month": period_label(day, "Month"),
			**{name: _plain(found.value(name, (day,))) for name in SERIES},
		}
		for day in months.periods()
	]


def _group(by: str, name: str, chosen: Selection) -> list[dict]:
	found = figures([name], chosen, ORGANISATION, [by])
	counted = [key for key, cells in found.rows.items() if cells[name].number]
	rows = [
		{"label": key[0] or "Not recorded", "value": _plain(found.value(name, key))}
		for key in counted
		if found.shows(key)
	]
	rows.sort(key=lambda row: (-row["value"], row["label"]))
	rest = [{"label": "Too few cases to be shown", "value": None}] if len(rows) < len(counted) else []
	return rows[:MOST_ROWS] + rest


def _clocks(chosen: Selection) -> list[dict]:
	found = figures(CLOCKS, chosen, ORGANISATION, ["clock"])
	return [
		{"label": key[0], **{name: _plain(found.value(name, key)) for name in CLOCKS}} for key in found.rows
	]


def _plain(value: float | None) -> float | None:
	return None if value is None else flt(value, 1)
