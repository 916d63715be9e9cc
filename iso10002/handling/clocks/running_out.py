"""Calendars whose holidays end soon: the managers are told in time to enter the next year."""

import frappe
from frappe import _
from frappe.utils import add_days, format_date, nowdate

from iso10002 import roles
from iso10002.handling.notify import Desk

DAYS_AHEAD = 60


def warn_of_calendars() -> None:
	"""Tell the managers of calendars of active rules that end within 60 days (scheduler, daily).

	A manager who has not read the notice of a calendar yet gets no second one.
	"""
	rule, calendar = frappe.qb.DocType("Complaint Clock Rule"), frappe.qb.DocType("Complaint Calendar")
	ending = (
		frappe.qb.from_(rule)
		.join(calendar)
		.on(rule.calendar == calendar.name)
		.select(calendar.name, calendar.valid_to)
		.distinct()
		.where(rule.is_active == 1)
		.where(calendar.valid_to <= add_days(nowdate(), DAYS_AHEAD))
		.run()
	)
	if not ending:
		return
	managers = Desk().with_role(roles.MANAGER)
	for name, last in ending:
		unread = {"document_type": "Complaint Calendar", "document_name": name, "read": 0}
		told = set(frappe.get_all("Notification Log", filters=unread, pluck="for_user"))
		for user in sorted(set(managers) - told):
			_tell(user, name, last)


def _tell(user: str, calendar: str, last: object) -> None:
	log = frappe.new_doc("Notification Log")
	log.update(
		{
			"subject": _("{0}: holidays are entered until {1} only. Deadlines need them further.").format(
				frappe.utils.escape_html(calendar), format_date(last)
			),
			"for_user": user,
			"from_user": "Administrator",
			"type": "Alert",
			"document_type": "Complaint Calendar",
			"document_name": calendar,
		}
	)
	log.insert(ignore_permissions=True)  # safe: addressed to managers, says nothing of any case
