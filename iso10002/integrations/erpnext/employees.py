"""Who an employee complained about reports to, and who reports to that employee (DocType Employee, if there is one)."""

import frappe
from pypika.terms import Criterion

from iso10002.confidentiality.rule import Names

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


def add_names(user: str, names: Names) -> None:
	"""Add by what else a user may be named as a person complained about (hook `iso10002_names_of`).

	That is: the user's employee record and its addresses; where the settings say so, also those of who reports to
	the user.
	"""
	if not frappe.db.table_exists("Employee"):
		return
	employee, superior = frappe.qb.DocType("Employee"), frappe.qb.DocType("Employee").as_("superior")
	addresses = [field for field in EMAIL_FIELDS if frappe.db.has_column("Employee", field)]
	known = sorted(names.emails)  # those of the account
	is_user = Criterion.any([employee.user_id == user, *[employee[field].isin(known) for field in addresses]])
	reports = employee.reports_to.isin(
		frappe.qb.from_(superior).select(superior.name).where(superior.user_id == user)
	)
	hidden_too = frappe.get_cached_doc("ISO10002 Settings").hide_from_superiors
	query = frappe.qb.from_(employee).where(is_user | reports if hidden_too else is_user)
	rows = query.select(
		employee.name, employee.user_id, reports, *[employee[field] for field in addresses]
	).run()
	for name, account, is_below, *its_addresses in rows:
		names.records.setdefault("Employee", set()).add(name)
		names.emails.update(filter(None, its_addresses))
		if hidden_too and is_below and account:
			names.records["User"].add(account)
			names.emails.add(account)


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
