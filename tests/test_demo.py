"""The demo data: true to the rules in every case, the same in every load, and gone without a trace after clear."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections import Counter, defaultdict
from collections.abc import Iterator
from datetime import datetime, timedelta
from itertools import pairwise

import factories
import frappe
import pytest
from frappe.model.workflow import get_workflow_name
from frappe.utils import get_datetime, now_datetime, nowdate
from frappe.utils.background_jobs import get_queue
from over_http import SITE, SITES

from iso10002.handling import assessment, checks, documents, independence, moves, workflows
from iso10002.handling import stages as stage
from iso10002.handling.clocks import keep
from iso10002.setup.demo import command, facts, made, people
from iso10002.setup.demo.clear import clear
from iso10002.setup.demo.load import LoadedAlreadyError, RealComplaintsError, load

TODAY = "2026-03-02"
CASES = 600
TABLES = (
	"Complaint",
	"Complaint Allegation",
	"Complaint Remedy",
	"Complaint Party",
	"Complaint Event",
	"Complaint Clock",
	"Complaint Clock Notice",
	"Complaint Investigation",
	"Complaint Review",
	"Complaint Referral",
)
# The stage each open stage can go on to by one step, without anything else to be done before.
ONWARD = {
	stage.RECEIVED: "Acknowledge",
	stage.ACKNOWLEDGED: "Assess",
	stage.ASSESSED: "Investigate",
	stage.INVESTIGATING: "Propose Decision",
	stage.PROPOSED: "Approve Decision",
	stage.APPROVED: "Communicate Decision",
	stage.COMMUNICATED: "Record Acceptance",
	stage.REJECTED: "Review",
}


@pytest.fixture(scope="module")
def demo(site: str) -> Iterator[dict]:
	"""600 demo cases that end today, committed; cleared after the tests of this file."""
	frappe.db.rollback()
	if made.count_cases(demo=True) or made.remembered():
		clear()
	written = load(CASES, force=True)
	frappe.db.commit()
	yield written
	frappe.db.rollback()
	clear()
	frappe.db.commit()


@pytest.fixture(scope="module")
def cases(demo: dict) -> list:
	"""The demo cases as they are stored. What a test changes it loads itself."""
	names = frappe.get_all("Complaint", {"name": ("like", "DEMO-%")}, pluck="name", order_by="name")
	assert len(names) == CASES
	return [frappe.get_doc("Complaint", name) for name in names]


@pytest.fixture(scope="module")
def journal(demo: dict) -> dict[str, list]:
	"""The events of each case in the order in which they were recorded."""
	found = defaultdict(list)
	for row in frappe.get_all(
		"Complaint Event", {"complaint": ("like", "DEMO-%")}, ["*"], order_by="complaint, creation"
	):
		row.details = json.loads(row.details or "{}")
		found[row.complaint].append(row)
	return found


def entries(journal: list) -> list:
	return [row for row in journal if row.to_stage]


# True to the rules


def test_checks_of_every_stage_passed_hold(cases, journal):
	looked = Counter()
	for case in cases:
		rows = entries(journal[case.name])
		for name in moves.passed(case):
			if name == stage.RECEIVED:
				continue
			number = max(index for index, row in enumerate(rows) if row.to_stage == name)
			emptied = {field for row in rows[number + 1 :] for field in row.details["cleared"]}
			for result in checks.results(case, name, rows[number].from_stage):
				if result.name == "reviewer_without_part":
					continue  # the review itself is a part, see test_officers_are_independent
				if not result.ok and emptied.intersection(result.fields):
					continue  # what was asked for then was emptied by a later stage, and the event keeps it
				assert result.ok, f"{case.name} in {name}: {result.name}: {result.advice}"
				looked[result.name] += 1
			assert rows[number].details["checks"] == [
				row.name for row in checks.results(case, name, rows[number].from_stage)
			]
	assert len(looked) > 30


def test_officers_are_independent(cases, journal):
	closed = 0
	for case in cases:
		for officer in (case.handler, case.investigator, case.reviewer):
			assert not independence.barred_because(case, officer), case.name
		if case.approved_by:
			assert not independence.approval_barred_because(case, case.approved_by), case.name
		if case.status == stage.CLOSED:
			closed += documents.is_severe(case)
			assert not independence.closing_barred_because(case, case.closed_by), case.name
		rows = journal[case.name]
		number = next((index for index, row in enumerate(rows) if row.to_stage == stage.UNDER_REVIEW), None)
		if number is not None:
			assert case.reviewer not in {row.user for row in rows[: number + 1]}
			assert case.reviewer not in {row.user for row in rows if row.to_stage}
	assert closed


def test_journal_is_a_chain_of_allowed_moves(cases, journal):
	allowed = defaultdict(set)
	for move in stage.MOVES:
		for source in move.sources:
			allowed[(source, move.target)].update(move.roles)
	roles = {person.email: {person.role} for person in people.PEOPLE}
	for case in cases:
		rows = entries(journal[case.name])
		assert (rows[0].event, rows[0].from_stage, rows[0].to_stage) == ("Received", None, "Received")
		for before, row in pairwise(rows):
			assert row.from_stage == before.to_stage, case.name
			assert roles[row.user] & allowed[(row.from_stage, row.to_stage)], (case.name, row)
			assert row.occurred_on >= before.occurred_on and row.creation > before.creation, case.name
			back = row.from_stage in stage.ENDED
			assert row.event == ("Reopened" if back else row.to_stage)
		assert case.status == rows[-1].to_stage
		assert case.stage_since == rows[-1].creation
		people_did = [row.creation for row in journal[case.name] if row.user != "Administrator"]
		assert case.modified == max(people_did)


def test_fields_agree_with_the_journal(cases, journal):
	for case in cases:
		rows = entries(journal[case.name])
		last = {row.to_stage: row for row in rows}
		assert rows[0].occurred_on == case.received_on <= rows[0].creation == case.creation
		passed = []
		for row in rows[1:]:
			kept = [
				name for name in (*passed, row.from_stage) if name not in stage.STAGES[row.to_stage].forgets
			]
			passed = list(dict.fromkeys([*kept, row.to_stage]))
		assert moves.passed(case) == passed
		for name, time_field, user_field in (
			(stage.ACKNOWLEDGED, "acknowledged_on", "acknowledged_by"),
			(stage.PROPOSED, "proposed_on", "proposed_by"),
			(stage.APPROVED, "approved_on", "approved_by"),
			(stage.COMMUNICATED, "communicated_on", "communicated_by"),
			(stage.CLOSED, "closed_on", "closed_by"),
		):
			if name in passed:
				assert (case.get(time_field), case.get(user_field)) == (last[name].creation, last[name].user)
				assert case.received_on < case.get(time_field) < now_datetime()
		if stage.ASSESSED in passed:
			assert case.assessed_on == last[stage.ASSESSED].creation
		assert case.reopened_count == sum(row.event == "Reopened" for row in rows)
		for name in passed[1:]:
			for field, value in last[name].details["values"].items():
				if field in stage.STAGES[name].freezes and not isinstance(case.get(field), datetime):
					assert str(case.get(field)) == str(value), (case.name, name, field)


def test_closing_record_lists_what_was_met(cases, journal):
	closed = [case for case in cases if case.status == stage.CLOSED]
	assert closed
	for case in closed:
		record = json.loads(case.closing_record)
		assert {row["stage"] for row in record} == set(moves.passed(case))
		last = {row.event: row for row in journal[case.name]}
		for row in record:
			assert row["by"] == last[row["stage"]].user
			names = [entry["name"] for entry in row["checks"]]
			assert names == last[row["stage"]].details.get("checks", [])
			assert all(entry["label"] and entry["clause"] for entry in row["checks"])


def test_derived_fields_are_as_saving_derives_them(cases):
	workflow = workflows.active_workflow()
	for case in cases:
		again = frappe.get_doc(case.as_dict())
		again._doc_before_save = case
		assessment.set_priority(again)
		for field in ("priority", "derived_priority", "priority_reason"):
			assert again.get(field) == case.get(field), (case.name, field)
		if workflow:
			assert workflows.stage_of_state(workflow, case.workflow_state) == case.status
		else:
			assert not case.workflow_state


def test_deadlines_follow_from_the_journal(cases):
	midnight = get_datetime(nowdate())
	states = Counter()
	for name in sample(cases, each=2):
		before = deadlines_of(name)
		assert before
		due = frappe.db.get_value("Complaint", name, ["acknowledge_due", "response_due"])
		keep.follow(name)
		assert frappe.db.get_value("Complaint", name, ["acknowledge_due", "response_due"]) == due
		for old, new in zip(before, deadlines_of(name), strict=True):
			if old != new:  # what happened by the clock since midnight, where the demo data ends
				changed = {key: (old[key], new[key]) for key in old if old[key] != new[key]}
				assert old.due_on >= midnight and old.state == "Running", (name, old.clock_name, changed)
			states[old.state] += 1
	assert {"Met", "Running", "Waiting"} <= set(states)


def deadlines_of(name: str) -> list:
	return frappe.get_all("Complaint Clock", {"complaint": name}, ["*"], order_by="clock_name, round")


def test_notices_are_given_once(demo):
	clocks = frappe.get_all("Complaint Clock", {"complaint": ("like", "DEMO-%")}, ["*"])
	given = Counter(
		frappe.get_all("Complaint Clock Notice", {"complaint": ("like", "DEMO-%")}, pluck="clock")
	)
	assert given
	midnight = get_datetime(nowdate())
	for clock in clocks:
		assert given[clock.name] <= clock.warned_level
		assert not clock.next_due_on or clock.next_due_on > midnight - timedelta(minutes=5)
	assert {clock.purpose for clock in clocks if clock.breached_on} >= {"Acknowledge", "Answer"}
	assert frappe.db.exists("Complaint Event", {"complaint": ("like", "DEMO-%"), "event": "Deadline Missed"})


def test_documents_agree_with_their_case(cases, journal):
	kinds = {"Complaint Investigation": "INV", "Complaint Review": "REV", "Complaint Referral": "REF"}
	found = Counter()
	for case in cases:
		events = {row.event: row for row in journal[case.name]}
		for doctype, mark in kinds.items():
			names = frappe.get_all(doctype, {"complaint": case.name}, pluck="name", order_by="name")
			assert names == [f"{case.name}-{mark}-{number}" for number in range(1, len(names) + 1)]
			found[doctype] += len(names)
		assert bool(frappe.db.exists("Complaint Review", {"complaint": case.name, "docstatus": 1})) == bool(
			"Review Completed" in events
		)
		assert bool(case.outside_body) == bool(
			frappe.db.exists("Complaint Referral", {"complaint": case.name})
		)
	assert all(found[doctype] for doctype in kinds)
	for doctype in kinds:
		for name in frappe.get_all(doctype, {"complaint": ("like", "DEMO-%")}, pluck="name", limit=15):
			doc = frappe.get_doc(doctype, name)
			if doc.meta.is_submittable:
				assert {row.docstatus for row in doc.get_all_children()} <= {doc.docstatus}
				assert doc.workflow_state or not get_workflow_name(doctype)
			if doc.docstatus == 0:
				frappe.set_user(doc.get("investigator") or doc.get("reviewer") or "handler@example.com")
				doc.save()
				frappe.set_user("Administrator")


def test_saving_a_case_changes_nothing(cases):
	for name in sample(cases, each=3):
		case = frappe.get_doc("Complaint", name)
		events = frappe.db.count("Complaint Event", {"complaint": case.name})
		before = case.as_dict()
		case.save()
		case.reload()
		for field, value in before.items():
			if field not in ("modified", "modified_by", "allegations", "remedies"):
				assert case.get(field) == value, (case.name, field)
		for table in ("allegations", "remedies"):
			for row, old in zip(case.get(table), before[table], strict=True):
				assert {key: row.get(key) for key in old if key not in ("modified", "modified_by")} == {
					key: value for key, value in old.items() if key not in ("modified", "modified_by")
				}
		assert frappe.db.count("Complaint Event", {"complaint": case.name}) == events
		for party in frappe.get_all("Complaint Party", {"complaint": case.name}, pluck="name"):
			frappe.get_doc("Complaint Party", party).save()


def test_open_cases_go_on_by_the_rules(cases):
	waiting = {}
	for case in cases:
		if is_about_a_person(case.name):
			continue
		if case.status == stage.INVESTIGATING and not documents.completed_investigations(case.name):
			continue
		if case.status != stage.REJECTED or stage.UNDER_REVIEW not in moves.passed(case):
			waiting.setdefault(case.status, case.name)
	taken = [(name, status) for status, name in waiting.items() if status in ONWARD]
	assert len(taken) >= 4
	for name, status in taken:
		# who acknowledges is who registered it: others at the front desk do not see it
		user = frappe.db.get_value("Complaint", name, "received_by") if status == stage.RECEIVED else None
		assert factories.take(name, ONWARD[status], as_user=user) != status


def test_form_opens_for_every_stage(cases):
	for name in sample(cases, each=1):
		case = frappe.get_doc("Complaint", name)
		case.run_method("onload")
		panel = case.get_onload("case")
		assert panel["timeline"]
		assert bool(panel["steps"])


def sample(cases: list, each: int) -> list[str]:
	"""Return the names of some cases of every stage, and of all kinds of ways to it."""
	found = defaultdict(list)
	for case in cases:
		if len(found[(case.status, case.stages_passed)]) < each:
			found[(case.status, case.stages_passed)].append(case)
	return [case.name for some in found.values() for case in some]


def is_about_a_person(name: str) -> bool:
	return bool(frappe.db.exists("Complaint Party", {"complaint": name, "role": "Person complained about"}))


# True to the file


def test_facts_of_the_file_are_in_the_cases(cases, journal):
	by_reference = {f"CFPB-{fact.reference}": fact for fact in facts.read_facts(CASES)}
	assert {case.external_reference for case in cases} == set(by_reference)
	received = [by_reference[case.external_reference].received for case in cases]
	assert received == sorted(received)
	assert [case.received_on for case in cases] == sorted(case.received_on for case in cases)
	for case in cases:
		fact = by_reference[case.external_reference]
		rows = entries(journal[case.name])
		told = next((row.occurred_on for row in rows if row.to_stage == stage.COMMUNICATED), None)
		due = frappe.db.get_value(
			"Complaint Clock", {"complaint": case.name, "clock_name": "Answer"}, "due_on"
		)
		answered = any(row.to_stage in (stage.ACCEPTED, stage.REJECTED) for row in rows)
		if fact.disputed and answered:
			assert stage.REJECTED in [row.to_stage for row in rows]
		if told:
			assert fact.timely or told > due, case.name
		group, leaf = frappe.db.get_value(
			"Complaint Category", case.category, ["parent_complaint_category", "name"]
		)
		assert group.startswith(fact.product) and leaf.startswith(fact.issue)
		if fact.response == "Closed with monetary relief" and stage.PROPOSED in moves.passed(case):
			assert any(row.value for row in case.remedies)


def test_proportions_are_plausible(cases, journal):
	status = Counter(case.status for case in cases)
	assert 0.7 < status[stage.CLOSED] / CASES < 0.93
	late = frappe.db.count(
		"Complaint Clock",
		{"complaint": ("like", "DEMO-%"), "clock_name": "Answer", "breached_on": ("is", "set")},
	)
	assert 0.01 < late / CASES < 0.2
	kinds = {row.event for rows in journal.values() for row in rows}
	wanted = set(stage.STAGES) | {"Reopened", "Reassigned", "Contact", "Reminder", "Party Added"}
	assert wanted - kinds == set()
	handlers = Counter(case.handler for case in cases if case.handler)
	assert max(handlers.values()) > 2 * min(handlers.values())
	assert max(case.received_on for case in cases) > now_datetime() - timedelta(days=8)
	assert min(case.received_on for case in cases) > now_datetime() - timedelta(days=735)


def test_parties_are_made_up(demo):
	parties = frappe.get_all("Complaint Party", {"complaint": ("like", "DEMO-%")}, ["*"])
	roles = Counter(party.role for party in parties)
	assert roles["Complainant"] > 0.9 * CASES
	assert roles["Representative"] and roles["Person complained about"]
	assert all(party.email.split("@")[1].startswith("example.") for party in parties if party.email)
	assert all(" 555 01" in party.phone for party in parties if party.phone)
	assert any(party.heard_on for party in parties)
	assert any(not party.full_name and party.role == "Complainant" for party in parties)
	names = {person.email for person in people.PEOPLE}
	assert not names & {party.email for party in parties}


def test_counter_of_real_references_is_untouched(demo):
	counters = frappe.qb.Table("tabSeries")
	assert not frappe.qb.from_(counters).select("*").where(counters.name.like("DEMO%")).run()
	assert factories.make_complaint().name.startswith("CMP-")


# Loading and clearing


def rows_of(table: str) -> list:
	istable = frappe.get_meta(table).istable
	field = "name" if table == "Complaint" else "parent" if istable else "complaint"
	stored = frappe.qb.DocType(table)
	return sorted(
		frappe.qb.from_(stored).select("*").where(stored[field].like("DEMO-%")).run(), key=lambda row: row[0]
	)


@pytest.fixture
def without_cases(demo: dict) -> None:
	"""The site without the demo data, within the transaction of the test. Its users stay: they take long to make."""
	known = made.remembered()
	known.users = []
	made.remember(known)
	clear()


@pytest.fixture
def without_demo(demo: dict) -> None:
	"""The site without the demo data and its users, within the transaction of the test."""
	wait_for_jobs()
	clear()


def wait_for_jobs() -> None:
	"""Deleting a user leaves Frappe a job, which runs although the test before took the deletion back."""
	queue, end = get_queue("default"), time.monotonic() + 180
	while queue.count or queue.started_job_registry.count:
		assert time.monotonic() < end, "the worker is not done with its jobs"
		time.sleep(0.1)
	frappe.db.rollback()


def test_same_day_and_seed_give_the_same_data(without_cases):
	loads = []
	for seed in ("one", "one", "two"):
		load(40, today=TODAY, seed=seed, force=True)
		loads.append({table: rows_of(table) for table in TABLES})
		clear()
	assert loads[0] == loads[1]
	assert loads[0]["Complaint"] != loads[2]["Complaint"]
	columns = frappe.db.get_table_columns("Complaint")
	received = [row[columns.index("received_on")] for row in loads[0]["Complaint"]]
	assert get_datetime(TODAY) - timedelta(days=731) < min(received) < max(received) < get_datetime(TODAY)


def test_second_load_is_refused(demo):
	with pytest.raises(LoadedAlreadyError):
		load(10, force=True)


def test_site_with_complaints_of_its_own_needs_force(without_cases):
	factories.make_complaint()
	with pytest.raises(RealComplaintsError, match="--force"):
		load(10)
	assert load(10, force=True)["Complaint"] == 10


def test_load_follows_settings_and_a_missing_workflow(without_cases):
	frappe.db.set_single_value("ISO10002 Settings", "respond_within_days", 10)
	frappe.clear_document_cache("ISO10002 Settings", "ISO10002 Settings")
	for name in frappe.get_all("Complaint Clock Rule", pluck="name"):
		frappe.db.set_value("Complaint Clock Rule", name, "is_active", 0)
	workflow = workflows.active_workflow()
	workflow.is_active = 0
	workflow.save()
	try:
		load(60, force=True)
		rows = frappe.get_all("Complaint", {"name": ("like", "DEMO-%")}, ["*"])
		assert {row.workflow_state for row in rows} == {None}
		assert {row.response_due - row.received_on for row in rows} == {timedelta(days=10)}
		frappe.get_doc("Complaint", rows[0].name).save()
	finally:
		frappe.db.rollback()
		frappe.clear_cache()


def test_no_case_rests_where_the_workflow_has_no_state(without_cases):
	workflow = workflows.active_workflow()
	dropped = {stage.PROPOSED, stage.APPROVED, stage.REMEDY}
	kept = [row for row in workflow.states if row.update_value not in dropped]
	states = {row.state for row in kept}
	workflow.states = kept
	workflow.transitions = [
		row for row in workflow.transitions if row.state in states and row.next_state in states
	]
	for case in frappe.get_all("Complaint", {"status": ("in", list(dropped))}, pluck="name"):
		frappe.db.set_value("Complaint", case, "status", stage.RECEIVED)
	try:
		workflow.save()
		load(400, force=True)
		found = frappe.get_all("Complaint", {"name": ("like", "DEMO-%")}, ["status", "workflow_state"])
		assert not {row.status for row in found} & dropped
		assert {row.workflow_state for row in found} <= states
	finally:
		frappe.db.rollback()
		frappe.clear_cache()


def every_count() -> dict[str, int]:
	"""Rows of every table of the site, but of logs."""
	tables = [table for table in frappe.db.get_tables(cached=False) if not table.endswith(" Log")]
	return {table: frappe.db.count(table.removeprefix("tab")) for table in tables if table.startswith("tab")}


def test_clear_leaves_what_was_there(without_demo):
	before = every_count()
	tree = frappe.get_all("Complaint Category", ["name", "lft", "rgt"], order_by="name")
	load(80, force=True)
	name = frappe.get_all("Complaint", {"name": ("like", "DEMO-%")}, pluck="name")[0]
	case = frappe.get_doc("Complaint", name)
	case.add_comment("Comment", "Looked at it")
	file = frappe.get_doc(
		{
			"doctype": "File",
			"file_name": "note.txt",
			"content": "words",
			"attached_to_doctype": "Complaint",
			"attached_to_name": name,
			"is_private": 1,
		}
	).insert()
	assert every_count() != before
	removed = clear()
	after = every_count()
	assert {table: (before[table], after[table]) for table in before if before[table] != after[table]} == {}
	assert removed["Complaint"] == 80
	assert removed["kept"] == []
	assert frappe.get_all("Complaint Category", ["name", "lft", "rgt"], order_by="name") == tree
	assert not frappe.db.exists("File", file.name)
	assert not made.remembered()


def test_clear_keeps_what_is_in_use(without_demo):
	load(80, force=True)
	category = frappe.get_all("Complaint Category", {"name": ("in", made.remembered().categories)}, ["*"])
	leaf = next(row for row in category if not row.is_group)
	demo_case = frappe.get_all("Complaint", {"name": ("like", "DEMO-%")}, pluck="name")[0]
	mine = factories.make_complaint(
		as_user="intake@example.com", category=leaf.name, previous_complaint=demo_case
	)
	created = "intake@example.com" in made.remembered().users
	removed = clear()
	assert {leaf.name, leaf.parent_complaint_category} <= set(removed["kept"])
	assert frappe.db.exists("Complaint Category", leaf.name)
	assert created is ("intake@example.com" in removed["kept"])
	assert frappe.db.exists("User", "intake@example.com")
	mine.reload()
	assert not mine.previous_complaint
	mine.save()
	names, created = facts.create_categories(facts.read_facts())  # beside those that stayed
	assert leaf.name not in created and len(set(names.values())) == len(created) == 98


def test_clear_removes_cases_whose_load_is_not_remembered(without_cases):
	load(30, force=True)
	made.forget()
	with pytest.raises(LoadedAlreadyError):
		load(30, force=True)
	assert clear()["Complaint"] == 30
	assert not made.count_cases(demo=True)


def test_users_log_in_with_the_demo_password(demo):
	from frappe.utils.password import check_password

	created = made.remembered().users
	assert set(created) <= {person.email for person in people.PEOPLE}
	for user in created[:2]:
		assert check_password(user, people.PASSWORD) == user


# The command


def test_command_says_what_it_did(demo, capsys):
	command.run("load", force=True)
	assert "loaded already" in capsys.readouterr().out


def test_bench_finds_the_command():
	found = subprocess.run(
		[
			sys.executable,
			"-m",
			"frappe.utils.bench_helper",
			"frappe",
			"--site",
			SITE,
			"iso10002-demo",
			"--help",
		],
		cwd=SITES,
		capture_output=True,
		text=True,
		timeout=120,
	)
	assert "load|clear" in found.stdout, found.stderr
