"""An improvement or the cause of a case makes a record of quality management that says nothing of a case."""

import frappe
import pytest
from factories import acting_as, complaint_in, make_user, unique, user_of
from money_things import make_employee
from over_http import assert_refused, words

from iso10002 import roles
from iso10002.handling import improvements
from iso10002.handling import stages as stage
from iso10002.integrations.erpnext import quality
from iso10002.integrations.erpnext.errors import QualityError

pytestmark = pytest.mark.hosts

MAKE = "/api/method/iso10002.integrations.erpnext.quality.make_record"
MAKE_OF_CAUSE = "/api/method/iso10002.integrations.erpnext.quality.make_record_of_cause"
CAUSE, CATEGORY = "Packaging or transport", "Damage suffered"


def worker() -> str:
	"""Return a handler who is an employee in ERPNext."""
	user = make_user(roles.HANDLER, email="test-handler-employee@example.com").name
	make_employee(user)
	return user


def procedure() -> str:
	values = {"doctype": "Quality Procedure", "quality_procedure_name": unique("Packing")}
	return frappe.get_doc(values).insert().name


def make_improvement(**overrides):
	values = {
		"doctype": "Complaint Improvement",
		"subject": "Frau Sommer's parcels are packed better",
		"action": "Stronger boxes for the parcels of Bakery Sonne.",
		"responsible": worker(),
		"due_on": frappe.utils.add_days(frappe.utils.nowdate(), 30),
		"comes_from": "Cause of complaints",
		"cause": CAUSE,
		"category": CATEGORY,
		**overrides,
	}
	return frappe.get_doc(values).insert()


def made(improvement: str, doctype: str = "Non Conformance", **given):
	if doctype == "Non Conformance":
		given.setdefault("procedure", procedure())
	with acting_as(worker()):
		answer = quality.make_record(improvement, doctype, **given)
	return frappe.get_doc(answer["doctype"], answer["name"])


def state(improvement: str) -> tuple:
	doc = frappe.get_doc("Complaint Improvement", improvement)
	return doc.status, doc.quality_state


def test_a_non_conformance_says_cause_and_category_and_not_a_word_more():
	improvement = make_improvement()
	record = made(improvement.name)
	assert record.subject == f"Cause of complaints: {CAUSE} ({CATEGORY})"
	said = frappe.as_json(record.as_dict())
	for word in ("Sommer", "Bakery", improvement.name, "boxes"):
		assert word not in said
	doc = frappe.get_doc("Complaint Improvement", improvement.name)
	assert (doc.quality_type, doc.quality_record, doc.quality_state) == (
		"Non Conformance",
		record.name,
		"Open",
	)


def test_of_a_confidential_case_the_cause_alone_is_said():
	case = complaint_in(stage.PROPOSED)
	frappe.db.set_value("Complaint", case, "confidentiality_level", "Confidential")
	improvement = make_improvement()
	improvements.note(case, improvement.name)
	assert made(improvement.name).subject == f"Cause of complaints: {CAUSE}"


def test_resolved_there_is_done_here_and_opened_again_takes_that_back():
	improvement = make_improvement().name
	record = made(improvement)
	for status, expected in (("Resolved", "Done"), ("Open", "Planned"), ("Resolved", "Done")):
		record.status = status
		record.save()
		quality.read_back(record.doctype, record.name)
		assert state(improvement) == (expected, status)
	assert frappe.get_doc("Complaint Improvement", improvement).modified_by == "Administrator"


def test_a_quality_action_is_open_until_its_line_is_completed():
	improvement = make_improvement().name
	action = made(improvement, "Quality Action", kind="Corrective")
	assert (action.status, action.resolutions[0].problem) == (
		"Open",
		f"Cause of complaints: {CAUSE} ({CATEGORY})",
	)
	action.resolutions[0].status = "Completed"
	action.save()
	quality.read_back(action.doctype, action.name)
	assert state(improvement) == ("Done", "Completed")


def test_a_deleted_record_lets_go_of_the_improvement_and_another_can_be_made():
	improvement = make_improvement().name
	record = made(improvement)
	frappe.delete_doc(record.doctype, record.name)
	assert state(improvement) == ("Planned", "Deleted")
	assert made(improvement).name != record.name


def test_the_cause_of_a_case_makes_an_improvement_its_note_and_its_record():
	case = complaint_in(stage.PROPOSED)
	due = frappe.utils.add_days(frappe.utils.nowdate(), 14)
	with acting_as(worker()):
		answer = quality.make_record_of_cause(
			case, "Non Conformance", responsible=worker(), due_on=due, procedure=procedure()
		)
	assert answer["text"] == f"Cause of complaints: {CAUSE} ({CATEGORY})"
	assert improvements.complaints_of(answer["improvement"]) == [case]
	assert case not in frappe.as_json(frappe.get_doc("Non Conformance", answer["name"]).as_dict())


@pytest.mark.parametrize(
	("overrides", "given", "match"),
	[
		({}, {"doctype": "User"}, "Choose one of these"),
		({}, {"procedure": ""}, "Quality Procedure: choose"),
		({}, {"procedure": "No such procedure"}, "Quality Procedure: choose one"),
		({}, {"doctype": "Quality Action"}, "Corrective or preventive"),
		({"cause": None, "category": None}, {}, "Cause: enter it"),
	],
)
def test_what_no_record_is_made_of(overrides, given, match):
	improvement = make_improvement(**overrides).name
	before = frappe.db.count("Non Conformance")
	with pytest.raises(QualityError, match=match):
		made(improvement, **given)
	assert frappe.db.count("Non Conformance") == before
	assert state(improvement)[1] in (None, "")


def test_one_improvement_has_one_record_and_nobody_writes_the_link_by_hand(http):
	improvement = make_improvement().name
	record = made(improvement)
	with pytest.raises(QualityError, match=record.name):
		made(improvement)
	other = make_improvement().name
	frappe.db.commit()
	answer = http(worker()).put(
		f"/api/resource/Complaint Improvement/{other}",
		json={"quality_type": "Non Conformance", "quality_record": record.name},
	)
	assert_refused(answer, "kept by the system")


def test_a_case_without_a_cause_makes_nothing():
	case = complaint_in(stage.ASSESSED)
	frappe.db.set_value("Complaint", case, "cause", None)
	with pytest.raises(QualityError, match="Cause: enter it"):
		quality.make_record_of_cause(case, "Non Conformance", responsible=worker(), due_on="2030-01-01")


def test_rights_of_both_sides_are_needed_over_http(http):
	improvement, case, needed = make_improvement().name, complaint_in(stage.PROPOSED), procedure()
	frappe.db.commit()
	body = {"improvement": improvement, "doctype": "Non Conformance", "procedure": needed}
	of_cause = {"complaint": case, "doctype": "Non Conformance", "procedure": needed, "due_on": "2030-01-01"}
	employee = make_user(email="test-employee@example.com").name
	make_employee(employee)
	assert_refused(http(employee).post(MAKE, json=body), status=403)
	assert_refused(http(employee).post(MAKE_OF_CAUSE, json={**of_cause, "responsible": employee}), status=403)
	handler = user_of("handler")
	assert_refused(http(handler).post(MAKE, json=body), "You may not make a Non Conformance", status=403)
	refused = http(handler).post(MAKE_OF_CAUSE, json={**of_cause, "responsible": handler})
	assert_refused(refused, "You may not make a Non Conformance", status=403)
	frappe.db.rollback()
	assert not improvements.complaints_of(improvement)
	assert not frappe.db.exists("Complaint Improvement", {"responsible": handler})  # nothing half-written
	answer = http(worker()).post(MAKE, json=body)
	assert answer.ok, words(answer)
	read = http(employee).get(f"/api/resource/Non Conformance/{answer.json()['message']['name']}")
	assert read.ok and case not in read.text and improvement not in read.text
