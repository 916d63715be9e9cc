"""The assessment of a demo case, and what changes it later: severity, priority, handler, deadline."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from iso10002.handling.clocks import derive
from iso10002.handling.documents import SEVERITIES
from iso10002.setup.demo import texts

if TYPE_CHECKING:
	from iso10002.setup.demo.story import Story

SEVERE_ISSUES = (
	"Loan modification,collection,foreclosure",
	"Taking/threatening an illegal action",
	"Identity theft / Fraud / Embezzlement",
	"Fraud or scam",
)
PRIORITIES = ("Low", "Medium", "High", "Urgent")
MOST_DAYS_MORE = 10


def weights(story: Story) -> dict:
	"""Return the answers of the assessment and the priority that follows from them."""
	chance = story.chance
	severe = story.fact.issue in SEVERE_ISSUES
	needed = story.happens(0.4 if severe else 0.1)
	values = {
		"severity": chance.choices(SEVERITIES, (5, 40, 45, 10) if severe else (42, 43, 13, 2))[0],
		"impact": chance.choices(("One person", "Several people", "Many people"), (88, 9, 3))[0],
		"complexity": chance.choices(("Simple", "Moderate", "Complex"), (45, 40, 15))[0],
		"safety_implication": "Yes" if story.happens(0.006) else "No",
		"immediate_action_needed": "Yes" if needed else "No",
		"immediate_action_possible": "Yes" if needed and story.happens(0.7) else "No",
		"compensation_likely": chance.choice(("Yes", "Not known"))
		if "monetary" in story.fact.response
		else chance.choice(("No", "Not known")),
	}
	derived = story.world.priority(values["severity"], values["impact"], values["safety_implication"])
	if derived and story.happens(0.03):
		values["priority"] = chance.choice([name for name in PRIORITIES if name != derived])
		values["priority_reason"] = chance.choice(texts.PRIORITY_REASONS)
	return {"priority": derived or "Medium", **values}


def raise_severity(story: Story) -> None:
	"""The case turns out to be graver than it was assessed; the priority follows unless set by hand."""
	case = story.case
	old = case.get("severity")
	if old == SEVERITIES[-1]:
		return
	story.days_later(0.5, 2)
	new = SEVERITIES[SEVERITIES.index(old) + 1]
	priority = case.get("priority")
	was_derived = priority == _derived(story)
	case.fields["severity"] = new
	if was_derived:
		case.fields["priority"] = _derived(story) or priority
	elif priority == _derived(story):
		case.fields["priority_reason"] = None
	case.note("Assessment Changed", story.handler, details={"severity": [old, new]})
	if priority != case.get("priority"):
		changed = [priority, case.get("priority")]
		case.note("Priority Changed", story.handler, details={"priority": changed})


def reassign(story: Story) -> None:
	"""The case goes to a colleague who is not complained about in it."""
	case, colleague = story.case, story.colleague
	if any(party.get("linked_name") == colleague for party in case.parties):
		return
	story.days_later(0.3, 2)
	case.fields["handler"] = colleague
	case.note(
		"Reassigned",
		story.handler,
		remark="Handed over to balance the workload.",
		details={"handler": [story.handler, colleague]},
	)
	story.handler = colleague


def adjust_deadline(story: Story) -> None:
	"""Now and then the deadline to answer stands still or is extended, where its rule allows it."""
	case, chance = story.case, story.chance
	which = story.pick({"pause": 2, "extend": 3, "": 95})
	clock = next(
		(
			definition
			for definition in story.world.definitions(case.fields).values()
			if definition.purpose == "Answer" and definition.starts_on == "Received"
		),
		None,
	)
	due = case.get("response_due")
	if not which or not clock or case.now >= due:
		return
	own = {"clock": clock.clock, "round": 0}
	if which == "pause" and clock.pause_allowed:
		since = case.now
		case.note(derive.PAUSE, story.handler, remark=chance.choice(texts.PAUSES), details=own)
		until = story.days_later(2, 8)
		case.note(derive.RESUME, story.handler, details=own)
		case.fields["response_due"] = clock.after_pause(due, since, until)
		story.days += (until - since) / timedelta(days=1)
	elif which == "extend" and clock.extensions_allowed:
		length, unit = min(clock.extension_length, MOST_DAYS_MORE), clock.extension_unit
		new = clock.extended(due, length, unit)
		case.note(
			derive.EXTENSION,
			story.handler,
			remark=chance.choice(texts.EXTENSIONS),
			details={**own, "length": length, "unit": unit, "notice_sent_on": case.now, "due_on": [due, new]},
		)
		case.fields["response_due"] = new
		story.days += max((new - story.received) / timedelta(days=1) * 0.9 - story.days, 0)


def _derived(story: Story) -> str | None:
	case = story.case
	return story.world.priority(case.get("severity"), case.get("impact"), case.get("safety_implication"))
