"""Who answers for a case: its handler, or the lead of the team in whose queue it waits. A case is never without.

Source: ISO 10002:2018 clauses 4.3 (capacity) and 4.12 (accountability).
"""

import frappe
from frappe import _
from frappe.model.document import Document
from frappe.query_builder.functions import Count
from frappe.utils import cstr, escape_html
from frappe.utils.nestedset import get_ancestors_of
from frappe.utils.user import get_user_fullname

from iso10002.confidentiality.rule import visible
from iso10002.handling import events, independence, notify
from iso10002.handling.errors import IntakeError
from iso10002.handling.stages import ENDED


@frappe.whitelist()
def mine() -> list[str]:
	"""Return the teams the session's user leads or is a member of, for the queues of the list."""
	frappe.has_permission("Complaint Team", "read", throw=True)
	team, member = frappe.qb.DocType("Complaint Team"), frappe.qb.DocType("Complaint Team Member")
	user = frappe.session.user
	query = (
		frappe.qb.from_(team)
		.left_join(member)
		.on((member.parent == team.name) & (member.user == user))
		.select(team.name)
		.distinct()
		.where(team.disabled == 0)
		.where((team.lead == user) | member.user.isnotnull())
		.orderby(team.name)
	)
	return [name for (name,) in query.run()]


# While a case is saved


def place(case: Document) -> None:
	"""Put a case without a team into the queue of the team that serves it, and say who answers for it.

	Raises:
		IntakeError: the handler or the team was changed without a reason, or the case would be left without both.
	"""
	before = case.get_doc_before_save()
	if not case.team and (not before or _looked_at(case) != _looked_at(before)):
		case.team = team_for(case)
	_validate_handover(case, before)
	case.accountable = accountable(case)


def accountable(case: Document) -> str:
	"""Return who answers for a case: its handler, else the lead of its team, the representative, who received it."""
	if case.handler:
		return case.handler
	lead = frappe.get_cached_value("Complaint Team", case.team, "lead") if case.team else None
	representative = frappe.get_cached_doc("ISO10002 Settings").representative
	for user in (lead, representative):
		if user and not independence.barred_because(case, user):
			return user
	return case.received_by


def follow_parties(complaint: str) -> str:
	"""Say anew who answers for a case after a person complained about was added, and return it: it may be the lead."""
	case = frappe.get_doc("Complaint", complaint)
	if (found := accountable(case)) != case.accountable:
		# Safe: derived by the rule above; whoever added the party may write the case.
		frappe.db.set_value("Complaint", complaint, "accountable", found, update_modified=False)
	return found


def note(case: Document) -> None:
	"""Append to the journal who the case was given to, and warn where that is too much for one person."""
	before = case.get_doc_before_save() or frappe._dict()
	reason = case.flags.handover_reason or case.flags.remark
	if before and before.handler != case.handler:
		events.append(
			case.name,
			"Reassigned" if before.handler else "Assigned",
			remark=reason,
			details={"handler": [before.handler, case.handler]},
		)
	if before and before.team and before.team != case.team:
		events.append(case.name, "Moved to Team", remark=reason, details={"team": [before.team, case.team]})
	if case.handler and before.get("handler") != case.handler:
		warn_of_workload(case.handler)


def _validate_handover(case: Document, before: Document | None) -> None:
	"""Who has a case gives it on with a reason, and to somebody."""
	given, case.reassignment_reason = cstr(case.reassignment_reason).strip(), None  # it goes into the journal
	case.flags.handover_reason = given or None
	if not before:
		return
	if before.handler and not case.handler and not case.team:
		frappe.throw(
			_("Handler: name another one, or choose the team in whose queue the case waits."), IntakeError
		)
	changed = [
		field for field in ("handler", "team") if before.get(field) and before.get(field) != case.get(field)
	]
	reopened = case.status != before.status and case.reopening_reason
	if changed and not (given or case.flags.remark or reopened):
		frappe.throw(
			_("Reason for giving it on: say why the {0} changes.").format(_(case.meta.get_label(changed[0]))),
			IntakeError,
		)


# Which team serves a case


def team_for(case: Document) -> str | None:
	"""Return the team that serves a case: by its department or branch and its category, else the default team.

	A team that lists departments or categories serves only those. A department counts more than a category, a
	category more than the group it is in.
	"""
	best, most = None, -1
	teams = _teams()
	categories = _categories([team.name for team in teams])
	for team in teams:
		team.categories = categories.get(team.name, set())
		fit = _fit(team, case)
		if fit > most:
			best, most = team.name, fit
	return best


def _teams() -> list[frappe._dict]:
	return frappe.get_all(
		"Complaint Team",
		filters={"disabled": 0},
		fields=["name", "is_default", "units"],
		order_by="name asc",
		limit_page_length=0,
	)


def _categories(teams: list[str]) -> dict[str, set[str]]:
	found: dict[str, set[str]] = {}
	if teams:
		rows = frappe.get_all(
			"Complaint Team Category", filters={"parent": ("in", teams)}, fields=["parent", "category"]
		)
		for row in rows:
			found.setdefault(row.parent, set()).add(row.category)
	return found


def _fit(team: frappe._dict, case: Document) -> int:
	"""Return how well a team fits: -1 not at all, 0 as the default, more for what it lists."""
	units = {unit.strip().lower() for unit in cstr(team.units).splitlines() if unit.strip()}
	fit = 0
	if units:
		if not units & {cstr(case.receiving_unit).strip().lower(), cstr(case.unit_concerned).strip().lower()}:
			return -1
		fit += 1000
	if team.categories:
		line = _line_of(_category(case))
		nearest = next((step for step, category in enumerate(line) if category in team.categories), None)
		if nearest is None:
			return -1
		fit += 100 - nearest
	return fit if fit or team.is_default else -1


def _category(case: Document) -> str | None:
	return case.category or next((row.category for row in case.allegations if row.category), None)


def _line_of(category: str | None) -> list[str]:
	"""Return a category and the groups it is in, the nearest first."""
	return [category, *get_ancestors_of("Complaint Category", category)] if category else []


def _looked_at(case: Document) -> tuple:
	return (_category(case), case.receiving_unit, case.unit_concerned, case.team)


# Workload


def open_cases(user: str, reader: str) -> int:
	"""Return how many open cases a user handles, of those `reader` may see."""
	case = frappe.qb.DocType("Complaint")
	query = (
		frappe.qb.from_(case).select(Count("*")).where(case.handler == user).where(case.status.notin(ENDED))
	)
	seen = visible(reader)
	return (query if seen is None else query.where(seen)).run()[0][0]


def limit_of(user: str) -> tuple[int, list[str]]:
	"""Return the lowest limit of open cases of a user over the teams, and the leads of the teams that set it.

	0 stands for no limit. What is entered for a member goes before what is entered for the team.
	"""
	team, member = frappe.qb.DocType("Complaint Team"), frappe.qb.DocType("Complaint Team Member")
	rows = (
		frappe.qb.from_(member)
		.join(team)
		.on(member.parent == team.name)
		.select(team.lead, team.max_open_cases, member.max_open_cases.as_("own"))
		.where(member.user == user)
		.where(team.disabled == 0)
		.run(as_dict=True)
	)
	limits = [(row.own or row.max_open_cases, row.lead) for row in rows if row.own or row.max_open_cases]
	lowest = min((limit for limit, _lead in limits), default=0)
	return lowest, sorted({lead for limit, lead in limits if limit == lowest})


def warn_of_workload(user: str) -> None:
	"""Warn whoever assigns a case, and the lead, where a handler now has more open cases than the limit.

	Each is told of the cases that person may see, and not at all where these are not too many.
	"""
	limit, leads = limit_of(user)
	if not limit:
		return
	if text := _too_much(user, limit, frappe.session.user):
		frappe.msgprint(escape_html(text), title=_("Too much for one person?"), indicator="orange")
	desk = notify.Desk()
	for lead in leads:
		if desk.address(lead) and (text := _too_much(user, limit, lead)):
			notify.tell({lead: desk.address(lead)}, text, desk)


def _too_much(user: str, limit: int, reader: str) -> str | None:
	if (number := open_cases(user, reader)) <= limit:
		return None
	return _("{0} now handles {1} open cases; the limit is {2}.").format(
		get_user_fullname(user), number, limit
	)


# What changes with the team itself


def follow_lead(team: str) -> None:
	"""Let a new lead answer for the open cases that wait in the queue of the team."""
	for name in frappe.get_all("Complaint", filters=_in_queue(team), pluck="name"):
		follow_parties(name)


def has_waiting(team: str) -> bool:
	"""Whether open cases wait in the queue of a team, whoever asks: how many is for who may see them."""
	return bool(frappe.db.exists("Complaint", _in_queue(team)))


def _in_queue(team: str) -> dict:
	return {"team": team, "handler": ("is", "not set"), "status": ("not in", ENDED)}
