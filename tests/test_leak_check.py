"""The leak check on this site: every road, as the weakest users, and that it notices what is left open."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import frappe
import pytest
from frappe.query_builder.functions import Count
from pypika.terms import Criterion

from iso10002.confidentiality.leak_check import report, run, world
from iso10002.confidentiality.leak_check.clear import clear, left_behind
from iso10002.confidentiality.leak_check.people import CLEARED, DOMAIN, VISITORS
from iso10002.confidentiality.leak_check.registry import Road, all_roads

# The weakest of each kind; the command takes them all.
LABELS = ("System Manager", "Inbox User", "Prepared", "Website user", "Guest")
ROADS = {road.name: road for road in all_roads()}
DOCS = Path(__file__).resolve().parents[1] / "docs" / "security.md"


SIGNS = (world.PREFIX, world.MARK, f"@{DOMAIN}")


def left_in_any_table() -> dict[str, int]:
	"""Return the tables that hold a name, a word or a user of the check, with the number of such rows."""
	frappe.db.commit()
	column = frappe.qb.Schema("information_schema").columns
	kinds = ("varchar", "text", "mediumtext", "longtext", "char", "json")
	query = frappe.qb.from_(column).select(column.table_name, column.column_name)
	query = query.where(column.table_schema == frappe.conf.db_name).where(column.data_type.isin(kinds))
	columns: dict[str, list[str]] = {}
	for table, name in query.run():
		columns.setdefault(table, []).append(name)
	found = {}
	for table, names in columns.items():
		rows = frappe.qb.Table(table)
		signs = [rows[name].like(f"%{sign}%") for name in names for sign in SIGNS]
		if number := frappe.qb.from_(rows).select(Count("*")).where(Criterion.any(signs)).run()[0][0]:
			found[table] = number
	return found


@pytest.fixture(scope="module")
def before(site) -> None:
	clear()


@pytest.fixture(scope="module")
def outcome(before) -> run.Outcome:
	return run.run(labels=LABELS)


def test_the_site_itself_is_as_it_should_be(outcome):
	assert {check.title: check.why for check in outcome.checks if not check.ok} == {}


@pytest.mark.parametrize("road", ROADS)
def test_a_road_is_closed_to_the_weakest_users(outcome, road):
	results = outcome.results[road]
	assert {label: result.why for label, result in results.items() if result.status == run.LEAK} == {}
	if ROADS[road].proof and not all(result.status == run.NOT_APPLICABLE for result in results.values()):
		assert outcome.shows[road], "it shows nothing to anybody, so it proves nothing"


def test_a_run_leaves_nothing_behind(outcome, before):
	assert left_behind() == []
	assert left_in_any_table() == {}


def test_the_table_names_every_road_and_every_visitor(outcome):
	text = report.as_text(outcome)
	for road in ROADS.values():
		assert road.title[:40] in text
	for label in LABELS:
		assert label in text
	assert text.endswith("No leak.")
	found = report.as_dict(outcome)
	assert found["leaks"] == 0 and found["frappe"] == frappe.__version__
	assert len(found["roads"]) == len(ROADS) and set(found["roads"][0]["results"]) == set(LABELS)


def test_every_role_of_the_app_has_a_visitor():
	from iso10002.roles import ALL_ROLES

	assert set(ALL_ROLES) <= {role for of_roles in VISITORS.values() for role in of_roles}
	assert CLEARED not in VISITORS


def open_road(visitor, world):
	"""A road somebody left open: the text of a case past all permissions."""
	visitor.inside(frappe.get_all, "Complaint", fields=["name", "description"])


def forgotten_row(visitor, world):
	"""What hides the case taken out of the database: a road over HTTP that is open."""
	case = world.case_of(visitor).name
	frappe.db.delete("Complaint Party", {"complaint": case, "email": visitor.user})
	frappe.db.commit()
	visitor.get(f"/api/resource/Complaint/{case}")


@pytest.mark.parametrize("function", [open_road, forgotten_row])
def test_a_road_that_is_open_is_reported(before, function):
	road = Road(function.__name__, "test", function.__doc__, "nothing", True, function)
	outcome = run.run(roads=[road], labels=["Handler"])
	assert outcome.results[road.name]["Handler"].status == run.LEAK
	assert [leak[:2] for leak in outcome.leaks] == [(road.name, "Handler")]
	assert "LEAK" in report.as_text(outcome) and "1 leaks." in report.as_text(outcome)
	assert left_in_any_table() == {}


def test_a_road_on_which_frappe_fails_is_not_said_to_be_closed(before):
	def failing(visitor, world):
		visitor.get("/api/resource/ToDo", fields="[not JSON")

	outcome = run.run(
		roads=[Road("failing", "test", "Failing", "nothing", False, failing)], labels=["Handler"]
	)
	assert outcome.results["failing"]["Handler"].status == run.BROKEN and not outcome.leaks
	assert "neither closed nor open:\nfailing: /api/resource/ToDo" in report.as_text(outcome)


def test_a_run_that_is_interrupted_leaves_nothing(before):
	def interrupted(visitor, world):
		assert left_behind()
		os.kill(os.getpid(), signal.SIGTERM)

	road = Road("interrupted", "test", "Interrupted", "", False, interrupted)
	with pytest.raises(SystemExit):
		run.run(roads=[road], labels=["Handler"])
	assert left_behind() == []
	assert left_in_any_table() == {}


KILLED = """
import os, sys, frappe
frappe.init(sys.argv[1]); frappe.connect()
from iso10002.confidentiality.leak_check import run
from iso10002.confidentiality.leak_check.registry import Road
run.run(roads=[Road("x", "x", "x", "", False, lambda visitor, world: os._exit(9))], labels=["Handler"])
"""


def test_what_a_killed_run_left_is_removed_by_the_next(before):
	done = subprocess.run(
		[sys.executable, "-c", KILLED, frappe.local.site], cwd=frappe.local.sites_path, timeout=120
	)
	assert done.returncode == 9
	frappe.db.commit()
	assert left_behind()
	clear()
	assert left_behind() == []
	assert left_in_any_table() == {}


def test_the_command_says_what_it_found_and_fails_on_a_leak(before, capsys, monkeypatch, tmp_path):
	from iso10002.confidentiality.leak_check import command

	road = Road("open_road", "test", "Left open", "nothing", True, open_road)
	tried = run.run
	monkeypatch.setattr(command, "run", lambda **more: tried(roads=[road], labels=["Handler"], **more))
	assert command.check(keep=True, target=str(tmp_path / "found.json")) == 1
	assert "1 leaks." in capsys.readouterr().out
	assert frappe.parse_json((tmp_path / "found.json").read_text())["leaks"] == 1
	assert left_behind()
	command.remove()
	assert left_behind() == [] and "Removed" in capsys.readouterr().out
	assert left_in_any_table() == {}


def test_marked_texts_are_in_every_field_of_a_case(before):
	found = []

	def look(visitor, made):
		case = frappe.get_doc("Complaint", world.PREFIX + "001").as_dict()
		found.append(made.mark in case.description and made.mark in case.allegations[0].allegation)

	run.run(roads=[Road("look", "test", "Look", "", False, look)], labels=["Guest"])
	assert found and all(found)


def test_the_table_in_the_documentation_is_current():
	assert report.as_markdown() in DOCS.read_text(), "write it anew, as the section says"
