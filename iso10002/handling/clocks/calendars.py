"""Business days and working hours of one place, as plain values without a database."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, timezone
from functools import lru_cache
from zoneinfo import ZoneInfo

DAY = timedelta(days=1)
WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
FARTHEST = timedelta(days=366 * 25)


@dataclass(frozen=True)
class WorkCalendar:
	"""When a place works.

	Attributes:
		name: of the Complaint Calendar it was taken from.
		zone: time zone, such as Europe/Berlin.
		hours: for each weekday from Monday its working times as pairs of seconds after midnight, in order
			and without overlap; a day without pairs is off.
		holidays: days off beside the weekly ones.
		known_to: the last day up to which holidays were entered; after it only weekly days off count.
	"""

	name: str
	zone: str
	hours: tuple[tuple[tuple[int, int], ...], ...]
	holidays: frozenset[date] = frozenset()
	known_to: date | None = None

	def is_business_day(self, day: date) -> bool:
		"""Whether the place works on `day`."""
		return bool(self.hours[day.weekday()]) and day not in self.holidays

	def next_business_day(self, day: date) -> date:
		"""Return the first business day on or after `day`.

		Raises:
			ValueError: there is none within 25 years.
		"""
		last = day + FARTHEST
		while not self.is_business_day(day):
			day += DAY
			if day > last:
				raise ValueError(f"{self.name} has no business day")
		return day

	def working_times(self, day: date) -> Iterator[tuple[datetime, datetime]]:
		"""Yield the working times of `day` as pairs of UTC times; an hour the clock change skips is not there."""
		if day not in self.holidays:
			for start, end in self.hours[day.weekday()]:
				opens, closes = (at_second(day, second, self.zone) for second in (start, end))
				if opens < closes:
					yield opens, closes

	def as_dict(self) -> dict:
		"""Return the calendar as plain JSON values."""
		return {
			"name": self.name,
			"zone": self.zone,
			"hours": [[list(pair) for pair in day] for day in self.hours],
			"holidays": sorted(day.isoformat() for day in self.holidays),
			"known_to": self.known_to.isoformat() if self.known_to else None,
		}

	@classmethod
	def from_dict(cls, values: dict) -> "WorkCalendar":
		"""Return the calendar `as_dict` wrote."""
		return cls(
			values["name"],
			values["zone"],
			tuple(tuple((pair[0], pair[1]) for pair in day) for day in values["hours"]),
			frozenset(date.fromisoformat(day) for day in values["holidays"]),
			date.fromisoformat(values["known_to"]) if values["known_to"] else None,
		)


@lru_cache(maxsize=64)
def zone_of(name: str) -> ZoneInfo:
	"""Return the time zone with this name.

	Raises:
		ValueError: there is no such zone.
	"""
	try:
		return ZoneInfo(name)
	except (KeyError, ValueError, OSError) as error:
		raise ValueError(f"{name} is not a time zone") from error


def at_second(day: date, second: int, zone: str) -> datetime:
	"""Return the UTC time that is `second` seconds after midnight on the clocks of `zone`."""
	wall = datetime.combine(day, time()) + timedelta(seconds=second)
	return wall.replace(tzinfo=zone_of(zone)).astimezone(timezone.utc)


def end_of(day: date, zone: str) -> datetime:
	"""Return the last second of `day` in `zone`, in UTC."""
	return at_second(day, 24 * 3600 - 1, zone)


def day_of(moment: datetime, zone: str) -> date:
	"""Return the date on the clocks of `zone` at an aware time."""
	return moment.astimezone(zone_of(zone)).date()


def to_utc(moment: datetime, zone: str) -> datetime:
	"""Return a naive time of `zone` as UTC; of an hour that comes twice, the first."""
	return moment.replace(tzinfo=zone_of(zone)).astimezone(timezone.utc)


def to_naive(moment: datetime, zone: str) -> datetime:
	"""Return an aware time as naive time of `zone`."""
	return moment.astimezone(zone_of(zone)).replace(tzinfo=None)
