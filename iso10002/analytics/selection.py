"""What figures are asked for: period and filters, checked before anything is computed."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time, timedelta
from typing import NoReturn

import frappe
from frappe import _
from frappe.utils import add_months, escape_html, get_first_day, get_last_day, getdate, nowdate
from pypika.queries import QueryBuilder
from pypika.terms import ExistsCriterion

from iso10002.analytics.dimensions import GRAINS, NOT_RECORDED, Dimension, dimensions
from iso10002.analytics.errors import FilterError
from iso10002.analytics.reader import Reader
from iso10002.analytics.sources import Source, Tables

LONGEST_YEARS = 10
FIRST_YEAR, LAST_YEAR = 1900, 2999  # far enough from what a date can hold to count back and on
MOST_PERIODS = 400
# Filters with the dimension they look at; those of masters are checked against the master.
RULE = "clock_rule"
FILTERS = (
	"company",
	"branch",
	"department",
	"territory",
	"item",
	"category",
	"product",
	"channel",
	"severity",
	"handler",
	"customer_group",
	"unit",
	"priority",
	"cause",
	"decision",
	"market_segment",
	"unit_concerned",
	"status",
	"clock",
	"purpose",
	"remedy",
	"currency",
	"review_outcome",
	"body",
	"referral_outcome",
	"category_only",
	"age",
)
# What else a report may be asked by.
OTHERS = ("from_date", "to_date", "grain", "by", "measure", "volume")


@dataclass(frozen=True)
class Selection:
	"""A period and filters. `start` is the first day, `end` the last; `grain` is how long a period of a series is."""

	start: date
	end: date
	grain: str = "Month"
	filters: Mapping[str, str] = field(default_factory=dict)

	@classmethod
	def read(cls, values: Mapping | None, reader: Reader) -> "Selection":
		"""Return the selection that filters of a report stand for; the last twelve months, this one whole, if no period is given.

		Args:
			values: from_date, to_date (days in the site's time zone), grain (see `GRAINS`), and names of `FILTERS`.

		Raises:
			FilterError: names the filter and says what to do.
			PermissionError: a filter only readers of cases may use.
		"""
		values = dict(values or {})
		end = day_of(values.get("to_date"), _("To Date")) or get_last_day(
			nowdate()
		)  # as in the reports' form
		start = day_of(values.get("from_date"), _("From Date")) or get_first_day(add_months(end, -11))
		grain = values.get("grain") or "Month"
		if grain not in GRAINS:
			refuse(_("Periods"), grain)
		if start > end:
			frappe.throw(
				_("From ({0}) lies after To ({1}). Exchange the two days.").format(
					frappe.format(start, "Date"), frappe.format(end, "Date")
				),
				FilterError,
			)
		if (end - start).days > LONGEST_YEARS * 366:
			frappe.throw(_("From: choose a period of at most {0} years.").format(LONGEST_YEARS), FilterError)
		found = cls(start, end, grain, _filters(values))
		if not reader.sees_cases:
			found = found._for_figures_only()
		if len(found.periods()) > MOST_PERIODS:
			frappe.throw(
				_("Periods: {0} is too fine for so long a time. Choose a longer one.").format(_(grain)),
				FilterError,
			)
		return found

	def _for_figures_only(self) -> "Selection":
		"""Whole months, and no filter that could identify: two figures must not differ by one case."""
		known = dimensions()
		for name in self.filters:
			if name == "age" or (name != RULE and known[name].identifies):
				frappe.throw(
					_(
						"{0}: this filter is for those who may read complaints. Figures by {0} are in the reports."
					).format(frappe.bold(_(known[name].label))),
					frappe.PermissionError,
				)
		grain = self.grain if self.grain in ("Year", "Quarter", "Month") else "Month"
		return replace(self, start=get_first_day(self.start), end=get_last_day(self.end), grain=grain)

	def months_over(self) -> "Selection":
		"""Return the part of this period, in whole months, that is over.

		Raises:
			FilterError: none is.
		"""
		last = get_first_day(getdate(nowdate())) - timedelta(days=1)
		if self.start > last:
			frappe.throw(
				_(
					"From: by what could identify somebody there are figures of months that are over. Choose an earlier month."
				),
				FilterError,
			)
		return replace(self, end=min(self.end, last))

	@property
	def begin(self) -> datetime:
		return datetime.combine(self.start, time())

	@property
	def until(self) -> datetime:
		return datetime.combine(self.end, time()) + timedelta(days=1)

	def before(self) -> "Selection":
		"""Return the period of the same length just before this one; whole months before whole months."""
		months = whole_months(self.start, self.end)
		if months:
			return replace(self, start=add_months(self.start, -months), end=self.start - timedelta(days=1))
		length = self.end - self.start + timedelta(days=1)
		return replace(self, start=self.start - length, end=self.start - timedelta(days=1))

	def year_before(self) -> "Selection":
		"""Return the same days of the year before; of whole months the whole months, whatever days they have."""
		end = add_months(self.end, -12)
		if whole_months(self.start, self.end):
			end = get_last_day(end)
		return replace(self, start=getdate(add_months(self.start, -12)), end=getdate(end))

	def periods(self) -> list[date]:
		"""Return the first days of the periods of a series, those without any case too."""
		first, found = first_day_of(self.start, self.grain), []
		while first <= self.end:
			found.append(first)
			first = next_period(first, self.grain)
		return found

	def apply(self, tables: Tables, source: Source) -> QueryBuilder:
		"""Return the query of a source narrowed to the filters."""
		query, known = tables.query, dimensions()
		for name, value in self.filters.items():
			if not (source.of_cases if name == RULE else known[name].fits(source)):
				_cannot_filter(_("Clock rule") if name == RULE else _(known[name].label))
			if name == RULE and "rule" not in source.shows:
				query = _of_rule(query, tables, known["rule"], value)
			elif name == "category" and value != NOT_RECORDED:
				query = _below_category(query, tables, value)
			else:
				query = query.where(known["rule" if name == RULE else name].condition(tables, value))
		return query


def _filters(values: Mapping) -> dict[str, str]:
	known, found = dimensions(), {}
	for name, value in values.items():
		if value and name not in (*FILTERS, RULE, *OTHERS):
			_cannot_filter(escape_html(name[:60]))
	for name in (*FILTERS, RULE):
		value = values.get(name)
		if value in (None, "", [], {}):
			continue
		if isinstance(value, list) and len(value) == 1:
			value = value[0]
		if name not in known and name != RULE:
			frappe.throw(_("This site has no {0} on its complaints.").format(_(name.title())), FilterError)
		label = _("Clock rule") if name == RULE else _(known[name].label)
		if not isinstance(value, str):
			refuse(label, str(value))
		_check(name, value, label, known)
		found[name] = value
	return found


def _check(name: str, value: str, label: str, known: dict[str, Dimension]) -> None:
	"""Refuse a value that is in no master and no choice; free text is only compared, never part of a statement."""
	if value == NOT_RECORDED:
		return
	doctype = "Complaint Clock Rule" if name == RULE else known[name].doctype
	if doctype:
		if not frappe.db.exists(doctype, value):
			refuse(label, value)
		return
	df = None if known[name].of_row else frappe.get_meta("Complaint").get_field(known[name].field)
	choices = (df.options or "").split("\n") if df and df.fieldtype == "Select" else known[name].values
	if choices and value not in choices:
		refuse(label, value)


def _cannot_filter(label: str) -> NoReturn:
	frappe.throw(_("{0}: these figures cannot be filtered by it.").format(frappe.bold(label)), FilterError)


def refuse(label: str, value: object) -> NoReturn:
	"""Refuse the value of a filter, by the label of the filter; a FilterError that says what to do."""
	frappe.throw(
		_("{0}: {1} is not known. Choose one of the list.").format(
			frappe.bold(label), frappe.bold(escape_html(str(value)[:140]))
		),
		FilterError,
	)


def day_of(value: object, label: str) -> date | None:
	"""Return the day a filter names, None if it is empty.

	Raises:
		FilterError: it is no day, or one nobody means; names the filter.
	"""
	if not value:
		return None
	try:
		day = datetime.fromisoformat(str(value)).date()
	except ValueError:
		frappe.throw(
			_("{0}: {1} is not a day. Use the form 2026-01-31.").format(
				frappe.bold(label), frappe.bold(escape_html(str(value)[:40]))
			),
			FilterError,
		)
	if not FIRST_YEAR <= day.year <= LAST_YEAR:
		frappe.throw(
			_("{0}: choose a day between the years {1} and {2}.").format(
				frappe.bold(label), FIRST_YEAR, LAST_YEAR
			),
			FilterError,
		)
	return day


def _below_category(query: QueryBuilder, tables: Tables, name: str) -> QueryBuilder:
	"""The category itself and everything below it in the tree."""
	left, right = frappe.db.get_value("Complaint Category", name, ["lft", "rgt"])
	category = frappe.qb.DocType("Complaint Category")
	below = (
		frappe.qb.from_(category)
		.select(category.name)
		.where(category.lft >= left)
		.where(category.rgt <= right)
	)
	return query.where(tables.case.category.isin([found for (found,) in below.run()] or [name]))


def _of_rule(query: QueryBuilder, tables: Tables, rule: Dimension, value: str) -> QueryBuilder:
	"""Records whose case has a deadline of a clock rule."""
	clock = frappe.qb.DocType("Complaint Clock").as_("ruled")
	has_one = frappe.qb.from_(clock).select(1).where(clock.complaint == tables.case.name)
	return query.where(ExistsCriterion(has_one.where(rule.condition(replace(tables, row=clock), value))))


def first_day_of(day: date, grain: str) -> date:
	"""Return the first day of the period a day lies in."""
	if grain == "Year":
		return date(day.year, 1, 1)
	if grain == "Quarter":
		return date(day.year, 3 * ((day.month - 1) // 3) + 1, 1)
	if grain == "Month":
		return date(day.year, day.month, 1)
	return day - timedelta(days=day.weekday()) if grain == "Week" else day


def next_period(first: date, grain: str) -> date:
	"""Return the first day of the period after the one that begins on `first`."""
	months = {"Year": 12, "Quarter": 3, "Month": 1}.get(grain)
	if months:
		return getdate(add_months(first, months))
	return first + timedelta(days=7 if grain == "Week" else 1)


def whole_months(start: date, end: date) -> int:
	"""Return how many whole months a period is; 0 if it is not."""
	if start.day != 1 or end != get_last_day(end):
		return 0
	return (end.year - start.year) * 12 + end.month - start.month + 1


def period_label(first: date, grain: str) -> str:
	"""Return what people call the period that begins on `first`."""
	if grain == "Year":
		return str(first.year)
	if grain == "Quarter":
		return _("{0} Q{1}").format(first.year, (first.month + 2) // 3)
	if grain == "Month":
		return first.strftime("%Y-%m")
	if grain == "Week":
		return _("{0} W{1}").format(*first.isocalendar()[:2])
	return frappe.utils.format_date(first)
