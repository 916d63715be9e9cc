"""Who is offered, assigned and barred as an officer of a case; and how a declared conflict is lifted."""

import frappe
import pytest
from case_documents import case_under_investigation, case_under_review, start
from factories import (
	acting_as,
	complaint_in,
	declare_conflict,
	edit,
	make_access,
	make_complaint,
	make_party,
	make_user,
	take,
	unique,
	user_of,
)
from over_http import assert_refused, register, words

from iso10002 import roles
from iso10002.confidentiality import grants
from iso10002.confidentiality.rule import may_see
from iso10002.handling import events
from iso10002.handling import stages as stage
from iso10002.handling.conflicts import lift_conflict
from iso10002.handling.errors import IndependenceError, StageError
from iso10002.handling.search import officers, parties
from iso10002.patches import conflicts_as_rows

END = "/api/method/iso10002.confidentiality.grants.end"
LIFT = "/api/method/iso10002.handling.conflicts.lift_conflict"


def complained_about(case: str, user: str) -> None:
	make_party(case, role="Person complained about", linked_doctype="User", linked_name=user, email=None)


def offered(field: str, case: str | None, txt: str = "", start: int = 0, page_len: int = 500) -> list[str]:
	filters = {"field": field, "complaint": case}
	return [row[0] for row in officers("User", txt, "name", start, page_len, filters)]


def last_event(case: str, kind: str) -> dict:
	return frappe.get_last_doc("Complaint Event", {"complaint": case, "event": kind}).as_dict()


def told(user: str, case: str) -> list[str]:
	return frappe.get_all(
		"Notification Log", {"for_user": user, "subject": ["like", f"%{case}%"]}, pluck="subject"
	)


# What is offered


def test_a_party_is_found_by_name_and_by_its_words():
	"""Frappe 16 looks up a link that stands in a form by its name, and takes it away if that finds nothing."""
	case = make_complaint().name
	party = make_party(case, role="Witness", full_name="Berta Witness")
	make_party(case, role="Witness", full_name="Carl Other")
	for txt in (party.name, "Berta"):
		found = parties("Complaint Party", txt, "name", 0, 20, {"complaint": case, "role": "Witness"})
		assert [row[0] for row in found] == [party.name], txt


@pytest.mark.parametrize("field", ["handler", "investigator"])
def test_who_is_barred_is_not_offered(field):
	case = complaint_in(stage.ASSESSED)
	role = {"handler": roles.HANDLER, "investigator": roles.INVESTIGATOR}[field]
	clerk, conflicted, free = (make_user(role).name for _ in range(3))
	assert {clerk, conflicted, free} <= set(offered(field, case))
	complained_about(case, clerk)
	declare_conflict(case, conflicted)
	found = offered(field, case)
	assert free in found and clerk not in found and conflicted not in found
	assert {clerk, conflicted} <= set(offered(field, None))  # without a case nobody is barred


def test_who_had_a_part_is_not_offered_as_a_reviewer():
	case = complaint_in(stage.COMMUNICATED)
	decided = make_user(roles.REVIEWER, email=user_of("approver")).name
	found = offered("reviewer", case)
	assert user_of("reviewer") in found and decided not in found
	under_review = case_under_review()
	with acting_as(user_of("reviewer")):
		start_of_review = frappe.get_attr("iso10002.handling.review.make_review")(under_review)
		start_of_review.insert()
	assert user_of("reviewer") in offered("reviewer", under_review)  # the one named stays on offer


def test_pages_of_the_search_leave_nobody_out_and_show_nobody_twice():
	case, mark = complaint_in(stage.ASSESSED), unique("page")
	users = [make_user(roles.HANDLER, first_name=f"{mark} {number}").name for number in range(5)]
	complained_about(case, users[1])
	pages = [
		row for start in (0, 2, 4) for row in offered("handler", case, txt=mark, start=start, page_len=2)
	]
	assert pages == [user for user in users if user != users[1]]


def test_the_search_tells_nothing_of_a_case_one_may_not_see():
	case = complaint_in(stage.ASSESSED)
	clerk = make_user(roles.HANDLER).name
	complained_about(case, clerk)
	with acting_as(clerk):
		assert offered("handler", case) == offered("handler", None)


# Assignment rules


def assignment_rule(*users: str, **overrides) -> str:
	days = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
	values = {
		"doctype": "Assignment Rule",
		"name": unique("Rule"),
		"document_type": "Complaint",
		"assign_condition": "status == 'Received'",
		"unassign_condition": "0",
		"rule": "Round Robin",
		"description": "A complaint",
		"users": [{"user": user} for user in users],
		"assignment_days": [{"day": day} for day in days],
		**overrides,
	}
	return frappe.get_doc(values).insert().name


def about(user: str) -> dict:
	return {
		"parties": [
			{
				"role": "Person complained about",
				"full_name": "A Clerk",
				"linked_doctype": "User",
				"linked_name": user,
			}
		]
	}


def assigned(case: str) -> list[str]:
	return frappe.get_all("ToDo", {"reference_name": case, "status": "Open"}, pluck="allocated_to")


def test_an_assignment_rule_names_the_handler_of_a_new_case():
	first, second = make_user(roles.HANDLER).name, make_user(roles.HANDLER).name
	rule = assignment_rule(first, second)
	cases = [make_complaint() for _ in range(3)]
	assert [doc.handler for doc in cases] == [first, second, first]  # the form knows it at once
	assert [frappe.db.get_value("Complaint", doc.name, "handler") for doc in cases] == [first, second, first]
	assert [assigned(doc.name) for doc in cases] == [[first], [second], [first]]
	assert frappe.parse_json(last_event(cases[0].name, "Assigned").details) == {
		"handler": [None, first],
		"rule": rule,
	}
	cases[0].product_or_service = "Parcel"
	cases[0].save()
	assert cases[0].handler == first


@pytest.mark.parametrize("rule", ["Round Robin", "Load Balancing"])
def test_an_assignment_rule_passes_over_who_may_not_take_part(rule):
	clerk, other = make_user(roles.HANDLER).name, make_user(roles.HANDLER).name
	name = assignment_rule(clerk, other, rule=rule)
	case = make_complaint(**about(clerk))
	assert (case.handler, assigned(case.name)) == (other, [other])
	details = frappe.parse_json(last_event(case.name, "Assignment Passed Over").details)
	assert details == {"rule": name, "passed_over": [clerk], "assigned": other}
	assert not frappe.get_all("DocShare", {"share_name": case.name})
	stored = frappe.get_doc("Assignment Rule", name)
	assert [row.user for row in stored.users] == [clerk, other]  # the rule itself stays as it is


def test_where_nobody_of_the_rule_may_take_part_the_case_is_saved_and_the_managers_are_told():
	manager, clerk = user_of("manager"), make_user(roles.HANDLER).name
	assignment_rule(clerk)
	case = make_complaint(**about(clerk))
	assert not case.handler and not assigned(case.name)
	case.product_or_service = "Parcel"
	case.save()
	assert (
		frappe.db.count("Complaint Event", {"complaint": case.name, "event": "Assignment Passed Over"}) == 1
	)
	assert len(told(manager, case.name)) == 1
	assert clerk not in told(manager, case.name)[0]


def test_an_assignment_rule_gives_a_case_to_nobody_who_may_not_see_it():
	stranger, other = make_user().name, make_user(roles.HANDLER).name
	assignment_rule(stranger, other)
	case = make_complaint()
	assert assigned(case.name) == [other]
	assert not frappe.get_all("DocShare", {"share_name": case.name})


def test_an_assignment_rule_based_on_a_field_leaves_the_case_with_its_owner():
	clerk = make_user(roles.HANDLER).name
	assignment_rule(rule="Based on Field", field="received_by")
	with acting_as(clerk):
		case = make_complaint(**about(clerk))
	assert not assigned(case.name) and not case.handler


def test_assignment_rules_on_other_doctypes_are_none_of_our_business():
	user = make_user("System Manager").name
	assignment_rule(user, document_type="Note", assign_condition="1")
	note = frappe.get_doc({"doctype": "Note", "title": unique("Note")}).insert()
	assert assigned(note.name) == [user]


# Lifting a declared conflict


def test_a_manager_lifts_a_conflict_with_a_reason_and_the_person_may_be_named_again():
	case = case_under_investigation()
	doc = start(case, declare=False)
	investigator = user_of("investigator")
	with acting_as(investigator):
		doc.update(
			{"conflict_declaration": "Conflict of interest", "conflict_details": "A cousin, I thought."}
		)
		doc.save()
	with pytest.raises(IndependenceError, match="declared a conflict"):
		edit(case, investigator=investigator)
	assert not may_see(investigator, case)
	with acting_as(user_of("manager")):
		with pytest.raises(StageError, match="Reason"):
			lift_conflict(case, investigator, " ")
		lift_conflict(case, investigator, "It was a namesake.")
		with pytest.raises(StageError, match="no conflict"):
			lift_conflict(case, investigator, "Again.")
	event = last_event(case, "Conflict Lifted")
	assert (event.user, event.about_user) == (user_of("manager"), investigator)
	assert event.remark == "It was a namesake."
	assert may_see(investigator, case)  # a declared conflict hides the case
	edit(case, investigator=investigator)
	assert start(case).name == f"{case}-INV-2"  # the first one stays ended
	declare_conflict(case, investigator)
	with pytest.raises(IndependenceError):
		edit(case, as_user="manager", investigator=None) and edit(case, investigator=investigator)


def test_nobody_lifts_a_conflict_of_ones_own():
	case, manager = complaint_in(stage.ASSESSED), make_user(roles.MANAGER).name
	declare_conflict(case, manager)
	with acting_as(manager), pytest.raises((IndependenceError, frappe.PermissionError)):
		lift_conflict(case, manager, "It is nothing.")
	second = make_user(roles.HANDLER).name
	declare_conflict(case, second)
	with acting_as(manager), pytest.raises((IndependenceError, frappe.PermissionError)):
		lift_conflict(case, second, "We are friends.")
	assert not frappe.db.exists("Complaint Event", {"complaint": case, "event": "Conflict Lifted"})


def test_over_http_only_a_manager_lifts_a_conflict(http):
	case, conflicted = register(http), make_user(roles.HANDLER).name
	declare_conflict(case, conflicted)
	frappe.db.commit()
	body = {"complaint": case, "user": conflicted, "reason": "A namesake."}
	for kind in ("intake", "handler", "investigator", "approver", "auditor", "executive"):
		assert_refused(http(user_of(kind)).post(LIFT, json=body), status=403)
	assert_refused(http(conflicted).post(LIFT, json=body), status=(403, 417))
	assert_refused(http(user_of("manager")).get(LIFT, params=body), status=403)
	answer = http(user_of("manager")).post(LIFT, json=body)
	assert answer.ok, words(answer)


def rows_of_conflict(case: str, user: str) -> list[dict]:
	fields = ["name", "access", "capacity", "granted_by", "valid_until", "ended_by", "end_reason"]
	return frappe.get_all("Complaint Access", {"complaint": case, "user": user}, fields, order_by="creation")


def test_a_row_of_access_stands_for_a_declared_conflict_until_it_is_lifted():
	case, user = case_under_investigation(), user_of("investigator")
	doc = start(case, declare=False)
	with acting_as(user):
		doc.update({"conflict_declaration": "Conflict of interest", "conflict_details": "A cousin."}).save()
	(row,) = rows_of_conflict(case, user)
	assert (row.access, row.capacity, row.granted_by) == ("Deny", "Conflict of interest", user)
	assert not row.valid_until and not may_see(user, case)
	with acting_as(user_of("manager")):
		with pytest.raises(grants.AccessError, match="Lift the conflict"):
			grants.end(row.name, "It was a namesake.")
		assert not may_see(user, case)
		lift_conflict(case, user, "It was a namesake.")
	(row,) = rows_of_conflict(case, user)
	assert row.valid_until and (row.ended_by, row.end_reason) == (user_of("manager"), "It was a namesake.")


def test_a_handler_who_declares_a_conflict_is_denied_the_own_case_at_once():
	case = complaint_in(stage.ASSESSED)
	handler = frappe.db.get_value("Complaint", case, "handler")
	assert may_see(handler, case)
	declare_conflict(case, handler)
	assert not may_see(handler, case) and rows_of_conflict(case, handler)


def test_what_a_manager_denies_as_a_conflict_is_no_declaration_and_is_ended_as_any_row():
	case, user = complaint_in(stage.ASSESSED), make_user(roles.HANDLER).name
	with acting_as(user_of("manager")):
		row = make_access(case, user=user, access="Deny", capacity="Conflict of interest", granted_by=user)
		assert row.granted_by == user_of("manager") and not may_see(user, case)
		with pytest.raises(StageError, match="no conflict"):
			lift_conflict(case, user, "A namesake.")
		grants.end(row.name, "A namesake.")
	assert may_see(user, case)


def test_over_http_nobody_ends_the_row_of_a_declared_conflict(http):
	case, conflicted = register(http), make_user(roles.HANDLER).name
	declare_conflict(case, conflicted)
	frappe.db.commit()
	(row,) = rows_of_conflict(case, conflicted)
	body = {"access": row.name, "reason": "A namesake."}
	for user in (conflicted, user_of("handler"), user_of("manager"), user_of("privacy")):
		assert_refused(http(user).post(END, json=body), status=(403, 417))
		change = {"valid_until": "2020-01-01 00:00:00", "granted_by": user_of("manager")}
		answer = http(user).put(f"/api/resource/Complaint Access/{row.name}", json=change)
		assert_refused(answer, status=(403, 417))
	frappe.db.rollback()
	assert not may_see(conflicted, case)


def test_over_http_nobody_declares_a_conflict_of_somebody_else(http):
	case, user = register(http), make_user(roles.HANDLER).name
	frappe.db.commit()
	row = {
		"complaint": case,
		"access": "Deny",
		"user": user,
		"capacity": "Conflict of interest",
		"reason": "x",
	}
	forged = {**row, "granted_by": user, "flags": {"declared": True}}
	answer = http(user_of("manager")).post("/api/resource/Complaint Access", json=forged)
	assert answer.ok, words(answer)  # denied it is, as a manager may; declared it is not
	assert answer.json()["data"]["granted_by"] == user_of("manager")
	frappe.db.rollback()
	assert not grants.declared_conflicts(case)
	assert_refused(http(user_of("handler")).post("/api/resource/Complaint Access", json=forged), status=403)


def test_an_update_writes_the_rows_of_conflicts_declared_before_there_were_rows():
	standing, lifted, anew = (make_user(roles.HANDLER).name for _ in range(3))
	case = complaint_in(stage.ASSESSED)
	for user in (standing, lifted, anew, "nobody-any-more@example.com"):
		events.append(case, "Conflict Declared", user=user)
	for user in (lifted, anew):
		events.append(case, "Conflict Lifted", about_user=user)
	events.append(case, "Conflict Declared", user=anew)
	for _time in range(2):
		conflicts_as_rows.execute()
		assert {user: len(rows) for user, rows in grants.declared_conflicts(case).items()} == {
			standing: 1,
			anew: 1,
		}
	assert not may_see(standing, case) and not may_see(anew, case) and may_see(lifted, case)


# A question to somebody


def test_who_is_asked_a_question_is_told_by_number_only():
	doc = start(case_under_investigation(description="A very private story."))
	asked = user_of("handler")
	doc.append(
		"inquiries", {"question": "Who packed Maria's parcel?", "asked_of": asked, "due_on": "2099-01-01"}
	)
	with acting_as(doc.investigator):
		doc.save()
	log = frappe.get_last_doc("Notification Log", {"for_user": asked})
	assert (log.document_type, log.document_name) == (doc.doctype, doc.name)
	assert log.subject.startswith(f"{doc.name}: question 1 waits for your answer")
	assert "Maria" not in f"{log.subject} {log.email_content}"
	with acting_as(doc.investigator):
		doc.save()
	assert frappe.db.count("Notification Log", {"for_user": asked, "document_name": doc.name}) == 1


def test_an_investigator_who_asks_himself_is_not_told():
	doc = start(case_under_investigation())
	doc.append("inquiries", {"question": "Where?", "asked_of": doc.investigator, "due_on": "2099-01-01"})
	with acting_as(doc.investigator):
		doc.save()
	assert not frappe.db.exists("Notification Log", {"for_user": doc.investigator, "document_name": doc.name})


# Taking a case from somebody


def test_naming_the_first_handler_is_noted_too():
	case = make_complaint(as_user=user_of("intake")).name
	take(case, "Acknowledge")
	edit(case, handler=user_of("handler"))
	assert frappe.parse_json(last_event(case, "Assigned").details) == {"handler": [None, user_of("handler")]}
