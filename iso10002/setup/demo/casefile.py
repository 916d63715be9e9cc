"""One demo case in memory: its fields, rows, parties and journal, as they would be after real work on it.

`enter` does what `handling.moves` does when a case enters a stage, from the same table of stages, only at a
time in the past. Rows are written later, many at once (see `load`).
"""

import copy
import hashlib
import json
from datetime import date, datetime, timedelta

from frappe.utils import get_datetime

from iso10002.handling import events
from iso10002.handling.stages import APPROVED, ASSESSED, CLOSED, ENDED, RECEIVED, STAGES, Stage
from iso10002.setup.demo.world import World

DATE_FIELDS = ("acceptance_on", "outside_referred_on")
NOT_OFFERED = ("Requested", "Declined")
TAKEN = ("Accepted", "Performed", "Verified")
SYSTEM = "Administrator"  # as the jobs of the scheduler run


class Cut(Exception):
	"""What comes next would lie in the future: the case stays as it is."""


class CaseFile:
	"""A case that is being told. Times are in the site's time zone and only go forward."""

	def __init__(self, world: World, name: str, fields: dict, until: datetime) -> None:
		self.world = world
		self.until = until
		self.name = name
		self.fields = fields
		self.allegations: list[dict] = []
		self.remedies: list[dict] = []
		self.parties: list[dict] = []
		self.investigations: list[dict] = []
		self.reviews: list[dict] = []
		self.referrals: list[dict] = []
		self.clocks: list[dict] = []
		self.notices: list[dict] = []
		self.events: list[dict] = []
		self.passed: list[str] = []
		self.now: datetime = fields["received_on"]
		self._rested: dict | None = None
		fields.update(
			{
				"name": name,
				"status": RECEIVED,
				**world.due(fields),
				"reopened_count": 0,
				"owner": fields["received_by"],
			}
		)

	def get(self, field: str):
		return self.fields.get(field)

	# Time

	def wait(self, until: datetime) -> datetime:
		"""Let time pass until `until`, or at least a minute, and return what time it is then.

		Raises:
			Cut: that is in the future.
		"""
		moment = max(until.replace(microsecond=0), self.now + timedelta(minutes=1))
		if moment >= self.until:
			raise Cut
		self.now = moment
		return moment

	# Journal

	def note(
		self,
		event: str,
		user: str,
		*,
		occurred_on: datetime | date | None = None,
		channel: str | None = None,
		remark: str | None = None,
		from_stage: str | None = None,
		to_stage: str | None = None,
		details: dict | None = None,
	) -> None:
		"""Append an event, recorded now."""
		recorded = self._tick()
		self.events.append(
			{
				"name": self.row_name("event", len(self.events)),
				"complaint": self.name,
				"event": event,
				"occurred_on": get_datetime(occurred_on) if occurred_on else recorded,
				"user": user,
				"channel": channel,
				"remark": remark,
				"from_stage": from_stage,
				"to_stage": to_stage,
				"details": events.as_json(details) if details else None,
				"creation": recorded,
				"modified": recorded,
				"owner": user,
				"modified_by": user,
			}
		)
		self.fields.update({"modified": recorded, "modified_by": user})

	def note_by_sweep(self, at: datetime, event: str, details: dict) -> None:
		"""Append an event the system entered at a time in the past; the journal is sorted afterwards."""
		self.events.append(
			{
				"name": self.row_name("sweep", len(self.events)),
				"complaint": self.name,
				"event": event,
				"occurred_on": at,
				"user": SYSTEM,
				"details": events.as_json(details),
				"creation": at,
				"modified": at,
				"owner": SYSTEM,
				"modified_by": SYSTEM,
			}
		)

	def add_notice(self, at: datetime, values: dict) -> None:
		"""Add a notice of a deadline the system gave at a time in the past."""
		row = self.add_row(self.notices, "notice", SYSTEM, {"complaint": self.name, **values})
		row.update({"creation": at, "modified": at})

	def _tick(self) -> datetime:
		"""Return the time, a second later where something was recorded at this second already."""
		if self.events and self.now <= self.events[-1]["creation"]:
			self.now = self.events[-1]["creation"] + timedelta(seconds=1)
		return self.now

	def receive(self) -> None:
		"""Record the receipt; the case was received at `received_on` and is entered now."""
		self.fields.update({"creation": self.now, "stage_since": self.now})
		self.note(
			RECEIVED,
			self.get("received_by"),
			occurred_on=self.get("received_on"),
			channel=self.get("channel"),
			to_stage=RECEIVED,
		)

	# Stages

	def enter(self, target: str, user: str, remark: str | None = None, **values) -> None:
		"""Enter a stage now, with what it asks for, by the table of stages (see `moves._enter_one`)."""
		if self._rested is None and self.world.is_absent(target):
			self._rested = copy.deepcopy(self._memory())
		elif not self.world.is_absent(target):
			self._rested = None
		self._tick()
		self.fields.update(values)
		stage, came_from = STAGES[target], self.get("status")
		reopened = came_from in ENDED and target == ASSESSED
		remark = remark or self._remark(stage, reopened, came_from)
		cleared = self._clear(stage, came_from)
		for user_field, time_field in stage.stamps:
			if user_field and not self.get(user_field):
				self.fields[user_field] = user
			if time_field:
				self.fields[time_field] = self.now
		stages = [old for old in (*self.passed, came_from) if old not in stage.forgets]
		self.passed = list(dict.fromkeys([*stages, target]))
		if reopened:
			self.fields["reopened_count"] += 1
		self.fields.update({"status": target, "stage_since": self.now})
		noted = {field: self.get(field) for field in stage.asks if self.get(field)}
		self.note(
			"Reopened" if reopened else target,
			user,
			occurred_on=self._happened_on(stage),
			channel=self.get(stage.channel) if stage.channel else None,
			remark=remark,
			from_stage=came_from,
			to_stage=target,
			details={
				"values": noted,
				"cleared": cleared,
				"checks": self.world.check_names(target, came_from),
			},
		)
		if target == CLOSED:
			self.fields["closing_record"] = json.dumps(self._closing_record(), ensure_ascii=False)
		if target == APPROVED:
			self.authorise(user)

	def finish(self) -> None:
		"""End the telling: a case does not rest in a stage the active workflow has no state for."""
		if self._rested is not None:
			self.__dict__.update(self._rested)
			self._rested = None
		derived = self.world.priority(
			*(self.get(field) for field in ("severity", "impact", "safety_implication"))
		)
		self.fields["derived_priority"] = derived
		self.fields["priority"] = self.get("priority") or derived
		self.fields["stages_passed"] = json.dumps(self.passed)
		self.fields["workflow_state"] = self.world.state(self.get("status"))

	# Remedies

	def set_remedies(self, user: str, progress: str, only: tuple[str, ...], **values) -> bool:
		"""Bring the remedies whose progress is in `only` to `progress`; return whether there were any."""
		found = [row for row in self.remedies if row["progress"] in only]
		changed = [
			{"remedy": row["remedy_type"], "from": row["progress"], "to": progress, "value": row["value"]}
			for row in found
		]
		for row in found:
			row.update({"progress": progress, "modified": self.now, "modified_by": user, **values})
		self._note_remedies(user, changed)
		return bool(changed)

	def offer(self, user: str, remedies: list[dict]) -> None:
		"""Add remedies that are offered now."""
		changed = []
		for values in remedies:
			self.add_row(self.remedies, "remedy", user, {"progress": "Offered", **values})
			changed.append(
				{"remedy": values["remedy_type"], "from": None, "to": "Offered", "value": values["value"]}
			)
		self._note_remedies(user, changed)
		if APPROVED in self.passed:
			self.authorise(user)

	def _note_remedies(self, user: str, changed: list[dict]) -> None:
		accepted = [row["progress"] for row in self.remedies if row["progress"] in TAKEN]
		done = bool(accepted) and "Accepted" not in accepted
		if changed:
			self.note("Remedy Changed", user, details={"remedies": changed, "all_performed": done})

	def authorise(self, user: str) -> None:
		"""Note who authorised the remedies offered that nobody has authorised yet."""
		for row in self.remedies:
			if row["progress"] not in NOT_OFFERED and not row.get("authorised_by"):
				row["authorised_by"] = user

	# Rows

	def add_row(self, rows: list[dict], kind: str, user: str, values: dict) -> dict:
		"""Append a row that hangs on the case, with a name that is the same in every load."""
		row = {
			"name": self.row_name(kind, len(rows)),
			"creation": self.now,
			"modified": self.now,
			"owner": user,
			"modified_by": user,
			**values,
		}
		rows.append(row)
		return row

	def add_party(self, user: str, **values) -> dict:
		"""Add a party, with its event."""
		row = self.add_row(self.parties, "party", user, {"complaint": self.name, **values})
		self.note("Party Added", user, details={"party": row["name"], "role": row["role"]})
		return row

	def change_party(self, party: dict, user: str, **values) -> None:
		"""Change fields of a party; the journal keeps which, not what."""
		party.update({**values, "modified": self.now, "modified_by": user})
		details = {"party": party["name"], "role": party["role"], "fields": sorted(values)}
		self.note("Party Changed", user, details=details)

	def row_name(self, kind: str, number: int | str) -> str:
		"""Return a name that is the same in every load."""
		return hashlib.sha1(f"{self.name}:{kind}:{number}".encode()).hexdigest()[:16]

	# As moves does it

	def _clear(self, stage: Stage, came_from: str) -> dict:
		if stage.forgets and came_from not in stage.forgets:
			return {}
		cleared = {field: self.get(field) for field in stage.clears if self.get(field)}
		self.fields.update(dict.fromkeys(cleared))
		return cleared

	def _remark(self, stage: Stage, reopened: bool, came_from: str) -> str | None:
		if reopened:
			return self.get("reopening_reason")
		if self.get("sent_back_reason") and came_from in stage.forgets:
			return self.get("sent_back_reason")
		return self.get(stage.remark) if stage.remark else None

	def _happened_on(self, stage: Stage) -> datetime | date | None:
		moment = self.get(stage.happened) if stage.happened else None
		if stage.happened in DATE_FIELDS and moment == self.now.date():
			return None
		return moment

	def _closing_record(self) -> list[dict]:
		entries = {
			row["event"]: row for row in self.events if row["to_stage"] and row["event"] in self.passed
		}
		return [
			{
				"stage": stage,
				"on": row["occurred_on"].isoformat(sep=" "),
				"by": row["user"],
				"checks": self.world.check_descriptions(
					stage, json.loads(row["details"] or "{}").get("checks", [])
				),
			}
			for stage, row in entries.items()
		]

	def _memory(self) -> dict:
		told = ("fields", "parties", "events", "passed", "now")
		kept = (*told, "allegations", "remedies", "investigations", "reviews", "referrals")
		return {name: self.__dict__[name] for name in kept}
