"""Figures after something was corrected, reopened, extended, exempted or ticked: they stay what a slow reading says."""

from __future__ import annotations

from datetime import datetime, timedelta

import frappe
import pytest
from clock_things import a_clock, clock, make_rule
from factories import acting_as, complaint_in, edit, make_complaint, take, unique, user_of
from frappe.utils import add_days, add_months, get_first_day, get_last_day, getdate, nowdate
from pypika.terms import Interval
from test_figures_are_true import EVERYTHING, WAYS, compare, period

from iso10002.analytics.figures import figures
from iso10002.analytics.measures import MEASURES
from iso10002.analytics.selection import Selection
from iso10002.handling.clocks import actions
from iso10002.handling.corrections import correct
from iso10002.patches import date_deadlines, date_rejections


def test_a_corrected_date_moves_the_figure():
	case = complaint_in("Decision Communicated", received_on=datetime.now() - timedelta(days=3))
	earlier = (datetime.now() - timedelta(days=2)).strftime("%Y-%m-%d %H:%M:%S")
	with acting_as(user_of("handler")):
		correct(case, "communicated_on", earlier, "It was told on the phone before.")
	compare(period(0, 1))
	compare(period(1, 2))


def test_a_corrected_day_of_rejection_moves_the_figure_and_stays_in_a_review():
	told = datetime.now() - timedelta(days=70)
	case = complaint_in("Decision Approved", received_on=told - timedelta(days=10))
	take(case, "Communicate Decision", communicated_on=told)
	take(case, "Record Rejection")
	rejected = compare(period(1, 1))["rejected"]
	first = get_first_day(nowdate())
	for day in (add_days(first, -20), add_days(first, -10)):
		with acting_as(user_of("handler")):
			correct(case, "acceptance_on", str(day), "The letter came then.")
		assert compare(period(1, 1))["rejected"] == rejected + 1
		assert str(frappe.db.get_value("Complaint", case, "rejected_on")) == str(day)
	take(case, "Review")
	assert compare(period(1, 1))["rejected"] == rejected + 1
	frappe.db.set_value("Complaint", case, "rejected_on", None)
	date_rejections.execute()
	assert compare(period(1, 1))["rejected"] == rejected + 1


def test_what_went_the_long_way_was_not_put_right_at_first_contact():
	case = complaint_in("Decision Approved")
	before = compare(period(0, 1))["first_contact"]
	edit(case, first_contact=1)
	take(case, "Communicate Decision")
	assert compare(period(0, 1))["first_contact"] == before
	case = make_complaint(as_user=user_of("intake")).name
	short = {"first_contact": 1, "acceptance": "Accepted", "safety_implication": "No"}
	take(case, "Answer at First Contact", immediate_action="Handed over.", **short)
	assert compare(period(0, 1))["first_contact"] == before + 1


def test_a_share_counts_its_part_among_its_own_cases():
	product = unique("Product")
	cases = [complaint_in("Assessed", product_or_service=product) for _n in range(3)]
	for case in cases[:2]:  # assessed two months ago, changed now
		earlier = {"complaint": case, "event": "Assessed"}
		frappe.db.set_value("Complaint Event", earlier, "occurred_on", add_months(nowdate(), -2))
		edit(case, priority="Urgent", priority_reason="A minister asked.")
	for _n in range(2):  # rejected and under review: no answer stands
		case = complaint_in("Decision Communicated", product_or_service=product)
		take(case, "Record Rejection")
		take(case, "Review")
	case = complaint_in("Decision Communicated", product_or_service=product)
	take(case, "Record Rejection")
	complaint_in("Decision Communicated", product_or_service=product)
	compare(period(0, 1))
	compare(period(2, 1))
	shares = [name for name, measure in MEASURES.items() if measure.is_share]
	assert all(MEASURES[MEASURES[name].part].source == MEASURES[name].source for name in shares)
	of_product = Selection(period(0, 1).start, period(0, 1).end, filters={"product": product})
	found = figures(["wrong_priority_share", "rejected_share"], of_product, EVERYTHING)
	assert (found.value("wrong_priority_share"), found.value("rejected_share")) == (0, 50)


@pytest.mark.parametrize("what", ("extended", "exempted"))
def test_a_missed_deadline_stays_missed_in_the_period_it_was_first_due(what):
	more = {"extensions_allowed": 1, "extension_length": 60, "extension_unit": "Calendar Days"}
	answer = unique("Answer")
	make_rule(a_clock(clock_name=answer, length=10, **more))
	day = get_first_day(add_months(nowdate(), -1))
	case = complaint_in("Assessed", received_on=f"{day} 10:00:00")
	row = clock(case, answer)
	of_it = Selection(getdate(day), getdate(get_last_day(day)), filters={"clock": answer})
	names = ["answered_due", "answered_in_time", "answered_late"]
	assert [figures(names, of_it, EVERYTHING).value(name) for name in names] == [1, 0, 1]
	if what == "extended":
		with acting_as(user_of("handler")):
			actions.extend(row.name, 60, None, "Needed.", nowdate())
	else:
		with acting_as(user_of("manager")):
			actions.exempt(row.name, "Not needed any more.")
	assert [figures(names, of_it, EVERYTHING).value(name) for name in names] == [1, 0, 1]
	always = Selection(getdate(day), getdate(add_days(nowdate(), 90)), filters=of_it.filters)
	assert [figures(names, always, EVERYTHING).value(name) for name in names] == [1, 0, 1]
	compare(period(1, 1))
	compare(period(1, 6))
	frappe.db.set_value("Complaint Clock", row.name, "counts_on", None)
	date_deadlines.execute()
	assert [figures(names, of_it, EVERYTHING).value(name) for name in names] == [1, 0, 1]


def test_a_closed_case_is_in_no_stage():
	product = unique("Product")
	case = complaint_in("Closed", product_or_service=product)
	event = frappe.qb.DocType("Complaint Event")
	earlier = frappe.qb.update(event).set(event.creation, event.creation - Interval(days=100))
	earlier.where(event.complaint == case).run()
	take(case, "Reopen", reopening_reason="There is more to it.")
	for action in (*WAYS[2:], "Record Acceptance", "Close"):
		take(case, action)
	compare(period(0, 1))
	of_product = Selection(period(0, 1).start, period(0, 1).end, filters={"product": product})
	by_stage = figures(["days_in_stage"], of_product, EVERYTHING, ["stage"])
	assert (
		"Investigating" in {key[0] for key in by_stage.rows} - {"Closed"} == {key[0] for key in by_stage.rows}
	)
	assert by_stage.value("days_in_stage") < 1
