"""What the parts of benchmark.py share."""

from __future__ import annotations

import collections
import contextlib
import re
import statistics
import time
from collections.abc import Callable, Iterator

import frappe

COMPLAINT = {
	"doctype": "Complaint",
	"channel": "Phone",
	"description": "The parcel arrived open and half empty.",
	"product_or_service": "Parcel",
	"jurisdiction": "Germany",
	"category": "Damage suffered",
	"remedy_requested": "Yes",
	"remedy_sought": "A new parcel",
}
POINTS = [
	{"allegation": "Parcel half empty", "category": "Damage suffered"},
	{"allegation": "Nobody called back", "category": "Poor service"},
]
PARTY = {
	"role": "Complainant",
	"full_name": "Maria Muster",
	"email": "maria@example.org",
	"phone": "+49 30 123456",
}


class Report:
	"""Lines of the result; `failed` counts limits that were not kept."""

	def __init__(self) -> None:
		self.failed = 0

	def line(self, what: str, value: float, unit: str, limit: float | None = None) -> None:
		kept = limit is None or value <= limit
		self.failed += not kept
		verdict = "" if limit is None else f"   limit {limit:g}: {'kept' if kept else 'NOT KEPT'}"
		print(f"{what:<110}{value:>10.{2 if unit == 'times' else 1}f} {unit:<11}{verdict}", flush=True)


@contextlib.contextmanager
def counting() -> Iterator[list[str]]:
	"""Collect the statements that run in the block."""
	statements: list[str] = []
	real = frappe.db.sql

	def counted(query, *args, **more):
		statements.append(str(query))
		return real(query, *args, **more)

	frappe.db.sql = counted
	try:
		yield statements
	finally:
		del frappe.db.sql


def tables(statements: list[str]) -> str:
	"""Return how many statements there were on which table."""
	found = collections.Counter()
	for statement in statements:
		verb = statement.split(None, 1)[0].lower()
		table = re.search(r"`tab([^`]+)`|`(__?\w+|Series|tabSeries)`|\"tab([^\"]+)\"", statement)
		found[f"{verb} {next(filter(None, table.groups()), '?') if table else statement[:40]}"] += 1
	return "\n".join(f"    {number:>3}  {name}" for name, number in found.most_common())


def processor_seconds() -> float:
	"""Return the processor time this process and its connection to the database have used so far.

	Unlike the time on the clock it hardly depends on what else the machine does. MariaDB counts it with --userstat.
	"""
	((_name, of_database),) = frappe.db.sql("show session status like 'Cpu_time'")
	return time.process_time() + float(of_database)


def in_turns(rounds: int, *actions: Callable[[], object]) -> list[tuple[float, float]]:
	"""Return for each action the median seconds of the processor and on the clock.

	They run in turns, so that what else the machine does hits all.
	"""
	found: list[list[tuple[float, float]]] = [[] for _action in actions]
	for _round in range(rounds):
		for costs, action in zip(found, actions, strict=True):
			processor, clock = processor_seconds(), time.perf_counter()
			action()
			clock = time.perf_counter() - clock
			costs.append((processor_seconds() - processor, clock))
	return [tuple(map(statistics.median, zip(*costs, strict=True))) for costs in found]


def timed(action: Callable[[], object]) -> float:
	"""Return the seconds an action took, with its commit."""
	start = time.perf_counter()
	action()
	frappe.db.commit()
	return time.perf_counter() - start


def medians(number: int, *actions: Callable[[], object]) -> list[float]:
	"""Return the median milliseconds of each action; in turns, so that what else the machine does hits all."""
	for _warm_up in range(5):
		for action in actions:
			timed(action)
	found = [[timed(action) for action in actions] for _number in range(number)]
	return [1000 * statistics.median(column) for column in zip(*found, strict=True)]


def complaint(**values):
	return frappe.get_doc(
		{**COMPLAINT, "allegations": [dict(row) for row in POINTS], "parties": [dict(PARTY)], **values}
	).insert()


def handler() -> str:
	user = "benchmark-handler@example.com"
	if not frappe.db.exists("User", user):
		doc = frappe.new_doc("User")
		doc.update({"email": user, "first_name": "Benchmark", "send_welcome_email": 0})
		doc.append("roles", {"role": "Complaint Handler"})
		doc.insert()
	return user
