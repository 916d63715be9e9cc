"""What is missing in the records, so that figures made from them say too little.

Source: ISO 10002:2018 clause 8.1; what may be missing at a stage is said by the checks of `handling.checks`, here is
what no stage insists on, and what came in by import or before a rule.
"""

import frappe
from frappe import _
from pypika.queries import Table
from pypika.terms import Criterion, ExistsCriterion

from iso10002.analytics.measure import CASES, Measure
from iso10002.analytics.sources import Tables

CLAUSE = "8.1"
SPEAKERS = ("Complainant", "Representative")


def _empty(field: str):
	return lambda t: t.case[field].isnull() | (t.case[field] == "")


def _founded_without_cause(t: Tables) -> Criterion:
	return t.case.decision.isin(("Upheld", "Partly upheld")) & _empty("cause")(t)


def _without_complainant(t: Tables) -> Criterion:
	return _parties(t.case, _anybody).negate()


def _without_contact(t: Tables) -> Criterion:
	def reachable(party: Table) -> Criterion:
		return (party.email != "") | (party.phone != "") | (party.address != "")

	return _parties(t.case, _anybody) & _parties(t.case, reachable).negate() & _protected(t).negate()


def _protected(t: Tables) -> Criterion:
	"""A way to answer that is kept apart because the identity is protected."""
	kept = frappe.qb.DocType("Complaint Identity").as_("kept")
	return ExistsCriterion(
		frappe.qb.from_(kept)
		.select(1)
		.where(kept.complaint == t.case.name)
		.where(kept.role.isin(SPEAKERS))
		.where((kept.email != "") | (kept.phone != "") | (kept.address != ""))
	)


def _anybody(party: Table) -> Criterion:
	return party.name.isnotnull()


def _parties(case: Table, condition) -> Criterion:
	party = frappe.qb.DocType("Complaint Party").as_("someone")
	found = (
		frappe.qb.from_(party).select(1).where(party.complaint == case.name).where(party.role.isin(SPEAKERS))
	)
	return ExistsCriterion(found.where(condition(party)))


def _check(name: str, label: str, source: str, where, of: str) -> Measure:
	return Measure(f"quality_{name}", label, CASES, CLAUSE, of, source, where, less_is_better=True)


_CHECKS = (
	_check("category", "No category", "received", _empty("category"), "received"),
	_check("product", "No product or service", "received", _empty("product_or_service"), "received"),
	_check("complainant", "No complainant recorded", "received", _without_complainant, "received"),
	_check("contact", "Complainant cannot be reached", "received", _without_contact, "received"),
	_check(
		"problem_date",
		"No date of the problem",
		"received",
		lambda t: t.case.problem_date.isnull(),
		"received",
	),
	_check(
		"aware",
		"Recorded before it was received",
		"received",
		lambda t: t.case.creation < t.case.received_on,
		"received",
	),
	_check("severity", "Answered without severity", "decided", _empty("severity"), "decided"),
	_check("cause", "Upheld without a cause", "decided", _founded_without_cause, "decided"),
	_check("decision", "Answered without a decision", "decided", _empty("decision"), "decided"),
	_check("ways", "Answered without further ways", "decided", _empty("further_ways"), "decided"),
	_check("answer", "Closed without the complainant's answer", "closed", _empty("acceptance"), "closed"),
	_check("handler", "Closed without a handler", "closed", _empty("handler"), "closed"),
)
CHECKS: dict[str, Measure] = {check.name: check for check in _CHECKS}


def label_of(check: Measure) -> str:
	"""Return what people read for a check."""
	return _(check.label)
