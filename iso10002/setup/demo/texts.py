"""Sentences the demo cases are made of. Made up; nobody's words."""

import random

from iso10002.setup.demo.facts import Fact

OPENINGS = (
	"I have been a customer for {years} years and never had to write before.",
	"I am writing because I could not settle this by phone.",
	"I have called three times and got three different answers.",
	"Please look into the following.",
	"This has been going on for {weeks} weeks now.",
	"I received your letter and do not agree with it.",
	"My last request was never answered.",
	"I hope that somebody finally takes responsibility.",
)
MIDDLES = (
	"It is about {product}: {issue}.",
	"My {product} is concerned. What went wrong: {issue}.",
	"The trouble with {product} is this: {issue}.",
	"What I complain about is {issue}, with {product}.",
)
DETAILS = (
	"In particular: {detail}.",
	"To be exact: {detail}.",
	"What troubles me most: {detail}.",
)
ENDINGS = (
	"Please put this right and tell me how you will keep it from happening again.",
	"I expect an answer in writing.",
	"I would like to know who decided this and why.",
	"If this is not solved I shall turn to the regulator.",
	"I attach copies of all letters.",
	"Please call me in the evening if you have questions.",
	"I only want what was agreed.",
	"",
)
WISHES = (
	("Refund of the amount charged", "Money back"),
	("Correction of the entry", "Put right"),
	("A written explanation", "Information"),
	("An apology", "Apology"),
	("That the calls stop", "Put right"),
	("A fair payment plan", "Contract"),
)
ACKNOWLEDGEMENTS = (
	"Receipt confirmed; told who handles the case and until when an answer can be expected.",
	"Thanked for the complaint, gave the reference and the name of the contact person.",
	"Confirmed on the phone what the complaint is about and what is asked for.",
)
CONTACTS = (
	"Asked for copies of the statements of the last six months.",
	"Told that the investigation is under way and when to expect the answer.",
	"The complainant sent further documents.",
	"Called back as asked; questions about the course of events answered.",
	"Told that the answer will take longer and why.",
)
REMINDERS = (
	"Reminded of our answer and asked whether it is accepted.",
	"Second letter: asked for a word on our answer, gave the further ways once more.",
)
SUMMARIES = (
	"The account history, the letters and the recorded calls were reviewed against the procedure in force.",
	"The statements of the staff concerned and the system log were compared with the complainant's account.",
	"The documents of the complainant were checked against our records for the time in question.",
	"Contract, statements and correspondence were examined; the unit concerned was asked for its view.",
)
FINDINGS = {
	"Upheld": (
		"Our records show that it happened as described.",
		"The procedure was not followed; the complainant is right.",
		"The entry was wrong from the start.",
	),
	"Partly upheld": (
		"One of the two instances is confirmed, for the other there is no evidence.",
		"The outcome was right, but the information given was late and incomplete.",
	),
	"Not upheld": (
		"The records show that we acted as agreed in the contract.",
		"The charge is in line with the terms the complainant agreed to.",
		"The information given was complete and on time.",
	),
	"Could not be determined": (
		"The accounts differ and there is no record of the conversation.",
		"The documents of that time no longer exist.",
	),
}
REASONS = {
	"Upheld": "The findings confirm the complaint. We put right what went wrong and offer the remedies listed.",
	"Partly upheld": "The findings confirm a part of the complaint; for that part we offer a remedy.",
	"Not upheld": "The findings do not show a mistake on our side; the reasons are explained point by point.",
	"Could not be determined": "The facts could not be established either way in spite of a thorough search.",
}
LETTERS = {
	"Upheld": "We looked into every point. You are right, and we are sorry. This is what we do about it: ",
	"Partly upheld": "We looked into every point. In part you are right, and we are sorry for it. ",
	"Not upheld": "We looked into every point and explain below why we cannot agree with you. ",
	"Could not be determined": "We looked into every point. We could not establish what happened. ",
}
AT_ONCE = (
	"Explained the charge line by line and corrected the address for letters at once.",
	"Cancelled the fee while the customer was on the line.",
	"Sent the missing statement by e-mail right away.",
	"Stopped the calls to the number given and noted the wish.",
)
PAUSES = (
	"Waiting for documents only the complainant has.",
	"The complainant asked us to wait until a talk with the bank.",
)
EXTENSIONS = (
	"The records of the partner bank came late; the complainant was told the reason and the new date.",
	"A second expert has to look at it; the complainant was told the reason and the new date.",
)
SENT_BACK = (
	"The second point is not answered yet.",
	"Please add the view of the unit concerned.",
	"The remedy does not fit the finding; please reconsider.",
)
ANSWERS = {
	"Accepted": ("Thank you, that is fine with me.", "I accept your offer.", "Agreed.", None, None),
	"Rejected": (
		"I do not agree: you did not look at my letter.",
		"This is not acceptable, my costs were higher.",
		"Your explanation does not fit what I was told on the phone.",
		"I still see the wrong entry.",
	),
}
GROUNDS = (
	"New documents were not considered.",
	"The decision does not answer the main point.",
	"The amount offered does not cover the damage.",
	"The complainant feels treated unfairly.",
)
REVIEWED = {
	"Confirmed": "The file is complete, the findings carry the decision. It stands.",
	"Varied": "The decision stands in substance; for the delay something is offered in addition.",
	"Overturned": "The new documents show that the complaint is founded. The decision is changed.",
}
EXHAUSTED = (
	"The internal review confirmed the decision and the outside bodies were named; the complainant took no further step.",
	"Every internal way has been used, and the complainant was told about the outside bodies twice.",
	"The complainant declined a review and wishes no further contact.",
)
OUTSIDE_BODIES = (
	"Consumer Financial Protection Bureau",
	"State banking regulator",
	"Financial arbitration board",
)
LOOKED_AT = "The whole file, the new documents of the complainant, and the records of the unit concerned."
DOCUMENTS_SENT = "The file, the letters exchanged and our decision."
OUTSIDE_OUTCOMES = {
	False: "The body found no fault with our decision and closed its file.",
	True: "The body recommended a payment, which we accept.",
}
WITHDRAWN = (
	"The complainant wrote that the matter has settled itself.",
	"Withdrawn by phone: the amount was found on another statement.",
	"The complainant does not wish to pursue it any further.",
)
NOT_A_COMPLAINT = (
	"It was a question about the balance; answered by the service desk.",
	"An application for a product, passed on to sales.",
	"Meant for another company with a similar name; told so.",
)
REPEATED = ("Sent by web form and by letter.", "The same matter, sent a second time while the first is open.")
REOPENED = (
	"The complainant sent documents that were not known before.",
	"The remedy turned out to be incomplete.",
)
PRIORITY_REASONS = (
	"The complainant is in hospital and needs an answer soon.",
	"Reported in the local press.",
	"The deadline of a third party runs out this week.",
	"The matter has settled itself for the most part.",
)


def describe(fact: Fact, chance: random.Random) -> str:
	"""Return what the complainant wrote, as far as the public file says what it was about."""
	values = {
		"product": _inner(fact.sub_product or fact.product),
		"issue": _inner(fact.issue),
		"detail": _inner(fact.sub_issue),
		"years": chance.randint(2, 20),
		"weeks": chance.randint(3, 15),
	}
	parts = [chance.choice(OPENINGS), chance.choice(MIDDLES)]
	if fact.sub_issue:
		parts.append(chance.choice(DETAILS))
	return " ".join(part.format(**values) for part in (*parts, chance.choice(ENDINGS)) if part)


def _inner(words: str) -> str:
	"""Write words of the file as they stand within a sentence."""
	words = words.replace(",", ", ").replace("  ", " ").replace("Cont'd", "continued").strip()
	return words if words[:2].isupper() or words.startswith("(") else words[:1].lower() + words[1:]
