"""Where figures are taken from: which records are counted, and which date puts each into a period.

A source gives a query over its records joined with their case. Cases that turned out to be no complaint, or the
same complaint once more, are in none but `recorded`.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

import frappe
from frappe.query_builder import Criterion
from frappe.utils import now_datetime
from pypika.analytics import Lag
from pypika.functions import Extract
from pypika.queries import QueryBuilder, Table
from pypika.terms import CustomFunction, ExistsCriterion, Term

from iso10002.handling.stages import CLOSED, DUPLICATE, ENDED, NOT_A_COMPLAINT

NOT_COUNTED = (NOT_A_COMPLAINT, DUPLICATE)


@dataclass(frozen=True)
class Tables:
	"""The tables of one query. `row` has the records that are counted, `case` the complaint of each.

	`when` is the date that puts a record into a period; `start` (included) and `end` (excluded) are the period,
	`seen` the condition on cases the reader may see (None: all).
	"""

	query: QueryBuilder
	case: Table
	row: Table
	when: Term
	start: datetime
	end: datetime
	seen: Criterion | None


@dataclass(frozen=True)
class Source:
	"""Records of one kind. `dated` says in words which date counts; `add` joins them and limits them to the period.

	`of_cases` is False for what belongs to no case: everybody who may see figures gets the same ones. `opens` is False
	where nobody is led from a figure to the cases behind it: who answered a survey is said nowhere. `of_period` is False
	for what there is at one moment, much of it from before the period: it has no series.
	"""

	name: str
	dated: str
	add: Callable[[datetime, datetime], tuple[QueryBuilder, Table, Table, Term]]
	all_cases: bool = False
	shows: tuple[str, ...] = ()
	of_cases: bool = True
	opens: bool = True
	of_period: bool = True

	def tables(self, start: datetime, end: datetime, seen: Criterion | None) -> Tables:
		"""Return the query over the records of a period on the cases in `seen`, with nothing selected yet."""
		query, case, row, when = self.add(start, end)
		if not self.of_cases:
			return Tables(query, case, row, when, start, end, None)
		if not self.all_cases:
			query = query.where(case.status.notin(NOT_COUNTED))
		if seen is not None:
			query = query.where(seen)
		return Tables(query, case, row, when, start, end, seen)


def seconds_between(start: Term, end: Term) -> Term:
	"""Return the term for the seconds from one time to another."""
	if frappe.db.db_type == "postgres":
		return Extract("EPOCH", end - start)
	difference = CustomFunction("TIMESTAMPDIFF", ["unit", "start", "end"])
	return difference(_Word("SECOND"), start, end)


class _Word(Term):
	"""A word of SQL that is no value, such as the unit of a difference of times."""

	def __init__(self, word: str) -> None:
		super().__init__()
		self.word = word

	def get_sql(self, **_options: object) -> str:
		return self.word


def _cases(field: str, where: Callable[[Table], Criterion] | None = None):
	def add(start: datetime, end: datetime):
		case = frappe.qb.DocType("Complaint")
		query = frappe.qb.from_(case).where(case[field] >= start).where(case[field] < end)
		return (query.where(where(case)) if where else query), case, case, case[field]

	return add


def _open_at_end(_start: datetime, end: datetime):
	"""Cases received before the end and not ended then; one that was reopened since is looked up in its events."""
	case, event = frappe.qb.DocType("Complaint"), frappe.qb.DocType("Complaint Event")
	again = frappe.qb.DocType("Complaint Event").as_("again")
	reopened = (
		frappe.qb.from_(again)
		.select(1)
		.where(again.complaint == event.complaint)
		.where(again.event == "Reopened")
		.where(again.creation > event.creation)
		.where(again.creation < end)
	)
	had_ended = (
		frappe.qb.from_(event)
		.select(1)
		.where(event.complaint == case.name)
		.where(event.event.isin(ENDED))
		.where(event.creation < end)
		.where(ExistsCriterion(reopened).negate())
	)
	query = (
		frappe.qb.from_(case)
		.where(case.received_on < end)
		.where(case.closed_on.isnull() | (case.closed_on >= end))
		.where((case.reopened_count == 0) | ExistsCriterion(had_ended).negate())
	)
	return query, case, case, case.received_on


def _open_now(_start: datetime, _end: datetime):
	case = frappe.qb.DocType("Complaint")
	return frappe.qb.from_(case).where(case.status.notin(ENDED)), case, case, case.received_on


def _first_event(*kinds: str):
	"""Each case once, at its first event of these kinds."""

	def add(start: datetime, end: datetime):
		case, row = frappe.qb.DocType("Complaint"), frappe.qb.DocType("Complaint Event")
		earlier = frappe.qb.DocType("Complaint Event").as_("earlier")
		before = (
			frappe.qb.from_(earlier)
			.select(1)
			.where(earlier.complaint == row.complaint)
			.where(earlier.event.isin(kinds))
			.where(
				(earlier.occurred_on < row.occurred_on)
				| ((earlier.occurred_on == row.occurred_on) & (earlier.name < row.name))
			)
		)
		query = (
			frappe.qb.from_(row)
			.join(case)
			.on(case.name == row.complaint)
			.where(row.event.isin(kinds))
			.where(row.occurred_on >= start)
			.where(row.occurred_on < end)
			.where(ExistsCriterion(before).negate())
		)
		return query, case, row, row.occurred_on

	return add


def _rows(doctype: str, link: str, field: str):
	"""Records that hang on a case, by one of their dates."""

	def add(start: datetime, end: datetime):
		case, row = frappe.qb.DocType("Complaint"), frappe.qb.DocType(doctype)
		query = frappe.qb.from_(row).join(case).on(case.name == row[link])
		query = query.where(row[field] >= start).where(row[field] < end)
		return query, case, row, row[field]

	return add


def _process(doctype: str, field: str):
	"""Records of the process itself, by one of their dates."""

	def add(start: datetime, end: datetime):
		row = frappe.qb.DocType(doctype)
		query = frappe.qb.from_(row).where(row[field] >= start).where(row[field] < end)
		return query, row, row, row[field]

	return add


def _clocks(start: datetime, end: datetime):
	"""Deadlines that fell due and were met, or missed. Open ones that are not due yet are not counted."""
	query, case, row, when = _rows("Complaint Clock", "complaint", "counts_on")(start, end)
	missed = row.breached_on.notnull() | ((row.state == "Running") & (row.due_on < now_datetime()))
	query = query.where((row.state == "Met") | missed)
	return query.where(row.version.notin(_windows())), case, row, when


def _windows() -> QueryBuilder:
	"""Return a query for the frozen clocks that are a time span for the complainant: nobody keeps or misses those."""
	version = frappe.qb.DocType("Complaint Clock Version")
	return frappe.qb.from_(version).select(version.name).where(version.definition.like('%"is_window": true%'))


def _stage_times(start: datetime, end: datetime):
	"""The stays in a stage of the cases closed in the period, from the recording of its entry to that of the next."""
	case, event = frappe.qb.DocType("Complaint"), frappe.qb.DocType("Complaint Event")
	since = Lag(event.creation, 1).over(event.complaint).orderby(event.creation)
	row = (
		frappe.qb.from_(event)
		.join(case)
		.on(case.name == event.complaint)
		.select(
			event.complaint.as_("complaint"),
			event.from_stage.as_("stage"),
			event.creation.as_("until"),
			since.as_("since"),
		)
		.where(case.status == CLOSED)
		.where(case.closed_on >= start)
		.where(case.closed_on < end)
		.where(event.to_stage.notnull())
		.where(event.to_stage != "")
	).as_("stay")
	query = frappe.qb.from_(row).join(case).on(case.name == row.complaint).where(row.since.notnull())
	query = query.where(row.stage.notin(ENDED))  # until it was reopened, a case was in no stage
	return query, case, row, case.closed_on


SOURCES: dict[str, Source] = {
	source.name: source
	for source in (
		Source("recorded", "the receipt of the complaint", _cases("received_on"), all_cases=True),
		Source("received", "the receipt of the complaint", _cases("received_on")),
		Source("decided", "the communication of the decision that stands", _cases("communicated_on")),
		Source("closed", "the closing of the case", _cases("closed_on", lambda case: case.status == CLOSED)),
		Source("open", "the end of the period", _open_at_end, of_period=False),
		Source("open_now", "now, whatever the period", _open_now, of_period=False),
		Source("assessed", "the first assessment", _first_event("Assessed")),
		Source("rejected", "the first rejection of a decision", _cases("rejected_on")),
		Source("reviewed", "the first review", _first_event("Under Review")),
		Source("referred", "the first referral", _first_event("Referral Recorded", "Referred")),
		Source("reopened", "the first reopening", _first_event("Reopened")),
		Source("taken_over", "the registration of the complaint", _first_event("Taken Over")),
		Source("proposed", "the acceptance of the proposal", _first_event("Proposal Accepted")),
		Source(
			"proposals",
			"the day a rule proposed the ticket",
			_process("Complaint Proposal", "creation"),
			of_cases=False,
			opens=False,
		),
		Source(
			"clocks",
			"the due time of the deadline, the first it missed",
			_clocks,
			shows=("clock", "purpose", "rule"),
		),
		Source(
			"remedies",
			"the performance of the remedy",
			_rows("Complaint Remedy", "parent", "performed_on"),
			shows=("remedy", "currency"),
		),
		Source(
			"reviews",
			"the completion of the review",
			_rows("Complaint Review", "complaint", "completed_on"),
			shows=("review_outcome",),
		),
		Source(
			"referrals",
			"the day the outcome was known",
			_rows("Complaint Referral", "complaint", "outcome_on"),
			shows=("body", "referral_outcome"),
		),
		Source(
			"surveys",
			"the day the survey was sent",
			_rows("Complaint Survey", "complaint", "sent_on"),
			opens=False,
		),
		Source("stages", "the closing of the case", _stage_times, shows=("stage",)),
		Source(
			"improvements",
			"the day the improvement was done",
			_process("Complaint Improvement", "done_on"),
			of_cases=False,
			opens=False,
		),
		Source(
			"trainings",
			"the day of the training",
			_process("Complaint Training", "held_on"),
			of_cases=False,
			opens=False,
		),
	)
}
