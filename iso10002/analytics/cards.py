"""Number cards of the workspace: one figure of the last twelve months each, with one statement, for the reader alone."""

import frappe
from frappe import _
from frappe.utils import flt

from iso10002.analytics.figures import figures
from iso10002.analytics.measure import PERCENT
from iso10002.analytics.measures import MEASURES
from iso10002.analytics.reader import current
from iso10002.analytics.report import UNKNOWN
from iso10002.analytics.selection import Selection


def _card(name: str, report: str) -> dict | str:
	"""Return the number of a card, or the text it has instead: a share of nothing is no nought."""
	reader = current()
	value = figures([name], Selection.read({}, reader), reader).value(name)
	if value is None:
		return UNKNOWN
	is_share = MEASURES[name].unit == PERCENT
	return {
		"value": flt(value, 1),
		"fieldtype": "Percent" if is_share else "Int",
		"route": ["query-report", report],
		"label": _(MEASURES[name].label),
	}


@frappe.whitelist()
@frappe.read_only()
def received(filters: str | None = None) -> dict | str:
	"""Return the card of complaints received in the last twelve months.

	Raises:
		PermissionError: the user has no role that may see figures.
	"""
	return _card("received", "Complaint Trends")


@frappe.whitelist()
@frappe.read_only()
def answered_in_time(filters: str | None = None) -> dict | str:
	"""Return the card of answers in time, in percent of the answers due in the last twelve months.

	Raises:
		PermissionError: the user has no role that may see figures.
	"""
	return _card("answered_in_time_share", "Complaint Timeliness by Clock")


@frappe.whitelist()
@frappe.read_only()
def first_contact(filters: str | None = None) -> dict | str:
	"""Return the card of cases resolved at first contact, in percent of those answered in the last twelve months.

	Raises:
		PermissionError: the user has no role that may see figures.
	"""
	return _card("first_contact_share", "Complaint First-Contact Resolution")


@frappe.whitelist()
@frappe.read_only()
def upheld(filters: str | None = None) -> dict | str:
	"""Return the card of upheld complaints, in percent of those answered in the last twelve months.

	Raises:
		PermissionError: the user has no role that may see figures.
	"""
	return _card("upheld_share", "Complaint Pareto of Causes")
