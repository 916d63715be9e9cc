"""Who may not take part in a case: the people complained about, and whoever had an earlier part.

Source: ISO 10002:2018 clause 4.7 and annex D (impartiality).
"""

import frappe
from frappe import _
from frappe.model.document import Document

from iso10002.handling import events
from iso10002.handling.errors import IndependenceError

PERSON_COMPLAINED_ABOUT = "Person complained about"


def persons_complained_about(case: Document) -> list[frappe._dict]:
	"""Return the parties complained about, with what was done to hear them; read once per saving."""
	if case.is_new():
		return []
	if case.flags.persons_complained_about is None:
		case.flags.persons_complained_about = frappe.get_all(
			"Complaint Party",
			filters={"complaint": case.name, "role": PERSON_COMPLAINED_ABOUT},
			fields=[
				"name",
				"email",
				"linked_doctype",
				"linked_name",
				"details_given_on",
				"heard_on",
				"not_heard_reason",
			],
		)
	return case.flags.persons_complained_about


def is_concerned(case: Document, user: str | None) -> bool:
	"""Whether `user` is complained about in this case: named as the user, or by the same e-mail address."""
	if not user:
		return False
	return any(
		(person.linked_doctype == "User" and person.linked_name == user)
		or (person.email and person.email.lower() == user.lower())
		for person in persons_complained_about(case)
	)


def had_part(case: Document, user: str | None) -> bool:
	"""Whether `user` is concerned by the case or did anything in it but receive it."""
	if not user:
		return False
	officers = (case.handler, case.investigator, case.proposed_by, case.approved_by, case.communicated_by)
	return user in officers or is_concerned(case, user) or user in events.users_with_a_part(case.name)


def validate_officers(case: Document) -> None:
	"""Refuse an officer of the case, or a user moving it, who is complained about in it.

	Raises:
		IndependenceError: names the field and what to do.
	"""
	for field in ("handler", "investigator", "reviewer"):
		if case.get(field) and is_concerned(case, case.get(field)):
			frappe.throw(
				_("{0}: {1} is complained about in this case. Choose somebody else.").format(
					_(case.meta.get_label(field)), frappe.bold(case.get(field))
				),
				IndependenceError,
			)
	if is_concerned(case, frappe.session.user):
		frappe.throw(
			_("You are complained about in this case and cannot work on it."),
			IndependenceError,
		)
