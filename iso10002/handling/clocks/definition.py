"""One clock as a rule had it on a day, with its calendar, as plain values: what a case keeps of a rule."""

import hashlib
import json
from dataclasses import asdict, dataclass
from datetime import datetime, time, timedelta
from functools import cached_property, lru_cache

from iso10002.handling.clocks import counting
from iso10002.handling.clocks.calendars import WorkCalendar, to_naive, to_utc
from iso10002.handling.clocks.counting import Counting

# What starts a clock: the kinds of facts (see `derive`) behind each choice of a rule.
STARTS = {
	"Received": ("Received",),
	"Became Aware": ("Became Aware",),
	"Acknowledged": ("Acknowledged",),
	"Assessed": ("Assessed",),
	"Escalated": ("Under Review",),
	"Decided": ("Decision Approved",),
	"Communicated": ("Decision Communicated",),
	"Accepted": ("Accepted",),
	"Rejected": ("Rejected",),
	"Referred": ("Referred",),
	"Reopened": ("Reopened",),
}
# What a clock waits for. An answer settles also what should have come before it.
MET_BY = {
	"Acknowledged": ("Acknowledged", "Decision Communicated"),
	"Assessed": ("Assessed", "Decision Communicated"),
	"Decided": ("Decision Approved", "Decision Communicated"),
	"Communicated": ("Decision Communicated",),
	"Updated": ("Contact", "Reminder", "Message Sent", "Decision Communicated"),
	"Accepted": ("Accepted",),
	"Referred": ("Referred",),
	"Remedies Performed": ("Remedies Performed", "Closed"),
	"Outside Body Answered": ("Referral Outcome", "Closed"),
	"Closed": ("Closed",),
	"Marked by Hand": (),
}
REPEATING = ("Contact", "Reminder", "Message Sent")

WARNING = "Warning"
MISSED = "Missed"
REMINDER = "Reminder"


@dataclass(frozen=True)
class Level:
	"""A notice of a clock: when it goes out, to whom, and what happens to the case.

	`percent` counts of the time from start to due time; `days` are days after the due time.
	"""

	kind: str
	percent: int = 0
	days: int = 0
	to_handler: bool = False
	to_managers: bool = False
	role: str | None = None
	user: str | None = None
	escalation: int = 0
	reassign_to: str | None = None

	def moment(self, started_on: datetime, due_on: datetime) -> datetime:
		"""Return when the notice goes out, to the second."""
		if self.kind == WARNING:
			whole = int((due_on - started_on).total_seconds())
			return started_on.replace(microsecond=0) + timedelta(seconds=whole * self.percent // 100)
		return due_on + timedelta(days=self.days, seconds=1)


@dataclass(frozen=True)
class Definition:
	"""One clock of a rule. Times go in and out as the site has them: naive, in the zone `site_zone`."""

	rule: str
	clock: str
	purpose: str
	starts_on: str
	met_by: str
	length: int
	unit: str
	zone: str
	site_zone: str
	first_day_counts: bool = False
	cut_off: str | None = None
	roll: bool = False
	is_window: bool = False
	repeats: bool = False
	pause_allowed: bool = False
	extensions_allowed: int = 0
	extension_length: int = 0
	extension_unit: str = ""
	levels: tuple[Level, ...] = ()
	calendar: WorkCalendar | None = None

	@cached_property
	def how(self) -> Counting:
		"""The way this clock counts."""
		return Counting(
			self.unit,
			self.zone,
			self.calendar,
			self.first_day_counts,
			time.fromisoformat(self.cut_off) if self.cut_off else None,
			self.roll,
		)

	def due(self, started_on: datetime) -> datetime:
		"""Return when a clock that starts then is due."""
		return self._back(counting.due_after(self._utc(started_on), self.length, self.how))

	def extended(self, due_on: datetime, length: int, unit: str) -> datetime:
		"""Return the due time after an extension."""
		return self._back(counting.extended(self._utc(due_on), length, unit, self.how))

	def after_pause(self, due_on: datetime, since: datetime, until: datetime) -> datetime:
		"""Return the due time after the clock stood still."""
		return self._back(
			counting.after_pause(self._utc(due_on), self._utc(since), self._utc(until), self.how)
		)

	@cached_property
	def text(self) -> str:
		"""The definition as JSON, always the same text for the same content."""
		values = asdict(self)
		values["calendar"] = self.calendar.as_dict() if self.calendar else None
		return json.dumps(values, sort_keys=True, ensure_ascii=False)

	@cached_property
	def version(self) -> str:
		"""The name of this content: two rules with the same content have the same, an edited rule a new one."""
		return hashlib.sha256(self.text.encode()).hexdigest()[:20]

	@classmethod
	def from_text(cls, text: str) -> "Definition":
		"""Return the definition that was written as `text`; remembered, because the texts never change."""
		return _read(text)

	def _utc(self, moment: datetime) -> datetime:
		return to_utc(moment, self.site_zone)

	def _back(self, moment: datetime) -> datetime:
		return to_naive(moment, self.site_zone)


@lru_cache(maxsize=1024)
def _read(text: str) -> Definition:
	values = json.loads(text)
	values["levels"] = tuple(Level(**level) for level in values["levels"])
	values["calendar"] = WorkCalendar.from_dict(values["calendar"]) if values["calendar"] else None
	return Definition(**values)
