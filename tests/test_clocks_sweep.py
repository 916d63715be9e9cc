"""The sweep: what is due is told once, to the right people, also when it is killed in the middle or comes late."""

from datetime import timedelta

import frappe
import pytest
from clock_things import a_clock, clock, end_of_day, forget, kinds, make_rule, received
from factories import acting_as, make_complaint, make_party, make_user, user_of
from frappe.utils import now_datetime, nowdate

from iso10002 import roles
from iso10002.confidentiality.rule import may_see
from iso10002.handling.clocks import actions, keep, notices, sweep
from iso10002.handling.clocks.derive import State

DAY = timedelta(days=1)
TOLD = {"kind": "Warning", "percent": 50, "to_handler": 1}
MISSED = {"kind": "Missed", "to_handler": 1, "to_managers": 1, "escalation": 1}
WEEKLY = {"kind": "Reminder", "days": 7, "times": 2, "to_managers": 1, "to_handler": 0}


@pytest.fixture(autouse=True)
def mail_account(monkeypatch):
	"""An outgoing mail account; what is queued is never sent in tests."""
	monkeypatch.setitem(frappe.local.conf, "mail_server", "127.0.0.1")
	frappe.local.outgoing_email_account = {}
	yield
	frappe.local.outgoing_email_account = {}


@pytest.fixture
def kept():
	"""Collects (rules, cases) a test commits, and deletes them at its end."""
	rules: list[str] = []
	cases: list[str] = []
	yield rules, cases
	frappe.db.rollback()
	forget(rules, cases)


def swept(case: str) -> None:
	"""Let the sweep handle the answer of one case, without committing."""
	desk = notices.Desk()
	sweep.handle(clock(case).name, case, desk)


def notifications(case: str) -> dict[str, list[str]]:
	found: dict[str, list[str]] = {}
	for row in frappe.get_all("Notification Log", {"document_name": case}, ["for_user", "subject"]):
		found.setdefault(row.for_user, []).append(row.subject)
	return found


def mails(case: str) -> list[str]:
	return frappe.get_all("Email Queue", {"reference_name": case}, pluck="message", order_by="creation asc")


def a_case(ago: timedelta, *warnings: dict, handler: str | None = "handler", **of_clock) -> str:
	"""Return a case received some time ago whose answer of ten days has these warnings."""
	make_rule(a_clock(**of_clock), warnings=[dict(row) for row in warnings])
	return received(ago, handler=user_of(handler) if handler else None).name


def test_a_warning_goes_to_the_handler_once_with_nothing_but_number_name_and_date():
	case = a_case(6 * DAY, TOLD, MISSED)
	swept(case)
	swept(case)
	assert list(notifications(case)) == [user_of("handler")]
	assert len(mails(case)) == 1 and len(notifications(case)[user_of("handler")]) == 1
	(subject,) = notifications(case)[user_of("handler")]
	assert case in subject and "Answer" in subject
	everything = subject + mails(case)[0]
	assert "parcel" not in everything and "Muster" not in everything
	assert kinds(case)[-1] == "Deadline Warning"
	row = clock(case)
	assert row.warned_level == 1 and row.next_due_on == row.due_on + timedelta(seconds=1)


def test_nothing_is_told_before_its_time_or_after_the_clock_was_met():
	case = a_case(1 * DAY, TOLD, MISSED)
	swept(case)
	assert not notifications(case) and clock(case).next_due_on > now_datetime()


def test_a_missed_deadline_is_recorded_told_and_escalated():
	case = a_case(12 * DAY, MISSED)
	swept(case)
	row = clock(case)
	assert row.breached_on == row.due_on and row.escalation == 1 and row.state == "Running"
	assert {"Deadline Missed", "Escalated"} <= set(kinds(case))
	assert {user_of("handler"), user_of("manager")} <= set(notifications(case))


def test_a_missed_deadline_is_recorded_where_nobody_is_to_be_told():
	case = a_case(12 * DAY)
	swept(case)
	assert clock(case).breached_on and "Deadline Missed" in kinds(case) and not mails(case)


def test_after_a_standstill_everything_missed_is_recorded_and_only_the_latest_notice_sent():
	case = a_case(26 * DAY, TOLD, MISSED, WEEKLY)
	swept(case)
	told = frappe.get_all(
		"Complaint Clock Notice", {"complaint": case, "clock": clock(case).name}, ["kind", "recipients"]
	)
	assert sorted(row.kind for row in told) == ["Missed", "Reminder", "Reminder", "Warning"]
	assert len([row for row in told if row.recipients]) == 1
	assert len(mails(case)) == 1 and "Deadline Missed" in kinds(case)
	assert clock(case).next_due_on is None
	swept(case)
	assert len(mails(case)) == 1


def test_before_a_handler_is_named_the_managers_are_told():
	case = a_case(6 * DAY, TOLD, handler=None)
	swept(case)
	assert user_of("manager") in notifications(case)


def test_only_who_may_see_the_case_is_told():
	clerk = make_user(roles.HANDLER, roles.MANAGER).name
	case = a_case(6 * DAY, {**TOLD, "to_managers": 1, "role": roles.EXECUTIVE, "user": user_of("executive")})
	make_party(case, role="Person complained about", email=None, linked_doctype="User", linked_name=clerk)
	swept(case)
	told = set(notifications(case))
	assert user_of("manager") in told and not {clerk, user_of("executive")} & told


def test_escalation_gives_the_case_to_the_named_successor():
	successor = make_user(roles.HANDLER).name
	case = a_case(12 * DAY, {**MISSED, "reassign_to": successor})
	swept(case)
	assert frappe.db.get_value("Complaint", case, "handler") == successor
	assert {"Escalated", "Reassigned", "Deadline Missed"} <= set(kinds(case))


def test_a_case_is_never_given_to_a_person_complained_about():
	successor = make_user(roles.HANDLER).name
	case = a_case(12 * DAY, {**MISSED, "reassign_to": successor})
	make_party(case, role="Person complained about", email=None, linked_doctype="User", linked_name=successor)
	swept(case)
	assert frappe.db.get_value("Complaint", case, "handler") == user_of("handler")
	details = frappe.db.get_value("Complaint Event", {"complaint": case, "event": "Escalated"}, "details")
	assert successor in frappe.parse_json(details)["not_reassigned"]
	assert mails(case) and successor not in notifications(case)


@pytest.mark.parametrize("level", ["Confidential", "Restricted"])
def test_a_case_is_not_given_to_a_successor_who_may_not_see_it(level):
	successor = make_user(roles.HANDLER).name
	case = a_case(12 * DAY, {**MISSED, "reassign_to": successor})
	frappe.db.set_value("Complaint", case, "confidentiality_level", level)
	swept(case)
	assert frappe.db.get_value("Complaint", case, "handler") == user_of("handler")
	assert not may_see(successor, case)
	details = frappe.db.get_value("Complaint Event", {"complaint": case, "event": "Escalated"}, "details")
	assert successor in frappe.parse_json(details)["not_reassigned"]


def test_an_extension_warns_anew_and_the_first_breach_stays():
	extension = {"extensions_allowed": 1, "extension_length": 10, "extension_unit": "Calendar Days"}
	case = a_case(12 * DAY, TOLD, MISSED, **extension)
	swept(case)
	missed = clock(case).breached_on
	with acting_as(user_of("handler")):
		actions.extend(clock(case).name, 10, None, "An expert is ill.", nowdate())
	row = clock(case)
	assert (row.warned_level, row.breached_on) == (0, missed) and row.due_on > now_datetime()
	swept(case)
	assert len(mails(case)) == 2 and clock(case).breached_on == missed


def test_a_window_that_shuts_is_no_breach():
	case = a_case(12 * DAY, TOLD, MISSED, is_window=1)
	swept(case)
	row = clock(case)
	assert row.state == "Stopped" and row.stopped_on == row.due_on and not row.breached_on
	assert "Deadline Missed" not in kinds(case)


def test_a_paused_clock_says_nothing():
	case = a_case(3 * DAY, TOLD, pause_allowed=1)
	with acting_as(user_of("handler")):
		actions.pause(clock(case).name, "Waiting.")
	frappe.db.set_value("Complaint Clock", clock(case).name, "next_due_on", now_datetime() - DAY)
	swept(case)
	assert not notifications(case)


def test_the_sweep_and_a_later_saving_agree():
	"""What the sweep wrote is what the events say at the same time."""
	case = a_case(12 * DAY, TOLD, MISSED)
	swept(case)
	before = clock(case)
	keep.follow(case)
	after = clock(case)
	assert {field: before[field] for field in keep.ALL_FIELDS} == {
		field: after[field] for field in keep.ALL_FIELDS
	}


# Killed, failing, late: with real commits


def committed(kept, number: int, ago: timedelta = 12 * DAY) -> list[str]:
	rules, cases = kept
	rules.append(make_rule(a_clock(), warnings=[dict(TOLD), dict(MISSED)]).name)
	made = [received(ago, handler=user_of("handler")).name for _each in range(number)]
	cases.extend(made)
	frappe.db.commit()
	if not made:
		return made
	table = frappe.qb.DocType("Complaint Clock")
	# only this clock: others, also of cases of other tests, would sweep too
	others = frappe.qb.update(table).set(table.next_due_on, None)
	others.where(table.complaint.notin(made) | (table.clock_name != "Answer")).run()
	frappe.db.commit()
	return made


class Killed(BaseException):
	"""What ends a worker ends the sweep too."""


@pytest.mark.parametrize("step", ["_record", "_append_events", "before the commit"])
def test_a_sweep_killed_in_the_middle_doubles_and_loses_nothing(kept, monkeypatch, step):
	made = committed(kept, 4)
	calls = {"number": 0}

	def dies_at_the_third(real):
		def call(*args, **more):
			result = real(*args, **more)
			calls["number"] += 1
			if calls["number"] == 3:
				raise Killed
			return result

		return call

	if step == "before the commit":
		monkeypatch.setattr(notices, "send", dies_at_the_third(notices.send))
	else:
		monkeypatch.setattr(sweep, step, dies_at_the_third(getattr(sweep, step)))
	with pytest.raises(Killed):
		sweep.sweep()
	frappe.db.rollback()  # the connection is gone with the worker
	told = [case for case in made if mails(case)]
	assert len(told) == 2 and all(len(kinds(case)) == 1 for case in made if case not in told)
	sweep.sweep()
	for case in made:
		assert len(mails(case)) == 1
		assert kinds(case).count("Deadline Missed") == 1
		assert len(notifications(case)[user_of("handler")]) == 1
	assert sweep.sweep() == 0


def test_one_clock_that_fails_does_not_stop_the_others_and_is_tried_again(kept, monkeypatch):
	made = committed(kept, 3)
	real = notices.send

	def fails_for_one(to, case, *more):
		if case.name == made[0]:
			raise RuntimeError("broken")
		return real(to, case, *more)

	with monkeypatch.context() as patched:
		patched.setattr(notices, "send", fails_for_one)
		assert sweep.sweep() >= 3
	assert [len(mails(case)) for case in made] == [0, 1, 1]
	assert clock(made[0]).next_due_on > now_datetime()
	frappe.db.set_value("Complaint Clock", clock(made[0]).name, "next_due_on", now_datetime())
	frappe.db.commit()
	sweep.sweep()
	assert [len(mails(case)) for case in made] == [1, 1, 1]


def test_a_sweep_that_runs_out_of_time_goes_on_next_time(kept):
	made = committed(kept, 3)
	assert sweep.sweep(seconds=0) == 1
	sweep.sweep()
	assert [len(mails(case)) for case in made] == [1, 1, 1]


def test_the_sweep_reads_what_is_due_and_its_statements_follow_what_is_due(kept, monkeypatch):
	def statements(number: int) -> int:
		committed(kept, number)
		real, count = frappe.db.sql, {"number": 0}

		def counted(*args, **more):
			count["number"] += 1
			return real(*args, **more)

		with monkeypatch.context() as patched:
			patched.setattr(frappe.db, "sql", counted)
			sweep.sweep()
		return count["number"]

	statements(1)
	few, many = statements(2), statements(6)
	idle = statements(0)
	assert idle <= 3
	assert (many - few) / 4 <= 1.3 * (few - idle) / 2


def test_a_row_without_levels_left_is_not_read_again():
	case = make_complaint().name
	assert keep.Clock(keep.rules.choose({})[0]["Answer"], State()).next_due_on is None
	assert clock(case).due_on == end_of_day(now_datetime(), 28)
