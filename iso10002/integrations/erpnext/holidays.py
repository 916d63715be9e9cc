"""Holidays of ERPNext's Holiday Lists for the calendars deadlines are counted by; taken over when somebody asks for it.

A calendar never changes by itself: what a deadline was counted by has to stay explainable.
"""

import frappe
from frappe import _
from frappe.model.document import Document
from frappe.utils import add_days, getdate, strip_html

from iso10002.handling.clocks.calendars import WEEKDAYS
from iso10002.integrations import hosts
from iso10002.integrations.erpnext.errors import HolidayError


@frappe.whitelist(methods=["POST"])
def take_holidays(calendar: str, holiday_list: str | None = None) -> dict:
	"""Replace the holidays of a calendar by those of a Holiday List, as far as the list reaches.

	Weekly days off are left out where the calendar has no working hours on that weekday anyway. The time for which
	holidays are entered grows by that of the list.

	Args:
		calendar: a Complaint Calendar.
		holiday_list: the list of the calendar if not given, else that of the user's default company.

	Returns:
		dict with `holidays` (how many were taken over), `valid_from` and `valid_to` of the calendar.

	Raises:
		PermissionError: the user may not change the calendar or read the list.
		HolidayError: there is no list, or days between the calendar and the list would stay unknown.
	"""
	doc = frappe.get_doc("Complaint Calendar", calendar)
	doc.check_permission("write")
	if not hosts.active("erpnext") or not frappe.db.table_exists("Holiday List"):
		frappe.throw(_("ERPNext is not on this site, or not switched on in the settings."), HolidayError)
	source = _list(doc, holiday_list)
	start, end = getdate(source.from_date), getdate(source.to_date)
	if doc.valid_from and doc.valid_to:
		known_from, known_to = getdate(doc.valid_from), getdate(doc.valid_to)
		if start > getdate(add_days(known_to, 1)) or end < getdate(add_days(known_from, -1)):
			frappe.throw(
				_(
					"Holiday List {0} reaches from {1} to {2}, the calendar from {3} to {4}: the days between are unknown."
				).format(
					frappe.bold(source.name), *map(frappe.format_value, (start, end, known_from, known_to))
				),
				HolidayError,
			)
		doc.valid_from, doc.valid_to = min(start, known_from), max(end, known_to)
	else:
		doc.valid_from, doc.valid_to = start, end
	taken = _holidays(doc, source)
	kept = [row for row in doc.holidays if not start <= getdate(row.day) <= end]
	doc.set("holidays", [])
	for day, description in sorted([*((getdate(row.day), row.description) for row in kept), *taken.items()]):
		doc.append("holidays", {"day": day, "description": description})
	if doc.meta.has_field("holiday_list"):
		doc.holiday_list = source.name
	doc.save()
	return {"holidays": len(taken), "valid_from": str(doc.valid_from), "valid_to": str(doc.valid_to)}


def _list(calendar: Document, given: str | None) -> Document:
	name = given or calendar.get("holiday_list")
	if not name and (company := frappe.defaults.get_user_default("Company")):
		name = frappe.get_cached_value("Company", company, "default_holiday_list")
	if not name or not frappe.db.exists("Holiday List", name):
		frappe.throw(_("Holiday List: choose one."), HolidayError)
	source = frappe.get_doc("Holiday List", name)
	source.check_permission("read")
	return source


def _holidays(calendar: Document, source: Document) -> dict:
	"""Return the days off of a list that the calendar does not have anyway, with what they are called."""
	works = {row.weekday for row in calendar.hours}
	found = {}
	for row in source.holidays:
		day = getdate(row.holiday_date)
		if not row.weekly_off or WEEKDAYS[day.weekday()] in works:
			found[day] = strip_html(row.description or "").strip()[:140] or None
	return found
