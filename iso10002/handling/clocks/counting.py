"""From a start to a due time: hours, working hours, calendar days, business days, weeks and months.

All times in here are aware and in UTC. How days are counted:

- The day of the start is day 0, the next day day 1, unless `first_day_counts`.
- Days, weeks and months end with the last second of the last day in the place's time zone. Hours end exactly.
- A month ends on the same day of the month as the start, or on the month's last day if there is none.
- With `cut_off`, a start at or after that hour counts as one on the next day. For business days also a start
	on a day off counts as one on the next business day, so that who comes later is never due earlier.
- With `roll`, a last day that is no business day moves to the next one.
"""

import calendar as months_of
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from iso10002.handling.clocks.calendars import DAY, WorkCalendar, day_of, end_of, zone_of

HOURS = "Hours"
WORKING_HOURS = "Working Hours"
CALENDAR_DAYS = "Calendar Days"
BUSINESS_DAYS = "Business Days"
WEEKS = "Weeks"
MONTHS = "Months"
UNITS = (HOURS, WORKING_HOURS, CALENDAR_DAYS, BUSINESS_DAYS, WEEKS, MONTHS)
NEED_CALENDAR = (WORKING_HOURS, BUSINESS_DAYS)
EXACT = (HOURS, WORKING_HOURS)

# About ten years. A longer deadline is a slip of the keyboard.
LONGEST = {
	HOURS: 87_600,
	WORKING_HOURS: 25_000,
	CALENDAR_DAYS: 3_650,
	BUSINESS_DAYS: 2_600,
	WEEKS: 520,
	MONTHS: 120,
}


@dataclass(frozen=True)
class Counting:
	"""How a clock counts. `calendar` is needed for working hours, business days and `roll`."""

	unit: str
	zone: str
	calendar: WorkCalendar | None = None
	first_day_counts: bool = False
	cut_off: time | None = None
	roll: bool = False


def due_after(start: datetime, length: int, how: Counting) -> datetime:
	"""Return when a clock that starts at `start` and runs `length` units is due.

	Raises:
		ValueError: the calendar never works.
	"""
	if how.unit == HOURS:
		return start + timedelta(hours=length)
	if how.unit == WORKING_HOURS:
		return _add_working(start, timedelta(hours=length), how.calendar)
	first = _day_zero(start, how)
	if not how.first_day_counts:
		last = add_to_day(first, length, how.unit, how.calendar)
	elif how.unit == BUSINESS_DAYS:
		last = add_to_day(how.calendar.next_business_day(first), length - 1, how.unit, how.calendar)
	else:
		last = add_to_day(first, length, how.unit, how.calendar) - DAY
	return _end(last, how)


def extended(due: datetime, length: int, unit: str, how: Counting) -> datetime:
	"""Return a due time moved by `length` of `unit`, counted from the day or moment it was due."""
	if unit == HOURS:
		return due + timedelta(hours=length)
	if unit == WORKING_HOURS:
		return _add_working(due, timedelta(hours=length), how.calendar)
	return _end(add_to_day(day_of(due, how.zone), length, unit, how.calendar), how)


def after_pause(due: datetime, since: datetime, until: datetime, how: Counting) -> datetime:
	"""Return a due time moved by the time the clock stood still.

	Hours move by the hours (working hours by the working hours) of the pause. Days, weeks and months move by
	the days that began during the pause; for business days by the business days among them. A clock that
	stood still on its last day has at least the rest of the day on which it goes on.
	"""
	if until <= since:
		return due
	if how.unit == HOURS:
		return due + (until - since)
	if how.unit == WORKING_HOURS:
		stood = working_time(since, until, how.calendar)
		return _add_working(due, stood, how.calendar) if stood else due
	day, last, lost = day_of(since, how.zone), day_of(until, how.zone), 0
	while day < last:
		day += DAY
		lost += how.unit != BUSINESS_DAYS or how.calendar.is_business_day(day)
	unit = how.unit if how.unit == BUSINESS_DAYS else CALENDAR_DAYS
	moved = add_to_day(day_of(due, how.zone), lost, unit, how.calendar)
	if until > due and unit == BUSINESS_DAYS:
		moved = max(moved, how.calendar.next_business_day(last))
	return _end(moved, how) if moved > day_of(due, how.zone) else due


def add_to_day(day: date, length: int, unit: str, calendar: WorkCalendar | None = None) -> date:
	"""Return the day that is `length` days, business days, weeks or months after `day`."""
	if unit == MONTHS:
		return _add_months(day, length)
	if unit == WEEKS:
		return day + timedelta(weeks=length)
	if unit == CALENDAR_DAYS:
		return day + timedelta(days=length)
	for _number in range(length):
		day = calendar.next_business_day(day + DAY)
	return day


def working_time(start: datetime, end: datetime, calendar: WorkCalendar) -> timedelta:
	"""Return how much working time lies between two moments."""
	total, day = timedelta(), day_of(start, calendar.zone)
	last = day_of(end, calendar.zone)
	while day <= last:
		for opens, closes in calendar.working_times(day):
			total += max(min(closes, end) - max(opens, start), timedelta())
		day += DAY
	return total


def _add_working(start: datetime, length: timedelta, calendar: WorkCalendar) -> datetime:
	left, day = length, calendar.next_business_day(day_of(start, calendar.zone))
	while True:
		for opens, closes in calendar.working_times(day):
			begins = max(opens, start)
			if begins < closes:
				if left <= closes - begins:
					return begins + left
				left -= closes - begins
		day = calendar.next_business_day(day + DAY)


def _day_zero(start: datetime, how: Counting) -> date:
	local = start.astimezone(zone_of(how.zone))
	day = local.date()
	if how.cut_off is None:
		return day
	if local.time() >= how.cut_off:
		day += DAY
	return how.calendar.next_business_day(day) if how.unit == BUSINESS_DAYS else day


def _end(day: date, how: Counting) -> datetime:
	if how.roll and how.calendar:
		day = how.calendar.next_business_day(day)
	return end_of(day, how.zone)


def _add_months(day: date, months: int) -> date:
	year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
	return date(year, month + 1, min(day.day, months_of.monthrange(year, month + 1)[1]))
