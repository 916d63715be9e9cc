"""What figures can be broken down by and filtered by."""

from collections.abc import Callable
from dataclasses import dataclass

import frappe
from frappe.query_builder import Criterion
from frappe.query_builder.functions import Date
from frappe.utils import add_days, getdate, nowdate
from pypika.functions import Extract
from pypika.queries import Table
from pypika.terms import Case, Term

from iso10002.analytics.sources import Source, Tables

PERIOD = "period"
MONTH_GRAINS = ("Year", "Quarter", "Month")
GRAINS = (*MONTH_GRAINS, "Week", "Day")
NOT_RECORDED = "Not recorded"  # as the value of a filter: the records that have none


@dataclass(frozen=True)
class Dimension:
	"""One way to break figures down.

	Attributes:
		name: how reports and filters call it.
		label: what people read; translated where it is shown.
		field: the field of the case, or of the source's record if `of_row`.
		doctype: what the values are names of; None for plain words.
		identifies: small figures broken down by it could tell who is concerned.
		names_people: for readers of cases only.
		make: makes the value out of the case, where it is no field.
		of_row: taken from the record counted, so only for sources that show it.
		values: the only ones there are, where they come from no form; empty for any.
	"""

	name: str
	label: str
	field: str
	doctype: str | None = None
	identifies: bool = True
	names_people: bool = False
	of_row: bool = False
	make: Callable[[Table], Term] | None = None
	values: tuple[str, ...] = ()

	def term(self, tables: Tables) -> Term:
		"""Return the column this dimension reads, or what is made of it."""
		if self.make:
			return self.make(tables.case)
		return (tables.row if self.of_row else tables.case)[self.field]

	def condition(self, tables: Tables, value: str) -> Criterion:
		"""Return the condition that a record has this value; `NOT_RECORDED` stands for none."""
		term = self.term(tables)
		return term.isnull() | (term == "") if value == NOT_RECORDED else term == value

	def fits(self, source: Source) -> bool:
		"""Whether records of a source have this dimension."""
		return self.name in source.shows if self.of_row else source.of_cases


# Age of a case in days, counted as for deadlines: the day of receipt is day 0. Upper ends included, the last has the rest.
AGES = (7, 14, 28, 56)
AGE_LABELS = ("0-7", "8-14", "15-28", "29-56", "57+")


def _age(case: Table) -> Term:
	today, found = getdate(nowdate()), Case()
	for days, label in zip(AGES, AGE_LABELS, strict=False):
		found = found.when(case.received_on >= add_days(today, -days), label)
	return found.else_(AGE_LABELS[-1])


OF_CASES = (
	Dimension("category", "Category", "category", "Complaint Category"),
	Dimension("product", "Product or service", "product_or_service"),
	Dimension("channel", "Channel", "channel", "Complaint Channel", identifies=False),
	Dimension("severity", "Severity", "severity"),
	Dimension("priority", "Priority", "priority", identifies=False),
	Dimension("handler", "Handler", "handler", "User", names_people=True),
	Dimension("cause", "Cause", "cause", "Complaint Cause"),
	Dimension("decision", "Decision", "decision"),
	Dimension("unit", "Unit that received it", "receiving_unit"),
	Dimension("unit_concerned", "Unit concerned", "unit_concerned"),
	Dimension("customer_group", "Customer group", "customer_type"),
	Dimension("market_segment", "Market segment", "market_segment"),
	Dimension("status", "Stage now", "status", identifies=False),
	Dimension("age", "Age in days", "received_on", identifies=False, make=_age, values=AGE_LABELS),
)
OF_ROWS = (
	Dimension("clock", "Deadline", "clock_name", identifies=False, of_row=True),
	Dimension("purpose", "Purpose", "purpose", identifies=False, of_row=True),
	Dimension("rule", "Clock rule", "rule", "Complaint Clock Rule", identifies=False, of_row=True),
	Dimension("remedy", "Remedy", "remedy_type", "Complaint Remedy Type", of_row=True),
	Dimension("currency", "Currency", "currency", "Currency", identifies=False, of_row=True),
	Dimension("review_outcome", "Outcome of the review", "outcome", of_row=True),
	Dimension("body", "Outside body", "body", "Dispute Resolution Body", of_row=True),
	Dimension("referral_outcome", "Outcome outside", "outcome", of_row=True),
	Dimension("stage", "Stage", "stage", identifies=False, of_row=True),
)
# A row of a breakdown by category has the cases of that category; the filter of that name those below it too.
ITSELF = Dimension("category_only", "This category only", "category", "Complaint Category")
# Links a site may have added to Complaint, such as for ERPNext: found by what they link to.
ADDED = {
	"company": ("Company", "Company"),
	"branch": ("Branch", "Branch"),
	"department": ("Department", "Department"),
	"territory": ("Territory", "Territory"),
	"item": ("Item", "Item"),
}


def dimensions() -> dict[str, Dimension]:
	"""Return all dimensions this site has, by name."""
	found = {dimension.name: dimension for dimension in (*OF_CASES, *OF_ROWS, ITSELF)}
	links = frappe.get_meta("Complaint").get_link_fields()
	for name, (label, doctype) in ADDED.items():
		field = next((df.fieldname for df in links if df.options == doctype), None)
		if field:
			found[name] = Dimension(name, label, field, doctype)
	return found


def period_terms(when: Term, grain: str) -> list[Term]:
	"""Return the terms that group by period: year and month, which make quarters and years too; or the day."""
	if grain in MONTH_GRAINS:
		return [Extract("YEAR", when), Extract("MONTH", when)]
	return [Date(when)]
