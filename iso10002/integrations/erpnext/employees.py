"""Who an employee complained about reports to, and who reports to that employee (DocType Employee, if there is one)."""

import frappe

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
