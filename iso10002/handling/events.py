"""The journal of a case: everything that happens to a complaint is appended here and never changed.

Timeline, follow-up form, clocks and figures are derived from these rows (design, decision 4).
"""

import json
from datetime import date, datetime
from decimal import Decimal

import frappe
from frappe.query_builder.functions import Count
from frappe.utils import now_datetime

# What clocks listen to that is written without saving the case.
BESIDE_THE_STAGES = frozenset(
	{
		"Contact",
		"Reminder",
		"Message Sent",
		"Referral Outcome",
		"Deadline Paused",
		"Deadline Resumed",
		"Deadline Extended",
		"Deadline Exempted",
		"Deadline Met",
	}
)


def append(
	complaint: str,
	event: str,
	*,
	occurred_on: datetime | str | None = None,
	user: str | None = None,
	about_user: str | None = None,
	channel: str | None = None,
	remark: str | None = None,
	from_stage: str | None = None,
	to_stage: str | None = None,
	details: dict | None = None,
) -> str:
	"""Append one event to the journal of `complaint` and return its name.

	Args:
		complaint: the reference of the case.
		event: one of the options of `Complaint Event.event`.
		occurred_on: when it happened, in the site's time zone; now if not given. When it was recorded is
			the row's `creation`.
		user: who did it; the session's user if not given.
		about_user: whom it is about, where that is a user.
		details: values as they were at this step; dates and decimals are written as text.
	"""
	row = frappe.new_doc("Complaint Event")
	row.update(
		{
			"complaint": complaint,
			"event": event,
			"occurred_on": occurred_on or now_datetime(),
			"user": user or frappe.session.user,
			"about_user": about_user,
			"channel": channel,
			"remark": remark,
			"from_stage": from_stage,
			"to_stage": to_stage,
			"details": as_json(details) if details else None,
		}
	)
	row.flags.appended_by_handling = True
	row.flags.ignore_links = True  # case, user and channel were checked where they come from
	# Safe: nobody has a right to write events; the caller's right on the case was checked before.
	row.insert(ignore_permissions=True)
	if event in BESIDE_THE_STAGES:
		from iso10002.handling.clocks import keep  # it reads the journal, so it cannot be imported above

		keep.follow(complaint)
	return row.name


def as_json(values: dict | list) -> str:
	"""Write values as JSON text with dates in ISO form, so that it reads the same in years."""
	return json.dumps(values, default=_plain, ensure_ascii=False, indent=1, sort_keys=True)


def count(complaint: str, event: str, since: datetime | str | None = None) -> int:
	"""Return how many events of one kind a case has, since a time (site time zone) if given.

	The caller has the case open, so its access rule was applied already.
	"""
	row = frappe.qb.DocType("Complaint Event")
	query = (
		frappe.qb.from_(row).select(Count("*")).where(row.complaint == complaint).where(row.event == event)
	)
	if since:
		query = query.where(row.occurred_on >= since)
	return query.run()[0][0]


def users_with_a_part(complaint: str) -> set[str]:
	"""Return the users who did anything in the case but receive it (clause 4.7)."""
	row = frappe.qb.DocType("Complaint Event")
	query = (
		frappe.qb.from_(row)
		.select(row.user)
		.distinct()
		.where(row.complaint == complaint)
		.where(row.event != "Received")
	)
	return {found for (found,) in query.run()}


def entries(complaint: str) -> list[frappe._dict]:
	"""Return the stage entries of a case, oldest first, with their details (JSON text)."""
	row = frappe.qb.DocType("Complaint Event")
	return (
		frappe.qb.from_(row)
		.select(row.event, row.occurred_on, row.user, row.details)
		.where(row.complaint == complaint)
		.where(row.to_stage.isnotnull())
		.orderby(row.creation)
		.run(as_dict=True)
	)


def timeline(complaint: str, limit: int = 500) -> list[frappe._dict]:
	"""Return the events of a case, newest first. The caller has checked that the reader may see the case."""
	row = frappe.qb.DocType("Complaint Event")
	return (
		frappe.qb.from_(row)
		.select(
			row.event,
			row.occurred_on,
			row.creation,
			row.user,
			row.channel,
			row.remark,
			row.from_stage,
			row.to_stage,
			row.details,
		)
		.where(row.complaint == complaint)
		.orderby(row.occurred_on, order=frappe.qb.desc)
		.orderby(row.creation, order=frappe.qb.desc)
		.limit(limit)
		.run(as_dict=True)
	)


def _plain(value: object) -> object:
	if isinstance(value, datetime | date):
		return value.isoformat(sep=" ") if isinstance(value, datetime) else value.isoformat()
	if isinstance(value, Decimal):
		return float(value)
	return str(value)
