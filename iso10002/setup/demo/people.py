"""The users who work on the demo cases: one for each role, and more handlers and investigators."""

import random
from dataclasses import dataclass

import frappe
from frappe import _
from frappe.utils.password import update_password

from iso10002 import roles
from iso10002.setup.demo.world import DemoError

PASSWORD = "complaint-demo"


@dataclass(frozen=True)
class Person:
	"""Somebody of the organisation; `share` is how much of the work of the role falls to them."""

	email: str
	first_name: str
	last_name: str
	role: str
	share: int


PEOPLE = tuple(
	Person(f"{name}@example.com", first, last, role, share)
	for name, first, last, role, share in (
		("intake", "Ines", "Taylor", roles.INTAKE, 6),
		("handler", "Hannah", "Lerner", roles.HANDLER, 6),
		("investigator", "Ivan", "Petrov", roles.INVESTIGATOR, 5),
		("reviewer", "Ruth", "Weber", roles.REVIEWER, 3),
		("approver", "Adam", "Clarke", roles.APPROVER, 3),
		("manager", "Maria", "Keller", roles.MANAGER, 1),
		("privacy", "Priya", "Shah", roles.PRIVACY_OFFICER, 1),
		("auditor", "Audrey", "Martin", roles.AUDITOR, 1),
		("executive", "Eric", "Sanders", roles.EXECUTIVE, 1),
		("olga.intake", "Olga", "Bauer", roles.INTAKE, 3),
		("paul.intake", "Paul", "Nwosu", roles.INTAKE, 2),
		("carla.handler", "Carla", "Mendes", roles.HANDLER, 5),
		("dmitri.handler", "Dmitri", "Volkov", roles.HANDLER, 4),
		("elaine.handler", "Elaine", "Foster", roles.HANDLER, 3),
		("farid.handler", "Farid", "Rahimi", roles.HANDLER, 2),
		("grace.handler", "Grace", "Okafor", roles.HANDLER, 1),
		("jonas.investigator", "Jonas", "Lindqvist", roles.INVESTIGATOR, 4),
		("keiko.investigator", "Keiko", "Tanaka", roles.INVESTIGATOR, 2),
		("liam.investigator", "Liam", "Byrne", roles.INVESTIGATOR, 1),
		("nora.reviewer", "Nora", "Haddad", roles.REVIEWER, 2),
		("tomas.approver", "Tomas", "Novak", roles.APPROVER, 2),
	)
)
STANDING = PEOPLE[:9]
# Roles without which no case can be told.
WORKING = (
	roles.INTAKE,
	roles.HANDLER,
	roles.INVESTIGATOR,
	roles.APPROVER,
	roles.REVIEWER,
	roles.MANAGER,
)


class Team:
	"""Who of the people can work on this site: enabled and with the role."""

	def __init__(self, people: tuple[Person, ...]) -> None:
		self._by_role: dict[str, list[Person]] = {}
		for person in people:
			self._by_role.setdefault(person.role, []).append(person)
		for role in WORKING:
			if not self._by_role.get(role):
				raise DemoError(
					_(
						"Nobody for the role {0}: the users of the demo data exist without it. Give it to {1}."
					).format(role, ", ".join(person.email for person in PEOPLE if person.role == role))
				)

	def anyone(self, chance: random.Random, role: str, field: str = "") -> str:
		"""Return the e-mail of somebody with a role, the busy ones more often.

		Args:
			field: a field of work; each of the team has some that they do more of than the others.
		"""
		people = self._by_role[role]
		shares = [
			person.share * (3 if (len(field) + number) % len(people) == 0 else 1)
			for number, person in enumerate(people)
		]
		return chance.choices(people, shares)[0].email

	def emails(self, role: str) -> list[str]:
		return [person.email for person in self._by_role[role]]

	def other(self, chance: random.Random, role: str, than: str) -> str | None:
		"""Return somebody else with the role, None if there is only one."""
		others = [person.email for person in self._by_role[role] if person.email != than]
		return chance.choice(others) if others else None


def create_people() -> list[str]:
	"""Create the users that are missing and return their e-mail addresses; an existing one stays as it is."""
	made = []
	for person in PEOPLE:
		if frappe.db.exists("User", person.email):
			continue
		user = frappe.new_doc("User")
		user.update(
			{
				"email": person.email,
				"first_name": person.first_name,
				"last_name": person.last_name,
				"send_welcome_email": 0,
				"language": "en",
			}
		)
		user.append("roles", {"role": person.role})
		user.insert(ignore_permissions=True)  # safe: only from the command line, users of the demo only
		update_password(user.name, PASSWORD)
		made.append(user.name)
	return made


def team() -> Team:
	"""Return the people who are on the site, enabled and with their role."""
	enabled = set(frappe.get_all("User", {"enabled": 1}, pluck="name"))
	having = {
		(row.parent, row.role)
		for row in frappe.get_all("Has Role", ["parent", "role"], {"parenttype": "User"})
	}
	return Team(
		tuple(
			person for person in PEOPLE if person.email in enabled and (person.email, person.role) in having
		)
	)
