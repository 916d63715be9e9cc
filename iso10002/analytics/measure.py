"""What one measure is, and the short ways to write counts, means and shares of them."""

from collections.abc import Callable
from dataclasses import dataclass

from pypika.terms import Term

from iso10002.analytics.conditions import Condition
from iso10002.analytics.sources import SOURCES, Source, Tables

CASES, PERCENT, DAYS, MONEY = "cases", "percent", "days", "money"
RECORDS, POINTS, PEOPLE = "records", "points", "people"
SHARE = "{part} divided by {whole}, in percent"


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
		at_least: shown to nobody when it is made of fewer records, or could have been made of so few.
		among: name of the measure of the records it could have been made of.
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
	among: str | None = None

	@property
	def of(self) -> Source:
		return SOURCES[self.source]

	@property
	def is_share(self) -> bool:
		return self.whole is not None


def count(
	name: str, label: str, clause: str, formula: str, source: str, where: Condition | None = None, **more
) -> Measure:
	return Measure(name, label, more.pop("unit", CASES), clause, formula, source, where, **more)


def mean(name: str, label: str, clause: str, formula: str, source: str, value: Callable, **more) -> Measure:
	return Measure(name, label, DAYS, clause, formula, source, value=value, mean=True, **more)


def share(name: str, label: str, clause: str, part: str, whole: str, source: str, **more) -> Measure:
	return Measure(name, label, PERCENT, clause, SHARE, source, part=part, whole=whole, **more)
