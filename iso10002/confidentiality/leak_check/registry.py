"""The list of roads: each a small function that tries one way to reach a hidden case as one visitor."""

from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module

MODULES = (
	"opening",
	"listing",
	"counting",
	"searching",
	"granting",
	"messages",
	"files",
	"printing",
	"reports",
	"traces",
	"hosts",
	"forged",
	"functions",
	"writing",
	"identities",
	"app",
)


class NotApplicable(Exception):
	"""Raised by a road that cannot be tried here; the text says why."""


class Leak(Exception):
	"""Raised by a road that saw something it should not have; the text says what."""


@dataclass(frozen=True)
class Road:
	"""One way to a hidden case.

	title: what is tried, as a person would say it.
	closed_by: what closes it: Frappe's own check, or the part of this app.
	proof: whether it must show the case to a person who may see it. A road that shows nothing to anybody
	would prove nothing; where the answer never has contents (such as "done"), it is False.
	"""

	name: str
	family: str
	title: str
	closed_by: str
	proof: bool
	try_it: Callable


_roads: dict[str, Road] = {}


def road(title: str, closed_by: str, proof: bool = True) -> Callable:
	"""Register a function (visitor, world) as a road. What its visitor is answered is searched for hidden text.

	The function just asks; it may raise `Leak` for what words do not show, and `NotApplicable`.
	"""

	def register(function: Callable) -> Callable:
		family = function.__module__.rpartition(".")[2]
		_roads[function.__name__] = Road(function.__name__, family, title, closed_by, proof, function)
		return function

	return register


def all_roads() -> list[Road]:
	"""Return all roads, in the order they are tried and documented."""
	for module in MODULES:
		import_module(f"iso10002.confidentiality.leak_check.roads.{module}")
	return sorted(
		_roads.values(), key=lambda found: MODULES.index(found.family) if found.family in MODULES else 99
	)
