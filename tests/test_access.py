"""The access rule: what a list shows opens, what it hides does not, for every role and what hangs on a case."""

import frappe
import pytest
from factories import acting_as, complaint_in, make_complaint, make_party, make_user, take, user_of

from iso10002 import roles
from iso10002.confidentiality.rule import may_see
from iso10002.handling import stages as stage

SEEING = ("handler", "investigator", "reviewer", "approver", "manager", "privacy")


def listed(user: str, doctype: str = "Complaint", **filters) -> set[str]:
	with acting_as(user):
		try:
			return set(frappe.get_list(doctype, filters=filters, pluck="name", limit_page_length=0))
		except frappe.PermissionError:
			return set()


def opens(user: str, doctype: str, name: str) -> bool:
	return bool(frappe.has_permission(doctype, "read", doc=frappe.get_doc(doctype, name), user=user))


@pytest.mark.parametrize("kind", SEEING)
def test_people_of_the_process_see_every_case(kind):
	case = make_complaint().name
	assert case in listed(user_of(kind)) and opens(user_of(kind), "Complaint", case)


def test_intake_sees_its_own_cases_until_they_are_assessed():
	mine, other = complaint_in(stage.ACKNOWLEDGED), make_complaint().name
	intake = user_of("intake")
	assert mine in listed(intake) and opens(intake, "Complaint", mine)
	assert other not in listed(intake) and not opens(intake, "Complaint", other)
	take(mine, "Assess")
	assert mine not in listed(intake) and not opens(intake, "Complaint", mine)


def test_intake_keeps_seeing_what_it_settled_itself_at_first_contact():
	case = complaint_in(stage.RECEIVED)
	settled = {
		"first_contact": 1,
		"immediate_action": "Handed over.",
		"safety_implication": "No",
		"acceptance": "Accepted",
	}
	take(case, "Answer at First Contact", as_user=user_of("intake"), **settled)
	assert case in listed(user_of("intake"))


@pytest.mark.parametrize("others_roles", [(), ("System Manager",), (roles.EXECUTIVE,)])
def test_everybody_else_sees_no_case(others_roles):
	case = make_complaint().name
	party = make_party(case).name
	user = make_user(*others_roles).name
	assert not listed(user) and not opens(user, "Complaint", case)
	assert not listed(user, "Complaint Party") and not opens(user, "Complaint Party", party)


def test_the_person_complained_about_does_not_see_the_case():
	case = make_complaint().name
	clerk = make_user(roles.HANDLER, roles.MANAGER).name
	assert may_see(clerk, case)
	make_party(case, role="Person complained about", email=None, linked_doctype="User", linked_name=clerk)
	assert case not in listed(clerk) and not opens(clerk, "Complaint", case)
	for party in frappe.get_all("Complaint Party", {"complaint": case}, pluck="name"):
		assert not opens(clerk, "Complaint Party", party)
	for event in frappe.get_all("Complaint Event", {"complaint": case}, pluck="name"):
		assert not opens(clerk, "Complaint Event", event)
	assert not listed(clerk, "Complaint Event", complaint=case)


def test_a_complainant_who_works_here_still_sees_what_the_role_allows():
	case = make_complaint().name
	clerk = make_user(roles.HANDLER).name
	make_party(case, role="Complainant", email=clerk)
	assert may_see(clerk, case)


def test_child_rows_are_listed_only_with_their_case():
	case = make_complaint().name
	intake = user_of("intake")
	for user, seen in ((intake, False), (user_of("handler"), True)):
		with acting_as(user):
			rows = frappe.get_list(
				"Complaint Allegation", filters={"parent": case}, parent_doctype="Complaint", pluck="name"
			)
		assert bool(rows) is seen
