"""What happens to a demo case from its receipt to the decision. What follows the decision is in `outcome`.

The public file decides the course: the company's response gives decision and remedies, "untimely" makes the
answer late, "disputed" makes the complainant reject it. Cases the file calls open are still open if they are
recent; older ones ended early. Everything else is chance, the same in every load.
"""

import random
from datetime import datetime, time, timedelta

from iso10002.handling import stages as stage
from iso10002.roles import APPROVER, HANDLER, INVESTIGATOR, REVIEWER
from iso10002.setup.demo import assessment, investigation, outcome, parties, texts
from iso10002.setup.demo.casefile import CaseFile, Cut
from iso10002.setup.demo.facts import Fact
from iso10002.setup.demo.people import Team
from iso10002.setup.demo.world import World

DECIDED, FIRST_CONTACT, WITHDRAWN, DUPLICATE, NO_COMPLAINT, WAITING = (
	"decided",
	"first contact",
	"withdrawn",
	"duplicate",
	"no complaint",
	"waiting",
)
# How cases end by the company's response, in hundredths.
COURSES = {
	"Closed with monetary relief": {DECIDED: 94, FIRST_CONTACT: 6},
	"Closed with non-monetary relief": {DECIDED: 86, FIRST_CONTACT: 14},
	"Closed with explanation": {DECIDED: 93, FIRST_CONTACT: 7},
	"Untimely response": {DECIDED: 100},
	"Closed": {DECIDED: 15, WITHDRAWN: 55, NO_COMPLAINT: 30},
	"In progress": {
		DECIDED: 20,
		FIRST_CONTACT: 30,
		WITHDRAWN: 18,
		DUPLICATE: 14,
		NO_COMPLAINT: 12,
		WAITING: 6,
	},
}
DECISIONS = {
	"Closed with monetary relief": {"Upheld": 72, "Partly upheld": 28},
	"Closed with non-monetary relief": {"Upheld": 58, "Partly upheld": 42},
	"Closed with explanation": {"Not upheld": 80, "Partly upheld": 11, "Could not be determined": 9},
}
OTHER_DECISIONS = {"Upheld": 35, "Partly upheld": 20, "Not upheld": 40, "Could not be determined": 5}
MONEY = ("Money back", "Compensation")
OTHER_RELIEF = ("Put right", "Contract", "Information", "Apology", "Change for everybody")
LONGEST_WAIT = 150  # days


class Story:
	"""Tells one case. `fact` is its row of the file, `original` an earlier case it may repeat."""

	def __init__(
		self,
		case: CaseFile,
		fact: Fact,
		world: World,
		team: Team,
		chance: random.Random,
		original: CaseFile | None,
	) -> None:
		self.case, self.fact, self.world, self.team, self.chance = case, fact, world, team, chance
		self.original = original
		self.handler = team.anyone(chance, HANDLER, fact.product)
		self.colleague = team.other(chance, HANDLER, self.handler)
		self.investigator = team.anyone(chance, INVESTIGATOR, fact.product)
		self.approver = team.anyone(chance, APPROVER)
		self.reviewer = team.anyone(chance, REVIEWER)
		self.received: datetime = case.get("received_on")
		self.days = self.days_to_answer()

	def tell(self) -> str:
		"""Let everything happen that happens before today; return the course the case took."""
		course = self.course()
		self.receive(course)
		try:
			getattr(self, course.replace(" ", "_"))()
		except Cut:
			pass
		self.case.finish()
		return course

	def course(self) -> str:
		ways = dict(COURSES.get(self.fact.response, {DECIDED: 1}))
		if self.fact.disputed or not self.fact.timely:
			return DECIDED
		if not self.original:
			ways.pop(DUPLICATE, None)
		if (self.case.until - self.received).days > LONGEST_WAIT:
			ways.pop(WAITING, None)
		return self.pick(ways)

	# Chance and time

	def pick(self, shares: dict[str, int]) -> str:
		return self.chance.choices(list(shares), list(shares.values()))[0]

	def happens(self, share: float) -> bool:
		return self.chance.random() < share

	def days_to_answer(self) -> float:
		allowed = max(self.world.respond_days, 1)
		if not self.fact.timely or self.happens(0.03):
			return allowed * self.chance.uniform(1.05, 1.9)
		return allowed * (0.12 + 0.68 * self.chance.betavariate(2.2, 2))

	def work_until(self, moment: datetime, at_latest: datetime | None = None) -> datetime:
		"""Let time pass until the first time of work at or after `moment`, but not beyond `at_latest`."""
		if moment.weekday() >= 5:
			moment = self._at_work(moment + timedelta(days=7 - moment.weekday()))
		elif not 8 <= moment.hour < 18:
			moment = self._at_work(moment)
		if at_latest and moment > at_latest:
			moment = at_latest
		return self.case.wait(moment)

	def days_later(self, fewest: float, most: float) -> datetime:
		return self.work_until(self.case.now + timedelta(days=self.chance.uniform(fewest, most)))

	def _at_work(self, moment: datetime) -> datetime:
		return datetime.combine(moment, time(self.chance.randint(8, 16), self.chance.randrange(60)))

	# Courses

	def decided(self) -> None:
		self.acknowledge()
		self.assess(0.15)
		self.investigate(0.25)
		self.propose(0.8)
		if self.happens(0.04):
			self.send_back()
		self.decide_and_tell()
		outcome.answer(self)

	def first_contact(self) -> None:
		outcome.put_right_at_once(self)

	def waiting(self) -> None:
		"""An investigation that takes long; the complainant is told so now and then."""
		self.acknowledge()
		self.assess(0.2)
		self.investigate(0.4)
		while True:
			self.days_later(9, 25)
			self.contact("The complainant was told that the answer will take longer, and why.")

	def withdrawn(self) -> None:
		for step in (self.acknowledge, self.assess, self.investigate, self.propose, self.approve):
			if self.happens(0.28):
				break
			step()
		self.days_later(0.5, 6)
		self.case.set_remedies(self.handler, "Declined", ("Offered",))
		self.case.enter(
			stage.WITHDRAWN,
			self.handler,
			handler=self.handler,
			ending_reason=self.chance.choice(texts.WITHDRAWN),
		)

	def duplicate(self) -> None:
		if self.happens(0.7):
			self.acknowledge()
		self.days_later(0.2, 3)
		self.case.enter(
			stage.DUPLICATE,
			self.handler,
			handler=self.handler,
			duplicate_of=self.original.name,
			ending_reason=self.chance.choice(texts.REPEATED),
		)
		self.carry_over_solution()

	def carry_over_solution(self) -> None:
		"""Note how the original was solved, when it was closed (as `related.carry_over_solution`)."""
		original = self.original
		if original.get("status") != stage.CLOSED:
			return
		if original.get("closed_on") > self.case.now:
			self.case.wait(original.get("closed_on"))
		self.case.note(
			"Solution Carried Over",
			original.get("closed_by"),
			details={
				"original": original.name,
				"decision": original.get("decision"),
				"remedies": [
					row["remedy_type"] for row in original.remedies if row["progress"] == "Verified"
				],
			},
		)

	def no_complaint(self) -> None:
		self.acknowledge()
		if self.happens(0.3):
			self.assess(0.15)
		self.days_later(0.2, 4)
		self.case.enter(
			stage.NOT_A_COMPLAINT,
			self.handler,
			handler=self.handler,
			ending_reason=self.chance.choice(texts.NOT_A_COMPLAINT),
		)

	# Steps

	def receive(self, course: str) -> None:
		"""Enter the receipt and the parties; what the file says is known from the start."""
		case, fact = self.case, self.fact
		spoken = self.world.spoken[case.get("channel")]
		delay = timedelta(minutes=self.chance.randint(2, 25) if spoken else self.chance.randint(5, 240))
		case.now = max(self.received, min(self.received + delay, case.until - timedelta(minutes=5)))
		case.receive()
		parties.add_parties(case, fact, self.world, self.chance, self.colleague)

	def acknowledge(self) -> None:
		case, world = self.case, self.world
		channel = world.channel("E-mail", "Letter") if self.happens(0.75) else case.get("channel")
		late = self.happens(0.3 if not self.fact.timely else 0.035)
		share = self.chance.uniform(1.1, 2.5) if late else self.chance.betavariate(1.3, 4)
		due = case.get("acknowledge_due")
		moment = self.received + share * (due - self.received)
		now = self.work_until(moment, None if late else due - timedelta(minutes=10))
		note = self.chance.choice(texts.ACKNOWLEDGEMENTS)
		case.enter(
			stage.ACKNOWLEDGED,
			case.get("received_by"),
			acknowledged_on=now,
			acknowledgement_channel=channel,
			acknowledgement_note=note if world.spoken[channel] or self.happens(0.4) else None,
		)

	def assess(self, share: float = 0.15, **values) -> None:
		"""Assess the case when `share` of the time to the answer has passed."""
		self.at_share(share)
		if not self.case.get("severity"):
			values.update(assessment.weights(self))
		self.case.enter(stage.ASSESSED, self.handler, handler=self.handler, **values)
		if self.happens(0.03):
			assessment.raise_severity(self)
		if self.colleague and self.happens(0.04):
			assessment.reassign(self)

	def investigate(self, share: float = 0.25) -> None:
		self.at_share(share)
		self.case.enter(stage.INVESTIGATING, self.handler, investigator=self.investigator)
		if investigation.needs_investigation(self.case):
			investigation.open_investigation(self.case, self.investigator)
		for _number in range(self.chance.choices((0, 1, 2), (60, 30, 10))[0]):
			self.days_later(0.3, 2)
			self.contact(self.chance.choice(texts.CONTACTS))
		if self.fact.timely and not self.case.get("reopened_count"):
			assessment.adjust_deadline(self)

	def propose(self, share: float = 0.8) -> None:
		parties.hear(self.case, self.chance, self.investigator)
		self.at_share(share)
		decision = self.pick(DECISIONS.get(self.fact.response, OTHER_DECISIONS))
		self.answer_points(decision)
		founded = decision in ("Upheld", "Partly upheld")
		summary = self.chance.choice(texts.SUMMARIES)
		cause = self.chance.choice(self.world.causes) if founded or self.happens(0.3) else None
		if investigation.needs_investigation(self.case):
			investigation.complete_investigation(self.case, self.investigator, summary, cause)
		self.case.enter(
			stage.PROPOSED,
			self.investigator,
			investigation_summary=summary,
			cause=cause,
			decision=decision,
			decision_reasons=texts.REASONS[decision],
		)
		if founded and not any(row["progress"] == "Offered" for row in self.case.remedies):
			self.case.offer(self.investigator, self.relief())

	def answer_points(self, decision: str) -> None:
		"""Enter finding and outcome of every point, so that they carry the decision."""
		for number, point in enumerate(self.case.allegations):
			found = decision
			if decision == "Partly upheld" and number:
				found = self.chance.choice(("Upheld", "Not upheld"))
			point.update({"outcome": found, "finding": self.chance.choice(texts.FINDINGS[found])})

	def relief(self) -> list[dict]:
		"""Return the remedies that fit the company's response in the file."""
		money = self.world.remedies_of(*MONEY)
		other = [remedy for remedy in self.world.remedies_of(*OTHER_RELIEF) if not remedy.has_value]
		chosen = []
		if money and (self.fact.response == "Closed with monetary relief" or self.happens(0.08)):
			chosen.append(self.chance.choice(money))
		if other and (not chosen or self.happens(0.25)):
			chosen.append(self.chance.choice(other))
		due = self.case.now.date() + timedelta(days=self.chance.randint(20, 45))
		return [
			{
				"remedy_type": remedy.name,
				"value": round(self.chance.lognormvariate(4.8, 1), 2) if remedy.has_value else 0,
				"currency": self.world.currency if remedy.has_value else None,
				"due_on": due,
			}
			for remedy in chosen
		]

	def send_back(self) -> None:
		self.days_later(0.2, 1.5)
		self.case.enter(
			stage.INVESTIGATING, self.approver, sent_back_reason=self.chance.choice(texts.SENT_BACK)
		)
		self.days_later(0.5, 2.5)
		self.propose()

	def approve(self, at: datetime | None = None) -> None:
		self.work_until(at or self.case.now + timedelta(days=self.chance.uniform(0.1, 1.5)))
		self.case.enter(stage.APPROVED, self.approver)

	def decide_and_tell(self) -> None:
		"""Approve the decision a day or two before it is told."""
		tell_at = self.received + timedelta(days=self.days)
		self.approve(tell_at - timedelta(days=self.chance.uniform(0.2, 2)))
		self.communicate(tell_at)

	def communicate(self, moment: datetime) -> None:
		"""Tell the decision at a time of work around `moment`; what is to be in time is in time."""
		case = self.case
		due = case.get("response_due")
		in_time = due - timedelta(minutes=30) if moment < due else None
		now = self.work_until(moment, in_time)
		letter = texts.LETTERS[case.get("decision")]
		offered = [row["remedy_type"].lower() for row in case.remedies if row["progress"] == "Offered"]
		case.enter(
			stage.COMMUNICATED,
			self.handler,
			communicated_on=now,
			communication_channel=self.letter_channel(),
			communication_text=letter
			+ (", ".join(offered) + "." if offered else case.get("decision_reasons")),
			further_ways=self.world.further_ways,
		)

	def letter_channel(self) -> str:
		if parties.is_anonymous(self.case):
			return self.case.get("channel")
		return self.world.channel(*self.chance.choice((("Letter", "E-mail"), ("E-mail", "Letter"))))

	def contact(self, remark: str, kind: str = "Contact") -> None:
		channel = self.world.channel(self.chance.choice(("Phone", "E-mail")))
		self.case.note(kind, self.handler, channel=channel, remark=remark)

	def at_share(self, share: float) -> None:
		"""Let time pass until a share of the time to the answer is over; chance moves it a little."""
		share *= self.chance.uniform(0.85, 1.15)
		self.work_until(self.received + timedelta(days=self.days * share))
