"""One run: make the world, try every road as every visitor, say what was seen, remove everything again."""

import signal
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

import frappe
from frappe import _
from frappe.utils.synchronization import filelock

from iso10002.confidentiality.leak_check.clear import clear
from iso10002.confidentiality.leak_check.people import VISITORS, Visitor
from iso10002.confidentiality.leak_check.registry import Leak, NotApplicable, Road, all_roads
from iso10002.confidentiality.leak_check.site import Check, check_site
from iso10002.confidentiality.leak_check.world import World, make, seen_by

CLOSED, LEAK, NOT_APPLICABLE = "closed", "LEAK", "n/a"
BROKEN = "error"  # Frappe failed at something: what it would have answered is not known
STOPS = (signal.SIGTERM, signal.SIGHUP)
EXCERPT = 120  # characters of an answer shown around what leaked


@dataclass(frozen=True)
class Result:
	"""What came of one road for one visitor, and why."""

	status: str
	why: str = ""


@dataclass
class Outcome:
	"""What a run found: by road and visitor, and about the site itself."""

	results: dict[str, dict[str, Result]] = field(default_factory=dict)
	shows: dict[str, bool] = field(default_factory=dict)
	checks: list[Check] = field(default_factory=list)

	@property
	def leaks(self) -> list[tuple[str, str, str]]:
		"""Return (road, visitor, what was seen) for every leak, with what is wrong with the site itself."""
		found = [
			(road, label, result.why)
			for road, by_visitor in self.results.items()
			for label, result in by_visitor.items()
			if result.status == LEAK
		]
		return found + [(check.name, "site", check.why) for check in self.checks if not check.ok]


def run(
	roads: list[Road] | None = None,
	labels: Iterable[str] = tuple(VISITORS),
	keep: bool = False,
	progress: Callable = lambda *_: None,
) -> Outcome:
	"""Try the roads as the visitors with these labels, all if not said otherwise, and return what was found. Commits.

	What was made is removed again, also when the run is interrupted; `keep` leaves it for looking at, until the next run.
	"""
	roads = roads or all_roads()
	with filelock("iso10002_leak_check", timeout=5):
		clear()  # what a killed run left
		with _removed_again(keep):
			world = make(frappe.local.site, labels)
			outcome = Outcome(checks=check_site(world))
			for number, road in enumerate(roads, start=1):
				progress(number, len(roads), road)
				outcome.shows[road.name], outcome.results[road.name] = try_road(road, world)
	return outcome


def try_road(road: Road, world: World) -> tuple[bool, dict[str, Result]]:
	"""Return whether a road shows the case to somebody who may see it, and what it shows to everybody else."""
	control, answered = _try(road, world.cleared, world)
	shows = control.status == LEAK
	asked = bool(world.cleared.answers)
	if control.status == NOT_APPLICABLE or (asked and not (shows or answered)):
		why = control.why or _("this version of Frappe does not have it")
		return shows, {visitor.label: Result(NOT_APPLICABLE, why) for visitor in world.visitors[1:]}
	return shows, {visitor.label: _try(road, visitor, world)[0] for visitor in world.visitors[1:]}


def _try(road: Road, visitor: Visitor, world: World) -> tuple[Result, bool]:
	"""Try one road as one visitor; also whether anything but an unknown address answered."""
	visitor.answers.clear()
	frappe.db.commit()  # see what requests wrote since
	try:
		road.try_it(visitor, world)
		result = Result(CLOSED)
	except NotApplicable as reason:
		result = Result(NOT_APPLICABLE, str(reason))
	except Leak as leak:
		result = Result(LEAK, str(leak))
	for answer in visitor.answers:
		if word := seen_by(world, answer):
			at = answer.text.index(word)
			around = answer.text[max(0, at - EXCERPT // 2) : at + EXCERPT // 2]
			result = Result(LEAK, f"{answer.sent[:EXCERPT]} -> {answer.status}: ...{around}...")
			break
		if answer.status >= 500 and result.status == CLOSED:
			result = Result(BROKEN, f"{answer.sent[:EXCERPT]} -> {answer.status}")
	frappe.db.commit()
	answered = any(
		answer.status not in (404, 405) and not _is_unknown(answer.text) for answer in visitor.answers
	)
	return result, answered


def _is_unknown(text: str) -> bool:
	"""Whether Frappe says that there is no such function."""
	return "Failed to get method" in text or "has no attribute" in text


@contextmanager
def _removed_again(keep: bool) -> Iterator[None]:
	"""Remove everything at the end, also when the process is told to stop."""

	def stop(number: int, _frame: object) -> None:
		sys.exit(128 + number)

	before = {}
	try:
		for number in STOPS:
			before[number] = signal.signal(number, stop)
	except ValueError:
		pass  # not in the main thread: whoever started it handles signals
	try:
		yield
	finally:
		if not keep:
			clear()
		for number, handler in before.items():
			signal.signal(number, handler)
