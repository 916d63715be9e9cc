"""How long cases are kept: proposals to remove them, the privacy officer's approval, legal holds and the log.

Nothing is removed without an approval. What stays is a Complaint Disposal with the reference and the figures of each
case, none of which says who anybody was.

Source: ISO 10002:2018 clause 8.1.
"""

from collections.abc import Iterable

import frappe
from frappe import _
from frappe.model.document import Document
from frappe.utils import add_months, cint, date_diff, getdate, now_datetime
from pypika.terms import Criterion, ExistsCriterion, Field

from iso10002 import roles
from iso10002.confidentiality import access_log, removal
from iso10002.confidentiality.levels import LevelError
from iso10002.confidentiality.rule import for_both, seen_among, visible
from iso10002.handling import events
from iso10002.handling.stages import ENDED

# Cases in one proposal; more than a person looks through before approving.
MOST_CASES = 500
FIGURES = ("category", "decision", "severity", "priority", "channel", "jurisdiction", "cause", "status")
HOLD_SET, HOLD_ENDED = "Legal Hold Set", "Legal Hold Ended"
HOLD_FIELDS = ("legal_hold", "legal_hold_reason")


class RetentionError(frappe.ValidationError):
	"""A disposal cannot be decided like this."""


def propose() -> str | None:
	"""Propose the removal of the cases whose time is over (scheduler, monthly); return the name of the proposal.

	Reads the table *Periods* of ISO10002 Settings. Cases under a legal hold and those in an open proposal are left
	out. Without periods, or with nothing due, there is no proposal.

	Cases that are hidden from some privacy officer are proposed apart: who may not see one of a proposal does not open
	it, and would otherwise keep the colleagues waiting. The name returned is that of the first.
	"""
	rules = frappe.get_cached_doc("ISO10002 Settings").retention_rules
	due = [row for row in _ended_cases(rules) if _end_of_time(row, rules) and not row.legal_hold]
	names = [_propose(cases, rules) for cases in _by_readers(due[:MOST_CASES])]
	return names[0] if names else None


def _by_readers(cases: list[frappe._dict]) -> Iterable[list[frappe._dict]]:
	"""Return the cases in groups of which a privacy officer may see all or none; first those all may see."""
	holders = frappe.get_all(
		"Has Role", {"role": roles.PRIVACY_OFFICER, "parenttype": "User"}, pluck="parent"
	)
	names = [case.name for case in cases]
	seen = {
		user: seen_among(user, names)
		for user in holders
		if user != "Administrator" and frappe.get_cached_value("User", user, "enabled")
	}
	groups: dict[tuple, list[frappe._dict]] = {}
	for case in cases:
		hidden_from = tuple(sorted(user for user, known in seen.items() if case.name not in known))
		groups.setdefault(hidden_from, []).append(case)
	return [groups[hidden_from] for hidden_from in sorted(groups)]


def _propose(cases: list[frappe._dict], rules: list[Document]) -> str:
	disposal = frappe.new_doc("Complaint Disposal")
	disposal.update({"status": "Proposed", "proposed_on": now_datetime()})
	for case in cases:
		disposal.append("cases", _figures(case, rules))
	disposal.flags.written_by_retention = True
	# Safe: nobody has the right to write proposals; this one says only what the settings ask for.
	disposal.insert(ignore_permissions=True)
	return disposal.name


@frappe.whitelist(methods=["POST"])
def decide(disposal: str, decision: str, reason: str) -> str:
	"""Approve or reject a proposal; what is approved is removed by a background job.

	Args:
		disposal: name of the Complaint Disposal.
		decision: Approved or Rejected.
		reason: kept in the disposal.

	Returns:
		the new progress of the disposal.

	Raises:
		PermissionError: the user is not a privacy officer, or may not see one of its cases.
		RetentionError: no reason, another decision, or it was decided already.
	"""
	frappe.only_for(roles.PRIVACY_OFFICER)
	doc = frappe.get_doc("Complaint Disposal", str(disposal), for_update=True)
	if not may_open_disposal(doc):
		frappe.throw(
			_("You may not see one of these complaints. Another privacy officer decides about them."),
			frappe.PermissionError,
		)
	if decision not in ("Approved", "Rejected"):
		frappe.throw(_("Decision: choose Approved or Rejected."), RetentionError)
	if not isinstance(reason, str) or not reason.strip():
		frappe.throw(_("Reason: say why."), RetentionError)
	if doc.status != "Proposed":
		frappe.throw(_("This disposal was decided already."), RetentionError)
	doc.update(
		{
			"status": decision,
			"reason": reason.strip(),
			"decided_by": frappe.session.user,
			"decided_on": now_datetime(),
		}
	)
	_save(doc)
	if decision == "Approved":
		frappe.enqueue(carry_out, queue="long", timeout=3600, enqueue_after_commit=True, disposal=doc.name)
	return doc.status


def carry_out(disposal: str) -> None:
	"""Remove the cases of an approved disposal (background job); a case that may not go any more is kept.

	Raises:
		RetentionError: the disposal is not approved.
	"""
	doc = frappe.get_doc("Complaint Disposal", disposal, for_update=True)
	if doc.status != "Approved":
		frappe.throw(_("This disposal is not approved."), RetentionError)
	rules = frappe.get_cached_doc("ISO10002 Settings").retention_rules
	for row in doc.cases:
		row.kept_because = _kept_because(row.reference, rules)
		row.result = "Kept" if row.kept_because else "Removed"
		if row.result == "Removed":
			row.records, row.files = removal.remove_case(row.reference)
			access_log.note(
				access_log.DISPOSED, None, "Complaint", row.reference, purpose=doc.name, user=doc.decided_by
			)
	doc.update({"status": "Done", "done_on": now_datetime()})
	_save(doc)


def may_open_disposal(doc: Document, ptype: str | None = None, user: str | None = None) -> bool:
	"""Answer for one Complaint Disposal (hook `has_permission`): it is opened by who may see all cases in it that are
	still there."""
	user = user or frappe.session.user
	names = [row.reference for row in doc.cases]
	if user == "Administrator" or not names:
		return True
	there = frappe.get_all("Complaint", filters={"name": ("in", names)}, pluck="name")
	return set(there) == seen_among(user, names)


def disposal_condition(user: str | None = None) -> str:
	"""Return the condition for lists of Complaint Disposal: the same as a query (hook `permission_query_conditions`)."""
	return _not_with_hidden(frappe.qb.DocType("Complaint Disposal").name, user)


def disposal_case_condition(user: str | None = None) -> str:
	"""The same for its rows."""
	return _not_with_hidden(frappe.qb.DocType("Complaint Disposal Case").parent, user)


def _not_with_hidden(disposal: Field, user: str | None) -> str:
	def condition(user: str) -> Criterion | None:
		if (seen := visible(user)) is None:
			return None
		row, case = frappe.qb.DocType("Complaint Disposal Case").as_("listed"), frappe.qb.DocType("Complaint")
		there = frappe.qb.DocType("Complaint").as_("there")
		shown = frappe.qb.from_(case).select(1).where(case.name == row.reference).where(seen)
		hidden = frappe.qb.from_(row).join(there).on(there.name == row.reference).select(row.parent)
		return disposal.notin(hidden.where(ExistsCriterion(shown).negate()))

	return for_both(user, condition)


@frappe.whitelist(methods=["POST"])
def set_legal_hold(complaint: str, hold: int | bool, reason: str) -> None:
	"""Keep a case whatever its period says, or end that.

	Args:
		complaint: the reference of the case.
		hold: whether it is to be held.
		reason: kept in the case and in its journal.

	Raises:
		PermissionError: the user may not see the case, or is neither manager nor privacy officer.
		RetentionError: no reason was given.
	"""
	frappe.only_for((roles.MANAGER, roles.PRIVACY_OFFICER))
	case = frappe.get_doc("Complaint", str(complaint), for_update=True)
	case.check_permission("write")
	if not isinstance(reason, str) or not reason.strip():
		frappe.throw(_("Reason: say why."), RetentionError)
	case.update({"legal_hold": cint(hold), "legal_hold_reason": reason.strip() if cint(hold) else None})
	case.flags.changing_hold = True
	case.save()
	events.append(case.name, HOLD_SET if cint(hold) else HOLD_ENDED, remark=reason.strip())


def hold_on(case: Document) -> frappe._dict | None:
	"""Return who put a case under the legal hold it is under (`user`) and when (`since`); None without one.

	Both are None for a hold the journal does not know, such as one of a case that was imported.
	"""
	if not case.legal_hold:
		return None
	row = frappe.qb.DocType("Complaint Event")
	found = (
		frappe.qb.from_(row)
		.select(row.user, row.occurred_on.as_("since"))
		.where((row.complaint == case.name) & (row.event == HOLD_SET))
		.orderby(row.creation, order=frappe.qb.desc)
		.limit(1)
		.run(as_dict=True)
	)
	return found[0] if found else frappe._dict(user=None, since=None)


def protect_hold(case: Document) -> None:
	"""Refuse a legal hold that is set or ended past the action for it; runs in every saving of a case."""
	before = case.get_doc_before_save() or frappe._dict()
	if case.flags.changing_hold or all((before.get(f) or None) == (case.get(f) or None) for f in HOLD_FIELDS):
		return
	frappe.throw(_("Legal hold: it is set and ended by its own action, with a reason."), LevelError)


def _ended_cases(rules: list[Document], names: list[str] | None = None) -> list[frappe._dict]:
	"""Return the ended cases that may be due, oldest first; all that is in no open proposal."""
	if not rules:
		return []
	case = frappe.qb.DocType("Complaint")
	shortest = add_months(getdate(), -min(rule.months for rule in rules))
	query = (
		frappe.qb.from_(case)
		.select(case.name, case.received_on, case.stage_since, case.closed_on, case.legal_hold)
		.select(*[case[field] for field in FIGURES])
		.where(case.status.isin(sorted(ENDED)))
		.orderby(case.stage_since)
	)
	if names is not None:
		return query.where(case.name.isin(names)).run(as_dict=True)
	row, disposal = frappe.qb.DocType("Complaint Disposal Case"), frappe.qb.DocType("Complaint Disposal")
	proposed = (
		frappe.qb.from_(row)
		.join(disposal)
		.on(disposal.name == row.parent)
		.select(row.reference)
		.where(disposal.status.isin(["Proposed", "Approved"]))
	)
	return query.where((case.stage_since < shortest) & case.name.notin(proposed)).run(as_dict=True)


def _fitting(case: frappe._dict, rules: list[Document]) -> Document | None:
	for rule in rules:
		if rule.category in (None, "", case.category) and rule.outcome in (None, "", case.decision):
			return rule
	return None


def _ended_on(case: frappe._dict):
	return getdate(case.closed_on or case.stage_since)


def _end_of_time(case: frappe._dict, rules: list[Document]) -> bool:
	rule = _fitting(case, rules)
	return bool(rule) and add_months(_ended_on(case), rule.months) <= getdate()


def _kept_because(reference: str, rules: list[Document]) -> str | None:
	"""Return why a case of an approved disposal has to stay after all; None if nothing keeps it."""
	found = _ended_cases(rules, [reference])
	if not found:
		return _("It was reopened, or there is no period for it any more.")
	if found[0].legal_hold:
		return _("It is under a legal hold.")
	return None if _end_of_time(found[0], rules) else _("Its time is not over any more.")


def _figures(case: frappe._dict, rules: list[Document]) -> dict:
	rule = _fitting(case, rules)
	return {
		"reference": case.name,
		"ended_on": _ended_on(case),
		"received_on": getdate(case.received_on),
		"days": date_diff(_ended_on(case), getdate(case.received_on)),
		"rule": _("{0}, {1}: {2} months").format(
			rule.category or _("any category"), rule.outcome or _("any decision"), rule.months
		),
		**{field: case[field] for field in FIGURES},
	}


def _save(doc: Document) -> None:
	doc.flags.written_by_retention = True
	# Safe: who may decide was checked; nobody has the right to write a disposal otherwise.
	doc.save(ignore_permissions=True)
