"""Deadlines of a case: which rule gives them, what starts, meets, moves, pauses, extends and ends them."""

from datetime import timedelta

import frappe
import pytest
from clock_things import a_clock, clock, end_of_day, kinds, make_calendar, make_rule, received
from factories import (
	acting_as,
	complaint_in,
	make_complaint,
	make_user,
	take,
	unique,
	user_of,
)
from frappe.utils import add_to_date, get_datetime, now_datetime, nowdate

from iso10002 import roles
from iso10002.confidentiality.rule import may_see
from iso10002.handling import stages as stage
from iso10002.handling.clocks import actions
from iso10002.handling.clocks.definition import Definition
from iso10002.handling.contacts import record_contact
from iso10002.handling.corrections import correct
from iso10002.handling.errors import AppendOnlyError, ClockError

DAY = timedelta(days=1)


def due_fields(case: str) -> tuple:
	return frappe.db.get_value("Complaint", case, ["acknowledge_due", "response_due"])


def moved(case: str, field: str, value, user: str = "handler") -> None:
	with acting_as(user_of(user)):
		correct(case, field, str(value), "Looked it up.")


def test_a_new_case_has_the_deadlines_of_the_rule_a_site_starts_with():
	case = make_complaint(as_user=user_of("intake"))
	day = get_datetime(case.received_on)
	assert clock(case.name, "Acknowledge").due_on == end_of_day(day, 3)
	assert clock(case.name).due_on == end_of_day(day, 28)
	assert due_fields(case.name) == (end_of_day(day, 3), end_of_day(day, 28))
	assert clock(case.name, "Answer after review").state == "Waiting"
	assert clock(case.name).rule == "ISO 10002" and clock(case.name).counting == "28 calendar days"


def test_the_deadlines_are_met_by_what_happens():
	case = complaint_in(stage.RECEIVED)
	take(case, "Acknowledge")
	acknowledged = frappe.db.get_value("Complaint", case, "acknowledged_on")
	assert (clock(case, "Acknowledge").state, clock(case, "Acknowledge").met_on) == ("Met", acknowledged)
	for action in ("Assess", "Investigate", "Propose Decision", "Approve Decision"):
		take(case, action)
	assert clock(case, "Tell the decision").state == "Running"
	take(case, "Communicate Decision")
	for name in ("Answer", "Tell the decision"):
		assert clock(case, name).state == "Met" and not clock(case, name).breached_on
		assert not clock(case, name).next_due_on


def test_an_answer_at_first_contact_settles_the_acknowledgement_too():
	case = complaint_in(stage.RECEIVED)
	take(
		case,
		"Answer at First Contact",
		first_contact=1,
		immediate_action="Handed over.",
		safety_implication="No",
		acceptance="Accepted",
	)
	assert clock(case, "Acknowledge").state == clock(case).state == "Met"


def test_what_ends_without_an_answer_stops_the_deadlines_and_reopening_lets_them_run_on():
	case = complaint_in(stage.ASSESSED)
	due = clock(case).due_on
	take(case, "Withdraw")
	assert clock(case).state == "Stopped" and clock(case).stopped_on and not clock(case).met_on
	take(case, "Reopen", reopening_reason="Called again.")
	assert (clock(case).state, clock(case).due_on) == ("Running", due)
	assert clock(case, "Answer after reopening").state == "Running"


@pytest.mark.parametrize(
	("starts_on", "action"),
	[
		("Acknowledged", "Acknowledge"),
		("Assessed", "Assess"),
		("Decided", "Approve Decision"),
		("Communicated", "Communicate Decision"),
		("Rejected", "Record Rejection"),
		("Escalated", "Review"),
	],
)
def test_a_deadline_starts_with_the_step_its_rule_names(starts_on, action):
	make_rule(a_clock(clock_name="Mine", starts_on=starts_on, met_by="Closed", purpose="Other"))
	case = complaint_in(stage.RECEIVED)
	way = ["Acknowledge", "Assess", "Investigate", "Propose Decision", "Approve Decision"]
	way += ["Communicate Decision", "Record Rejection", "Review"]
	for step in way[: way.index(action)]:
		take(case, step)
	assert clock(case, "Mine").state == "Waiting"
	take(case, action)
	assert clock(case, "Mine").state == "Running"


def test_referral_to_an_outside_body_starts_a_deadline():
	make_rule(a_clock(clock_name="Body", starts_on="Referred", met_by="Outside Body Answered"))
	case = complaint_in(stage.COMMUNICATED)
	take(case, "Record Rejection")
	take(case, "Refer to Outside Body")
	assert clock(case, "Body").state == "Running"


def test_becoming_aware_counts_from_the_day_the_organisation_knew():
	make_rule(
		a_clock(
			clock_name="Regulator",
			length=5,
			starts_on="Became Aware",
			met_by="Marked by Hand",
			purpose="Report",
		)
	)
	aware = now_datetime() - 2 * DAY
	case = make_complaint(aware_on=aware)
	assert clock(case.name, "Regulator").due_on == end_of_day(aware, 5)
	assert clock(make_complaint().name, "Regulator").due_on == end_of_day(now_datetime(), 5)
	with acting_as(user_of("handler")), pytest.raises(ClockError, match="give a reason"):
		actions.mark_met(clock(case.name, "Regulator").name, nowdate(), " ")
	with acting_as(user_of("handler")):
		actions.mark_met(clock(case.name, "Regulator").name, nowdate(), "Report 12 sent.")
	assert clock(case.name, "Regulator").state == "Met"
	with acting_as(user_of("handler")), pytest.raises(ClockError, match="not by hand"):
		actions.mark_met(clock(case.name).name, nowdate(), "Answered.")


# Moving the start


def test_a_back_dated_receipt_moves_the_clock_before_and_after_the_acknowledgement():
	case = complaint_in(stage.RECEIVED)
	earlier = now_datetime().replace(microsecond=0) - 5 * DAY
	doc = frappe.get_doc("Complaint", case)
	doc.received_on = earlier
	doc.save()
	assert clock(case).due_on == due_fields(case)[1] == end_of_day(earlier, 28)
	assert kinds(case)[-1] == "Correction"
	take(case, "Acknowledge")
	assert clock(case, "Acknowledge").breached_on == end_of_day(earlier, 3)
	moved(case, "received_on", earlier + 4 * DAY)
	assert clock(case).due_on == due_fields(case)[1] == end_of_day(earlier, 32)
	assert not clock(case, "Acknowledge").breached_on


def test_a_corrected_acknowledgement_is_met_when_it_really_happened():
	case = received(6 * DAY).name
	take(case, "Acknowledge")
	assert clock(case, "Acknowledge").breached_on
	told = now_datetime().replace(microsecond=0) - 5 * DAY
	moved(case, "acknowledged_on", told)
	assert clock(case, "Acknowledge").met_on == told and not clock(case, "Acknowledge").breached_on


def test_a_contact_meets_an_update_and_the_next_one_starts():
	make_rule(a_clock(clock_name="Update", length=20, met_by="Updated", purpose="Update", repeats=1))
	case = received(10 * DAY).name
	with acting_as(user_of("handler")):
		record_contact(case, "Phone", "Still looking.", occurred_on=str(now_datetime() - 2 * DAY))
	first, second = clock(case, "Update"), clock(case, "Update", 1)
	assert first.state == "Met" and second.state == "Running"
	assert second.due_on == end_of_day(first.met_on, 20)
	with acting_as(user_of("handler")):
		record_contact(case, "Phone", "Noted late.", occurred_on=str(now_datetime() - 5 * DAY))
	assert not clock(case, "Update", 2)


# Which rule


def test_the_rule_with_the_highest_priority_gives_each_deadline_once():
	low = make_rule(a_clock(length=7), a_clock(clock_name="Extra", purpose="Other"), priority=40)
	high = make_rule(a_clock(length=5), priority=50)
	case = make_complaint().name
	assert (clock(case).rule, clock(case, "Extra").rule) == (high.name, low.name)
	assert clock(case, "Acknowledge").rule == "ISO 10002"
	assert frappe.db.count("Complaint Clock", {"complaint": case, "clock_name": "Answer"}) == 1


@pytest.mark.parametrize(
	("field", "operator", "value", "fitting", "other"),
	[
		("channel", "=", "Letter", {"channel": "Letter"}, {}),
		("channel", "in", "Letter, E-mail", {"channel": "E-mail"}, {}),
		("channel", "not in", "Phone, Letter", {"channel": "E-mail"}, {}),
		(
			"product_or_service",
			"like",
			"%loan%",
			{"product_or_service": "A loan"},
			{"product_or_service": "Card"},
		),
		("customer_type", "=", "Consumer", {"customer_type": "Consumer"}, {"customer_type": "Business"}),
		("vulnerable", "=", "1", {"vulnerable": 1}, {}),
		("jurisdiction", "=", "Germany", {"jurisdiction": "Germany"}, {"jurisdiction": "France"}),
		("jurisdiction", "is", "not set", {}, {"jurisdiction": "France"}),
		("severity", "!=", "Minor", {"severity": "Serious"}, {"severity": "Minor"}),
	],
)
def test_a_rule_serves_the_cases_its_conditions_fit(field, operator, value, fitting, other):
	rule = make_rule(a_clock(), conditions=[{"field": field, "operator": operator, "value": value}])
	assert clock(make_complaint(**fitting).name).rule == rule.name
	assert clock(make_complaint(**other).name).rule == "ISO 10002"


def test_a_condition_is_compared_and_never_run():
	make_rule(
		a_clock(), conditions=[{"field": "product_or_service", "operator": "=", "value": "__import__('os')"}]
	)
	assert clock(make_complaint(product_or_service="x").name).rule == "ISO 10002"


def test_what_the_assessment_finds_brings_the_rule_for_it():
	rule = make_rule(
		a_clock(length=3), conditions=[{"field": "severity", "operator": "=", "value": "Critical"}]
	)
	case = complaint_in(stage.ACKNOWLEDGED)
	assert clock(case).rule == "ISO 10002"
	take(case, "Assess", severity="Critical", priority="Low", priority_reason="Test")
	assert clock(case).rule == rule.name
	assert due_fields(case)[1] == clock(case).due_on
	assert "Deadline Changed" in kinds(case)


def test_a_rule_for_a_stage_comes_with_the_stage():
	rule = make_rule(
		a_clock(clock_name="Propose", starts_on="Received", met_by="Decided", purpose="Other"),
		conditions=[{"field": "status", "operator": "=", "value": stage.INVESTIGATING}],
	)
	case = complaint_in(stage.ASSESSED)
	assert not clock(case, "Propose")
	take(case, "Investigate")
	assert clock(case, "Propose").rule == rule.name


def test_a_changed_rule_or_calendar_does_not_rewrite_running_deadlines():
	calendar = make_calendar()
	rule = make_rule(a_clock(unit="Business Days", **{"length": 4}), calendar=calendar.name)
	case = complaint_in(stage.RECEIVED)
	before = clock(case)
	rule.clocks[0].length = 1
	rule.save()
	calendar.append("holidays", {"day": add_to_date(nowdate(), days=1)})
	calendar.save()
	take(case, "Acknowledge")
	take(case, "Assess")
	assert (clock(case).due_on, clock(case).version) == (before.due_on, before.version)
	fresh = clock(make_complaint().name)
	assert fresh.version != before.version and fresh.due_on < before.due_on
	kept = Definition.from_text(frappe.db.get_value("Complaint Clock Version", before.version, "definition"))
	assert kept.length == 4


def test_business_days_are_counted_in_the_calendar_of_the_rule():
	calendar = make_calendar()
	make_rule(a_clock(unit="Business Days", length=15), calendar=calendar.name)
	case = make_complaint()
	day, left = get_datetime(case.received_on).date(), 15
	while left:
		day += DAY
		left -= day.weekday() < 5
	assert clock(case.name).due_on.date() == day
	assert clock(case.name).counting == f"15 business days ({calendar.name})"


def test_without_a_rule_for_it_the_days_of_the_settings_hold():
	frappe.db.set_value("Complaint Clock Rule", "ISO 10002", "is_active", 0)
	case = make_complaint()
	assert not clock(case.name)
	assert due_fields(case.name)[1] == add_to_date(case.received_on, days=28)
	case.reload()
	case.handler = user_of("handler")
	case.save()
	assert due_fields(case.name)[1] == add_to_date(case.received_on, days=28)


# Reading


def test_deadlines_are_seen_with_their_case():
	case = make_complaint().name
	row = frappe.get_doc("Complaint Clock", clock(case).name)
	for user in (user_of("handler"), user_of("auditor"), user_of("intake"), user_of("executive")):
		with acting_as(user):
			opens = bool(frappe.has_permission("Complaint Clock", "read", doc=row))
			try:
				listed = row.name in frappe.get_list("Complaint Clock", pluck="name", limit_page_length=0)
			except frappe.PermissionError:
				listed = False
		assert opens == listed == (may_see(user, case))


def test_deadlines_are_not_written_by_hand():
	row = frappe.get_doc("Complaint Clock", clock(make_complaint().name).name)
	row.due_on = add_to_date(row.due_on, days=90)
	with pytest.raises(AppendOnlyError):
		row.save()
	with pytest.raises(AppendOnlyError):
		frappe.delete_doc("Complaint Clock Version", row.version, force=True)
	with acting_as(make_user(roles.MANAGER).name), pytest.raises(frappe.PermissionError):
		frappe.delete_doc("Complaint Clock", row.name)
	with pytest.raises((AppendOnlyError, frappe.ValidationError)):
		frappe.get_doc(
			{"doctype": "Complaint Clock", "complaint": row.complaint, "clock_name": unique()}
		).insert()
