"""The monthly pack: frozen by a command or a button, mailed by Auto Email Report to those who may have it."""

from __future__ import annotations

import io
import subprocess
import sys
from collections.abc import Iterator

import frappe
import pytest
from factories import acting_as, complaint_in, user_of
from frappe.desk import query_report
from frappe.utils import add_days, add_months, get_first_day, get_last_day, nowdate
from openpyxl import load_workbook
from over_http import SITE, SITES
from paper_things import assert_numbered

from iso10002.analytics import pack, pack_files
from iso10002.confidentiality.guards.configuration import auto_email_problem
from iso10002.setup.mailed_report import REPORT, seed_mailed_report

DOCTYPE = "Complaint Management Report"


@pytest.fixture(scope="module")
def packed(site: str) -> Iterator[str]:
	"""The management report of last month, made by the command."""
	frappe.db.rollback()
	complaint_in("Decision Communicated", received_on=add_days(get_first_day(nowdate()), -20))
	frappe.db.commit()
	last = str(add_months(get_first_day(nowdate()), -1))
	bench = [sys.executable, "-m", "frappe.utils.bench_helper", "frappe", "--site", SITE]
	command = [*bench, "iso10002-management-report", "--from", last, "--to", last, "--comments", "Quiet."]
	done = subprocess.run(command, cwd=SITES, capture_output=True, text=True, timeout=300)
	assert done.returncode == 0, done.stderr
	frappe.db.rollback()
	name = done.stdout.split()[0]
	assert frappe.db.get_value(DOCTYPE, name, "sha256") in done.stdout
	yield name


def files_of(name: str) -> dict[str, bytes]:
	rows = frappe.get_all("File", {"attached_to_name": name}, ["name", "file_name"])
	return {row.file_name.rsplit(".")[-1]: frappe.get_doc("File", row.name).get_content() for row in rows}


def test_one_command_freezes_pdf_and_xlsx_with_comments_charts_and_hash(packed):
	doc, files = frappe.get_doc(DOCTYPE, packed), files_of(packed)
	assert doc.docstatus == 1 and pack.is_intact(doc) and set(files) == {"pdf", "xlsx"}
	text = "".join("".join(assert_numbered(files["pdf"])).split())
	assert doc.sha256 in text and "Quiet." in text
	assert len(load_workbook(io.BytesIO(files["xlsx"]))["Over time"]._charts) == 2


def test_the_command_refuses_a_month_that_is_not_over():
	bench = [sys.executable, "-m", "frappe.utils.bench_helper", "frappe", "--site", SITE]
	command = [*bench, "iso10002-management-report", "--from", nowdate(), "--to", nowdate()]
	done = subprocess.run(command, cwd=SITES, capture_output=True, text=True, timeout=300)
	assert done.returncode == 1 and "not over" in done.stderr and "Traceback" not in done.stderr


def test_the_frozen_figures_are_a_report_with_hash_chart_and_summary(packed):
	doc = frappe.get_doc(DOCTYPE, packed)
	with acting_as(user_of("executive")):
		found = query_report.run(REPORT, {"management_report": packed})
	frozen = {row["label"]: row["now"] for row in frappe.parse_json(doc.figures)["lines"]}
	shown = {row["label"].split(" (")[0]: row.get("now") for row in found["result"]}
	assert {label: shown[label] for label in frozen} == frozen
	assert found["result"][-1]["clause"] == f"SHA-256 {doc.sha256}" and packed in found["message"]
	assert found["chart"]["data"]["labels"] and found["report_summary"]


def test_the_report_refuses_what_is_not_frozen_or_was_changed_past_the_app(packed):
	draft = frappe.get_doc({"doctype": DOCTYPE, "from_date": "2026-01-01", "to_date": "2026-01-31"}).insert()
	for name in (draft.name, "' OR 1=1 -- "):
		with acting_as(user_of("executive")), pytest.raises(frappe.ValidationError, match="not a frozen one"):
			query_report.run(REPORT, {"management_report": name})
	doc = frappe.get_doc(DOCTYPE, packed)
	frappe.db.set_value(DOCTYPE, packed, "figures", doc.figures.replace("received", "Received"))
	with acting_as(user_of("executive")), pytest.raises(frappe.ValidationError, match="changed past the app"):
		query_report.run(REPORT, {"management_report": packed})


@pytest.mark.parametrize("kind", ("intake", "nobody"))
def test_the_frozen_figures_are_for_readers_of_figures(packed, http, kind):
	from over_http import user_without_a_role

	user = user_without_a_role() if kind == "nobody" else user_of(kind)
	asked = {"report_name": REPORT, "filters": "{}"}
	assert http(user).get("/api/method/frappe.desk.query_report.run", params=asked).status_code == 403


def test_pictures_have_no_point_and_no_bar_for_what_is_not_known():
	line = pack_files.lines(["May", "June", "July"], [[50, None, 60]])
	assert line.count("<circle") == 2 and line.count("<polyline") == 2
	nothing = pack_files.lines(["May"], [[None]])
	assert "<circle" not in nothing and "<polyline" not in nothing
	assert pack_files.bars(["May", "June"], [[3, None]]).count("<rect") == 1


# The mailing


def mailing():
	return frappe.get_doc("Auto Email Report", {"report": REPORT})


def test_the_mailing_is_seeded_switched_off_and_never_written_over():
	doc = mailing()
	assert not doc.enabled and (doc.frequency, doc.format) == ("Monthly", "XLSX")
	frappe.db.set_value("Auto Email Report", doc.name, {"format": "CSV", "enabled": 1})
	seed_mailed_report()
	rows = frappe.get_all("Auto Email Report", {"report": REPORT}, ["format", "enabled"])
	assert [(row.format, row.enabled) for row in rows] == [("CSV", 1)]


def test_the_mailing_sends_what_was_frozen_for_last_month_and_nothing_else(packed):
	doc = mailing()
	doc.update({"enabled": 1, "email_to": user_of("executive")})
	doc.save()
	book = load_workbook(io.BytesIO(doc.get_report_content()))
	values = [str(cell.value) for row in book.active.iter_rows() for cell in row]
	assert f"SHA-256 {frappe.db.get_value(DOCTYPE, packed, 'sha256')}" in values
	assert not any("CMP-" in value or "@" in value for value in values)
	months_ago = get_last_day(add_months(nowdate(), -3))
	frappe.db.set_value(DOCTYPE, {"to_date": get_last_day(add_months(nowdate(), -1))}, "to_date", months_ago)
	assert not mailing().get_report_content(), "a month that was not frozen is not sent"


@pytest.mark.parametrize("who", ("intake", "someone@example.net"))
def test_figures_are_mailed_only_to_who_may_open_them(who):
	doc = mailing()
	address = who if "@" in who else user_of(who)
	doc.update({"enabled": 1, "email_to": f"{user_of('executive')}\n{address}"})
	with pytest.raises(frappe.ValidationError, match=address):
		doc.save()
	doc.update({"email_to": user_of("executive")})
	assert auto_email_problem(doc) is None
