"""Who may not take part in a case, and why: asked at assignment, at every stage and in every document of a case.

Source: ISO 10002:2018 clause 4.7 and annex D (impartiality).
"""

import frappe
from frappe import _
from frappe.model.document import Document
from frappe.utils import escape_html

from iso10002.confidentiality import access_log, grants, identity
from iso10002.confidentiality.rule import PERSON_COMPLAINED_ABOUT, addresses_of, may_see
from iso10002.handling import events
from iso10002.handling.documents import is_severe
from iso10002.handling.errors import IndependenceError, StageError
from iso10002.handling.stages import ASSESSED, INVESTIGATING, UNDER_REVIEW

OFFICERS = ("handler", "investigator", "reviewer")


def persons_complained_about(case: Document) -> list[frappe._dict]:
	"""Return the parties complained about, with what was done to hear them; read once per saving."""
	if case.is_new():
		return []
	if case.flags.persons_complained_about is None:
		case.flags.persons_complained_about = identity.with_identities(
			frappe.get_all(
				"Complaint Party",
				filters={"complaint": case.name, "role": PERSON_COMPLAINED_ABOUT},
				fields=[
					"name",
					"identity",
					"email",
					"linked_doctype",
					"linked_name",
					"details_given_on",
					"heard_on",
					"not_heard_reason",
				],
			)
		)
	return case.flags.persons_complained_about


def declared_conflicts(case: Document) -> set[str]:
	"""Return the users who declared a conflict of interest that was not lifted; read once per saving."""
	if case.is_new():
		return set()
	if case.flags.declared_conflicts is None:
		case.flags.declared_conflicts = set(grants.declared_conflicts(case.name))
	return case.flags.declared_conflicts


def is_concerned(case: Document, user: str | None) -> bool:
	"""Whether `user` is complained about in this case or has declared a conflict of interest in it."""
	return bool(user) and (_is_complained_about(case, user) or user in declared_conflicts(case))


def barred_because(case: Document, user: str | None) -> str | None:
	"""Return why `user` may not be an officer of this case, as a sentence; None if nothing stands against it.

	Who may not learn the reason is told that there is one.
	"""
	reason = _what_stands_against(case, user) if user else None
	if reason and not tells_why(case):
		return _("{0} may not take part in this case.").format(frappe.bold(escape_html(user)))
	return reason


def tells_why(case: Document) -> bool:
	"""Whether the session's user may learn why somebody may not take part in the case.

	The reason tells who a protected person complained about is, and who worked on the case whose handling this one is about.
	"""
	user = frappe.session.user
	if case.about_handling_of and not may_see(user, case.about_handling_of):
		return False
	protected = any(person.identity != identity.OPEN for person in persons_complained_about(case))
	return not protected or identity.is_cleared(user, case.name)


def _what_stands_against(case: Document, user: str) -> str | None:
	shown = frappe.bold(escape_html(user))
	if _is_complained_about(case, user):
		return _("{0} is complained about in this case.").format(shown)
	if user in declared_conflicts(case):
		return _("{0} has declared a conflict of interest in this case.").format(shown)
	if _is_in_reporting_line(case, user):
		return _("{0} is in the reporting line of a person complained about.").format(shown)
	if case.about_handling_of and _was_in_first_team(case, user):
		return _("{0} had a part in {1}, whose handling is complained about.").format(
			shown, case.about_handling_of
		)
	return None


def had_part(case: Document, user: str | None) -> bool:
	"""Whether `user` may not be an officer of the case or did anything in it but receive it."""
	return bool(user) and (has_worked_on(case, user) or barred_because(case, user) is not None)


def has_worked_on(case: Document, user: str) -> bool:
	"""Whether `user` is or was an officer of the case, or did anything in it but receive it."""
	officers = (case.handler, case.investigator, case.proposed_by, case.approved_by, case.communicated_by)
	return user in officers or user in events.users_with_a_part(case.name)


def approval_barred_because(case: Document, user: str) -> str | None:
	"""Return why `user` may not approve the decision of this case; None if nothing stands against it."""
	if is_severe(case) and user in (case.proposed_by, case.investigator):
		return _(
			"You investigated this case or proposed its decision. In a case of this severity somebody else "
			"approves it."
		)
	return barred_because(case, user)


def closing_barred_because(case: Document, user: str) -> str | None:
	"""Return why `user` may not close this case; None if nothing stands against it."""
	if is_severe(case) and user == case.handler:
		return _(
			"You are the handler of this case. In a case of this severity somebody else closes it, for example "
			"the complaint manager."
		)
	return barred_because(case, user)


def validate_officers(case: Document) -> None:
	"""Refuse an officer of the case who is barred, and a user working on it who is concerned.

	Raises:
		IndependenceError: names the field, the reason and what to do.
		StageError: the reviewer of a review that is over was changed.
	"""
	refuse_concerned_user(case)
	for field in OFFICERS:
		validate_officer_of(case, field, case)
	_validate_change_of_reviewer(case)


def validate_officer_of(doc: Document, field: str, case: Document) -> None:
	"""Refuse the officer of a document of a case against whom something stands.

	Raises:
		IndependenceError: names the field, the reason and what to do.
	"""
	if reason := barred_because(case, doc.get(field)):
		if not tells_why(case):  # somebody may be looking for the one it is
			access_log.refused(case.name, f"{field}: {doc.get(field)}")
		frappe.throw(
			_("{0}: {1} Choose somebody else.").format(_(doc.meta.get_label(field)), reason),
			IndependenceError,
		)


def refuse_concerned_user(case: Document) -> None:
	"""Refuse the session's user who is complained about in the case or has a conflict of interest in it.

	Raises:
		IndependenceError: says which of both.
	"""
	user = frappe.session.user
	if _is_complained_about(case, user):
		frappe.throw(_("You are complained about in this case and cannot work on it."), IndependenceError)
	if user in declared_conflicts(case):
		frappe.throw(
			_("You have declared a conflict of interest in this case and cannot work on it."),
			IndependenceError,
		)


def release(complaint: str, user: str) -> None:
	"""Take `user` out of the part in the case that is going on, before a declared conflict is noted.

	The handler stays named, because a case always has an owner: the next saving asks for another one.
	"""
	case = frappe.get_doc("Complaint", complaint, for_update=True)
	work = {"investigator": (ASSESSED, INVESTIGATING), "reviewer": (UNDER_REVIEW,)}
	named = [field for field, stages in work.items() if case.get(field) == user and case.status in stages]
	if named:
		case.update(dict.fromkeys(named))
		case.save()


def _validate_change_of_reviewer(case: Document) -> None:
	"""A reviewer may be replaced while the review runs, by somebody without a part; afterwards not at all."""
	before = case.get_doc_before_save()
	if not before or before.reviewer == case.reviewer or not before.review_request:
		return
	if before.status == UNDER_REVIEW and case.reviewer and had_part(case, case.reviewer):
		frappe.throw(
			_("Reviewer: {0} had a part in the case. Choose somebody who had none so far.").format(
				frappe.bold(escape_html(case.reviewer))
			),
			IndependenceError,
		)
	if before.review_outcome and before.status != UNDER_REVIEW and case.status == before.status:
		frappe.throw(_("Reviewer: the review is over; it stands as it was recorded."), StageError)


def _is_complained_about(case: Document, user: str) -> bool:
	"""Named as the user or by an address of the user; who is named as an employee is found by the reporting line."""
	persons = persons_complained_about(case)
	addresses = {address.casefold() for address in addresses_of(user)} if persons else ()
	return any(
		(person.linked_doctype == "User" and person.linked_name == user)
		or (person.email or "").casefold() in addresses
		for person in persons
	)


def _is_in_reporting_line(case: Document, user: str) -> bool:
	"""Ask the apps that know who reports to whom (hook `iso10002_reporting_line`)."""
	persons = persons_complained_about(case)
	return bool(persons) and any(
		frappe.get_attr(path)(user, persons) for path in frappe.get_hooks("iso10002_reporting_line")
	)


def _was_in_first_team(case: Document, user: str) -> bool:
	"""Whether the user had a part in the case whose handling this one is about; read once per user and saving."""
	known = case.flags.first_team or {}
	if (case.about_handling_of, user) not in known:
		first = frappe.get_doc("Complaint", case.about_handling_of)
		officers = (first.handler, first.investigator, first.reviewer, first.proposed_by, first.approved_by)
		known[case.about_handling_of, user] = user in officers or user in events.users_with_a_part(first.name)
		case.flags.first_team = known
	return known[case.about_handling_of, user]
