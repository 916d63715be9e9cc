"""What a complainant sees of the own case: built from nothing but what is listed here.

The page, its JSON and the public interface all show `view`. It reads single columns, never a whole record, so a
field that is added to a DocType later is not in it. The decision appears once it was communicated, and only as far
as a letter may tell it (see `letters._facts`). Source: ISO 10002:2018 clauses 4.4, 4.9, 7.3 and 7.8.
"""

import json
from dataclasses import dataclass
from datetime import datetime

import frappe
from frappe.model.document import Document

from iso10002.handling import complainant
from iso10002.handling import stages as stage
from iso10002.handling.letters import AUTOMATIC, LINK
from iso10002.portal.languages import _

# What a public step is called, and the stages that mean it; a case may pass only some of them.
STEPS = (
	("received", (stage.RECEIVED,)),
	("acknowledged", (stage.ACKNOWLEDGED,)),
	("looked_into", (stage.ASSESSED, stage.INVESTIGATING, stage.PROPOSED, stage.APPROVED)),
	("decided", (stage.COMMUNICATED, stage.ACCEPTED, stage.REJECTED)),
	("reviewed", (stage.UNDER_REVIEW,)),
	("referred", (stage.REFERRED,)),
	("put_right", (stage.REMEDY,)),
	("closed", (stage.CLOSED,)),
)
# Steps that are shown only once a case takes them.
BY_WAY = ("reviewed", "referred", "put_right")
TOLD = (stage.COMMUNICATED, stage.ACCEPTED, stage.REJECTED, stage.REFERRED, stage.REMEDY, stage.CLOSED)
MESSAGES = ("Message Received", "Message Sent")
LETTERS = ("Contact", "Reminder")
ENTRIES = tuple(name for _step, names in STEPS for name in names)


@dataclass(frozen=True)
class Words:
	"""What a step is called while it lies ahead or behind, and what it means now."""

	label: str
	now: str


def words(step: str) -> Words:
	return {
		"received": Words(_("Received"), _("Your complaint has arrived. We will confirm that we have it.")),
		"acknowledged": Words(
			_("Receipt confirmed"), _("We have confirmed your complaint and will look into it.")
		),
		"looked_into": Words(
			_("Being looked into"), _("We are finding out what happened and what should be done.")
		),
		"decided": Words(_("Decision"), _("We have told you our decision.")),
		"reviewed": Words(_("Review"), _("Somebody who had no part in the decision looks at it again.")),
		"referred": Words(
			_("Outside body"), _("An independent body outside our organisation deals with the matter.")
		),
		"put_right": Words(_("Putting it right"), _("We are doing what was agreed.")),
		"closed": Words(_("Closed"), _("Your complaint is closed.")),
		"withdrawn": Words(_("Withdrawn"), _("Your complaint was withdrawn.")),
		"ended": Words(_("Closed"), _("Your complaint was closed without a decision. We have told you why.")),
	}[step]


def view(complaint: str) -> dict:
	"""Return what the complainant may know of a case. Whoever calls has made sure that it is the complainant.

	Returns:
		dict with `reference`, `received_on`, `stage` (step, label, text), `steps` (step, label, state: done, now or
		coming, on), `next_date` (date promised, or None), `asked` (what the complainant is asked to do), `may` (what
		is possible: write, answer, review, withdraw), `messages` (from, on, subject, text, files), `decision` (None
		before it was communicated; else decision, reasons, points, remedies, further_ways, answer). Dates are ISO
		8601 in the site's time zone.
	"""
	case = frappe.get_doc("Complaint", complaint)
	events = _events(complaint)
	step = _step_of(case.status)
	told = case.status in TOLD and bool(case.communicated_on)
	return {
		"reference": case.name,
		"received_on": _date(case.received_on),
		"stage": {"step": step, "label": words(step).label, "text": words(step).now},
		"steps": _steps(case.status, events),
		"next_date": None if case.status in (*stage.ENDED, *TOLD) else _next_date(complaint),
		"asked": _asked(case),
		"may": {
			"write": True,
			"answer": complainant.may_answer(case),
			"review": complainant.may_ask_for_review(case),
			"withdraw": case.status not in stage.ENDED and not _wishes_to_withdraw(events),
		},
		"messages": _messages(events),
		"decision": _decision(case) if told else None,
	}


def file_of(complaint: str, name: str) -> tuple[Document, str] | None:
	"""Return the File `name` and how it is called, if it came with a message of this case."""
	for row in _events(complaint):
		for file in _details(row).get("files", []) if row.event in MESSAGES else []:
			if file["file"] == name and frappe.db.exists("File", name):
				return frappe.get_doc("File", name), file["name"]
	return None


def _events(complaint: str) -> list[frappe._dict]:
	"""Return stage entries, messages and letters of a case, oldest first."""
	row = frappe.qb.DocType("Complaint Event")
	kinds = (*ENTRIES, *MESSAGES, *LETTERS, "Reopened", "Withdrawal Requested")
	return (
		frappe.qb.from_(row)
		.select(row.event, row.occurred_on, row.remark, row.details)
		.where(row.complaint == complaint)
		.where(row.event.isin(kinds))
		.orderby(row.occurred_on)
		.orderby(row.creation)
		.run(as_dict=True)
	)


def _step_of(status: str) -> str:
	if status == stage.WITHDRAWN:
		return "withdrawn"
	return next((step for step, names in STEPS if status in names), "ended")


def _steps(status: str, events: list[frappe._dict]) -> list[dict]:
	"""Return the steps with their dates; what was passed before a reopening counts for its first two steps only."""
	dates: dict[str, datetime] = {}
	for row in events:
		if row.event == "Reopened":
			dates = {step: moment for step, moment in dates.items() if step in ("received", "acknowledged")}
		if row.event in ("Reopened", *ENTRIES):
			dates.setdefault(
				"looked_into" if row.event == "Reopened" else _step_of(row.event), row.occurred_on
			)
	current = _step_of(status)
	if current in ("withdrawn", "ended"):
		shown = [step for step, _names in STEPS if step in dates] + [current]
		at = len(shown) - 1
	else:
		shown = [step for step, _names in STEPS if step in dates or step == current or step not in BY_WAY]
		at = shown.index(current)
	return [
		{
			"step": step,
			"label": words(step).label,
			"state": "now" if place == at else "done" if place < at else "coming",
			"on": _date(dates.get(step)) if place <= at else None,
		}
		for place, step in enumerate(shown)
		if place >= at or step in dates
	]


def _next_date(complaint: str) -> str | None:
	"""Return the date the complainant was promised an answer by: the latest running deadline to answer."""
	clock = frappe.qb.DocType("Complaint Clock")
	found = (
		frappe.qb.from_(clock)
		.select(clock.due_on)
		.where(clock.complaint == complaint)
		.where(clock.purpose == "Answer")
		.where(clock.state == "Running")
		.orderby(clock.due_on)
		.limit(1)
		.run()
	)
	due = found[0][0] if found else frappe.db.get_value("Complaint", complaint, "response_due")
	return _date(due)


def _asked(case: Document) -> list[str]:
	if complainant.may_answer(case):
		return [_("Please tell us whether you accept our decision.")]
	if complainant.may_ask_for_review(case):
		return [_("You did not accept the decision. You can ask for a review by somebody else.")]
	return []


def _wishes_to_withdraw(events: list[frappe._dict]) -> bool:
	return any(row.event == "Withdrawal Requested" for row in events)


def _messages(events: list[frappe._dict]) -> list[dict]:
	"""Return the messages both ways and the letters that were sent to the complainant, oldest first."""
	found = []
	for row in events:
		details = _details(row)
		if row.event in MESSAGES:
			files = [{"file": file["file"], "name": file["name"]} for file in details.get("files", [])]
			text, subject = row.remark, None
		elif row.event in LETTERS and details.get("message") and details.get("purpose") not in AUTOMATIC:
			# a letter as it was sent; a contact somebody noted has no message and is not shown
			text, subject, files = (
				frappe.utils.strip_html(_as_lines(details["message"]).replace(LINK, "")),
				details.get("subject"),
				[],
			)
		else:
			continue
		found.append(
			{
				"from": "you" if row.event == "Message Received" else "us",
				"on": str(row.occurred_on)[:16],
				"subject": subject,
				"text": text or "",
				"files": files,
			}
		)
	return found


def _decision(case: Document) -> dict:
	return {
		"on": _date(case.communicated_on),
		"decision": _(case.decision) if case.decision else None,
		"text": case.communication_text,
		"reasons": case.decision_reasons,
		"points": [
			{
				"point": row.allegation,
				"outcome": _(row.outcome) if row.outcome else None,
				"finding": row.finding,
			}
			for row in case.allegations
		],
		"remedies": [
			{"remedy": _(row.remedy_type), "details": row.details, "due_on": _date(row.due_on)}
			for row in case.remedies
			if row.progress not in ("Requested", "Declined")
		],
		"further_ways": case.further_ways,
		"answer": _(case.acceptance) if case.acceptance else None,
		"answer_words": case.acceptance_words,
		"review": _(case.review_outcome) if case.review_outcome else None,
		"review_reasons": case.review_reasons if case.review_outcome else None,
	}


def _as_lines(html: str) -> str:
	for tag in ("</p>", "<br>", "<br/>", "<br />", "</li>", "</div>"):
		html = html.replace(tag, f"{tag}\n")
	return html


def _details(row: frappe._dict) -> dict:
	return json.loads(row.details) if row.details else {}


def _date(moment: object) -> str | None:
	return str(moment)[:10] if moment else None
