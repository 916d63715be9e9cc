"""The parties of a demo case: made-up people with addresses that belong to nobody."""

import random
from datetime import timedelta

from iso10002.handling.independence import PERSON_COMPLAINED_ABOUT
from iso10002.setup.demo.casefile import CaseFile
from iso10002.setup.demo.facts import Fact
from iso10002.setup.demo.world import World

FIRST_NAMES = (
	"Alice Amir Anna Benjamin Bianca Carlos Chloe Daniel Denise Edgar Elena Ethan Fatima Felix Gloria Hector Helen Ian "
	"Irene Jamal Jasmine Joel Julia Karim Kate Leon Linda Marcus Mei Miguel Monica Nadia Neil Olivia Omar Patrick Paula "
	"Quentin Rachel Ravi Rosa Samuel Sara Simon Sofia Tanya Theo Uma Victor Wanda Yusuf Zoe"
).split()
LAST_NAMES = (
	"Abbott Ahmed Baker Banerjee Bennett Brooks Castillo Chen Collins Cooper Davis Diaz Edwards Evans Fischer Flores "
	"Garcia Gibson Green Hall Harris Hughes Ito Jackson Jenkins Johnson Kelly Khan Kim Larsen Lee Lopez Martin Mitchell "
	"Morales Murphy Nelson Nguyen Ortiz Parker Patel Perry Quinn Reed Rivera Rossi Russo Schmidt Scott Silva Stewart "
	"Torres Turner Vargas Walker Ward Watson White Wright Young Zhang"
).split()
STREETS = "Oak Maple Cedar Pine Elm Lake Hill River Church Mill Park Station Garden School Bridge".split()
TOWNS = "Springfield Riverton Fairview Georgetown Salem Madison Clinton Greenville Bristol Oakdale".split()
BUSINESSES = (
	"Bakery",
	"Garage",
	"Dental Practice",
	"Landscaping",
	"Travel Agency",
	"Print Shop",
	"Dance School",
)
DOMAINS = ("example.com", "example.org", "example.net")
ABOUT_PEOPLE = (
	"Communication tactics",
	"Improper contact or sharing of info",
	"False statements or representation",
	"Taking/threatening an illegal action",
	"Customer service / Customer relations",
	"Dealing with my lender or servicer",
)
AUTHORITIES = ("Written authority", "Lawyer", "Family member", "Consumer body", "Legal guardian")
ASSISTANCE = ("Large print", "Answers read out by phone", "An interpreter for Spanish")
NOT_HEARD = (
	"Left the company before the complaint came in.",
	"On long sick leave; the record of the call was used.",
)


def add_parties(
	case: CaseFile, fact: Fact, world: World, chance: random.Random, colleague: str | None
) -> None:
	"""Add the parties as they are known at receipt.

	Args:
		colleague: a user who has no part in the case and may be complained about in it.
	"""
	user = case.get("received_by")
	kind = chance.random()
	complainant = None
	if kind >= 0.012:  # the others are anonymous, without any way to reach them
		complainant = case.add_party(user, **_complainant(case, fact, world, chance, anonymous=kind < 0.03))
	if complainant and complainant.get("full_name") and chance.random() < 0.05:
		case.add_party(user, **_representative(complainant, fact, world, chance, case))
	if fact.issue in ABOUT_PEOPLE and chance.random() < 0.25:
		_add_person_complained_about(case, chance, user, colleague)
	if chance.random() < 0.01:
		role = chance.choice(("Witness", "Other affected person"))
		case.add_party(user, role=role, party_type="Person", full_name=_name(chance))


def is_anonymous(case: CaseFile) -> bool:
	"""Whether nobody can be written to."""
	return not any(party["role"] in ("Complainant", "Representative") for party in case.parties)


def hear(case: CaseFile, chance: random.Random, investigator: str) -> None:
	"""Give the persons complained about the details and hear them, or note why not."""
	for party in case.parties:
		if party["role"] != PERSON_COMPLAINED_ABOUT:
			continue
		if chance.random() < 0.1:
			case.change_party(party, investigator, not_heard_reason=chance.choice(NOT_HEARD))
			continue
		given = case.wait(case.now + timedelta(hours=chance.randint(2, 20)))
		case.change_party(party, investigator, informed_on=given, details_given_on=given)
		heard = case.wait(case.now + timedelta(hours=chance.randint(4, 48)))
		case.change_party(party, investigator, heard_on=heard)


def _complainant(case: CaseFile, fact: Fact, world: World, chance: random.Random, anonymous: bool) -> dict:
	values = {"role": "Complainant", "party_type": "Person", "language": world.language}
	if anonymous:
		return {**values, "email": f"anonymous{chance.randint(100, 9999)}@{chance.choice(DOMAINS)}"}
	name = _name(chance)
	values.update(_reach(name, chance))
	values.update(
		{
			"address": f"{chance.randint(1, 4800)} {chance.choice(STREETS)} {chance.choice(('Street', 'Avenue', 'Road'))}",
			"postal_code": fact.zip_code or None,
			"city": f"{chance.choice(TOWNS)}, {fact.state}" if fact.state else chance.choice(TOWNS),
			"country": world.country,
			"preferred_channel": case.get("channel") if chance.random() < 0.4 else None,
			"assistance_needed": chance.choice(ASSISTANCE) if chance.random() < 0.03 else None,
		}
	)
	if chance.random() < 0.06:
		values.update(
			{"party_type": "Organisation", "organisation": f"{name.split()[1]} {chance.choice(BUSINESSES)}"}
		)
	if chance.random() < 0.6:
		values.update({"consent_to_disclose": 1, "consent_on": case.get("received_on").date()})
	return values


def _representative(
	complainant: dict, fact: Fact, world: World, chance: random.Random, case: CaseFile
) -> dict:
	name = _name(chance)
	return {
		"role": "Representative",
		"party_type": "Person",
		"language": world.language,
		"acts_for": complainant["name"],
		"authority": chance.choice(AUTHORITIES),
		"authority_confirmed_on": case.get("received_on").date(),
		**_reach(name, chance),
	}


def _add_person_complained_about(
	case: CaseFile, chance: random.Random, user: str, colleague: str | None
) -> None:
	values = {"role": PERSON_COMPLAINED_ABOUT, "party_type": "Person"}
	if colleague and chance.random() < 0.08:
		values.update({"linked_doctype": "User", "linked_name": colleague})
	else:
		values["full_name"] = _name(chance)
	party = case.add_party(user, **values)
	case.allegations[0]["person"] = party["name"]


def _name(chance: random.Random) -> str:
	return f"{chance.choice(FIRST_NAMES)} {chance.choice(LAST_NAMES)}"


def _reach(name: str, chance: random.Random) -> dict:
	"""Return name, e-mail and phone; 555-01xx numbers are set aside for fiction."""
	address = f"{name.replace(' ', '.').lower()}{chance.randint(1, 99)}@{chance.choice(DOMAINS)}"
	phone = f"+1 {chance.choice((202, 303, 404, 503, 617, 713))} 555 01{chance.randint(0, 99):02d}"
	return {"full_name": name, "email": address, "phone": phone if chance.random() < 0.8 else None}
