"""Counting of deadlines against a slow and obvious reference: a clock that is watched as it ticks."""

from datetime import date, datetime, time, timedelta, timezone

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from iso10002.handling.clocks import calendars, counting
from iso10002.handling.clocks.calendars import WorkCalendar
from iso10002.handling.clocks.counting import Counting

ZONES = ("UTC", "Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Asia/Kathmandu")
TICK = timedelta(minutes=15)  # every opening time and every start below is a whole quarter of an hour
OFFICE = ((9 * 3600, 12 * 3600), (13 * 3600, 17 * 3600))
WEEK = (OFFICE,) * 5 + ((), ())


def office(zone: str = "Europe/Berlin", holidays: tuple[str, ...] = ()) -> WorkCalendar:
	return WorkCalendar("Office", zone, WEEK, frozenset(map(date.fromisoformat, holidays)))


def utc(text: str, zone: str = "Europe/Berlin") -> datetime:
	return calendars.to_utc(datetime.fromisoformat(text), zone)


def local(moment: datetime, zone: str = "Europe/Berlin") -> str:
	return calendars.to_naive(moment, zone).isoformat(" ", "seconds")


# The reference: nothing but a watch that is looked at every quarter of an hour


def is_open(moment: datetime, place: WorkCalendar) -> bool:
	wall = moment.astimezone(calendars.zone_of(place.zone))
	second = wall.hour * 3600 + wall.minute * 60
	return wall.date() not in place.holidays and any(
		start <= second < end for start, end in place.hours[wall.weekday()]
	)


def watched_hours(start: datetime, length: int, place: WorkCalendar) -> datetime:
	seen, now = 0, start
	while seen < length * 4:
		seen += is_open(now, place)
		now += TICK
	return now


def watched_days(start: datetime, length: int, zone: str, counts) -> date:
	"""The date after `length` counted midnights have gone by."""
	now, day, seen = start, calendars.day_of(start, zone), 0
	while seen < length:
		now += TICK
		today = calendars.day_of(now, zone)
		if today != day:
			day = today
			seen += counts(day)
	return day


zones = st.sampled_from(ZONES)
moments = st.datetimes(datetime(2023, 1, 1), datetime(2027, 1, 1)).map(
	lambda moment: moment.replace(
		minute=moment.minute // 15 * 15, second=0, microsecond=0, tzinfo=timezone.utc
	)
)
quarters = st.integers(0, 96).map(lambda number: number * 900)


@st.composite
def day_hours(draw):
	edges = sorted(draw(st.sets(quarters, min_size=0, max_size=4)))
	return tuple(zip(edges[::2], edges[1::2], strict=False))


@st.composite
def places(draw):
	hours = draw(st.lists(day_hours(), min_size=7, max_size=7))
	hours[draw(st.integers(0, 6))] = OFFICE
	near = st.dates(date(2023, 1, 1), date(2027, 12, 31))
	return WorkCalendar("Place", draw(zones), tuple(hours), draw(st.frozensets(near, max_size=30)))


@settings(max_examples=25, deadline=None)
@given(moments, st.integers(1, 30), places())
@example(utc("2024-03-30 10:00"), 20, WorkCalendar("P", "Europe/Berlin", (((0, 86400),),) * 7))
@example(utc("2024-10-26 10:00"), 30, WorkCalendar("P", "Europe/Berlin", (((0, 86400),),) * 7))
def test_working_hours_are_the_time_the_place_was_open(start, length, place):
	assert counting.due_after(
		start, length, Counting(counting.WORKING_HOURS, place.zone, place)
	) == watched_hours(start, length, place)


@settings(max_examples=25, deadline=None)
@given(moments, st.integers(1, 15), places())
def test_business_days_are_the_open_days_that_began_after_the_start(start, length, place):
	due = counting.due_after(start, length, Counting(counting.BUSINESS_DAYS, place.zone, place))
	day = watched_days(start, length, place.zone, place.is_business_day)
	assert due == calendars.end_of(day, place.zone)


@settings(max_examples=25, deadline=None)
@given(moments, st.integers(1, 60), zones)
def test_calendar_days_and_weeks_are_midnights(start, length, zone):
	day = watched_days(start, length, zone, lambda day: True)
	assert counting.due_after(start, length, Counting(counting.CALENDAR_DAYS, zone)) == calendars.end_of(
		day, zone
	)
	weeks = counting.due_after(start, length, Counting(counting.WEEKS, zone))
	days = counting.due_after(start, 7 * length, Counting(counting.CALENDAR_DAYS, zone))
	assert weeks == days


@settings(max_examples=60, deadline=None)
@given(st.dates(date(2020, 1, 1), date(2030, 1, 1)), st.integers(1, 30))
def test_a_month_ends_on_the_same_day_or_on_the_last_there_is(day, months):
	found = counting.add_to_day(day, months, counting.MONTHS)
	assert (found.year * 12 + found.month) - (day.year * 12 + day.month) == months
	assert found.day == day.day or (found.day < day.day and (found + timedelta(days=1)).day == 1)


@settings(max_examples=60, deadline=None)
@given(moments, st.integers(0, 1500), st.integers(1, 30), places(), st.sampled_from(counting.UNITS))
@example(utc("2026-01-02 18:00"), 16 * 4, 1, office(), counting.BUSINESS_DAYS)
def test_who_starts_later_is_never_due_earlier(start, ticks, length, place, unit):
	for options in ({}, {"cut_off": time(17)}, {"roll": True}, {"first_day_counts": True}):
		how = Counting(unit, place.zone, place, **options)
		later = counting.due_after(start + ticks * TICK, length, how)
		assert counting.due_after(start, length, how) <= later


@settings(max_examples=25, deadline=None)
@given(moments, st.integers(0, 200), st.integers(0, 1500), st.integers(1, 10), places())
def test_a_pause_moves_a_clock_by_what_did_not_count(start, before, pause, length, place):
	"""The reference looks at every tick or day and does not count those of the pause."""
	since = start + before * TICK
	until = since + pause * TICK
	how = Counting(counting.WORKING_HOURS, place.zone, place)
	due = counting.due_after(start, length, how)
	if since <= due:
		seen, now = 0, start
		while seen < length * 4:
			seen += is_open(now, place) and not since <= now < until
			now += TICK
		assert counting.after_pause(due, since, until, how) == now
	how = Counting(counting.BUSINESS_DAYS, place.zone, place)
	due = counting.due_after(start, length, how)
	if since <= due:
		first, last = (calendars.day_of(moment, place.zone) for moment in (since, until))
		day = watched_days(
			start, length, place.zone, lambda day: place.is_business_day(day) and not first < day <= last
		)
		while not place.is_business_day(day) or calendars.end_of(day, place.zone) < until:
			day += timedelta(days=1)
		assert counting.after_pause(due, since, until, how) == calendars.end_of(day, place.zone)


@pytest.mark.parametrize(
	("start", "length", "unit", "options", "due"),
	[
		# FCA DISP 1.5: close of the third business day after the day of receipt; Friday is 2026-01-02
		("2026-01-02 10:00", 3, counting.BUSINESS_DAYS, {}, "2026-01-07 23:59:59"),
		("2026-01-03 10:00", 3, counting.BUSINESS_DAYS, {}, "2026-01-07 23:59:59"),
		("2026-01-02 18:00", 3, counting.BUSINESS_DAYS, {"cut_off": time(17)}, "2026-01-08 23:59:59"),
		("2026-01-03 10:00", 3, counting.BUSINESS_DAYS, {"cut_off": time(17)}, "2026-01-08 23:59:59"),
		("2026-01-02 16:59", 3, counting.BUSINESS_DAYS, {"cut_off": time(17)}, "2026-01-07 23:59:59"),
		("2026-01-02 10:00", 3, counting.BUSINESS_DAYS, {"first_day_counts": True}, "2026-01-06 23:59:59"),
		("2026-01-03 10:00", 1, counting.BUSINESS_DAYS, {"first_day_counts": True}, "2026-01-05 23:59:59"),
		("2026-01-02 10:00", 8, counting.WEEKS, {}, "2026-02-27 23:59:59"),
		("2026-01-31 10:00", 1, counting.MONTHS, {}, "2026-02-28 23:59:59"),
		("2024-01-31 10:00", 1, counting.MONTHS, {}, "2024-02-29 23:59:59"),
		("2026-01-31 10:00", 1, counting.MONTHS, {"roll": True}, "2026-03-02 23:59:59"),
		("2026-01-02 10:00", 6, counting.MONTHS, {"first_day_counts": True}, "2026-07-01 23:59:59"),
		("2026-01-02 20:00", 15, counting.CALENDAR_DAYS, {"cut_off": time(17)}, "2026-01-18 23:59:59"),
		("2026-01-02 10:00", 24, counting.HOURS, {}, "2026-01-03 10:00:00"),
		# the night the clocks go forward is an hour shorter
		("2026-03-28 12:00", 24, counting.HOURS, {}, "2026-03-29 13:00:00"),
		("2026-01-02 16:00", 2, counting.WORKING_HOURS, {}, "2026-01-05 10:00:00"),
		("2026-01-02 11:30", 1, counting.WORKING_HOURS, {}, "2026-01-02 13:30:00"),
	],
)
def test_examples(start, length, unit, options, due):
	how = Counting(unit, "Europe/Berlin", office(), **options)
	assert local(counting.due_after(utc(start), length, how)) == due


def test_holidays_do_not_count():
	how = Counting(counting.BUSINESS_DAYS, "Europe/Berlin", office(holidays=("2026-01-05", "2026-01-06")))
	assert local(counting.due_after(utc("2026-01-02 10:00"), 1, how)) == "2026-01-07 23:59:59"


def test_a_day_ends_where_the_unit_is():
	how = Counting(counting.CALENDAR_DAYS, "Australia/Sydney")
	# 20:00 in Berlin is already the next day in Sydney
	assert local(counting.due_after(utc("2026-01-02 20:00"), 1, how)) == "2026-01-04 13:59:59"


def test_an_extension_is_counted_from_the_day_it_was_due():
	how = Counting(counting.BUSINESS_DAYS, "Europe/Berlin", office())
	due = utc("2026-01-07 23:59:59")
	assert local(counting.extended(due, 10, counting.BUSINESS_DAYS, how)) == "2026-01-21 23:59:59"
	assert local(counting.extended(due, 1, counting.MONTHS, how)) == "2026-02-07 23:59:59"
	assert local(counting.extended(due, 24, counting.HOURS, how)) == "2026-01-08 23:59:59"


def test_a_place_that_never_works_is_an_error_and_not_an_endless_search():
	never = WorkCalendar("Never", "UTC", ((),) * 7)
	with pytest.raises(ValueError, match="no business day"):
		counting.due_after(utc("2026-01-02 10:00"), 1, Counting(counting.BUSINESS_DAYS, "UTC", never))


def test_a_calendar_survives_being_written_and_read():
	place = office(holidays=("2026-12-25",))
	assert WorkCalendar.from_dict(place.as_dict()) == place
