"""What tests of deadlines need: rules with their calendar, the clocks of a case, and cleaning up after a sweep."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import frappe
from factories import make_complaint, unique, user_of
from frappe.utils import add_to_date, now_datetime, nowdate

WEEK = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday")


def make_calendar(zone: str | None = None, **overrides: Any):
	"""Return a calendar of working days from 9 to 17, with holidays entered for four years around today."""
	values = {
		"doctype": "Complaint Calendar",
		"calendar_name": unique("Office"),
		"time_zone": zone or frappe.utils.get_system_timezone(),
		"valid_from": add_to_date(nowdate(), years=-2),
		"valid_to": add_to_date(nowdate(), years=2),
		"hours": [{"weekday": day, "from_time": "09:00:00", "to_time": "17:00:00"} for day in WEEK],
		**overrides,
	}
	return frappe.get_doc(values).insert()


def a_clock(**overrides: Any) -> dict:
	"""Return one deadline: an answer within ten calendar days."""
	return {
		"clock_name": "Answer",
		"purpose": "Answer",
		"length": 10,
		"unit": "Calendar Days",
		"starts_on": "Received",
		"met_by": "Communicated",
		**overrides,
	}


def make_rule(*clocks: dict, **overrides: Any):
	"""Return an active rule that comes before all others, with the given deadlines."""
	values = {
		"doctype": "Complaint Clock Rule",
		"rule_name": unique("Rule"),
		"is_active": 1,
		"priority": 100,
		"clocks": list(clocks) or [a_clock()],
		**overrides,
	}
	return frappe.get_doc(values).insert()


def clock(case: str, name: str = "Answer", number: int = 0) -> frappe._dict:
	"""Return a deadline of a case as it is stored."""
	return frappe.db.get_value(
		"Complaint Clock", {"complaint": case, "clock_name": name, "round": number}, "*", as_dict=True
	)


def received(ago: timedelta, **overrides: Any):
	"""Return a case received some time ago."""
	return make_complaint(as_user=user_of("intake"), received_on=now_datetime() - ago, **overrides)


def end_of_day(moment: datetime, days: int = 0) -> datetime:
	"""Return the last second of a day some days after a moment (site's zone)."""
	return datetime.combine((moment + timedelta(days=days)).date(), datetime.max.time()).replace(
		microsecond=0
	)


def kinds(case: str) -> list[str]:
	"""Return the kinds of the events of a case in the order they were recorded."""
	return frappe.get_all("Complaint Event", {"complaint": case}, pluck="event", order_by="creation asc")


def forget(rules: list[str], cases: list[str]) -> None:
	"""Delete for good what a sweep committed."""
	for doctype in ("Complaint Clock", "Complaint Clock Notice", "Complaint Event", "Complaint Party"):
		frappe.db.delete(doctype, {"complaint": ("in", cases)})
	frappe.db.delete("Complaint Allegation", {"parent": ("in", cases)})
	frappe.db.delete("Complaint", {"name": ("in", cases)})
	frappe.db.delete("Notification Log", {"document_name": ("in", cases)})
	frappe.db.delete("Email Queue", {"reference_name": ("in", cases)})
	for doctype in ("Condition", "Definition", "Warning"):
		frappe.db.delete(f"Complaint Clock {doctype}", {"parent": ("in", rules)})
	frappe.db.delete("Complaint Clock Rule", {"name": ("in", rules)})
	frappe.db.commit()
