"""The table of checks: how a check is entered in it, run and described."""

from collections.abc import Callable
from dataclasses import asdict, dataclass

from frappe.model.document import Document

from iso10002.handling import stages as stage

# A check looks at the case and answers: whether it holds, what it looked for, what to do if it does not hold.
Look = Callable[[Document], tuple[bool, str, str]]


@dataclass(frozen=True)
class Result:
	"""What one check found. `advice` says what to do while `ok` is False."""

	name: str
	stage: str
	clause: str
	fields: tuple[str, ...]
	label: str
	ok: bool
	advice: str

	def as_dict(self) -> dict:
		return asdict(self)


@dataclass(frozen=True)
class Check:
	"""A named check of one stage; `came_from` limits it to entries from certain stages."""

	name: str
	stage: str
	clause: str
	fields: tuple[str, ...]
	came_from: tuple[str, ...] | None
	look: Look

	def run(self, case: Document) -> Result:
		ok, label, advice = self.look(case)
		return Result(self.name, self.stage, self.clause, self.fields, label, bool(ok), advice)


CHECKS: dict[str, list[Check]] = {name: [] for name in stage.STAGES}


def check(*stages: str, clause: str, fields: tuple[str, ...] = (), came_from: tuple[str, ...] | None = None):
	"""Enter the decorated function in the table for each of `stages`."""

	def enter(look: Look):
		for name in stages:
			CHECKS[name].append(Check(look.__name__, name, clause, fields, came_from, look))
		return look

	return enter


def results(case: Document, target: str, came_from: str) -> list[Result]:
	"""Run the checks of `target` that apply to a case coming from `came_from`."""
	return [
		entry.run(case) for entry in CHECKS[target] if entry.came_from is None or came_from in entry.came_from
	]


def describe(case: Document, target: str, names: list[str]) -> list[dict]:
	"""Return clause and wording of the named checks of a stage, for the closing record."""
	return [
		{"name": entry.name, "clause": entry.clause, "label": entry.look(case)[1]}
		for entry in CHECKS.get(target, [])
		if entry.name in names
	]
