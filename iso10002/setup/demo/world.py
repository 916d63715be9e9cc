"""What the site the demo data goes to has: deadlines, masters, and the states of its workflow.

An admin may have renamed or dropped any of the masters the app came with; a demo case uses what is there.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

import frappe
from frappe import _
from frappe.utils import cint

from iso10002.handling import assessment, checks, workflows
from iso10002.handling.clocks import rules
from iso10002.handling.clocks.definition import Definition
from iso10002.handling.clocks.keep import DUE_FIELDS
from iso10002.handling.stages import STAGES

MOST_REMINDERS = 5
BODY = "Dispute Resolution Body"
BODIES = {
	"Financial Ombudsman (demo)": "Ombudsman",
	"Banking Arbitration Board (demo)": "Arbitration board",
	"Consumer Finance Regulator (demo)": "Regulator",
}


class DemoError(frappe.ValidationError):
	"""The demo data cannot be loaded on this site as it is."""


@dataclass(frozen=True)
class Remedy:
	"""A type of remedy the demo cases may offer; nobody needs an authority for it."""

	name: str
	kind: str
	has_value: bool


class World:
	"""The site as the demo cases see it; read once, nothing is changed."""

	def __init__(self) -> None:
		settings = frappe.get_cached_doc("ISO10002 Settings")
		self.acknowledge_days = cint(settings.acknowledge_within_days)
		self.respond_days = cint(settings.respond_within_days)
		self.reminders = cint(settings.reminders_before_silence)
		self.further_ways = settings.further_ways or _("An internal review, then an outside body.")
		self.spoken = {
			row.name: bool(row.is_oral)
			for row in frappe.get_all("Complaint Channel", ["name", "is_oral"], {"disabled": 0})
		}
		if not self.spoken:
			raise DemoError(
				_("The demo data needs at least one Complaint Channel. Create one, such as E-mail.")
			)
		self.causes = frappe.get_all("Complaint Cause", {"disabled": 0, "is_group": 0}, pluck="name")
		if not self.causes:
			raise DemoError(_("The demo data needs at least one Complaint Cause that is not a group."))
		self.remedies = _remedies_without_limit()
		self.bodies = frappe.get_all(BODY, {"disabled": 0}, pluck="name")
		self.rules = rules.active_rules()
		self.versions: dict[str, Definition] = {}
		self.currency = _existing("Currency", "USD")
		self.country = _existing("Country", "United States")
		self.language = _existing("Language", "en")
		self.states = _states()
		self._priorities: dict[tuple, str | None] = {}
		self._checks: dict[tuple[str, str], list[str]] = {}
		self._descriptions: dict[tuple, list[dict]] = {}
		self._empty_case = frappe.new_doc("Complaint")

	def channel(self, *wanted: str) -> str:
		"""Return the first of the wanted channels the site has; any if it has none of them."""
		return next((name for name in wanted if name in self.spoken), next(iter(self.spoken)))

	def remedies_of(self, *kinds: str) -> list[Remedy]:
		return [remedy for remedy in self.remedies if remedy.kind in kinds]

	def is_absent(self, stage: str) -> bool:
		"""Whether the active workflow has no state for a stage, so that no case may rest in it."""
		return self.states is not None and stage not in self.states

	def state(self, stage: str) -> str | None:
		return self.states.get(stage) if self.states else None

	def definitions(self, fields: dict) -> dict[str, Definition]:
		"""Return the deadlines of a case by the clock rules of the site (as `clocks.rules.choose`)."""
		found: dict[str, Definition] = {}
		for _name, conditions, definitions in self.rules:
			if rules.matches(fields, conditions):
				for definition in definitions:
					found.setdefault(definition.clock, definition)
		return found

	def due(self, fields: dict) -> dict[str, datetime]:
		"""Return until when a new complaint is to be acknowledged and answered, by rule or else by the settings."""
		received = fields["received_on"]
		found = {
			"acknowledge_due": received + timedelta(days=self.acknowledge_days),
			"response_due": received + timedelta(days=self.respond_days),
		}
		by_rule: dict[str, datetime] = {}
		for definition in self.definitions(fields).values():
			field = DUE_FIELDS.get(definition.purpose)
			if field and definition.starts_on in ("Received", "Became Aware"):
				due = definition.due(received)
				by_rule[field] = min(due, by_rule.get(field, due))
		return {**found, **by_rule}

	def priority(self, severity: str | None, impact: str | None, safety: str | None) -> str | None:
		key = (severity, impact, safety)
		if key not in self._priorities:
			self._priorities[key] = assessment.priority_of(*key)
		return self._priorities[key]

	def check_names(self, stage: str, came_from: str) -> list[str]:
		"""Return the names of the checks a case meets when it enters a stage from another."""
		key = (stage, came_from)
		if key not in self._checks:
			self._checks[key] = [
				entry.name
				for entry in checks.CHECKS[stage]
				if entry.came_from is None or came_from in entry.came_from
			]
		return self._checks[key]

	def check_descriptions(self, stage: str, names: list[str]) -> list[dict]:
		"""Return clause and wording of checks, as the closing record keeps them."""
		key = (stage, *names)
		if key not in self._descriptions:
			self._descriptions[key] = checks.describe(self._empty_case, stage, names)
		return self._descriptions[key]


def create_bodies() -> list[str]:
	"""Create bodies for the settlement of disputes where the site has none, and return their names."""
	if frappe.get_all(BODY, {"disabled": 0}, limit=1):
		return []
	made = []
	for name, kind in BODIES.items():
		if not frappe.db.exists(BODY, name):
			body = frappe.new_doc(BODY)
			body.update({"body_name": name, "kind": kind})
			body.insert(ignore_permissions=True)  # safe: only from the command line, only made-up bodies
			made.append(name)
	return made


def _existing(doctype: str, name: str) -> str | None:
	return name if frappe.db.exists(doctype, name) else None


def _remedies_without_limit() -> list[Remedy]:
	"""Leave out types with authority limits: whether the made-up people are within them is the site's matter."""
	limited = set(frappe.get_all("Complaint Remedy Authority", pluck="parent"))
	types = frappe.get_all("Complaint Remedy Type", ["name", "kind", "has_value"], {"disabled": 0})
	return [Remedy(row.name, row.kind, bool(row.has_value)) for row in types if row.name not in limited]


def _states() -> dict[str, str] | None:
	"""Return the first state of the active workflow for each stage; None without an active workflow."""
	workflow = workflows.active_workflow()
	if not workflow:
		return None
	found: dict[str, str] = {}
	for row in workflow.states:
		stage = workflows.stage_of_state(workflow, row.state)
		if stage in STAGES:
			found.setdefault(stage, row.state)
	return found
