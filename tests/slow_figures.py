"""Every measure by a slow and obvious reading: plain Python over all events and records, no SQL conditions.

Used by the truth tests. Cases are read one by one as the journal tells them; nothing here comes from
`iso10002.analytics`, so that the two can be compared.
"""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from datetime import datetime, timedelta
from itertools import pairwise

import frappe
from frappe.utils import add_to_date, get_datetime

ENDS = {"Closed", "Withdrawn", "Not a Complaint", "Duplicate"}
SECONDS_OF_A_DAY = 86400


class Case:
	"""One case as its journal tells it."""

	def __init__(self, row: dict, events: list[dict]) -> None:
		self.row, self.events = row, events  # events as they were recorded
		for event in events:
			event["details"] = json.loads(event.get("details") or "{}")
		self.received = get_datetime(self.corrected("received_on") or self.first("Received")["occurred_on"])
		self.stages = [event for event in events if event["to_stage"]]
		self.status = self.stages[-1]["to_stage"]
		self.counted = self.status not in ("Not a Complaint", "Duplicate")

	def all(self, *kinds: str) -> list[dict]:
		return [event for event in self.events if event["event"] in kinds]

	def first(self, *kinds: str) -> dict | None:
		return min(self.all(*kinds), key=lambda event: event["occurred_on"], default=None)

	def first_on(self, *kinds: str) -> datetime | None:
		found = self.first(*kinds)
		return found and found["occurred_on"]

	def corrected(self, field: str) -> datetime | None:
		"""The last value a correction gave to a field."""
		to = [
			event["details"].get("to")
			for event in self.all("Correction")
			if event["details"].get("field") == field
		]
		return get_datetime(to[-1]) if to else None

	@property
	def answer(self) -> dict | None:
		"""The communication that stands: the last one, unless a later stage emptied it."""
		found = None
		for event in self.stages:
			if event["to_stage"] == "Decision Communicated":
				found = event
			elif "communicated_on" in (event["details"].get("cleared") or {}):
				found = None
		return found

	@property
	def answered_on(self) -> datetime | None:
		answer = self.answer
		if not answer:
			return None
		later = [
			event["details"]["to"]
			for event in self.all("Correction")
			if event["details"].get("field") == "communicated_on" and event["creation"] >= answer["creation"]
		]
		return get_datetime(later[-1]) if later else answer["occurred_on"]

	@property
	def rejected_on(self) -> datetime | None:
		"""The day of the first rejection, as it was corrected last before the next answer."""
		on, answers = None, 0
		for event in self.events:
			if event["event"] == "Correction" and event["details"].get("field") == "acceptance_on":
				on = get_datetime(event["details"]["to"]) if answers == 1 else on
			elif event["event"] in ("Accepted", "Rejected") and (on or event["event"] == "Rejected"):
				on, answers = on or event["occurred_on"], answers + 1
		return on

	@property
	def decision(self) -> str | None:
		"""The decision as entered last in a stage, or as a completed review changed it."""
		found = None
		for event in self.events:
			details = event["details"]
			if event["event"] == "Review Completed" and details.get("decision"):
				found = details["decision"][1]
			elif event["to_stage"]:
				found = (details.get("values") or {}).get("decision") or found
		return found or self.row["decision"]

	def was_open_before(self, moment: datetime) -> bool:
		"""Whether the case had come in and had not ended before a moment, by the recording of its steps."""
		if self.received >= moment:
			return False
		is_open = True
		for event in self.stages:
			if event["creation"] < moment:
				is_open = event["to_stage"] not in ENDS
		return is_open

	@property
	def closed_on(self) -> datetime | None:
		return self.stages[-1]["creation"] if self.status == "Closed" else None

	def stays(self) -> list[float]:
		"""Days in each stage, from the recording of its entry to that of the next; what has ended is in none."""
		return [
			days(b["creation"] - a["creation"]) for a, b in pairwise(self.stages) if a["to_stage"] not in ENDS
		]


def days(span: timedelta) -> float:
	return int(span.total_seconds()) / SECONDS_OF_A_DAY


def read(only: str = "%") -> list[Case]:
	"""Return all cases whose reference is like `only`."""
	events = defaultdict(list)
	for event in frappe.get_all(
		"Complaint Event", {"complaint": ["like", only]}, ["*"], order_by="creation, name"
	):
		events[event.complaint].append(event)
	return [
		Case(row, events[row.name]) for row in frappe.get_all("Complaint", {"name": ["like", only]}, ["*"])
	]


def slow_figures(start: datetime, end: datetime, only: str = "%") -> dict[str, float | None]:
	"""Return every measure for records dated from `start` to before `end`, by its name."""
	now = frappe.utils.now_datetime()
	everything = read(only)
	cases = [case for case in everything if case.counted]
	names = {case.row["name"]: case for case in cases}

	def inside(moment: datetime | None) -> bool:
		return bool(moment) and start <= get_datetime(moment) < end

	received = [case for case in cases if inside(case.received)]
	answered = [case for case in cases if inside(case.answered_on)]
	closed = [case for case in cases if inside(case.closed_on)]
	open_now = [case for case in cases if case.status not in ENDS]
	before_answer = {
		"Received",
		"Acknowledged",
		"Assessed",
		"Investigating",
		"Decision Proposed",
		"Decision Approved",
	}
	found: dict[str, float | None] = {
		"received": len(received),
		"set_aside": sum(inside(case.received) and not case.counted for case in everything),
		"open": sum(case.was_open_before(end) for case in cases),
		"open_now": len(open_now),
		"overdue": sum(
			case.status in before_answer and _answer_due(case) and _answer_due(case) < now
			for case in open_now
		),
		"decided": len(answered),
		"first_contact": sum(_at_first_contact(case) for case in answered),
		"days_to_answer": mean([days(case.answered_on - case.received) for case in answered]),
		"upheld": sum(case.decision in ("Upheld", "Partly upheld") for case in answered),
		"closed": len(closed),
		"days_to_close": mean([days(case.closed_on - case.received) for case in closed]),
		"closed_unreconciled": sum(case.row["acceptance"] == "Rejected" for case in closed),
		"assessed": sum(inside(case.first_on("Assessed")) for case in cases),
		"wrong_priority": sum(
			inside(case.first_on("Assessed")) and bool(case.all("Priority Changed")) for case in cases
		),
		"rejected": sum(inside(case.rejected_on) for case in cases),
		"answered_rejected": sum(case.rejected_on is not None for case in answered),
		"reviewed": sum(inside(case.first_on("Under Review")) for case in cases),
		"referred": sum(inside(case.first_on("Referral Recorded", "Referred")) for case in cases),
		"reopened": sum(inside(case.first_on("Reopened")) for case in cases),
		"taken_over": sum(inside(case.first_on("Taken Over")) for case in cases),
		"proposed": sum(inside(case.first_on("Proposal Accepted")) for case in cases),
		"repeat_complainants": _repeat_complainants(received, cases, start, only),
		"recurring_problems": _shared(
			received, lambda row: (row["category"], row["product_or_service"] or "")
		),
		"recurring_causes": _shared(answered, lambda row: (row["cause"],)),
		"days_in_stage": mean([stay for case in closed for stay in case.stays()]),
		**_clocks(names, inside, now),
		**_remedies(names, inside),
		**_second_stage(names, inside),
		**_surveys(names, inside),
		**_process(inside),
	}
	for share, (part, whole) in SHARES.items():
		found[share] = 100 * found[part] / found[whole] if found[whole] else None
	return found


SHARES = {
	"improvements_effective_share": ("improvements_effective", "improvements_checked"),
	"first_contact_share": ("first_contact", "decided"),
	"upheld_share": ("upheld", "decided"),
	"wrong_priority_share": ("wrong_priority", "assessed"),
	"rejected_share": ("answered_rejected", "decided"),
	"clocks_in_time_share": ("clocks_in_time", "clocks_due"),
	"acknowledged_in_time_share": ("acknowledged_in_time", "acknowledged_due"),
	"answered_in_time_share": ("answered_in_time", "answered_due"),
	"reviews_changed_share": ("reviews_changed", "reviews"),
	"referrals_for_complainant_share": ("referrals_for_complainant", "referral_outcomes"),
}


def mean(values: list[float]) -> float | None:
	return sum(values) / len(values) if values else None


def _answer_due(case: Case) -> datetime | None:
	"""When an answer is due by the deadlines that run; by the settings where the case never had one."""
	clocks = frappe.get_all("Complaint Clock", {"complaint": case.row["name"], "purpose": "Answer"}, ["*"])
	if not any(clock.started_on for clock in clocks):
		return case.row["response_due"]
	return min((clock.due_on for clock in clocks if clock.state == "Running"), default=None)


def _at_first_contact(case: Case) -> bool:
	"""Answered without an assessment before, in this round."""
	answer = case.answer
	return bool(answer) and answer["from_stage"] in ("Received", "Acknowledged")


def _shared(cases: list[Case], key) -> int:
	"""Cases whose key at least three of them have."""
	keys = [key(case.row) for case in cases if key(case.row)[0]]
	often = Counter(keys)
	return sum(often[key] >= 3 for key in keys)


def _repeat_complainants(received: list[Case], cases: list[Case], start: datetime, only: str) -> int:
	since = add_to_date(start, months=-12)
	people = frappe.get_all(
		"Complaint Party",
		{"role": "Complainant", "complaint": ["like", only]},
		["complaint", "email", "linked_doctype", "linked_name"],
	)
	marks = defaultdict(set)
	for party in people:
		if party.email:
			marks[party.complaint].add(party.email.lower())
		if party.linked_name:
			marks[party.complaint].add((party.linked_doctype, party.linked_name))
	by_mark = defaultdict(list)
	for case in cases:
		for mark in marks[case.row["name"]]:
			by_mark[mark].append(case)
	return sum(
		any(
			since <= other.received < case.received and other is not case
			for mark in marks[case.row["name"]]
			for other in by_mark[mark]
		)
		for case in received
	)


def _clocks(names: dict[str, Case], inside, now: datetime) -> dict[str, int]:
	"""Deadlines: whether what they wait for happened, by the events, before they were due."""
	count = Counter()
	for clock in frappe.get_all("Complaint Clock", {"complaint": ["in", list(names) or [""]]}, ["*"]):
		if not inside(clock.breached_on or clock.due_on) or _is_window(clock.version):
			continue
		if clock.state == "Met":
			kept = clock.met_on <= clock.due_on and not _missed_before_extension(
				names[clock.complaint], clock
			)
		elif clock.breached_on or (clock.state == "Running" and clock.due_on < now):
			kept = False
		else:
			continue  # exempt, ended with the case in time, standing still, or not due yet
		for kind in (
			"clocks",
			*{"Acknowledge": ["acknowledged"], "Answer": ["answered"]}.get(clock.purpose, []),
		):
			count[f"{kind}_due"] += 1
			count[f"{kind}_in_time"] += kept
			count[f"{kind}_late"] += not kept
		count["clocks_extended"] += clock.extensions > 0
	wanted = ["clocks_due", "clocks_in_time", "clocks_extended"]
	wanted += [
		f"{kind}_{what}" for kind in ("acknowledged", "answered") for what in ("due", "in_time", "late")
	]
	return {name: count[name] for name in wanted}


def _missed_before_extension(case: Case, clock: dict) -> bool:
	"""Whether the deadline had passed already when it was extended."""
	for event in case.all("Deadline Extended"):
		details = event["details"]
		if (details.get("clock"), details.get("round") or 0) == (clock.clock_name, clock.round):
			if clock.first_due_on < event["occurred_on"]:
				return True
	return False


def _is_window(version: str) -> bool:
	return json.loads(frappe.db.get_value("Complaint Clock Version", version, "definition"))["is_window"]


def _remedies(names: dict[str, Case], inside) -> dict[str, float]:
	number, value = 0, 0.0
	for row in frappe.get_all("Complaint Remedy", {"parent": ["in", list(names) or [""]]}, ["*"]):
		if inside(row.performed_on) and row.progress in ("Performed", "Verified"):
			number += 1
			value += row.value or 0
	return {"remedies": number, "remedy_value": value}


def _second_stage(names: dict[str, Case], inside) -> dict[str, int]:
	of_cases = {"complaint": ["in", list(names) or [""]]}
	reviews = [
		row
		for row in frappe.get_all("Complaint Review", of_cases, ["completed_on", "outcome", "docstatus"])
		if row.docstatus == 1 and inside(row.completed_on)
	]
	outcomes = [
		row.outcome
		for row in frappe.get_all("Complaint Referral", of_cases, ["outcome_on", "outcome"])
		if inside(row.outcome_on)
	]
	return {
		"reviews": len(reviews),
		"reviews_changed": sum(row.outcome != "Confirmed" for row in reviews),
		"referral_outcomes": len(outcomes),
		"referrals_for_complainant": sum(
			outcome not in ("Decided for the organisation", "Not taken up", "Withdrawn by the complainant")
			for outcome in outcomes
		),
	}


def _surveys(names: dict[str, Case], inside) -> dict[str, float | None]:
	rows = [
		row
		for row in frappe.get_all("Complaint Survey", {"complaint": ["in", list(names) or [""]]}, ["*"])
		if inside(row.sent_on)
	]
	asked = ("access", "informed", "treatment", "time", "outcome")
	return {
		**_survey_of([row for row in rows if row.respondent == "Complainant"], asked, ""),
		**_survey_of(
			[row for row in rows if row.respondent == "Person complained about"],
			("treatment", "informed"),
			"people_",
		),
	}


def _survey_of(rows: list[dict], asked: tuple[str, ...], prefix: str) -> dict[str, float | None]:
	"""Points and numbers; nothing of fewer than five answers, and nothing where fewer than five were asked."""
	answered = [row for row in rows if row.answered_on]
	is_shown = len(rows) >= 5 and (not answered or len(answered) >= 5)
	found = {
		f"{prefix}surveys": len(rows),
		f"{prefix}surveys_answered": len(answered) if is_shown else None,
		f"{prefix}response_rate": 100 * len(answered) / len(rows) if is_shown else None,
	}
	for question in asked:
		points = [row[question] for row in answered if row[question]]
		found[f"{prefix}satisfaction_{question}"] = mean(points) if len(points) >= 5 else None
	return found


def _process(inside) -> dict[str, int]:
	"""Improvements by what they became, the people of each training, and what became of proposed tickets."""
	status = [
		row.status
		for row in frappe.get_all("Complaint Improvement", fields=["done_on", "status"])
		if inside(row.done_on)
	]
	people = [
		row.people
		for row in frappe.get_all("Complaint Training", fields=["held_on", "people"])
		if inside(row.held_on)
	]
	proposals = frappe.get_all("Complaint Proposal", fields=["creation", "state"])
	decided = [row.state for row in proposals if inside(row.creation)]
	return {
		"tickets_proposed": len(decided),
		"tickets_rejected": decided.count("Rejected"),
		"improvements": len(status),
		"improvements_checked": sum(found in ("Effective", "Not effective") for found in status),
		"improvements_effective": status.count("Effective"),
		"trainings": len(people),
		"staff_trained": sum(people),
	}
