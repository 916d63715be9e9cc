"""Five complete stories over REST alone, each step by the person whose it is; then events, deadlines, closing record.

Who else is refused each step is shown in test_http_walk.
"""

from __future__ import annotations

import json
from typing import Any

import frappe
import pytest
from case_documents import outside_body
from factories import make_user, user_of
from over_http import CASES, assert_refused, change, needs, register, step, stored, words

from iso10002 import roles
from iso10002.handling import stages as stage

CLERK = {"role": "Person complained about", "full_name": "A Clerk", "email": "a.clerk@example.org"}
MARIA = {"role": "Complainant", "full_name": "Maria Muster", "email": "maria@example.org"}
DECLARED = {"conflict_declaration": "No conflict of interest"}


class Story:
	"""One case told over REST. `take` and `send` fail with the server's words."""

	def __init__(self, http: Any, **overrides: Any):
		self.http, self.case = http, register(http, **overrides)

	def take(self, who: str, action: str, **values: Any) -> None:
		answer = step(self.http, _user(who), self.case, action, stored(self.case), **needs(action, **values))
		assert answer.ok, (action, words(answer))

	def send(self, who: str, doctype: str, name: str | None = None, **values: Any) -> dict:
		session, road = self.http(_user(who)), f"/api/resource/{doctype}"
		answer = session.put(f"{road}/{name}", json=values) if name else session.post(road, json=values)
		assert answer.ok, (doctype, words(answer))
		return answer.json()["data"]

	def change(self, who: str, **values: Any) -> None:
		answer = change(self.http, _user(who), self.case, **values)
		assert answer.ok, words(answer)

	def read(self, who: str = "manager") -> dict:
		return self.http(_user(who)).get(f"{CASES}/{self.case}").json()["data"]

	def to_investigation(self, **assessment: Any) -> None:
		self.take("intake", "Acknowledge")
		self.take("handler", "Assess", **assessment)
		self.take("handler", "Investigate")

	def investigate(self, who: str, outcome: str = "Upheld", **values: Any) -> dict:
		"""Make an investigation, record its work and complete it."""
		doc = self.send(who, "Complaint Investigation", complaint=self.case, **DECLARED, **values)
		today = frappe.utils.nowdate()
		work = {
			"steps": [{**row, "done_on": today, "result": "Looked at."} for row in doc["steps"]],
			"findings": [
				{**row, "outcome": outcome, "finding": "The box was crushed."} for row in doc["findings"]
			],
			"causes": [{"cause": "Packaging or transport", "explanation": "Thin cardboard.", "rank": 1}],
			"conclusion": "The packaging was too weak.",
		}
		doc = self.send(who, "Complaint Investigation", doc["name"], **work)
		return self.send(who, "Complaint Investigation", doc["name"], docstatus=1)

	def decide(self) -> None:
		self.take("investigator", "Propose Decision")
		self.take("approver", "Approve Decision")
		self.take("handler", "Communicate Decision")

	def events(self) -> list[str]:
		"""Return the journal as a manager reads it over REST, in the order of recording."""
		ask = {
			"filters": json.dumps([["complaint", "=", self.case]]),
			"fields": json.dumps(["event", "user", "occurred_on"]),
			"order_by": "creation asc",
			"limit_page_length": 0,
		}
		rows = self.http(user_of("manager")).get("/api/resource/Complaint Event", params=ask).json()["data"]
		assert all(row["user"] and row["occurred_on"] for row in rows)
		return [row["event"] for row in rows]

	def stages(self) -> list[str]:
		return [event for event in self.events() if event in stage.STAGES]

	def deadlines(self) -> dict[str, str]:
		"""Return the state of every deadline as a manager reads it; the latest round of each."""
		ask = {
			"filters": json.dumps([["complaint", "=", self.case]]),
			"fields": json.dumps(["clock_name", "state", "met_on", "breached_on"]),
			"order_by": "round asc",
			"limit_page_length": 0,
		}
		rows = self.http(user_of("manager")).get("/api/resource/Complaint Clock", params=ask).json()["data"]
		assert not [row for row in rows if row["breached_on"]]
		assert all(bool(row["met_on"]) == (row["state"] == "Met") for row in rows)
		return {row["clock_name"]: row["state"] for row in rows}

	def closing_record(self, *reached: str) -> dict[str, set[str]]:
		"""Return the checks that held by stage; the record names exactly these stages, with who and when."""
		record = json.loads(self.read()["closing_record"])
		assert [row["stage"] for row in record] == list(reached)
		assert all(row["on"] and row["by"] for row in record)
		assert all(check["clause"] and check["label"] for row in record for check in row["checks"])
		return {row["stage"]: {check["name"] for check in row["checks"]} for row in record}


def _user(who: str) -> str:
	return who if "@" in who else user_of(who)


def test_story_1_put_right_at_first_contact(http):
	story = Story(http, immediate_action="A new parcel was sent the same day.")
	story.take(
		"intake",
		"Answer at First Contact",
		first_contact=1,
		acceptance="Accepted",
		safety_implication="No",
		communication_text="A new parcel is on its way.",
	)
	story.take("handler", "Record Acceptance", acceptance_words="Thank you.")
	story.take("handler", "Close")
	way = (stage.RECEIVED, stage.COMMUNICATED, stage.ACCEPTED, stage.CLOSED)
	assert story.stages() == list(way)
	deadlines = story.deadlines()
	assert deadlines["Acknowledge"] == deadlines["Answer"] == "Met"
	held = story.closing_record(*way)
	assert {"put_right_at_once", "no_safety_implication", "further_ways_told"} <= held[stage.COMMUNICATED]
	assert {"remedies_done", "everything_communicated", "closer_independent"} <= held[stage.CLOSED]
	assert "Running" not in deadlines.values()


def test_story_2_a_full_investigation_whose_decision_is_accepted(http):
	story = Story(http, parties=[MARIA, CLERK])
	story.to_investigation(severity="Serious")
	party = frappe.db.get_value("Complaint Party", {"complaint": story.case, "role": CLERK["role"]})
	assert_refused(
		step(http, user_of("investigator"), story.case, "Propose Decision", **needs("Propose Decision")),
		"investigation of the depth Standard",
	)
	evidence = story.http(user_of("investigator")).post(
		"/api/method/upload_file",
		files={"file": ("photo.txt", b"the crushed box", "text/plain")},
		data={"is_private": 1},
	)
	file = evidence.json()["message"]["file_url"]
	kept = story.send(
		"investigator",
		"Complaint Evidence",
		complaint=story.case,
		description="Photo of the box",
		source="Complainant",
		file=file,
	)
	hours = lambda number: frappe.utils.add_to_date(frappe.utils.now(), hours=-number).split(".")[0]  # noqa: E731
	heard = {
		"party": party,
		"notice_given_on": hours(3),
		"details_given_on": hours(2),
		"held_on": hours(1),
		"summary": "Says that the box was old.",
	}
	done = story.investigate("investigator", interviews=[heard], evidence=[{"evidence": kept["name"]}])
	assert (done["name"], done["status"]) == (f"{story.case}-INV-1", "Completed")
	refund = {"remedy_type": "Refund", "progress": "Offered", "value": 20, "currency": "EUR"}
	story.change("handler", remedies=[refund])
	story.take("investigator", "Propose Decision")
	assert_refused(step(http, user_of("handler"), story.case, "Approve Decision"))
	story.take("approver", "Approve Decision")
	story.take("handler", "Communicate Decision")
	story.take("handler", "Record Acceptance")
	today = frappe.utils.nowdate()
	for more in ({"progress": "Accepted"},):
		story.change("handler", remedies=[{**story.read("handler")["remedies"][0], **more}])
	story.take("handler", "Carry Out Remedy")
	for more in (
		{"progress": "Performed", "performed_on": today},
		{"progress": "Verified", "verified_on": today},
	):
		story.change("handler", remedies=[{**story.read("handler")["remedies"][0], **more}])
	assert_refused(step(http, user_of("handler"), story.case, "Close"), "somebody else closes")
	story.take("manager", "Close")
	way = (
		stage.RECEIVED,
		stage.ACKNOWLEDGED,
		stage.ASSESSED,
		stage.INVESTIGATING,
		stage.PROPOSED,
		stage.APPROVED,
		stage.COMMUNICATED,
		stage.ACCEPTED,
		stage.REMEDY,
		stage.CLOSED,
	)
	assert story.stages() == list(way)
	journal = story.events()
	for event in ("Evidence Added", "No Conflict Declared", "Interview Held", "Investigation Completed"):
		assert event in journal
	deadlines = story.deadlines()
	for name in ("Acknowledge", "Answer", "Tell the decision", "Carry out the remedy"):
		assert deadlines[name] == "Met", name
	held = story.closing_record(*way)
	assert {"investigated_deeply_enough", "persons_heard", "every_point_answered"} <= held[stage.PROPOSED]
	assert {"approver_independent", "remedies_within_authority"} <= held[stage.APPROVED]


def test_story_3_rejected_reviewed_referred_and_closed(http):
	story = Story(http)
	story.to_investigation()
	story.investigate("investigator", outcome="Not upheld")
	story.take("investigator", "Propose Decision", decision="Not upheld")
	story.take("approver", "Approve Decision")
	story.take("handler", "Communicate Decision")
	story.take("handler", "Record Rejection", acceptance_words="That is not fair.")
	story.take("handler", "Review")
	assert_refused(
		step(http, user_of("handler"), story.case, "Communicate Decision", **needs("Communicate Decision")),
		"reviewer completes the review",
	)
	found = {"looked_at": "The whole file.", "outcome": "Confirmed", "reasons": "The box was intact."}
	review = story.send("reviewer", "Complaint Review", complaint=story.case, **DECLARED, **found)
	assert_refused(
		http(user_of("manager")).put(
			f"/api/resource/Complaint Review/{review['name']}", json={"docstatus": 1}
		)
	)
	story.send("reviewer", "Complaint Review", review["name"], docstatus=1)
	story.take("handler", "Communicate Decision")
	story.take("handler", "Record Rejection")
	today = frappe.utils.nowdate()
	referral = story.send(
		"handler", "Complaint Referral", complaint=story.case, body=outside_body(), referred_on=today
	)
	assert stored(story.case) == stage.REFERRED
	assert_refused(
		step(http, user_of("handler"), story.case, "Close", exhaustion_reason="It takes too long."), "outcome"
	)
	outcome = {"outcome": "Decided for the organisation", "outcome_on": today}
	story.send("handler", "Complaint Referral", referral["name"], **outcome)
	assert_refused(step(http, user_of("handler"), story.case, "Close"), "options are exhausted")
	story.take("handler", "Close", exhaustion_reason="The board has decided.")
	tail = [stage.COMMUNICATED, stage.REJECTED, stage.UNDER_REVIEW, stage.COMMUNICATED, stage.REJECTED]
	assert story.stages()[-7:] == [*tail, stage.REFERRED, stage.CLOSED]
	journal = story.events()
	assert [
		journal.count(event) for event in ("Review Completed", "Referral Recorded", "Referral Outcome")
	] == [1] * 3
	deadlines = story.deadlines()
	assert deadlines["Answer"] == deadlines["Answer after review"] == "Met"
	record = {row["stage"]: row for row in json.loads(story.read()["closing_record"])}
	assert {"options_exhausted", "no_referral_open"} <= {
		check["name"] for check in record[stage.CLOSED]["checks"]
	}
	assert {"review_decided", "review_has_its_reviewer"} <= {
		check["name"] for check in record[stage.COMMUNICATED]["checks"]
	}
	assert story.read()["reviewer"] == user_of("reviewer")


def test_story_4_a_conflict_of_interest_discovered_midway(http):
	story = Story(http)
	story.to_investigation(severity="Serious")
	doc = story.send("investigator", "Complaint Investigation", complaint=story.case, **DECLARED)
	story.send("investigator", "Complaint Investigation", doc["name"], plan="Look at the depot.")
	story.send(
		"investigator",
		"Complaint Investigation",
		doc["name"],
		conflict_declaration="Conflict of interest",
		conflict_details="The foreman is a cousin.",
	)
	assert not stored(story.case, "investigator")
	conflicted, other = user_of("investigator"), make_user(roles.INVESTIGATOR).name
	for field in ("investigator", "handler"):
		assert_refused(change(http, user_of("handler"), story.case, **{field: conflicted}))
	assert (
		not http(conflicted).put(f"{CASES}/{story.case}", json={"investigation_summary": "All was well."}).ok
	)
	more = http(conflicted).post(
		"/api/resource/Complaint Investigation", json={"complaint": story.case, **DECLARED}
	)
	assert not more.ok
	story.change("handler", investigator=other)
	done = story.investigate(other)
	assert done["name"] == f"{story.case}-INV-2"
	story.take(other, "Propose Decision")
	story.take("approver", "Approve Decision")
	story.take("handler", "Communicate Decision")
	story.take("handler", "Record Acceptance")
	story.take("manager", "Close")
	journal = story.events()
	assert journal.count("Conflict Declared") == 1 and journal.count("Investigation Opened") == 2
	assert journal.count("Investigation Completed") == 1
	ended = (
		http(user_of("manager")).get(f"/api/resource/Complaint Investigation/{doc['name']}").json()["data"]
	)
	assert (ended["status"], ended["plan"]) == ("Ended by a conflict of interest", "Look at the depot.")
	assert story.deadlines()["Answer"] == "Met"
	closed = story.read()
	assert (closed["investigator"], closed["closed_by"]) == (other, user_of("manager"))
	assert conflicted not in {
		closed[field] for field in ("handler", "proposed_by", "approved_by", "closed_by")
	}


@pytest.mark.parametrize("when", ["before the assessment", "during the investigation"])
def test_story_5_withdrawn(http, when):
	story = Story(http)
	if when == "before the assessment":
		story.take("intake", "Acknowledge")
	else:
		story.to_investigation()
	assert_refused(step(http, user_of("handler"), story.case, "Withdraw"), "Say why")
	story.take("handler", "Withdraw")
	assert story.stages()[-1] == stage.WITHDRAWN
	deadlines = story.deadlines()
	assert deadlines["Acknowledge"] == "Met" and deadlines["Answer"] == "Stopped"
	assert "Running" not in deadlines.values()
	ended = story.read()
	assert ended["closed_by"] == user_of("handler") and ended["ending_reason"]
	assert not ended.get("communicated_on") and not ended.get("decision")
	assert_refused(
		change(http, user_of("handler"), story.case, ending_reason="Else."), "stands as it was recorded"
	)
	assert_refused(step(http, user_of("manager"), story.case, "Reopen"), "Say why the case is reopened")
