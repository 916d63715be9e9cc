"""Queues: every case has somebody who answers for it, is given on with a reason, and nobody gets too much unnoticed."""

import frappe
import pytest
from factories import (
	complaint_in,
	edit,
	make_complaint,
	make_party,
	make_user,
	take,
	unique,
	user_of,
)
from over_http import CASES, assert_refused, change, complaint, register, step, stored, words

from iso10002 import roles
from iso10002.handling import stages as stage
from iso10002.handling import teams
from iso10002.handling.clocks import notices
from iso10002.handling.clocks.definition import Level
from iso10002.handling.errors import IntakeError
from iso10002.handling.notify import Desk

TEAMS = "/api/resource/Complaint Team"


def handler(**overrides) -> str:
	return make_user(roles.HANDLER, **overrides).name


def make_team(**overrides):
	"""Return a team that serves only what is said; with a lead of its own."""
	values = {"doctype": "Complaint Team", "team_name": unique("Team"), "units": unique("unit"), **overrides}
	values["lead"] = values.get("lead") or handler()
	return frappe.get_doc(values).insert()


def rows(field: str, *values: str, **more) -> list[dict]:
	return [{field: value, **more} for value in values]


def details_of(case: str, event: str) -> dict:
	found = frappe.get_last_doc("Complaint Event", {"complaint": case, "event": event})
	return {"remark": found.remark, **frappe.parse_json(found.details)}


# Who answers for a case


def test_a_case_waits_in_the_queue_of_the_team_that_serves_it_and_its_lead_answers_for_it():
	branch, by_category = (
		make_team(units="Berlin\nMunich"),
		make_team(units="", categories=rows("category", "Quality")),
	)
	exact = make_team(units="", categories=rows("category", "Damage suffered"))
	rest = make_team(units="", is_default=1)
	points = [{"allegation": "Rude", "category": "Discourtesy"}]
	cases = {
		branch: make_complaint(receiving_unit="berlin"),
		by_category: make_complaint(allegations=[{"allegation": "Bad", "category": "Poor service"}]),
		exact: make_complaint(),
		rest: make_complaint(allegations=points),
	}
	for team, case in cases.items():
		assert (case.team, case.handler, case.accountable) == (team.name, None, team.lead)


def test_without_a_team_the_representative_or_who_received_it_answers_for_a_case():
	case = make_complaint(as_user=user_of("intake"))
	assert (case.team, case.accountable) == (None, user_of("intake"))
	settings = frappe.get_doc("ISO10002 Settings")
	settings.representative = user_of("manager")
	settings.save()
	assert make_complaint(as_user=user_of("intake")).accountable == user_of("manager")
	frappe.clear_document_cache("ISO10002 Settings", "ISO10002 Settings")


def test_a_handler_answers_for_the_case_and_gives_it_back_to_the_queue_with_a_reason():
	team = make_team()
	case = complaint_in(stage.ASSESSED, receiving_unit=team.units)
	assert frappe.db.get_value("Complaint", case, "accountable") == user_of("handler")
	with pytest.raises(IntakeError, match="Reason for giving it on"):
		edit(case, handler=None)
	doc = edit(case, handler=None, reassignment_reason="On leave.")
	assert (doc.handler, doc.accountable, doc.reassignment_reason) == (None, team.lead, None)
	assert details_of(case, "Reassigned") == {"remark": "On leave.", "handler": [user_of("handler"), None]}


def test_a_case_is_never_left_without_somebody():
	case = complaint_in(stage.ASSESSED)
	with pytest.raises(IntakeError, match="name another one"):
		edit(case, handler=None, reassignment_reason="I do not want it.")
	fields = ["handler", "team", "received_by", "accountable"]
	for row in frappe.get_all("Complaint", fields=fields, limit_page_length=200):
		assert row.accountable, row


def test_a_lead_who_is_complained_about_does_not_answer_for_the_case():
	team = make_team()
	person = {"role": "Person complained about", "linked_doctype": "User", "linked_name": team.lead}
	case = make_complaint(as_user=user_of("intake"), receiving_unit=team.units, parties=[person])
	assert case.accountable == user_of("intake")
	assert frappe.db.get_value("Complaint", case.name, "accountable") == user_of("intake")
	later = make_complaint(as_user=user_of("intake"), receiving_unit=team.units)
	assert later.accountable == team.lead
	make_party(later.name, **person, email=None)
	assert frappe.db.get_value("Complaint", later.name, "accountable") == user_of("intake")


def test_a_new_lead_answers_for_the_cases_in_the_queue_and_for_no_other():
	team, handled = make_team(), handler()
	waiting = make_complaint(receiving_unit=team.units).name
	in_work = make_complaint(receiving_unit=team.units, handler=handled).name
	team.lead = handler()
	team.save()
	assert frappe.db.get_value("Complaint", waiting, "accountable") == team.lead
	assert frappe.db.get_value("Complaint", in_work, "accountable") == handled


def test_before_there_is_a_handler_notices_go_to_who_answers_for_the_case():
	team = make_team()
	case = make_complaint(receiving_unit=team.units)
	level = Level(kind="Warning", percent=50, to_handler=True)
	assert set(notices.recipients(level, case, Desk())) == {team.lead}


# Giving it on


def test_a_case_is_given_to_another_handler_or_team_with_a_reason_only():
	case, other = complaint_in(stage.ASSESSED), handler()
	with pytest.raises(IntakeError, match="why the Handler changes"):
		edit(case, handler=other)
	edit(case, handler=other, reassignment_reason="Speaks Polish.")
	assert details_of(case, "Reassigned") == {
		"remark": "Speaks Polish.",
		"handler": [user_of("handler"), other],
	}
	first, second = make_team(), make_team()
	edit(case, team=first.name)
	with pytest.raises(IntakeError, match="why the Team changes"):
		edit(case, team=second.name)
	edit(case, team=second.name, reassignment_reason="It is about the other branch.")
	assert details_of(case, "Moved to Team")["team"] == [first.name, second.name]


def test_what_an_admin_chose_as_the_team_is_not_chosen_again():
	mine, other = make_team(), make_team()
	case = make_complaint(receiving_unit=mine.units)
	edit(case.name, team=other.name, reassignment_reason="By hand.")
	edit(case.name, unit_concerned=mine.units)
	assert frappe.db.get_value("Complaint", case.name, "team") == other.name


def test_over_http_a_case_is_given_on_with_a_reason_and_what_the_system_says_is_not_typed(http):
	other = handler()
	case = register(http)
	assert change(http, user_of("handler"), case, handler=user_of("handler")).ok
	assert_refused(
		change(http, user_of("handler"), case, handler=other), "Reason for giving it on", status=417
	)
	assert_refused(change(http, user_of("handler"), case, handler=""), "name another one", status=417)
	assert change(http, user_of("handler"), case, accountable=other, significant=1).ok
	assert (stored(case, "accountable"), stored(case, "significant")) == (user_of("handler"), 0)
	answer = change(http, user_of("handler"), case, handler=other, reassignment_reason="On leave.")
	assert answer.ok, words(answer)
	assert (stored(case, "handler"), stored(case, "accountable")) == (other, other)
	assert_refused(change(http, user_of("auditor"), case, handler=user_of("handler")), status=403)


# Workload


def test_whoever_assigns_and_the_lead_are_warned_above_the_limit():
	member = handler()
	team = make_team(max_open_cases=2, members=rows("user", member))
	for number in (1, 2, 3):
		frappe.local.message_log = []
		case = make_complaint(handler=member)
		warned = [str(row) for row in frappe.local.message_log if "the limit is 2" in str(row)]
		assert bool(warned) == (number == 3), frappe.local.message_log
	log = frappe.get_last_doc("Notification Log", {"for_user": team.lead})
	assert "3 open cases" in log.subject and not log.document_name and case.name not in log.subject
	frappe.local.message_log = []
	case.product_or_service = "Parcel"
	case.save()
	assert not frappe.local.message_log  # only who assigns is warned


def test_the_limit_of_a_member_goes_before_that_of_the_team_and_ended_cases_do_not_count():
	member = handler()
	make_team(max_open_cases=1, members=rows("user", member, max_open_cases=2))
	assert teams.limit_of(member)[0] == 2
	case = make_complaint(as_user=user_of("intake"), handler=member).name
	assert teams.open_cases(member, "Administrator") == 1
	take(case, "Withdraw")
	assert teams.open_cases(member, "Administrator") == 0
	make_team(max_open_cases=5, members=rows("user", member))
	assert teams.limit_of(member)[0] == 2
	assert teams.limit_of(handler()) == (0, [])


def test_a_warning_of_too_much_counts_no_case_its_reader_may_not_see(http):
	member, lead, other = handler(), handler(), handler()
	make_team(lead=lead, max_open_cases=1, members=rows("user", member))
	for _number in range(3):
		case = make_complaint(handler=member).name
		frappe.db.set_value("Complaint", case, "confidentiality_level", "Restricted")
	told = {"for_user": lead, "subject": ("like", "%open cases%")}
	before = frappe.db.count("Notification Log", told)
	seen = [make_complaint().name for _number in range(2)]
	frappe.db.commit()
	first, second = (change(http, other, case, handler=member) for case in seen)
	assert first.ok and "open cases" not in first.text, words(first)
	assert second.ok and "now handles 2 open cases" in second.text
	frappe.db.rollback()
	assert frappe.db.count("Notification Log", told) == before + 1
	assert "2 open cases" in frappe.get_last_doc("Notification Log", told).subject


# The team itself


def test_a_team_has_people_who_may_handle_complaints_and_one_team_takes_the_rest():
	auditor = user_of("auditor")
	with pytest.raises(IntakeError, match="Lead"):
		make_team(lead=auditor)
	with pytest.raises(IntakeError, match="row 2"):
		make_team(members=rows("user", handler(), auditor))
	twice = handler()
	with pytest.raises(IntakeError, match="member already"):
		make_team(members=rows("user", twice, twice))
	with pytest.raises(IntakeError, match="disabled"):
		make_team(lead=handler(enabled=0))
	with pytest.raises(frappe.ValidationError):
		make_team(max_open_cases=-1)
	make_team(is_default=1, units="")
	with pytest.raises(IntakeError, match="no other team serves"):
		make_team(is_default=1, units="")


def test_a_team_with_cases_in_its_queue_is_neither_disabled_nor_deleted():
	team = make_team()
	case = make_complaint(receiving_unit=team.units).name
	team.disabled = 1
	with pytest.raises(IntakeError, match="Open cases wait") as refused:
		team.save()
	assert "1" not in str(refused.value)  # how many is for who may see them
	with pytest.raises(frappe.LinkExistsError):
		frappe.delete_doc("Complaint Team", team.name)
	edit(case, handler=user_of("handler"))
	team.reload()
	team.disabled = 1
	team.save()
	assert not make_complaint(receiving_unit=team.units).team


def test_over_http_only_managers_shape_teams_and_each_finds_the_queues_of_his_own(http):
	lead, member = handler(), handler()
	body = {"team_name": unique("Team"), "units": unique("u"), "lead": lead, "members": [{"user": member}]}
	for kind in ("intake", "handler", "auditor", "executive", "approver"):
		assert_refused(http(user_of(kind)).post(TEAMS, json=body), status=403)
	assert http(user_of("manager")).post(TEAMS, json=body).ok
	where = "/api/method/iso10002.handling.teams.mine"
	assert http(lead).get(where).json()["message"] == [body["team_name"]]
	assert http(member).get(where).json()["message"] == [body["team_name"]]
	assert http(user_of("handler")).get(where).json()["message"] == []
	answer = http(user_of("intake")).post(CASES, json=complaint(receiving_unit=body["units"]))
	case = answer.json()["data"]
	assert (case["team"], case["accountable"]) == (body["team_name"], lead)
	given = {"handler": member, "severity": "Minor"}
	assert step(http, user_of("handler"), case["name"], "Acknowledge", **given).status_code == 417
	frappe.db.rollback()
	frappe.db.set_value("Complaint Team", body["team_name"], "disabled", 1)
	frappe.db.commit()  # other tests find no team


# What it costs


def test_recording_a_complaint_takes_at_most_45_statements_with_teams(monkeypatch):
	make_team()
	make_team(is_default=1, units="")
	parties = [{"role": "Complainant", "full_name": "Maria Muster", "email": "maria@example.org"}]
	points = [{"allegation": text, "category": "Late delivery"} for text in ("Late", "Rude")]
	make_complaint(parties=parties, allegations=points)  # what is looked up once per process
	statements, plain = [], frappe.db.sql
	monkeypatch.setattr(frappe.db, "sql", lambda *a, **k: (statements.append(a[0]), plain(*a, **k))[1])
	make_complaint(parties=parties, allegations=points)
	assert len(statements) <= 45, statements
