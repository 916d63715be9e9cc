"""Who an employee complained about reports to, and who reports to that employee (DocType Employee, if there is one)."""

import frappe
from pypika.queries import QueryBuilder
from pypika.terms import Criterion

from iso10002.confidentiality.rule import complained_about, persons_complained_about

# Addresses by which an employee may be named; a site may lack some.
EMAIL_FIELDS = ("company_email", "personal_email", "prefered_email")

# Levels. A longer chain of superiors is a mistake in the data, such as a circle.
MOST_LEVELS = 50


def in_line_with(user: str, persons: list[dict]) -> bool:
	"""Whether `user` is in the reporting line of a person complained about (hook `iso10002_reporting_line`).

	That is: the user reports to the person, directly or through others, or is the person's direct superior,
	or is the person. Only the existence of the relation is answered, nothing of an employee's record is shown.

	Args:
		user: the user to look at.
		persons: parties complained about, each with `email`, `linked_doctype` and `linked_name`.
	"""
	if not frappe.db.table_exists("Employee"):
		return False
	concerned = set(filter(None, map(_employee_of_party, persons)))
	own = _employee_of_user(user)
	if not concerned or not own:
		return False
	superiors_of_concerned = {_superior(employee) for employee in concerned}
	return own in concerned or own in superiors_of_concerned or bool(concerned & _chain(own))


def hiding(user: str) -> list[QueryBuilder]:
	"""Return what hides cases from `user` as an employee (hook `iso10002_hiding`).

	That is: the user's employee record, or an address of it, is named as the person complained about; where the
	settings say so, also that of somebody who reports to the user.
	"""
	if not frappe.db.table_exists("Employee"):
		return []
	employee = frappe.qb.DocType("Employee")
	addresses = [field for field in EMAIL_FIELDS if frappe.db.has_column("Employee", field)]
	is_user = Criterion.any([employee[field] == user for field in ("user_id", *addresses)])
	queries = []
	for person in persons_complained_about():
		is_employee = (person.linked_doctype == "Employee") & (person.linked_name == employee.name)
		by_address = [person.email == employee[field] for field in addresses]
		for named in (is_employee, *by_address):
			queries.append(complained_about(person).join(employee).on(named).where(is_user))
		if frappe.get_cached_doc("ISO10002 Settings").hide_from_superiors:
			superior = frappe.qb.DocType("Employee").as_("superior")
			above = superior.name == employee.reports_to
			is_account = (person.linked_doctype == "User") & (person.linked_name == employee.user_id)
			for named in (is_employee, is_account, person.email == employee.user_id, *by_address):
				query = complained_about(person).join(employee).on(named).join(superior).on(above)
				queries.append(query.where(superior.user_id == user))
	return queries


def _employee_of_party(person: dict) -> str | None:
	if person["linked_doctype"] == "Employee":
		return person["linked_name"]
	if person["linked_doctype"] == "User":
		return _employee_of_user(person["linked_name"])
	return _employee_of_user(person["email"]) if person["email"] else None


def _employee_of_user(user: str) -> str | None:
	return frappe.db.get_value("Employee", {"user_id": user})


def _superior(employee: str) -> str | None:
	return frappe.db.get_value("Employee", employee, "reports_to")


def _chain(employee: str) -> set[str]:
	"""Return everybody above an employee."""
	above: list[str] = []
	while len(above) < MOST_LEVELS and (employee := _superior(employee)) and employee not in above:
		above.append(employee)
	return set(above)
