"""My work, the calendar of deadlines, the cards: each for its reader alone."""

from __future__ import annotations

import frappe
import pytest
from clock_things import a_clock, make_rule
from factories import acting_as, complaint_in, make_complaint, make_party, take, user_of
from frappe.desk import query_report
from frappe.utils import add_days, add_months, get_first_day, get_last_day, now_datetime, nowdate
from over_http import user_without_a_role

from iso10002.analytics import cards
from iso10002.handling import work
from iso10002.setup.desk import BOARD, FILTERS, seed_desk


def work_of(kind: str) -> dict:
	with acting_as(user_of(kind)):
		return work.my_work()


def names(rows: list, field: str = "name") -> set[str]:
	return {row[field] for row in rows}


def test_a_case_waits_for_whose_turn_it_is():
	case = complaint_in("Assessed")
	assert case in names(work_of("handler")["waiting_for_me"])
	take(case, "Investigate")
	mine = work_of("handler")
	assert case not in names(mine["waiting_for_me"])
	assert next(row for row in mine["waiting_for_others"] if row["name"] == case)["waits_for"]
	assert case in names(work_of("investigator")["waiting_for_me"])
	take(case, "Propose Decision")
	assert case in names(work_of("approver")["waiting_for_me"])
	assert case not in names(work_of("investigator")["waiting_for_me"])
	take(case, "Approve Decision")
	take(case, "Communicate Decision")
	waiting = {row["name"]: row["waits_for"] for row in work_of("handler")["waiting_for_others"]}
	assert waiting[case] == "The complainant"


def test_missed_deadlines_are_due_today_and_others_are_not():
	late = complaint_in("Assessed", received_on=add_days(now_datetime(), -60))
	early = complaint_in("Assessed")
	due = work_of("handler")["due_today"]
	assert late in names(due, "complaint") and early not in names(due, "complaint")
	assert all(row["late"] for row in due if row["complaint"] == late)


def test_work_shows_no_case_one_may_not_see():
	case = complaint_in("Assessed", received_on=add_days(now_datetime(), -60))
	make_party(case, role="Person complained about", linked_doctype="User", linked_name=user_of("handler"))
	found = work_of("handler")
	assert case not in names(found["waiting_for_me"]) | names(found["due_today"], "complaint")
	with acting_as(user_of("handler")):
		assert case not in names(
			work.deadlines(add_days(nowdate(), -90), add_days(nowdate(), 90)), "complaint"
		)


def test_the_calendar_has_the_open_deadlines_between_two_days():
	case = complaint_in("Assessed")
	with acting_as(user_of("handler")):
		found = work.deadlines(nowdate(), add_days(nowdate(), 60))
		mine = [row for row in found if row["complaint"] == case]
		assert mine and all(row["title"].endswith(case) for row in mine)
		assert not work.deadlines("2001-01-01", "2001-02-01")
		only = work.deadlines(nowdate(), add_days(nowdate(), 60), [["Complaint", "name", "=", case]])
		assert names(only) == {case}


@pytest.mark.parametrize("kind", ("executive", "nobody"))
def test_work_and_calendar_are_refused_to_who_reads_no_complaint(http, kind):
	user = user_without_a_role() if kind == "nobody" else user_of(kind)
	assert http(user).get("/api/method/iso10002.handling.work.my_work").status_code == 403
	answer = http(user).get(
		"/api/method/iso10002.handling.work.deadlines", params={"start": nowdate(), "end": nowdate()}
	)
	assert answer.status_code == 403


CARDS = ("received", "answered_in_time", "first_contact", "upheld")


@pytest.mark.parametrize("name", CARDS)
def test_a_card_is_one_statement_and_its_readers_own(name, http):
	card = getattr(cards, name)
	complaint_in("Decision Communicated")
	with acting_as(user_of("manager")):
		card()  # what is remembered for the whole request is read before
		statements, real = [], frappe.db.sql

		def counted(query, *args, **more):
			statements.append(str(query))
			return real(query, *args, **more)

		frappe.db.sql = counted
		try:
			found = card()
		finally:
			del frappe.db.sql
	of_cases = [text for text in statements if "tabComplaint`" in text]
	assert len(of_cases) == 1 and len(statements) <= 2, statements
	assert found == "–" or (found["route"][0] == "query-report" and found["value"] >= 0)
	method = f"/api/method/iso10002.analytics.cards.{name}"
	for kind, status in (("executive", 200), ("handler", 200), ("intake", 403)):
		assert http(user_of(kind)).get(method).status_code == status
	assert http(user_without_a_role()).get(method).status_code == 403


def test_a_card_shows_no_nought_for_a_share_of_nothing():
	frappe.db.delete("Complaint", {"name": ("is", "set")})
	frappe.db.delete("Complaint Clock", {"name": ("is", "set")})
	assert cards.received()["value"] == 0
	for name in CARDS[1:]:
		assert getattr(cards, name)() == "–"


def test_a_card_says_what_the_report_it_leads_to_says():
	make_rule(a_clock(length=1))
	make_complaint(received_on=add_days(now_datetime(), -10))
	complaint_in("Decision Communicated")  # met before it is due, perhaps tomorrow
	with acting_as(user_of("manager")):
		card = cards.answered_in_time()["value"]
		# the period the reports' form starts with
		start = add_months(get_first_day(nowdate()), -11)
		shown = {"from_date": str(start), "to_date": str(get_last_day(nowdate()))}
		rows = query_report.run("Complaint Monitoring Data", shown)["result"]
	assert card == next(row["now"] for row in rows if row["label"].startswith("Answered in time"))


def test_the_card_of_who_sees_fewer_cases_is_smaller():
	case = make_complaint().name
	make_party(case, role="Person complained about", linked_doctype="User", linked_name=user_of("handler"))
	counts = {}
	for kind in ("handler", "executive"):
		with acting_as(user_of(kind)):
			counts[kind] = cards.received()["value"]
	assert counts["handler"] < counts["executive"]


def test_board_and_filters_are_seeded_once_and_then_the_admins():
	board = frappe.get_doc("Kanban Board", BOARD)
	assert board.field_name == "status" and len(board.columns) == 12
	board.columns[0].indicator = "Gray"
	board.save()
	name = frappe.db.get_value("List Filter", {"filter_name": next(iter(FILTERS))})
	frappe.db.set_value("List Filter", name, "filters", "[]")
	seed_desk()
	assert frappe.get_doc("Kanban Board", BOARD).columns[0].indicator == "Gray"
	assert frappe.db.get_value("List Filter", name, "filters") == "[]"


def test_dropping_a_card_on_the_board_keeps_the_rules(http):
	case = complaint_in("Acknowledged")
	answer = http(user_of("handler")).put(f"/api/resource/Complaint/{case}", json={"status": "Closed"})
	assert answer.status_code == 417
	assert frappe.db.get_value("Complaint", case, "status") == "Acknowledged"
