"""Public figures on complaints: /complaint/figures, off by default (clauses 4.2 and 8.2).

The measures are those of the reports. A number below the limit of the settings is not shown, and categories are hidden
by the rule of the reports (`suppression.cover`): the quarters tell the total.
"""

import frappe
from frappe.utils import add_days, add_months, get_first_day, getdate, nowdate
from werkzeug.wrappers import Response

from iso10002.analytics.figures import Cell, Figures, figures, value_of
from iso10002.analytics.measures import MEASURES
from iso10002.analytics.reader import ORGANISATION
from iso10002.analytics.selection import Selection, period_label
from iso10002.analytics.suppression import cover
from iso10002.portal import pages, protection
from iso10002.portal.languages import _

QUARTERS = 4
COLUMNS = ("received", "decided", "days_to_answer", "upheld_share", "clocks_in_time_share")
KEPT_FOR = 3600


def page() -> Response:
	"""Show the figures of the last four full quarters."""
	if not protection.settings().figures:
		return pages.message_page(_("Page not found"), _("This organisation publishes no figures here."), 404)
	return pages.send("figures", headings=_headings(), **_figures())


def _figures() -> dict:
	smallest = protection.settings().figures_smallest
	first_of_quarter = get_first_day(nowdate())
	first_of_quarter = add_months(first_of_quarter, -((getdate(first_of_quarter).month - 1) % 3))
	selection = Selection(
		getdate(add_months(first_of_quarter, -3 * QUARTERS)),
		getdate(add_days(first_of_quarter, -1)),
		"Quarter",
	)
	# the numbers of today do not change what was true at the end of a quarter; they are worked out once an hour
	key = f"iso10002:figures:{selection.end}:{smallest}:{frappe.local.lang}"
	if kept := frappe.cache.get_value(key):
		return kept
	by_quarter = figures(COLUMNS, selection, ORGANISATION, ("period",))
	by_category = figures(("received",), selection, ORGANISATION, ("category",))
	shown = {
		"smallest": smallest,
		"first": str(selection.start),
		"last": str(selection.end),
		"quarters": [
			(period_label(first, "Quarter"), _row(by_quarter, (first,), smallest))
			for first in selection.periods()
		],
		"categories": _categories(by_category, smallest),
	}
	frappe.cache.set_value(key, shown, expires_in_sec=KEPT_FOR)
	return shown


def _row(found: Figures, key: tuple, smallest: int) -> list[str]:
	cells = found.rows.get(key, {})
	return [_shown(name, cells, smallest) for name in COLUMNS]


def _shown(name: str, cells: dict[str, Cell], smallest: int) -> str:
	measure = MEASURES[name]
	base = cells.get(measure.whole if measure.is_share else name, Cell())
	if 0 < base.number < smallest:
		return _("fewer than {0}").format(smallest)
	part = cells.get(measure.part, Cell()).number if measure.is_share else None
	if (
		part is not None
		and base.number
		and not (smallest <= part <= base.number - smallest or part == base.number)
	):
		return "–"  # a share that tells of a few
	value = value_of(measure, cells)
	if value is None:
		return "–"
	return f"{value:.0f} %" if measure.is_share else f"{value:.1f}" if measure.mean else f"{value:.0f}"


def _categories(found: Figures, smallest: int) -> list[tuple[str, str]]:
	"""Return the categories with their numbers, the largest first; then those whose number is hidden, by name."""
	numbers = {key[0]: cells["received"].number for key, cells in found.rows.items()}
	numbers = {name: number for name, number in numbers.items() if number}
	small = {name for name, number in numbers.items() if number < smallest}
	hidden = cover(small, [numbers], smallest)
	if len(hidden) == len(numbers):
		return []  # nothing is left to show: no category is named
	words = dict(frappe.get_all("Complaint Category", fields=["name", "public_name"], as_list=True))
	shown = [(-number, name) for name, number in numbers.items() if name not in hidden]
	rows = [(name, str(-number)) for number, name in sorted(row for row in shown if row[1])]
	rows += [(name, "–") for name in sorted(filter(None, hidden))]
	return [(_(words.get(name) or name), number) for name, number in rows]


def _headings() -> list[str]:
	return [
		_("Received"),
		_("Answered"),
		_("Days to the answer"),
		_("Upheld"),
		_("Deadlines kept"),
	]
