"""What waits for whom: the page "My work" and the calendar of deadlines.

Everything is read with Frappe's lists, so the access rule applies. Source: ISO 10002:2018 clauses 5.4 and 7.3.
"""

from datetime import datetime, time

import frappe
from frappe import _
from frappe.utils import get_datetime, getdate, now_datetime, nowdate

from iso10002.confidentiality.requests import list_filters
from iso10002.handling import stages as stage
from iso10002.roles import APPROVER

# Whose turn it is in a stage: the field of the case that names the person. What is not here waits for others.
WAITS_FOR = {
	stage.RECEIVED: "handler",
	stage.ACKNOWLEDGED: "handler",
	stage.ASSESSED: "handler",
	stage.INVESTIGATING: "investigator",
	stage.APPROVED: "handler",
	stage.ACCEPTED: "handler",
	stage.REJECTED: "handler",
	stage.UNDER_REVIEW: "reviewer",
	stage.REMEDY: "handler",
}
MOST = 100
FIELDS = (
	"name",
	"status",
	"priority",
	"category",
	"product_or_service",
	"received_on",
	"response_due",
	"stage_since",
	"handler",
	"investigator",
	"reviewer",
	"proposed_by",
)


@frappe.whitelist()
@frappe.read_only()
def my_work() -> dict:
	"""Return the work of the session's user, each list by due time: at most 100 lines each.

	Returns:
		dict with `due_today` (open deadlines of the user's cases due today or missed: `complaint`, `clock_name`,
		`due_on`, `late`), `waiting_for_me` and `waiting_for_others` (cases; the latter with `waits_for` in words).

	Raises:
		PermissionError: the user may read no complaint.
	"""
	_refuse_others()
	me = frappe.session.user
	mine = _open_cases([[field, "=", me] for field in ("handler", "investigator", "reviewer")])
	turn, others = [], []
	for case in mine:
		field = WAITS_FOR.get(case.status)
		if field and case.get(field) == me:
			turn.append(case)
		elif case.handler == me:
			others.append({**case, "waits_for": _whom(case, field)})
	if APPROVER in frappe.get_roles():
		known = {case.name for case in turn}
		to_approve = _cases({"status": stage.PROPOSED, "proposed_by": ["!=", me]})
		turn += [case for case in to_approve if case.name not in known]
	return {
		"due_today": _due_today([case.name for case in mine]),
		"waiting_for_me": turn[:MOST],
		"waiting_for_others": others[:MOST],
	}


@frappe.whitelist()
@frappe.read_only()
def deadlines(start: str, end: str, filters: str | list | None = None) -> list[dict]:
	"""Return the open deadlines due between two days, for the calendar of Complaint.

	Only deadlines of cases the user may see, at most 1,000. Each has the case as name (what a click opens), title,
	due_on, and a colour (red once missed, not while it stands still). Filters of the calendar's list, on the cases, are applied.

	Raises:
		PermissionError: the user may read no complaint.
		ValidationError: a filter is none, or start or end is no day.
	"""
	_refuse_others()
	wanted = list_filters("Complaint", filters)
	cases = (
		frappe.get_list("Complaint", filters=wanted, pluck="name", limit_page_length=0) if wanted else None
	)
	rows = frappe.get_list(
		"Complaint Clock",
		filters=[
			*([["Complaint Clock", "complaint", "in", cases or [""]]] if wanted else []),
			["Complaint Clock", "due_on", "between", [getdate(start), getdate(end)]],
			["Complaint Clock", "state", "in", ["Running", "Paused"]],
		],
		fields=["name", "complaint", "clock_name", "due_on", "state"],
		order_by="due_on asc",
		limit_page_length=1000,
	)
	now = now_datetime()
	return [
		{
			"id": row.name,
			"name": row.complaint,
			"complaint": row.complaint,
			"due_on": row.due_on,
			"title": f"{_(row.clock_name)} · {row.complaint}",
			"color": "#c0392b" if row.state == "Running" and row.due_on < now else "#1f4e79",
			"all_day": 0,
		}
		for row in rows
	]


def _refuse_others() -> None:
	if not frappe.has_permission("Complaint", "read"):
		frappe.throw(_("This page is for those who may read complaints."), frappe.PermissionError)


def _open_cases(or_filters: list) -> list[frappe._dict]:
	return _cases({"status": ["not in", stage.ENDED]}, or_filters)


def _cases(filters: dict, or_filters: list | None = None) -> list[frappe._dict]:
	found = frappe.get_list(
		"Complaint",
		filters=filters,
		or_filters=or_filters,
		fields=list(FIELDS),
		order_by="response_due asc, name asc",
		limit_page_length=2 * MOST,
	)
	now = now_datetime()
	for case in found:
		case.late = (
			case.status in stage.BEFORE_DECISION and bool(case.response_due) and case.response_due < now
		)
	return sorted(
		found, key=lambda case: not case.response_due
	)  # the database puts what has no due time first


def _due_today(cases: list[str]) -> list[dict]:
	if not cases:
		return []
	end = datetime.combine(getdate(nowdate()), time.max)
	rows = frappe.get_list(
		"Complaint Clock",
		filters={"complaint": ["in", cases], "state": "Running", "due_on": ["<=", end]},
		fields=["complaint", "clock_name", "due_on", "counting"],
		order_by="due_on asc",
		limit_page_length=MOST,
	)
	now = now_datetime()
	return [{**row, "late": get_datetime(row.due_on) < now} for row in rows]


def _whom(case: frappe._dict, field: str | None) -> str:
	"""Return in words who has to do something now."""
	if field:
		who = case.get(field)
		return frappe.utils.get_fullname(who) if who else _("Nobody is named yet")
	return {
		stage.PROPOSED: _("An approver"),
		stage.COMMUNICATED: _("The complainant"),
		stage.REFERRED: _("The outside body"),
	}.get(case.status, "")
