"""Conditions of measures that need more than a comparison."""

from collections.abc import Callable

import frappe
from frappe.query_builder import Criterion
from frappe.utils import add_to_date, now_datetime
from pypika.functions import Coalesce, Count
from pypika.terms import ExistsCriterion, Tuple

from iso10002.analytics.sources import NOT_COUNTED, SOURCES, Tables
from iso10002.handling.stages import BEFORE_DECISION

RECURRING_FROM = 3
REPEATED_WITHIN_MONTHS = 12

Condition = Callable[[Tables], Criterion]


def overdue(t: Tables) -> Criterion:
	return t.case.status.isin(BEFORE_DECISION) & (t.case.response_due < now_datetime())


def at_first_contact(t: Tables) -> Criterion:
	"""Ticked, and answered on the short way: what was assessed went the long one, whatever was ticked."""
	return (t.case.first_contact == 1) & t.case.assessed_on.isnull()


def has_event(kind: str) -> Condition:
	"""Records whose case has an event of this kind, whenever that was."""

	def condition(t: Tables) -> Criterion:
		event = frappe.qb.DocType("Complaint Event").as_("marking")
		return t.case.name.isin(frappe.qb.from_(event).select(event.complaint).where(event.event == kind))

	return condition


def in_time(purpose: str | None = None) -> Condition:
	def condition(t: Tables) -> Criterion:
		kept = t.row.breached_on.isnull() & (t.row.state == "Met")
		return kept & (t.row.purpose == purpose) if purpose else kept

	return condition


def late(purpose: str) -> Condition:
	return lambda t: (t.row.purpose == purpose) & (t.row.breached_on.notnull() | (t.row.state != "Met"))


def recurs(source: str, *fields: str) -> Condition:
	"""Cases that have values in `fields` at least three cases of the whole period share, whatever the filters."""

	def condition(t: Tables) -> Criterion:
		other = SOURCES[source].tables(t.start, t.end, t.seen)
		columns = [Coalesce(other.case[field], "") for field in fields]
		often = other.query.select(*columns).groupby(*columns).having(Count("*") >= RECURRING_FROM)
		mine = [Coalesce(t.case[field], "") for field in fields]
		known = t.case[fields[0]].notnull() & (t.case[fields[0]] != "")
		return known & (mine[0].isin(often) if len(mine) == 1 else Tuple(*mine).isin(often))

	return condition


def complained_before(t: Tables) -> Criterion:
	"""The complainant, known by linked record or e-mail address, has an earlier case the reader may see too."""
	since = add_to_date(t.start, months=-REPEATED_WITHIN_MONTHS)

	def earlier(by_email: bool) -> Criterion:
		me, same = (frappe.qb.DocType("Complaint Party").as_(name) for name in ("me", "same"))
		before = frappe.qb.DocType("Complaint").as_("before")
		alike = same.email == me.email
		known = me.email.notnull() & (me.email != "")
		if not by_email:
			alike = (same.linked_doctype == me.linked_doctype) & (same.linked_name == me.linked_name)
			known = me.linked_name.notnull() & (me.linked_name != "")
		query = (
			frappe.qb.from_(me)
			.join(same)
			.on(alike & (same.role == "Complainant") & (same.complaint != me.complaint))
			.join(before)
			.on(before.name == same.complaint)
			.select(1)
			.where(me.complaint == t.case.name)
			.where(me.role == "Complainant")
			.where(known)
			.where(before.received_on < t.case.received_on)
			.where(before.received_on >= since)
			.where(before.status.notin(NOT_COUNTED))
		)
		if t.seen is not None:
			seen = frappe.qb.DocType("Complaint")
			query = query.where(before.name.isin(frappe.qb.from_(seen).select(seen.name).where(t.seen)))
		return ExistsCriterion(query)

	return earlier(by_email=True) | earlier(by_email=False)
