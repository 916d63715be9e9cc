"""Every figure of the app, defined once: name, unit, formula in words, clause, and how the database counts it.

Reports, cards, charts and the monthly pack name measures; `figures.figures` computes them. docs/measures.md is made
from this table (`documentation`).

Source: ISO 10002:2018 clauses 8.1 to 8.4 and annex H; formulas in our own words.
"""

from collections.abc import Callable
from dataclasses import dataclass

from pypika.terms import Term

from iso10002.analytics.conditions import (
	RECURRING_FROM,
	REPEATED_WITHIN_MONTHS,
	Condition,
	complained_before,
	in_time,
	late,
	overdue,
	recurs,
)
from iso10002.analytics.improvement import improvement_measures
from iso10002.analytics.satisfaction import survey_measures
from iso10002.analytics.sources import SOURCES, Source, Tables, seconds_between
from iso10002.handling.stages import DUPLICATE, NOT_A_COMPLAINT

CASES, PERCENT, DAYS, MONEY, RECORDS, POINTS = "cases", "percent", "days", "money", "records", "points"
PEOPLE = "people"


@dataclass(frozen=True)
class Measure:
	"""One figure.

	Attributes:
		name: how code calls it; label: what people read (translated where shown); unit: what it counts in.
		clause: where the standard asks for it; formula: how it comes about, in words.
		source: name of the source of its records (a share has that of its whole).
		where: which of the source's records count; None for all.
		value: what is added up, for sums and means; None for counts. Means add up seconds and show days.
		mean: the sum is divided by the number of records.
		part, whole: names of the measures a share is made of.
		at_least: shown to nobody when it is made of fewer records.
		less_is_better: for charts and for comparison with a target.
	"""

	name: str
	label: str
	unit: str
	clause: str
	formula: str
	source: str
	where: Condition | None = None
	value: Callable[[Tables], Term] | None = None
	mean: bool = False
	part: str | None = None
	whole: str | None = None
	less_is_better: bool = False
	at_least: int = 0

	@property
	def of(self) -> Source:
		return SOURCES[self.source]

	@property
	def is_share(self) -> bool:
		return self.whole is not None


def _count(
	name: str, label: str, clause: str, formula: str, source: str, where: Condition | None = None, **more
):
	return Measure(name, label, more.pop("unit", CASES), clause, formula, source, where, **more)


def _mean(name: str, label: str, clause: str, formula: str, source: str, value: Callable, **more) -> Measure:
	return Measure(name, label, DAYS, clause, formula, source, value=value, mean=True, **more)


def _share(name: str, label: str, clause: str, part: str, whole: str, source: str, **more) -> Measure:
	formula = "{part} divided by {whole}, in percent"
	return Measure(name, label, PERCENT, clause, formula, source, part=part, whole=whole, **more)


_MEASURES = (
	_count("received", "Received", "8.1, annex H", "Cases received in the period", "received"),
	_count(
		"set_aside",
		"No complaint or repeated",
		"7.2",
		"Cases received in the period that turned out to be no complaint, or the same complaint once more; "
		"no other figure counts them",
		"recorded",
		lambda t: t.case.status.isin((NOT_A_COMPLAINT, DUPLICATE)),
	),
	_count(
		"open",
		"Open at the end",
		"8.4",
		"Cases received before the end of the period and not ended by then (closed or withdrawn), as the journal has it",
		"open",
		less_is_better=True,
	),
	_count("open_now", "Open now", "7.3", "Cases that have not ended, at this moment", "open_now"),
	_count(
		"overdue",
		"Overdue now",
		"7.3, 8.4",
		"Open cases without a communicated decision whose answer was due before this moment",
		"open_now",
		overdue,
		less_is_better=True,
	),
	_count(
		"decided",
		"Answered",
		"7.8",
		"Cases whose standing decision was communicated in the period",
		"decided",
	),
	_count(
		"first_contact",
		"Resolved at first contact",
		"7.6, annex H",
		"Answered cases that were put right at first contact",
		"decided",
		lambda t: t.case.first_contact == 1,
	),
	_share(
		"first_contact_share",
		"Resolved at first contact, share",
		"annex H",
		"first_contact",
		"decided",
		"decided",
	),
	_mean(
		"days_to_answer",
		"Days to the answer",
		"8.4",
		"Days from receipt to the communication of the standing decision, mean of the answered cases",
		"decided",
		lambda t: seconds_between(t.case.received_on, t.case.communicated_on),
		less_is_better=True,
	),
	_count(
		"upheld",
		"Upheld",
		"8.2",
		"Answered cases whose decision is upheld or partly upheld",
		"decided",
		lambda t: t.case.decision.isin(("Upheld", "Partly upheld")),
	),
	_share("upheld_share", "Upheld, share", "8.2", "upheld", "decided", "decided"),
	_count("closed", "Closed", "7.9", "Cases closed in the period and closed still", "closed"),
	_mean(
		"days_to_close",
		"Days to closing",
		"8.4",
		"Days from receipt to closing, mean of the closed cases",
		"closed",
		lambda t: seconds_between(t.case.received_on, t.case.closed_on),
		less_is_better=True,
	),
	_count(
		"closed_unreconciled",
		"Closed without agreement",
		"7.9",
		"Closed cases whose complainant did not accept the decision",
		"closed",
		lambda t: t.case.acceptance == "Rejected",
		less_is_better=True,
	),
	_count("assessed", "Assessed", "7.5", "Cases first assessed in the period", "assessed"),
	_count(
		"wrong_priority",
		"Wrongly prioritised",
		"7.5, annex H",
		"Cases whose priority was changed after the assessment; each counts once, at the first change",
		"reprioritised",
		less_is_better=True,
	),
	_share(
		"wrong_priority_share",
		"Wrongly prioritised, share of assessed",
		"annex H",
		"wrong_priority",
		"assessed",
		"assessed",
		less_is_better=True,
	),
	_count("rejected", "Decision rejected", "7.9", "Cases by the first rejection of a decision", "rejected"),
	_share("rejected_share", "Decision rejected, share of answered", "7.9", "rejected", "decided", "decided"),
	_count(
		"reviewed",
		"Reviewed",
		"7.9, annex G",
		"Cases by the first review inside the organisation",
		"reviewed",
	),
	_count(
		"referred",
		"Referred to outside bodies",
		"7.9, annex H",
		"Cases by the first referral to an outside body",
		"referred",
	),
	_count("reopened", "Reopened", "7.9", "Cases by the first reopening", "reopened", less_is_better=True),
	_count(
		"repeat_complainants",
		"Repeat complainants",
		"8.2, annex H",
		f"Cases received whose complainant (same linked record or e-mail address) had an earlier case, received at most "
		f"{REPEATED_WITHIN_MONTHS} months before the period began",
		"received",
		complained_before,
		less_is_better=True,
	),
	_count(
		"recurring_problems",
		"Recurring problems",
		"8.2, annex H",
		f"Cases received whose category and product at least {RECURRING_FROM} cases of the period share",
		"received",
		recurs("received", "category", "product_or_service"),
		less_is_better=True,
	),
	_count(
		"recurring_causes",
		"Recurring causes",
		"8.2",
		f"Answered cases whose cause at least {RECURRING_FROM} answered cases of the period share",
		"decided",
		recurs("decided", "cause"),
		less_is_better=True,
	),
	_count(
		"clocks_due",
		"Deadlines due",
		"7.3, annex H",
		"Deadlines that fell due in the period and were met or missed; exempt ones, those that ended with the case before "
		"they were due, and open ones not due yet are left out",
		"clocks",
		unit=RECORDS,
	),
	_count(
		"clocks_in_time",
		"Deadlines kept",
		"annex H",
		"Of these, met without a breach",
		"clocks",
		in_time(),
		unit=RECORDS,
	),
	_share(
		"clocks_in_time_share", "Deadlines kept, share", "annex H", "clocks_in_time", "clocks_due", "clocks"
	),
	_count(
		"clocks_extended",
		"Extended",
		"7.3",
		"Of these, extended at least once",
		"clocks",
		lambda t: t.row.extensions > 0,
		unit=RECORDS,
		less_is_better=True,
	),
	*(
		measure
		for short, purpose, words, clause in (
			("acknowledged", "Acknowledge", "Acknowledged", "7.4, annex H"),
			("answered", "Answer", "Answered", "7.8, annex H"),
		)
		for measure in (
			_count(
				f"{short}_due",
				f"{words}: deadlines due",
				clause,
				f"Deadlines due with the purpose {purpose}",
				"clocks",
				lambda t, purpose=purpose: t.row.purpose == purpose,
				unit=RECORDS,
			),
			_count(
				f"{short}_in_time",
				f"{words} in time",
				clause,
				f"Deadlines kept with the purpose {purpose}",
				"clocks",
				in_time(purpose),
				unit=RECORDS,
			),
			_count(
				f"{short}_late",
				f"{words} late",
				clause,
				f"Deadlines missed with the purpose {purpose}",
				"clocks",
				late(purpose),
				unit=RECORDS,
				less_is_better=True,
			),
			_share(
				f"{short}_in_time_share",
				f"{words} in time, share",
				clause,
				f"{short}_in_time",
				f"{short}_due",
				"clocks",
			),
		)
	),
	_count(
		"remedies",
		"Remedies performed",
		"7.7, annex F",
		"Remedies performed in the period",
		"remedies",
		lambda t: t.row.progress.isin(("Performed", "Verified")),
		unit=RECORDS,
	),
	Measure(
		"remedy_value",
		"Value of remedies",
		MONEY,
		"annex F",
		"Values of the remedies performed added up, each currency by itself",
		"remedies",
		lambda t: t.row.progress.isin(("Performed", "Verified")) & (t.row.value > 0),
		lambda t: t.row.value,
	),
	_count(
		"reviews",
		"Reviews completed",
		"7.9",
		"Reviews completed in the period",
		"reviews",
		lambda t: t.row.docstatus == 1,
		unit=RECORDS,
	),
	_count(
		"reviews_changed",
		"Decision changed by review",
		"7.9, 8.2",
		"Of these, with the outcome varied or overturned",
		"reviews",
		lambda t: (t.row.docstatus == 1) & t.row.outcome.isin(("Varied", "Overturned")),
		unit=RECORDS,
	),
	_share(
		"reviews_changed_share",
		"Decision changed by review, share",
		"8.2",
		"reviews_changed",
		"reviews",
		"reviews",
	),
	_count(
		"referral_outcomes",
		"Outcomes outside",
		"7.9",
		"Outcomes of outside bodies in the period",
		"referrals",
		unit=RECORDS,
	),
	_count(
		"referrals_for_complainant",
		"Outcome for the complainant",
		"7.9, 8.2",
		"Of these, decided for the complainant wholly or partly, or settled",
		"referrals",
		lambda t: t.row.outcome.isin(
			("Decided for the complainant", "Decided partly for the complainant", "Settled by agreement")
		),
		unit=RECORDS,
	),
	_share(
		"referrals_for_complainant_share",
		"Outcome for the complainant, share",
		"8.2",
		"referrals_for_complainant",
		"referral_outcomes",
		"referrals",
	),
	_mean(
		"days_in_stage",
		"Days in stage",
		"8.4",
		"Days from the recording of one stage to that of the next, mean over all stays of the cases closed in the period",
		"stages",
		lambda t: seconds_between(t.row.since, t.row.until),
		less_is_better=True,
	),
	_count(
		"taken_over", "From tickets and orders", "7.2", "Cases made of a record of this site", "taken_over"
	),
	_count("proposed", "Proposed by a rule", "7.2", "Cases by the accepted proposal of a rule", "proposed"),
	_count(
		"tickets_proposed",
		"Tickets that looked like complaints",
		"7.2",
		"Tickets a rule proposed in the period, whatever was decided",
		"proposals",
		unit=RECORDS,
	),
	_count(
		"tickets_rejected",
		"Tickets found to be no complaints",
		"7.2",
		"Of these, rejected by a person by now",
		"proposals",
		lambda t: t.row.state == "Rejected",
		unit=RECORDS,
	),
	*survey_measures(Measure),
	*improvement_measures(Measure),
)
MEASURES: dict[str, Measure] = {measure.name: measure for measure in _MEASURES}
