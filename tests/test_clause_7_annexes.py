"""Annexes D to G of ISO 10002:2018 as far as they bind the handling of a case; see docs/requirements.md."""

import frappe
import pytest
from case_documents import case_under_investigation
from factories import (
	acting_as,
	complaint_in,
	edit,
	make_complaint,
	make_party,
	make_user,
	take,
	unique,
	user_of,
)
from over_http import CASES, EVENTS, PARTIES, assert_refused, needs, register, step, stored

from iso10002 import roles
from iso10002.handling import stages as stage
from iso10002.handling import workflows
from iso10002.handling.errors import IndependenceError, StageError
from iso10002.setup.masters import CATEGORIES, REMEDIES

# Annex D: objectivity

OFFICES = {"handler": roles.HANDLER, "investigator": roles.INVESTIGATOR, "reviewer": roles.REVIEWER}


@pytest.mark.parametrize("office", OFFICES)
def test_annex_d_the_person_complained_about_holds_no_office_over_any_road(http, office):
	case = complaint_in(stage.RECEIVED)
	person = make_user(OFFICES[office], roles.APPROVER).name
	make_party(case, role="Person complained about", linked_doctype="User", linked_name=person, email=None)
	with pytest.raises(IndependenceError, match="complained about"):
		edit(case, **{office: person})
	frappe.db.commit()
	answer = http(user_of("handler")).put(f"{CASES}/{case}", json={office: person})
	assert_refused(answer, "complained about", status=417)
	assert not http(person).get(f"{CASES}/{case}").ok
	for action in ("Acknowledge", "Approve Decision"):
		assert_refused(step(http, person, case, action), status=(403, 404))


def test_annex_d_the_person_is_informed_before_heard_and_told_the_result(http):
	case = register(http, parties=[{"role": "Person complained about", "full_name": "A Clerk"}])
	party = frappe.db.get_value("Complaint Party", {"complaint": case})
	road, session = f"{PARTIES}/{party}", http(user_of("handler"))
	times = {
		"informed_on": "2026-03-01 09:00:00",
		"details_given_on": "2026-03-02 09:00:00",
		"heard_on": "2026-03-03 09:00:00",
		"result_told_on": "2026-03-09 09:00:00",
	}
	assert_refused(session.put(road, json={"heard_on": times["heard_on"]}), "first when the full details")
	for field in times:
		assert_refused(session.put(road, json={**times, field: "2199-01-01 09:00:00"}))
	assert session.put(road, json=times).ok
	told = session.get(road).json()["data"]
	assert {field: told[field] for field in times} == times


def test_annex_d_several_participants_are_in_one_case_with_one_answer(http):
	parties = [
		{"role": "Complainant", "full_name": "Maria Muster", "email": "maria@example.org"},
		{"role": "Complainant", "full_name": "Max Muster"},
		{"role": "Other affected person", "full_name": "Moritz Muster"},
	]
	case = register(http, parties=parties)
	assert frappe.db.count("Complaint Party", {"complaint": case}) == 3
	letter = http(user_of("handler")).call(
		"iso10002.handling.letters.draft", complaint=case, purpose="Acknowledgement"
	)
	assert letter["recipient"] == "maria@example.org"


def test_annex_d_a_case_has_no_place_for_a_disciplinary_outcome():
	for doctype in ("Complaint", "Complaint Party", "Complaint Investigation", "Complaint Review"):
		fields = frappe.get_meta(doctype).fields
		assert not [df.fieldname for df in fields if "disciplin" in f"{df.fieldname} {df.label}".lower()]


def test_annex_d_the_circumstances_of_a_person_are_kept_with_the_party_not_in_the_case():
	fields = {df.fieldname for df in frappe.get_meta("Complaint Party").fields}
	assert {"circumstances", "assistance_needed", "assistance_given"} <= fields
	assert "circumstances" not in {df.fieldname for df in frappe.get_meta("Complaint").fields}


def test_annex_d_what_is_missing_in_an_investigation_of_both_sides_is_named():
	case = case_under_investigation("Serious")
	with acting_as(user_of("investigator")):
		doc = frappe.get_attr("iso10002.handling.investigation.make_investigation")(case)
		doc.conflict_declaration = "No conflict of interest"
		doc.insert()
		assert {"Complainant contacted", "Both sides heard", "Facts verified"} <= {
			row.step for row in doc.steps
		}
		with pytest.raises(frappe.ValidationError, match="Both sides heard"):
			doc.submit()


# Annex E: follow-up form

TRACKED = ("Acknowledged", "Assessed", "Investigating", "Decision Communicated", "Remedy Changed", "Closed")


def test_annex_e_every_field_of_the_follow_up_form_has_its_place():
	case = {df.fieldname for df in frappe.get_meta("Complaint").fields}
	receipt = {"received_on", "received_by", "channel", "external_reference", "referred_by"}
	problem = {"problem_date", "happened_before", "previous_complaint", "category", "description"}
	assessment = {"severity", "complexity", "impact", "immediate_action_needed", "immediate_action_possible"}
	assert receipt | problem | assessment | {"compensation_likely", "remedy_requested", "remedies"} <= case


def test_annex_e_the_tracking_table_is_derived_and_never_typed(http):
	case = complaint_in(stage.COMMUNICATED)
	rows = [{"remedy_type": "Replace", "progress": "Accepted"}]
	edit(case, remedies=rows)
	take(case, "Record Acceptance")
	take(case, "Carry Out Remedy")
	today = frappe.utils.nowdate()
	for done in (
		{"progress": "Performed", "performed_on": today},
		{"progress": "Verified", "verified_on": today},
	):
		doc = frappe.get_doc("Complaint", case)
		with acting_as(user_of("handler")):
			doc.remedies[0].update(done)
			doc.save()
	take(case, "Close")
	found = frappe.get_all("Complaint Event", {"complaint": case}, ["event", "occurred_on", "user"])
	assert {row.event for row in found} >= set(TRACKED)
	assert all(row.occurred_on and row.user for row in found)
	frappe.db.commit()
	for kind in ("handler", "manager", "auditor"):
		body = {"complaint": case, "event": "Acknowledged", "user": user_of(kind)}
		assert_refused(http(user_of(kind)).post(EVENTS, json=body), status=(403, 417))


def test_annex_e_and_f_a_site_starts_with_a_category_and_a_remedy_for_every_kind():
	there = set(frappe.get_all("Complaint Category", pluck="name"))
	assert {name for group, names in CATEGORIES.items() for name in (group, *names)} <= there
	assert "Undue delay in dealing with a complaint" in there
	remedies = set(frappe.get_all("Complaint Remedy Type", pluck="name"))
	assert set(REMEDIES) <= remedies
	assert {
		"Refund",
		"Replace",
		"Repair or rework",
		"Substitute",
		"Technical help",
		"Information",
	} <= remedies
	assert {"Referral", "Financial help", "Compensation", "Apology", "Goodwill gift"} <= remedies
	assert {"Change of product, process or policy", "Other help"} <= remedies


# Annex F: responses


def test_annex_f_all_points_of_a_complaint_are_answered(http):
	case = complaint_in(stage.INVESTIGATING)
	doc = frappe.get_doc("Complaint", case)
	doc.append("allegations", {"allegation": "And late", "category": "Late delivery"})
	doc.allegations[0].update({"outcome": "Upheld", "finding": "Crushed."})
	doc.save()
	frappe.db.commit()
	given = needs("Propose Decision")
	assert_refused(
		step(http, user_of("handler"), case, "Propose Decision", **given), "every point", status=417
	)
	assert stored(case) == stage.INVESTIGATING


def test_annex_f_a_remedy_beyond_ones_authority_is_not_approved_over_http(http):
	kind = frappe.get_doc(
		{
			"doctype": "Complaint Remedy Type",
			"remedy_name": unique("Refund"),
			"kind": "Money back",
			"has_value": 1,
		}
	)
	kind.append("authorities", {"role": roles.APPROVER, "up_to": 50})
	kind.insert()
	case = complaint_in(stage.INVESTIGATING)
	edit(case, remedies=[{"remedy_type": kind.name, "progress": "Offered", "value": 500, "currency": "EUR"}])
	take(case, "Propose Decision")
	frappe.db.commit()
	assert_refused(
		step(http, user_of("approver"), case, "Approve Decision"), "sufficient authority", status=417
	)
	assert stored(case) == stage.PROPOSED


# Annex G: every arrow of the flowchart is recorded


def test_annex_g_every_move_of_the_process_leaves_an_event_with_where_from_and_where_to():
	case = complaint_in(stage.COMMUNICATED)
	take(case, "Record Rejection")
	take(case, "Refer to Outside Body")
	stages = [
		(row.from_stage, row.to_stage)
		for row in frappe.get_all(
			"Complaint Event",
			{"complaint": case, "to_stage": ("is", "set")},
			["from_stage", "to_stage"],
			order_by="creation asc",
		)
	]
	assert [target for _source, target in stages] == [
		stage.RECEIVED,
		stage.ACKNOWLEDGED,
		stage.ASSESSED,
		stage.INVESTIGATING,
		stage.PROPOSED,
		stage.APPROVED,
		stage.COMMUNICATED,
		stage.REJECTED,
		stage.REFERRED,
	]
	assert all(source == before for (source, _to), (_from, before) in zip(stages[1:], stages, strict=False))


def test_annex_g_the_flowchart_has_its_three_levels_and_no_way_around_them():
	routes = {(source, move.target) for move in stage.MOVES for source in move.sources}
	assert (stage.RECEIVED, stage.COMMUNICATED) in routes  # put right at once
	assert {(stage.REJECTED, stage.UNDER_REVIEW), (stage.REJECTED, stage.REFERRED)} <= routes
	into_closed = {source for source, target in routes if target == stage.CLOSED}
	told = {stage.ACCEPTED, stage.REMEDY, stage.REFERRED, stage.REJECTED, stage.COMMUNICATED}
	assert into_closed == told  # nothing is closed that was not told
	assert workflows.active_workflow()


def test_annex_g_the_second_stage_is_somebody_else(http):
	both = make_user(roles.INVESTIGATOR, roles.REVIEWER).name
	case = complaint_in(stage.ASSESSED)
	take(case, "Investigate", investigator=both)
	take(case, "Propose Decision", as_user=both)
	for action in ("Approve Decision", "Communicate Decision", "Record Rejection"):
		take(case, action)
	with pytest.raises(StageError, match="no part"):
		take(case, "Review", reviewer=both)
	frappe.db.commit()
	answer = step(http, user_of("handler"), case, "Review", **needs("Review", reviewer=both))
	assert_refused(answer, "no part", status=417)
	assert stored(case) == stage.REJECTED


def test_annex_g_a_complaint_about_the_handling_is_linked_and_goes_to_others():
	first = complaint_in(stage.COMMUNICATED)
	second = make_complaint(about_handling_of=first).name
	for field in ("handler", "investigator"):
		with pytest.raises(IndependenceError, match="whose handling is complained about"):
			edit(second, as_user="manager", **{field: user_of(field)})
	other = make_user(roles.HANDLER).name
	edit(second, as_user="manager", handler=other)
	assert frappe.db.get_value("Complaint", second, ["handler", "about_handling_of"]) == (other, first)
