"""Remedies and who may approve them; people complained about are no officers of the case."""

import frappe
import pytest
from factories import (
	acting_as,
	complaint_in,
	edit,
	make_party,
	make_user,
	take,
	unique,
	user_of,
)

from iso10002 import roles
from iso10002.handling import events
from iso10002.handling import stages as stage
from iso10002.handling.errors import (
	AuthorityError,
	IndependenceError,
	IntakeError,
	StageError,
)

# Remedies and authority


def offer(case: str, value: float, remedy: str = "Refund") -> None:
	with acting_as(user_of("investigator")):
		doc = frappe.get_doc("Complaint", case)
		doc.append(
			"remedies", {"remedy_type": remedy, "progress": "Offered", "value": value, "currency": "EUR"}
		)
		doc.save()


def test_a_remedy_added_without_progress_was_requested():
	case = complaint_in(stage.ASSESSED)
	doc = frappe.get_doc("Complaint", case)
	doc.append("remedies", {"remedy_type": "Apology"})
	doc.save()
	assert frappe.get_doc("Complaint", case).remedies[0].progress == "Requested"


@pytest.fixture
def limited_refund():
	"""Refunds up to 50 by investigators and up to 500 by approvers."""
	name = unique("Refund")
	frappe.get_doc(
		{
			"doctype": "Complaint Remedy Type",
			"remedy_name": name,
			"kind": "Money back",
			"has_value": 1,
			"authorities": [
				{"role": roles.INVESTIGATOR, "up_to": 50},
				{"role": roles.APPROVER, "up_to": 500},
				{"role": roles.MANAGER, "up_to": 9000, "valid_to": "2020-01-01"},
			],
		}
	).insert()
	return name


def test_a_remedy_above_the_proposers_authority_is_approved_by_somebody_who_has_it(limited_refund):
	case = complaint_in(stage.INVESTIGATING)
	offer(case, 501, limited_refund)
	take(case, "Propose Decision")
	with pytest.raises(StageError, match="may approve"):
		take(case, "Approve Decision")
	doc = frappe.get_doc("Complaint", case)
	doc.remedies[0].value = 500
	doc.save()
	assert take(case, "Approve Decision") == stage.APPROVED
	assert frappe.get_doc("Complaint", case).remedies[0].authorised_by == user_of("approver")


def test_a_remedy_raised_after_the_decision_needs_authority_too(limited_refund):
	case = complaint_in(stage.INVESTIGATING)
	offer(case, 20, limited_refund)
	take(case, "Propose Decision")
	take(case, "Approve Decision")
	with acting_as(user_of("handler")):
		doc = frappe.get_doc("Complaint", case)
		doc.remedies[0].value = 400
		with pytest.raises(AuthorityError):
			doc.save()


def test_a_remedy_with_a_value_needs_its_value():
	case = complaint_in(stage.INVESTIGATING)
	offer(case, 0)
	with pytest.raises(StageError, match="value of each remedy"):
		take(case, "Propose Decision")


def test_a_case_is_closed_when_every_remedy_is_verified():
	case = complaint_in(stage.INVESTIGATING)
	offer(case, 20)
	for action in ("Propose Decision", "Approve Decision", "Communicate Decision", "Record Acceptance"):
		take(case, action)
	with pytest.raises(StageError, match="verify every accepted remedy"):
		take(case, "Close")
	with pytest.raises(StageError, match="progress Accepted"):
		take(case, "Carry Out Remedy")
	today = frappe.utils.nowdate()
	for values in (
		{"progress": "Accepted"},
		{"progress": "Performed", "performed_on": today},
		{"progress": "Verified", "verified_on": today},
	):
		with acting_as(user_of("handler")):
			doc = frappe.get_doc("Complaint", case)
			doc.remedies[0].update(values)
			doc.save()
		if values["progress"] == "Accepted":
			assert take(case, "Carry Out Remedy") == stage.REMEDY
	assert doc.remedies[0].verified_by == user_of("handler")
	assert take(case, "Close") == stage.CLOSED


@pytest.mark.parametrize(
	"values",
	[
		{"progress": "Performed"},
		{"progress": "Performed", "performed_on": "2999-01-01"},
		{"progress": "Verified", "performed_on": "2026-01-05"},
		{"progress": "Verified", "performed_on": "2026-01-05", "verified_on": "2026-01-04"},
	],
)
def test_a_remedy_is_performed_and_verified_on_possible_days(values):
	case = complaint_in(stage.INVESTIGATING)
	offer(case, 20)
	doc = frappe.get_doc("Complaint", case)
	doc.remedies[0].update(values)
	with pytest.raises(StageError, match="row 1"):
		doc.save()


# Independence


def test_who_is_complained_about_is_no_officer_of_the_case_and_does_not_move_it():
	case = complaint_in(stage.ASSESSED)
	clerk = make_user(roles.INVESTIGATOR, roles.HANDLER, roles.REVIEWER).name
	make_party(case, role="Person complained about", linked_doctype="User", linked_name=clerk, email=None)
	for field in ("handler", "investigator", "reviewer"):
		with pytest.raises(IndependenceError):
			edit(case, **{field: clerk})
	with pytest.raises((IndependenceError, frappe.PermissionError)):
		take(case, "Investigate", as_user=clerk)


def test_the_person_complained_about_is_recognised_by_the_email_address_too():
	case = complaint_in(stage.ASSESSED)
	clerk = make_user(roles.INVESTIGATOR).name
	make_party(case, role="Person complained about", email=clerk.upper())
	with pytest.raises(IndependenceError):
		edit(case, investigator=clerk)


def test_an_officer_has_the_role_for_it_and_is_enabled():
	case = complaint_in(stage.ASSESSED)
	with pytest.raises(IntakeError, match="roles"):
		edit(case, investigator=user_of("auditor"))
	gone = make_user(roles.INVESTIGATOR, enabled=0).name
	with pytest.raises(IntakeError, match="disabled"):
		edit(case, investigator=gone)


def test_a_new_handler_is_noted():
	case = complaint_in(stage.ASSESSED)
	other = make_user(roles.HANDLER).name
	edit(case, handler=other, reassignment_reason="On leave.")
	assert events.timeline(case)[0].event == "Reassigned"
