"""The access rule asks about a document as it is stored, whatever the document in hand says of itself."""

import frappe
import pytest
from factories import acting_as, make_complaint, make_party, make_user, put, unique, user_of

from iso10002 import roles
from iso10002.confidentiality.rule import RESTRICTED, may_see


@pytest.fixture
def hidden() -> str:
	case = make_complaint(description=unique("words"), allegations=[{"allegation": "Hidden words"}]).name
	frappe.db.set_value("Complaint", case, "confidentiality_level", RESTRICTED)
	assert not may_see(user_of("handler"), case)
	return case


def own() -> str:
	return make_complaint(as_user=user_of("handler"), handler=user_of("handler")).name


def allowed(doc, *kinds: str) -> list[str]:
	"""Which of some rights the handler has on a document in hand."""
	return [
		kind for kind in kinds if frappe.has_permission(doc.doctype, kind, doc=doc, user=user_of("handler"))
	]


def test_a_stored_case_that_is_called_new_is_not_opened(hidden):
	doc = frappe.get_doc("Complaint", hidden)
	doc.set("__islocal", 1)
	assert allowed(doc, "read", "write", "print", "create") == []
	with acting_as(user_of("handler")), pytest.raises(frappe.PermissionError):
		doc.save()
	assert frappe.db.count("Complaint", {"description": doc.description, "name": ("!=", hidden)}) == 0


def test_a_stored_case_under_another_name_is_not_opened(hidden):
	doc, mine = frappe.get_doc("Complaint", hidden), frappe.get_doc("Complaint", own())
	doc.update({field: mine.get(field) for field in ("name", "creation", "modified", "owner", "handler")})
	assert allowed(doc, "read", "write", "print") == []
	with acting_as(user_of("handler")), pytest.raises(frappe.PermissionError):
		doc.save()


def test_a_document_that_only_says_to_be_a_stored_case_is_not_opened(hidden):
	said = frappe.get_doc({"doctype": "Complaint", "name": hidden, "__islocal": 1})
	assert allowed(said, "read", "print", "create") == []


def test_a_new_case_with_a_name_nothing_has_is_a_matter_of_the_role():
	said = frappe.get_doc({"doctype": "Complaint", "name": unique("new"), "__islocal": 1})
	assert allowed(said, "read", "create") == ["read", "create"]


def test_what_hangs_on_a_hidden_case_is_not_taken_into_another_one(hidden):
	name = put("Complaint Evidence", complaint=hidden, description="Hidden words", source="Third party")
	doc = frappe.get_doc("Complaint Evidence", name)
	doc.update({"complaint": own(), "__islocal": 1})
	assert allowed(doc, "read", "write", "create", "print") == []


def test_a_row_of_another_document_is_not_taken_by_its_name(hidden):
	row = frappe.get_doc("Complaint", hidden).allegations[0]
	mine = frappe.get_doc("Complaint", own())
	with (
		acting_as(user_of("handler")),
		pytest.raises(frappe.PermissionError, match="belongs to another document"),
	):
		mine.append("allegations", {"name": row.name, "allegation": "Other words"})
		mine.allegations[-1].set("__islocal", None)
		mine.save()
	stored = frappe.db.get_value("Complaint Allegation", row.name, ["parent", "allegation"])
	assert stored == (hidden, "Hidden words")


def test_rows_of_the_document_itself_and_new_ones_are_saved():
	case = own()
	with acting_as(user_of("handler")):
		doc = frappe.get_doc("Complaint", case)
		doc.append("allegations", {"allegation": "Nobody called back"})
		doc.save()
	assert len(frappe.get_doc("Complaint", case).allegations) == 2


def test_a_list_made_with_the_rights_of_somebody_else_has_no_rows_about_cases():
	admin, handler, case = make_user("System Manager").name, user_of("handler"), own()
	about_case = put(
		"ToDo", reference_type="Complaint", reference_name=case, allocated_to=handler, description="x"
	)
	other = put("ToDo", allocated_to=handler, description="y")
	both = {"name": ("in", (about_case, other))}
	with acting_as(handler):
		assert set(frappe.get_list("ToDo", both, pluck="name")) == {about_case, other}
	for session in (admin, "Administrator"):  # a download of an Auto Email Report, the scheduler
		with acting_as(session):
			assert frappe.get_list("ToDo", both, pluck="name", user=handler) == [other]


def test_a_list_of_cases_made_with_the_rights_of_somebody_else_has_what_both_see():
	handler, admin = user_of("handler"), make_user("System Manager", roles.INTAKE).name
	case = own()
	of_case = {"Complaint": {"name": case}, "Complaint Event": {"complaint": case, "event": "Received"}}
	for doctype, filters in of_case.items():
		for session, seen in ((handler, 1), (user_of("manager"), 1), ("Administrator", 1), (admin, 0)):
			with acting_as(session):
				found = frappe.get_list(doctype, filters, user=handler, ignore_permissions=False)
				assert len(found) == seen, (doctype, session)


def test_mails_and_disposals_listed_with_the_rights_of_somebody_else_are_what_both_see():
	clerk, accused, case = make_user(roles.INTAKE).name, make_user(roles.PRIVACY_OFFICER).name, own()
	make_party(case, role="Person complained about", email=accused)
	mail = put("Complaint Mail", state="Set aside", about=case)
	disposal = put("Complaint Disposal", status="Proposed")
	of_disposal = {"parent": disposal, "parenttype": "Complaint Disposal", "parentfield": "cases"}
	put("Complaint Disposal Case", **of_disposal, reference=case)
	for doctype, name, user, other in (
		("Complaint Mail", mail, user_of("handler"), clerk),
		("Complaint Disposal", disposal, user_of("privacy"), accused),
	):
		for session, seen in ((user, [name]), ("Administrator", [name]), (other, [])):
			with acting_as(session):
				assert frappe.get_list(doctype, {"name": name}, pluck="name", user=user) == seen, doctype


def test_the_right_to_create_tells_nobody_of_a_stored_case(hidden):
	clerk = make_user(roles.INTAKE).name
	said = frappe.get_doc({"doctype": "Complaint", "name": hidden, "__islocal": 1})
	assert not frappe.has_permission("Complaint", "create", doc=said, user=clerk)
