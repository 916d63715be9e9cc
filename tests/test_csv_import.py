"""Importing complaints from a CSV file: what a file may look like, all or nothing, and problems one can act on."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import factories
import frappe
import pytest
from over_http import SITE, SITES

from iso10002.handling.csv_import import report as csv_report
from iso10002.handling.csv_import.file import CsvFileError, read
from iso10002.handling.csv_import.importer import Report, import_complaints
from iso10002.handling.csv_import.mapping import date_format, readable_format
from iso10002.iso10002.doctype.complaint.complaint import Complaint

DATA = Path(__file__).with_name("data")
COLUMNS = ("External reference", "Received on", "Received by way of", "description")
ROW = ("R-1", "2026-03-01 10:00", "Phone", "The parcel was late.")


@pytest.fixture
def write(tmp_path):
	"""write(rows, columns, ...): the path of a CSV file with these cells."""

	def make(
		*rows: tuple, columns: tuple = COLUMNS, encoding: str = "utf-8", delimiter: str = ",", end: str = "\n"
	) -> str:
		def quoted(cell: str) -> str:
			return '"' + cell.replace('"', '""') + '"' if set(cell) & {",", ";", '"', "\n"} else cell

		text = end.join(delimiter.join(quoted(cell) for cell in row) for row in (columns, *rows))
		path = tmp_path / "complaints.csv"
		path.write_bytes(text.encode(encoding))
		return str(path)

	return make


@pytest.fixture
def mapping(tmp_path):
	def make(**parts) -> str:
		path = tmp_path / "mapping.json"
		path.write_text(json.dumps(parts))
		return str(path)

	return make


def numbered(count: int) -> list[tuple]:
	return [(f"R-{number}", *ROW[1:]) for number in range(1, count + 1)]


def texts(report: Report) -> list[str]:
	return [f"{problem.line}|{problem.heading}|{problem.text}" for problem in report.problems]


def case_of(reference: str):
	return frappe.get_doc("Complaint", {"external_reference": reference})


# What comes in


def test_file_with_points_and_parties():
	report = import_complaints(str(DATA / "complaints.csv"))
	assert report.ok, texts(report)
	assert (report.complaints, report.imported, report.skipped, report.failed) == (3, 3, 0, 0)
	case = case_of("SHOP-1")
	assert case.name == report.names[0] and case.name.startswith("CMP-")
	assert case.status == "Received" and case.received_by == "Administrator"
	assert case.description == 'The parcel came late,\nwas open and "soaked".'
	assert str(case.received_on) == "2026-03-01 10:00:00"
	assert [(row.allegation, row.category) for row in case.allegations] == [
		("Parcel late", "Late delivery"),
		("Parcel soaked", "Damage suffered"),
	]
	assert case.response_due and case.acknowledge_due
	party = frappe.get_doc("Complaint Party", {"complaint": case.name})
	assert (party.role, party.full_name, party.email) == ("Complainant", "Jörg Müller", "joerg@example.org")
	assert party.consent_to_disclose == 1 and str(party.consent_on) == "2026-03-01"
	events = frappe.get_all("Complaint Event", {"complaint": case.name}, pluck="event")
	assert sorted(events) == ["Party Added", "Received"]
	parties = frappe.get_all("Complaint Party", {"complaint": case_of("SHOP-2").name}, ["role", "full_name"])
	assert {(row.role, row.full_name) for row in parties} == {
		("Complainant", "Anna Adler"),
		("Representative", "Berta Busch"),
	}
	assert not frappe.db.exists("Complaint Party", {"complaint": case_of("SHOP-3").name})


def test_mapping_of_headings_words_constants_and_dates():
	report = import_complaints(str(DATA / "other_shop.csv"), mapping=str(DATA / "other_shop.json"))
	assert report.ok, texts(report)
	case = case_of("T-1")
	assert str(case.received_on.date()) == "2026-03-04"
	assert (case.channel, case.referred_by, case.category) == ("Web form", "Other shop", "Price")
	names = [
		frappe.db.get_value("Complaint Party", {"complaint": case_of(reference).name}, "full_name")
		for reference in ("T-1", "T-2")
	]
	assert names == ["Carl Conrad", "Unknown"]
	meanings = dict(report.columns)
	assert meanings["Internal remark"] == "left out"
	assert "mm/dd/yyyy" in meanings["Date received"]


def test_constants_fill_columns_the_file_lacks(write, mapping):
	path = write(("R-1", "Late again."), columns=("External reference", "description"))
	words = mapping(constants={"Received by way of": "Letter", "Received on": "2026-01-05"})
	assert import_complaints(path, mapping=words).ok
	assert str(case_of("R-1").received_on) == "2026-01-05 00:00:00"


def test_constants_of_points_go_to_rows_with_a_point(write, mapping):
	columns = (*COLUMNS, "allegations.allegation")
	path = write((*ROW, "Late"), ("", "", "", "", "Open"), ("R-2", *ROW[1:], ""), columns=columns)
	assert import_complaints(path, mapping=mapping(constants={"allegations.category": "Late delivery"})).ok
	assert [row.category for row in case_of("R-1").allegations] == ["Late delivery"] * 2
	assert case_of("R-2").allegations == []


@pytest.mark.parametrize(
	("encoding", "delimiter", "end"),
	[
		("utf-8", ",", "\n"),
		("utf-8-sig", ";", "\r\n"),
		("cp1252", ";", "\r\n"),
		("utf-16", "\t", "\n"),
		("utf-8", ",", "\n\n"),
	],
)
def test_encodings_delimiters_and_line_ends(write, encoding, delimiter, end):
	path = write((*ROW[:3], "Zu spät, für 5 €;\nund leer"), encoding=encoding, delimiter=delimiter, end=end)
	assert import_complaints(path).ok
	assert case_of("R-1").description == "Zu spät, für 5 €;\nund leer"


def test_lines_are_counted_as_an_editor_does(write):
	path = write((*ROW[:3], "one\ntwo\nthree"), ("", "", "", ""), ("R-2", "never", "Phone", "x"))
	assert [problem.line for problem in import_complaints(path).problems] == [6]


def test_named_encoding(write):
	path = write((*ROW[:3], "Zażalenie"), encoding="cp1250")
	assert import_complaints(path, encoding="cp1250").ok
	assert case_of("R-1").description == "Zażalenie"


def test_import_in_the_name_of_a_user(write):
	intake = factories.user_of("intake")
	assert import_complaints(write(ROW), user=intake).ok
	case = case_of("R-1")
	assert (case.owner, case.received_by) == (intake, intake)
	assert frappe.session.user == "Administrator"


def test_no_mails_while_importing(write):
	before = frappe.db.count("Email Queue")
	columns = (*COLUMNS, "Complainant: E-mail")
	assert import_complaints(write((*ROW, "maria@example.org"), columns=columns)).ok
	assert frappe.db.count("Email Queue") == before
	assert not frappe.flags.in_import


# All or nothing, and again


def test_second_run_imports_nothing(write):
	assert import_complaints(write(*numbered(3))).imported == 3
	again = import_complaints(write(*numbered(4)))
	assert (again.imported, again.skipped, again.failed) == (1, 3, 0)
	assert frappe.db.count("Complaint", {"external_reference": "R-1"}) == 1


def test_reference_in_other_letters_is_the_same(write):
	assert import_complaints(write(ROW)).ok
	assert import_complaints(write(("r-1", *ROW[1:]))).skipped == 1


def test_any_problem_and_nothing_is_written(write):
	before = {table: frappe.db.count(table) for table in ("Complaint", "Complaint Event", "Complaint Party")}
	series = next_number()
	report = import_complaints(write(*numbered(5), ("R-6", "2026-03-01", "Pigeon", "x")))
	assert (report.ok, report.imported, report.failed, report.names) == (False, 5, 1, [])
	assert before == {table: frappe.db.count(table) for table in before}
	assert next_number() == series


def test_dry_run_writes_nothing(write):
	before, series = frappe.db.count("Complaint"), next_number()
	report = import_complaints(write(*numbered(5)), dry_run=True)
	assert (report.ok, report.imported, report.names) == (True, 5, [])
	assert frappe.db.count("Complaint") == before and next_number() == series


def test_counter_is_let_go_while_nothing_will_be_kept(write, monkeypatch):
	monkeypatch.setattr("iso10002.handling.csv_import.importer.LET_GO_AFTER", 2)
	frappe.db.commit()
	rollbacks = []
	rollback = frappe.db.rollback
	monkeypatch.setattr(
		frappe.db, "rollback", lambda **more: rollbacks.append(more.get("save_point")) or rollback(**more)
	)
	bad = ("R-0", "2026-03-01", "Pigeon", "x")
	report = import_complaints(write(bad, *numbered(5)), alone=True)
	assert (report.imported, report.failed, rollbacks.count(None)) == (5, 1, 3)
	assert import_complaints(write(*numbered(5)), alone=True).imported == 5
	assert rollbacks.count(None) == 3


def test_busy_site_is_said_in_words(write, monkeypatch):
	def busy(case):
		raise frappe.QueryTimeoutError("1205")

	monkeypatch.setattr(Complaint, "after_insert", busy)
	with pytest.raises(CsvFileError, match="try again"):
		csv_report.run(write(ROW), dry_run=False)


def test_failure_of_the_system_leaves_nothing(write, monkeypatch):
	before = frappe.db.count("Complaint")
	insert = Complaint.after_insert

	def fail(case):
		insert(case)
		if case.external_reference == "R-3":
			raise RuntimeError("disk full")

	monkeypatch.setattr(Complaint, "after_insert", fail)
	with pytest.raises(RuntimeError):
		import_complaints(write(*numbered(5)))
	assert frappe.db.count("Complaint") == before
	assert frappe.session.user == "Administrator" and not frappe.flags.in_import


def next_number() -> int:
	counter = frappe.qb.Table("tabSeries")
	return sorted(frappe.qb.from_(counter).select("*").where(counter.name.like("CMP-%")).run())


# Problems


def test_all_problems_at_once_with_line_column_and_advice(write):
	columns = (*COLUMNS, "Category", "Severity", "Complainant: E-mail", "Complainant: Agreed on")
	rows = (
		("P-1", "2026-03-01", "Phnoe", "x", "Late delivry", "Bad", "nobody", "2026-01-01"),
		("P-2", "2026-03-01", "Phone", "", "", "", "", "yesterday"),
		("P-3", "31.12.2026", "Phone", "x", "", "", "", ""),
		("P-4", "2099-03-01", "Phone", "x", "", "", "", ""),
		("P-1", "2026-03-01", "Phone", "x", "", "", "", ""),
		("", "2026-03-01", "Phone", "x", "", "", "", ""),
	)
	found = texts(import_complaints(write(*rows, columns=columns)))
	for expected in (
		"2|Received by way of|Phnoe is no Complaint Channel here. Did you mean Phone?",
		"2|Category|Late delivry is no Complaint Category here. Did you mean Late delivery?",
		"2|Severity|Bad is not one of: Minor, Moderate, Serious, Critical.",
		"2|Complainant: E-mail|nobody is no e-mail address. Enter one such as name@example.com.",
		"3|description|is missing.",
		"3|Complainant: Agreed on|yesterday is no date written as yyyy-mm-dd",
		"4|Received on|31.12.2026 is no date written as yyyy-mm-dd",
		"5|None|Received on lies in the future. Enter when it really happened.",
		"6|External reference|P-1 is in line 2 already.",
		"7|External reference|is missing; by it the same file can be imported again safely.",
	):
		assert any(text.startswith(expected) for text in found), (expected, found)
	assert len(found) == 10


def test_rules_of_the_app_hold_in_an_import(write):
	columns = (*COLUMNS, "Acknowledged on", "Complainant: Heard on")
	report = import_complaints(write((*ROW, "2026-02-01", ""), columns=columns))
	assert "cannot be before the receipt" in report.problems[0].text
	report = import_complaints(write((*ROW, "", "2026-03-01"), columns=columns))
	assert "full details" in report.problems[0].text


def test_user_without_the_right_is_refused(write):
	report = import_complaints(write(ROW), user=factories.user_of("auditor"))
	assert not report.ok and report.problems[0].line == 2
	with pytest.raises(CsvFileError, match="does not exist"):
		import_complaints(write(ROW), user="nobody@example.com")


@pytest.mark.parametrize(
	("heading", "expected"),
	[
		("Chanel", "No field has this name. Did you mean"),
		("Colour of the parcel", "No field has this name. Name the field in the mapping"),
		("Stage", "is kept by the system"),
		("Closed on", "is kept by the system"),
		("ID", "is kept by the system"),
		("Complainant: Acts for", "is kept by the system"),
		("description", "means the same"),
		("", "has values but no heading"),
	],
)
def test_columns_that_cannot_be_taken(write, heading, expected):
	report = import_complaints(write((*ROW, "x"), columns=(*COLUMNS, heading)))
	assert any(expected in problem.text for problem in report.problems), texts(report)
	assert not report.ok


def test_numbers_and_yes_or_no_are_not_guessed(write):
	columns = (*COLUMNS, "Put right at first contact", "remedies.remedy_type", "remedies.value")
	report = import_complaints(write((*ROW, "maybe", "Refund", "about 20"), columns=columns))
	assert [problem.heading for problem in report.problems] == [
		"Put right at first contact",
		"remedies.value",
	]


def test_rows_with_more_or_fewer_cells_than_headings(write):
	report = import_complaints(write(ROW, ("R-2", "2026-03-01", "Phone"), ("R-3", *ROW[1:], "more")))
	assert [problem.line for problem in report.problems] == [3, 4]
	assert (report.imported, report.failed) == (1, 2)


def test_file_without_references_is_taken_only_on_demand(write):
	path = write(ROW[1:], columns=COLUMNS[1:])
	report = import_complaints(path)
	assert "--allow-without-reference" in report.problems[0].text
	assert import_complaints(path, without_reference=True).imported == 1


def test_missing_columns_are_named_once(write):
	report = import_complaints(
		write(("R-1", "x"), ("R-2", "y"), columns=("External reference", "description"))
	)
	assert len(report.problems) == 1
	assert "Received by way of, Received on" in report.problems[0].text


@pytest.mark.parametrize(
	("content", "expected"),
	[
		(b"", "empty"),
		(b"External reference,description\n", "no line with a complaint"),
		(b"PK\x03\x04rest", "workbook"),
		(b"a,b\n\x00,1\n", "not a text file"),
		(b'a,b\n1,"not closed\n2,3\n', "begins in line 2"),
		(b"a,b\n1,\x81\n", "Line 2 has a character"),
	],
)
def test_files_that_cannot_be_read(tmp_path, content, expected):
	path = tmp_path / "file.csv"
	path.write_bytes(content)
	with pytest.raises(CsvFileError, match=expected):
		read(str(path))


@pytest.mark.parametrize(
	("content", "expected"),
	[
		("{", "not valid JSON, line 1"),
		("[]", "must be an object"),
		('{"colums": {}}', "some of these parts"),
		('{"columns": {"a": 1}}', "columns, a: must be a text"),
		('{"values": {"a": "b"}}', "values, a: must be a table of words"),
	],
)
def test_mappings_that_cannot_be_used(write, tmp_path, content, expected):
	path = tmp_path / "mapping.json"
	path.write_text(content)
	with pytest.raises(CsvFileError, match=expected):
		import_complaints(write(ROW), mapping=str(path))


def test_mapping_of_a_column_that_is_not_there(write, mapping):
	report = import_complaints(write(ROW), mapping=mapping(columns={"Ref": "External reference"}))
	assert [(problem.heading, problem.line) for problem in report.problems] == [("Ref", None)]


def test_formats_of_dates():
	assert date_format("dd.mm.yyyy HH:mm") == "%d.%m.%Y %H:%M"
	assert date_format("mm/dd/yy HH:mm:ss") == "%m/%d/%y %H:%M:%S"
	assert date_format("%d-%m-%Y") == "%d-%m-%Y"
	assert readable_format("%d.%m.%Y %H:%M") == "dd.mm.yyyy HH:mm"


# The command


def test_command_reports_and_commits_nothing_of_a_dry_run(write, capsys):
	assert csv_report.run(write(*numbered(2)), dry_run=True) == 0
	assert "Would import 2" in capsys.readouterr().out
	assert csv_report.run(write(("R-1", "2026-03-01", "Pigeon", "x")), dry_run=False) == 1
	out = capsys.readouterr().out
	assert "Line 2, Received by way of: Pigeon is no" in out and "Nothing was written. 1 problems" in out


def test_bench_command_imports_and_skips(tmp_path):
	"""As a user would, from another directory than bench's; the data is removed by hand, complaints stay."""
	reference = factories.unique("import")
	(tmp_path / "mine.csv").write_text(
		f"External reference,Received on,Received by way of,description\n{reference},2026-03-01,Phone,x\n"
	)

	def bench(*args: str) -> subprocess.CompletedProcess:
		command = [sys.executable, "-m", "frappe.utils.bench_helper", "frappe", "--site", SITE, *args]
		env = {**os.environ, "PWD": str(tmp_path)}
		return subprocess.run(command, cwd=SITES, env=env, capture_output=True, text=True, timeout=300)

	frappe.db.commit()
	first = bench("iso10002-import", "mine.csv")
	assert (first.returncode, "Imported 1 (CMP-" in first.stdout) == (0, True), first.stdout + first.stderr
	second = bench("iso10002-import", "mine.csv")
	assert (second.returncode, "skipped 1" in second.stdout) == (0, True), second.stdout
	missing = bench("iso10002-import", "other.csv")
	assert missing.returncode == 2 and "Give the full path" in missing.stderr
	frappe.db.rollback()
	assert case_of(reference).channel == "Phone"
