"""What happens to a demo case once it has an answer: accepted, rejected, reviewed, referred, closed, reopened."""

from __future__ import annotations

import random
from datetime import timedelta
from typing import TYPE_CHECKING

import frappe

from iso10002.handling import documents
from iso10002.handling import stages as stage
from iso10002.roles import MANAGER
from iso10002.setup.demo import parties, second_stage, texts
from iso10002.setup.demo.world import MOST_REMINDERS

if TYPE_CHECKING:
	from iso10002.setup.demo.story import Story

OPEN_OFFERS = ("Offered", "Accepted")


def answer(story: Story) -> None:
	"""The complainant accepts, rejects or says nothing."""
	silent = 0.9 if parties.is_anonymous(story.case) else 0.16
	if story.fact.disputed:
		_reject(story)
		_after_rejection(story)
	elif story.happens(silent) and story.world.reminders <= MOST_REMINDERS:
		_close_after_silence(story)
	else:
		_accept(story, 1, 16)
		_carry_out_and_close(story)
		if story.happens(0.02):
			_reopen(story)


def put_right_at_once(story: Story) -> None:
	"""Answer and settle the complaint at first contact (from Received or Acknowledged)."""
	case, chance = story.case, story.chance
	if story.happens(0.3):
		story.acknowledge()
	who = case.get("received_by") if story.happens(0.5) else story.handler
	now = story.work_until(case.now + timedelta(minutes=chance.randint(5, 600)))
	decision = "Not upheld" if story.fact.response == "Closed with explanation" else "Upheld"
	done = chance.choice(texts.AT_ONCE)
	case.enter(
		stage.COMMUNICATED,
		who,
		handler=story.handler,
		first_contact=1,
		immediate_action=done,
		safety_implication="No",
		acceptance="Accepted",
		decision=decision,
		decision_reasons=f"Settled at first contact. {done}",
		communicated_on=now,
		communication_channel=case.get("channel"),
		communication_text=f"{done} The customer was content with it.",
		further_ways=story.world.further_ways,
	)
	helps = [
		row for row in story.world.remedies_of("Information", "Apology", "Put right") if not row.has_value
	]
	if helps and decision == "Upheld":
		case.offer(who, [{"remedy_type": chance.choice(helps).name, "value": 0}])
	_accept(story, 0.01, 0.2)
	if helps and decision == "Upheld":
		day = case.now.date()
		case.set_remedies(
			story.handler,
			"Verified",
			("Accepted",),
			performed_on=day,
			performed_by=who,
			verified_on=day,
			verified_by=story.handler,
		)
	story.days_later(0.05, 1)
	case.enter(stage.CLOSED, _closer(story))


def _accept(story: Story, fewest: float, most: float) -> None:
	_record_answer(story, stage.ACCEPTED, "Accepted", fewest, most)
	story.case.set_remedies(story.handler, "Accepted", ("Offered",))


def _reject(story: Story) -> None:
	_record_answer(story, stage.REJECTED, "Rejected", 2, 16)
	story.case.fields.setdefault("rejected_on", story.case.get("acceptance_on"))
	story.case.set_remedies(story.handler, "Declined", OPEN_OFFERS)


def _record_answer(story: Story, target: str, acceptance: str, fewest: float, most: float) -> None:
	"""Record the answer; now and then it is entered a few days after it was given."""
	case = story.case
	told = case.now.date()
	now = story.days_later(fewest, most)
	given = now.date()
	if story.happens(0.15) and (given - told).days > 3:
		given -= timedelta(days=2)
	case.enter(
		target,
		story.handler,
		acceptance=acceptance,
		acceptance_on=given,
		acceptance_words=story.chance.choice(texts.ANSWERS[acceptance]),
	)


def _carry_out_and_close(story: Story) -> None:
	"""Perform and verify what was accepted, then close; without remedies close at once."""
	case = story.case
	if any(row["progress"] == "Accepted" for row in case.remedies):
		story.days_later(0.3, 4)
		case.enter(stage.REMEDY, story.handler)
		_perform(story, ("Accepted",))
	story.days_later(0.2, 4)
	case.enter(stage.CLOSED, _closer(story))


def _perform(story: Story, only: tuple[str, ...]) -> None:
	case, who = story.case, story.handler
	slow = story.happens(0.06)
	day = story.days_later(28 if slow else 2, 45 if slow else 18).date()
	case.set_remedies(who, "Performed", only, performed_on=day, performed_by=who)
	day = story.days_later(0.5, 7).date()
	checker = story.colleague or who
	if any(party.get("linked_name") == checker for party in case.parties):
		checker = who
	case.set_remedies(checker, "Verified", ("Performed",), verified_on=day, verified_by=checker)


def _close_after_silence(story: Story) -> None:
	"""No answer in spite of the reminders: pay out money nobody refused, drop the rest, close."""
	case = story.case
	for number in range(story.world.reminders):
		story.days_later(6, 12)
		story.contact(texts.REMINDERS[min(number, 1)], "Reminder")
	story.days_later(7, 14)
	if any(row["progress"] == "Offered" and row["value"] for row in case.remedies):
		_perform(story, ("Offered",))
		story.days_later(0.1, 2)
	case.set_remedies(story.handler, "Declined", ("Offered",))
	case.enter(stage.CLOSED, _closer(story), acceptance="No answer")


def _after_rejection(story: Story) -> None:
	way = story.pick({"review": 52, "referred": 18, "declined": 23, "withdrawn": 7})
	if way == "review":
		_review(story)
	elif way == "referred":
		_refer(story)
	elif way == "declined":
		_close_unreconciled(story, review_request="Declined")
	else:
		story.days_later(2, 20)
		story.case.enter(stage.WITHDRAWN, story.handler, ending_reason=story.chance.choice(texts.WITHDRAWN))


def _review(story: Story) -> None:
	"""Somebody without a part in the case looks at it again; the outcome is told like a decision."""
	case, chance = story.case, story.chance
	story.days_later(1, 6)
	case.enter(
		stage.UNDER_REVIEW,
		story.handler,
		review_request="Asked for",
		review_grounds=chance.choice(texts.GROUNDS),
		reviewer=story.reviewer,
	)
	story.days_later(0.2, 3)
	review = second_stage.open_review(case, story.reviewer)
	slow = story.happens(0.08)
	story.days_later(26 if slow else 4, 34 if slow else 18)
	found = second_stage.possible_outcome(case, story.pick({"Confirmed": 60, "Varied": 25, "Overturned": 15}))
	second_stage.complete_review(case, review, found)
	now = story.days_later(0.1, 1.5)
	case.enter(
		stage.COMMUNICATED,
		story.handler,
		communicated_on=now,
		communication_channel=story.letter_channel(),
		communication_text=f"The decision was reviewed by somebody who had no part in it. {texts.REVIEWED[found]}",
		further_ways=story.world.further_ways,
	)
	if found != "Confirmed":
		case.offer(story.handler, story.relief())
	if story.happens(0.35 if found == "Confirmed" else 0.85):
		_accept(story, 2, 14)
		_carry_out_and_close(story)
		return
	_reject(story)
	if story.happens(0.35):
		_refer(story)
	else:
		_close_unreconciled(story)


def _refer(story: Story) -> None:
	"""An outside body decides; that takes months."""
	case, chance = story.case, story.chance
	now = story.days_later(3, 20)
	reference = f"{now.year}-{chance.randint(1000, 99999)}"
	body = chance.choice(story.world.bodies)
	referral = second_stage.record_referral(case, story.handler, chance, body, reference)
	case.enter(
		stage.REFERRED,
		story.handler,
		outside_body=body,
		outside_referred_on=now.date(),
		outside_reference=reference,
	)
	story.days_later(30, 140)
	offers = story.relief() if story.happens(0.3) else []
	second_stage.record_outcome(case, story.handler, chance, referral, bool(offers))
	if offers:
		case.offer(story.handler, offers)
		case.set_remedies(story.handler, "Accepted", ("Offered",))
		_carry_out_and_close(story)
	else:
		_close_unreconciled(story)


def _close_unreconciled(story: Story, **values) -> None:
	story.days_later(7, 30)
	story.case.enter(
		stage.CLOSED, _closer(story), exhaustion_reason=story.chance.choice(texts.EXHAUSTED), **values
	)


def _reopen(story: Story) -> None:
	"""New facts after closing: assessed, investigated and decided once more."""
	story.days_later(8, 45)
	story.received = story.case.now
	story.days *= 0.6
	story.assess(0.05, reopening_reason=story.chance.choice(texts.REOPENED))
	story.investigate(0.2)
	story.propose(0.75)
	story.decide_and_tell()
	_accept(story, 1, 10)
	_carry_out_and_close(story)


def _closer(story: Story) -> str:
	"""Return who closes the case: where the severity asks for a second person the manager, else the handler."""
	if documents.is_severe(frappe._dict(story.case.fields)):
		return story.team.anyone(random.Random(story.case.name), MANAGER)
	return story.handler
