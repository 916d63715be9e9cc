"""The access rule over levels, rows of access, conflicts, offices and shares: one rule, whichever road asks."""

import frappe
import pytest
from factories import (
	ROLE_OF,
	acting_as,
	declare_conflict,
	make_access,
	make_complaint,
	make_employee,
	make_party,
	make_user,
	put,
	unique,
	user_of,
)
from frappe.utils import add_to_date, now_datetime

from iso10002 import roles
from iso10002.confidentiality import grants
from iso10002.confidentiality.conditions import ABOUT
from iso10002.confidentiality.rule import (
	CONFIDENTIAL,
	LEVELS,
	RESTRICTED,
	STANDARD,
	is_hidden_from,
	may_see,
	who_may_see,
)
from iso10002.handling.errors import IndependenceError

SEES_AT = {
	STANDARD: {"handler", "investigator", "reviewer", "approver", "manager", "privacy"},
	CONFIDENTIAL: {"manager", "privacy"},
	RESTRICTED: {"privacy"},
}


def listed(user: str, doctype: str = "Complaint", **filters) -> set[str]:
	with acting_as(user):
		try:
			return set(frappe.get_list(doctype, filters=filters, pluck="name", limit_page_length=0))
		except frappe.PermissionError:
			return set()


def opens(user: str, doctype: str, name: str) -> bool:
	return bool(frappe.has_permission(doctype, "read", doc=frappe.get_doc(doctype, name), user=user))


def at_level(level: str, **values) -> str:
	case = make_complaint().name
	frappe.db.set_value("Complaint", case, {"confidentiality_level": level, **values})
	return case


def put_row(case: str, **values) -> None:
	"""Write a row of access as it may stand in the database, whatever its writer was allowed."""
	put("Complaint Access", **{"complaint": case, "access": "Allow", "reason": "Test", **values})


@pytest.mark.parametrize("level", LEVELS)
def test_a_level_shows_a_case_to_its_roles_and_to_nobody_else(level):
	case = at_level(level)
	everybody = {user_of(kind): kind for kind in ROLE_OF}
	assert {everybody[user] for user in who_may_see(case, everybody)} == SEES_AT[level]
	admin = make_user("System Manager", email="test-admin@example.com").name
	assert not may_see(admin, case) and may_see("Administrator", case) and not may_see("Guest", case)


@pytest.mark.parametrize("level", [CONFIDENTIAL, RESTRICTED])
def test_the_case_team_comes_in_by_being_named(level):
	case = at_level(level)
	clerk = make_user(roles.HANDLER).name
	assert not may_see(clerk, case)
	frappe.db.set_value("Complaint", case, "handler", clerk)
	assert may_see(clerk, case) and listed(clerk, name=case) == {case}
	frappe.db.set_value("Complaint", case, "handler", user_of("handler"))
	assert not may_see(clerk, case) and not listed(clerk, name=case)


def test_intake_does_not_see_a_restricted_case_it_registered():
	intake = user_of("intake")
	case = at_level(CONFIDENTIAL, received_by=intake)
	assert may_see(intake, case)
	frappe.db.set_value("Complaint", case, "confidentiality_level", RESTRICTED)
	assert not may_see(intake, case) and not listed(intake, name=case)


def test_a_denying_row_wins_over_role_office_and_allowing_row():
	clerk = make_user(roles.HANDLER, roles.PRIVACY_OFFICER).name
	case = at_level(STANDARD, handler=clerk)
	put_row(case, user=clerk)
	assert may_see(clerk, case)
	put_row(case, user=clerk, access="Deny")
	assert not may_see(clerk, case) and is_hidden_from(clerk, case)


def test_a_row_counts_from_its_first_moment_until_its_last():
	auditor, case = user_of("auditor"), at_level(RESTRICTED)
	hour = {"hours": 1}
	put_row(case, user=auditor, valid_until=add_to_date(now_datetime(), hours=-1))
	put_row(case, user=auditor, valid_from=add_to_date(now_datetime(), **hour))
	assert not may_see(auditor, case)
	put_row(case, role=roles.AUDITOR, valid_until=add_to_date(now_datetime(), **hour))
	assert may_see(auditor, case) and listed(auditor, name=case) == {case}


def test_who_declared_a_conflict_of_interest_does_not_see_the_case():
	clerk = make_user(roles.HANDLER, roles.MANAGER).name
	case = at_level(STANDARD, handler=clerk)
	declare_conflict(case, clerk)
	assert not may_see(clerk, case) and not listed(clerk, name=case)
	assert not listed(clerk, "Complaint Event", complaint=case)


def test_a_disabled_user_sees_nothing():
	clerk, case = make_user(roles.MANAGER).name, at_level(STANDARD)
	assert may_see(clerk, case)
	frappe.get_doc("User", clerk).update({"enabled": 0}).save()
	assert not may_see(clerk, case)


def test_a_person_is_known_by_the_first_address_of_the_account_and_by_the_present_one():
	clerk, address = make_user(roles.HANDLER).name, f"{unique('new')}@example.com"
	first, present = (at_level(STANDARD) for _ in range(2))
	make_party(first, role="Person complained about", email=clerk.upper())
	make_party(present, role="Person complained about", email=address.upper())
	assert not may_see(clerk, first) and may_see(clerk, present)
	frappe.get_doc("User", clerk).update({"email": address}).save()
	for case in (first, present):
		assert not may_see(clerk, case) and not listed(clerk, name=case)
		with pytest.raises(IndependenceError, match="is complained about"):
			frappe.get_doc("Complaint", case).update({"handler": clerk}).save()


def test_a_person_named_as_employee_only_does_not_see_the_case(employees):
	clerk, boss = make_user(roles.HANDLER).name, make_user(roles.MANAGER).name
	address = f"{unique('work')}@example.org"
	superior = make_employee(user_id=boss)
	person = make_employee(user_id=clerk, reports_to=superior, company_email=address)
	ways = (
		{"linked_doctype": "Employee", "linked_name": person, "email": None},
		{"email": address.upper()},
	)
	for way in ways:
		case = at_level(STANDARD, handler=clerk)
		make_party(case, role="Person complained about", **way)
		assert not may_see(clerk, case) and not listed(clerk, name=case), way
		assert may_see(boss, case)
	frappe.db.set_single_value("ISO10002 Settings", "hide_from_superiors", 1)
	frappe.clear_document_cache("ISO10002 Settings", "ISO10002 Settings")
	assert not may_see(boss, case) and not listed(boss, name=case)
	by_account = at_level(STANDARD)
	make_party(
		by_account, role="Person complained about", linked_doctype="User", linked_name=clerk, email=None
	)
	assert not may_see(boss, by_account) and not listed(boss, name=by_account)


def test_an_employee_without_an_address_is_not_taken_for_a_person_without_one(employees):
	clerk = make_user(roles.HANDLER).name
	make_employee(user_id=clerk, company_email="")
	case = at_level(STANDARD)
	party = make_party(case, role="Person complained about", linked_doctype=None, linked_name=None)
	frappe.db.set_value("Complaint Party", party.name, {"email": "", "linked_name": "", "linked_doctype": ""})
	assert may_see(clerk, case) and listed(clerk, name=case)


# Rows of Frappe about a case


def rows_about(case: str) -> dict[str, str]:
	"""Write a row about a case in every DocType of Frappe that has such rows; return their names."""
	whose = {"owner": user_of("executive"), "for_user": user_of("handler"), "is_private": 1}
	return {
		doctype: put(doctype, **{of: "Complaint", name: case}, **whose)
		for doctype, (of, name) in ABOUT.items()
		if frappe.db.table_exists(doctype)  # not in every version of Frappe
	}


def test_rows_about_a_case_are_seen_with_the_case_and_all_others_as_before():
	admin = make_user("System Manager", roles.HANDLER, email="test-admin-handler@example.com").name
	hidden, seen = rows_about(at_level(RESTRICTED)), rows_about(at_level(STANDARD))
	for doctype in hidden:
		of, name = ABOUT[doctype]
		other = put(doctype, **{of: "User", name: admin}, owner=admin, for_user=admin)
		for row, expected in ((hidden[doctype], False), (seen[doctype], True), (other, True)):
			addressed = doctype == "Workflow Action" or (
				doctype == "Notification Log" and row == seen[doctype]
			)
			if expected and addressed:
				continue  # Frappe shows them to whom they are addressed only
			assert (listed(admin, doctype, name=row) == {row}) is expected, (doctype, row)
		assert opens(admin, doctype, hidden[doctype]) is False, doctype


@pytest.mark.parametrize("of", ["Complaint", "Complaint Management Report"])
def test_a_prepared_report_on_cases_is_for_who_had_it_made(of):
	maker, other = (make_user("System Manager", roles.MANAGER).name for _number in range(2))
	report = frappe.get_doc(
		{
			"doctype": "Report",
			"report_name": unique("Report"),
			"ref_doctype": of,
			"report_type": "Report Builder",
			"is_standard": "No",
		}
	).insert()
	row = put("Prepared Report", report_name=report.name, owner=maker)
	assert listed(maker, "Prepared Report", name=row) and opens(maker, "Prepared Report", row)
	assert not listed(other, "Prepared Report", name=row)
	assert not opens(other, "Prepared Report", row)


# Writing rows


def test_the_manager_grants_below_restricted_and_the_privacy_officer_at_restricted():
	expert = make_user(roles.APPROVER).name
	for level, may, may_not in (
		(CONFIDENTIAL, "manager", "privacy"),
		(RESTRICTED, "privacy", "manager"),
	):
		case = at_level(level)
		put_row(case, role=roles.MANAGER)  # so that the manager sees it
		with pytest.raises(frappe.PermissionError):
			make_access(case, as_user=user_of(may_not), user=expert)
		with pytest.raises(frappe.PermissionError):
			make_access(case, as_user=user_of("handler"), user=expert)
		assert not may_see(expert, case)
		row = make_access(case, as_user=user_of(may), user=expert, granted_by="Administrator")
		assert row.granted_by == user_of(may)
		assert may_see(expert, case)
		event = frappe.get_last_doc("Complaint Event", {"complaint": case})
		assert event.event == "Access Granted" and expert in event.details
		with acting_as(user_of(may)):
			grants.end(row.name, "The expert has answered.")
		assert not may_see(expert, case)
		assert frappe.get_last_doc("Complaint Event", {"complaint": case}).event == "Access Ended"
		with acting_as(user_of(may)), pytest.raises(grants.AccessError, match="ended already"):
			grants.end(row.name, "Again")


def test_rows_without_effect_are_refused():
	case, manager = at_level(STANDARD), user_of("manager")
	disabled = make_user(roles.HANDLER, enabled=0).name
	conflicted = make_user(roles.HANDLER).name
	make_party(case, role="Person complained about", email=conflicted)
	past = add_to_date(now_datetime(), days=-1)
	for wrong, words in (
		({"user": disabled}, "is disabled"),
		({"user": make_user("System Manager").name}, "no role in the handling"),
		({"user": conflicted}, "cannot be given access"),
		({"user": "Administrator"}, "cannot be given"),
		({"user": manager}, "oneself"),
		({"role": roles.EXECUTIVE}, "choose one of"),
		({"role": "System Manager"}, "choose one of"),
		({"user": user_of("auditor"), "valid_until": past}, "in the past"),
		({"user": user_of("auditor"), "role": roles.AUDITOR}, "one of the two"),
		({"user": None}, "one of the two"),
		({"user": user_of("auditor"), "access": "Deny", "valid_from": past}, "denied at once"),
	):
		with pytest.raises(grants.AccessError, match=words):
			make_access(case, as_user=manager, **wrong)


def test_the_only_owner_is_not_denied():
	clerk = make_user(roles.HANDLER).name
	case = at_level(STANDARD, handler=clerk)
	for who in ({"user": clerk}, {"role": roles.HANDLER}):
		with pytest.raises(grants.AccessError, match="another handler"):
			make_access(case, access="Deny", **who)
	frappe.db.set_value("Complaint", case, "handler", user_of("handler"))
	make_access(case, access="Deny", user=clerk)
	assert not may_see(clerk, case)


def test_a_row_is_neither_changed_nor_deleted():
	row = make_access(at_level(STANDARD))
	for field, value in (("user", user_of("handler")), ("valid_until", None), ("reason", "Other")):
		doc = frappe.get_doc("Complaint Access", row.name)
		doc.set(field, value or add_to_date(now_datetime(), days=9))
		with pytest.raises((frappe.ValidationError, frappe.CannotChangeConstantError)):
			doc.save()
	with pytest.raises(frappe.ValidationError):
		frappe.delete_doc("Complaint Access", row.name, force=True)
