"""Print formats and the frozen management report: what they say, to whom, and that they stay as they are."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator

import frappe
import pytest
from factories import (
	FULL_WAY,
	acting_as,
	answer_points,
	complaint_in,
	make_complaint,
	make_party,
	take,
	user_of,
)
from frappe.utils import add_days, add_months, get_first_day, get_last_day, getdate, now_datetime, nowdate
from openpyxl import load_workbook
from over_http import assert_refused, user_without_a_role
from pypdf import PdfReader

from iso10002.analytics import pack
from iso10002.analytics.errors import FilterError
from iso10002.analytics.figures import figures
from iso10002.analytics.reader import ORGANISATION
from iso10002.analytics.selection import Selection
from iso10002.handling import papers
from iso10002.handling.errors import DocumentError

LETTERS = {
	"Complaint Acknowledgement": "Acknowledged",
	"Complaint Decision Letter": "Decision Approved",
	"Complaint Closing Letter": "Closed",
}
FORMS = ("Complaint Form", "Complaint Follow-up Form", "Complaint Follow-up Form Redacted")
DOWNLOAD = "/api/method/frappe.utils.print_format.download_pdf"


@pytest.fixture(autouse=True)
def letters_do_not_fail(closed) -> None:
	"""Frappe prints a page about an error instead of raising it; here it is raised."""
	with acting_as(user_of("handler")):
		for purpose in ("Acknowledgement", "Decision", "Closing"):
			papers.iso10002_letter(frappe.get_doc("Complaint", closed), purpose)


def printed(case: str, print_format: str, kind: str = "handler", doctype: str = "Complaint") -> str:
	with acting_as(user_of(kind)):
		return frappe.get_print(doctype, case, print_format)


@pytest.fixture(scope="module")
def closed(site: str) -> Iterator[str]:
	"""A closed case with a named complainant, committed."""
	frappe.db.rollback()
	case = make_complaint(as_user=user_of("intake"), description="The box was <b>open</b>.").name
	make_party(
		case, full_name="Marked Name", email="marked@example.org", address="Elm Street 5", city="Springfield"
	)
	for action in FULL_WAY:
		take(case, action)
	frappe.db.commit()
	yield case


@pytest.mark.parametrize("print_format", LETTERS)
def test_a_letter_says_what_is_recorded_and_has_address_and_reference(closed, print_format):
	html = printed(closed, print_format)
	assert closed in html and "Marked Name" in html and "Springfield" in html
	assert 'class="topage"' in html, "page numbers"


@pytest.mark.parametrize("print_format", FORMS)
def test_a_form_has_points_and_escapes_what_people_wrote(closed, print_format):
	html = printed(closed, print_format)
	assert "<b>open</b>" not in html
	if print_format != FORMS[2]:
		assert "Parcel half empty" in html and "Marked Name" in html


def test_the_follow_up_form_is_made_from_the_journal(closed):
	html = printed(closed, "Complaint Follow-up Form")
	for event in frappe.get_all("Complaint Event", {"complaint": closed}, pluck="event"):
		assert frappe._(event) in html


def test_a_redacted_form_names_nobody(closed):
	html = re.sub(
		"<!--.*?-->", "", printed(closed, "Complaint Follow-up Form Redacted")
	)  # the page names its reader
	people = [
		*frappe.get_all("User", {"name": ["like", "test-%@example.com"]}, pluck="first_name"),
		"Marked Name",
	]
	for name in (*people, "marked@example.org", "Parcel half empty", "weak", "@example"):
		assert name not in html, name
	assert "Handler" in html and "Complainant" in html


@pytest.mark.parametrize(
	("purpose", "label"), (("Decision", "Decision"), ("Closing", "Closed on"), ("Review Decision", "Outcome"))
)
def test_a_letter_is_refused_before_there_is_something_to_tell(purpose, label):
	case = frappe.get_doc("Complaint", complaint_in("Acknowledged"))
	with acting_as(user_of("handler")), pytest.raises(DocumentError, match=label):
		papers.iso10002_letter(case, purpose)


def test_a_paper_follows_the_direction_of_writing():
	case = complaint_in("Acknowledged")
	make_party(case, language="ar")
	html = printed(case, "Complaint Acknowledgement")
	assert 'dir="rtl"' in html and 'lang="ar"' in html


@pytest.mark.parametrize("kind", ("executive", "nobody", "intake"))
def test_who_may_not_see_the_case_gets_no_paper(closed, http, kind):
	user = user_without_a_role() if kind == "nobody" else user_of(kind)
	for print_format in (*LETTERS, *FORMS):
		answer = http(user).get(
			DOWNLOAD, params={"doctype": "Complaint", "name": closed, "format": print_format}
		)
		assert answer.status_code in (403, 404), f"{kind} {print_format}: {answer.status_code}"
		assert b"Marked" not in answer.content


# The management report


def months(back: int = 3) -> dict:
	first = get_first_day(add_months(nowdate(), -back))
	return {"from_date": str(first), "to_date": str(get_last_day(add_months(nowdate(), -1)))}


def make_report(**more):
	return frappe.get_doc({"doctype": "Complaint Management Report", **months(), **more}).insert()


@pytest.fixture(scope="module")
def frozen(site: str) -> Iterator[str]:
	"""A frozen management report of the manager, with an old case in it, committed."""
	frappe.db.rollback()
	for _number in range(2):
		complaint_in("Decision Communicated", received_on=add_days(get_first_day(nowdate()), -20))
	with acting_as(user_of("manager")):
		doc = make_report(comments="=A quiet quarter <i>indeed</i>.")
		doc.submit()
	frappe.db.commit()
	yield doc.name


def test_a_management_report_freezes_the_figures_of_all_cases_with_a_hash(frozen):
	doc = frappe.get_doc("Complaint Management Report", frozen)
	content = frappe.parse_json(doc.figures)
	assert pack.is_intact(doc) and len(doc.sha256) == 64
	chosen = Selection(getdate(doc.from_date), getdate(doc.to_date))
	for row in content["lines"]:
		if row["name"] in ("received", "decided", "closed"):
			assert row["now"] == figures([row["name"]], chosen, ORGANISATION).value(row["name"])
	assert doc.frozen_by == user_of("manager")


def test_later_cases_do_not_move_a_frozen_report(frozen):
	before = frappe.get_doc("Complaint Management Report", frozen).figures
	make_complaint(received_on=add_days(get_first_day(nowdate()), -10))
	doc = frappe.get_doc("Complaint Management Report", frozen)
	assert doc.figures == before and pack.is_intact(doc)


def test_its_files_have_the_hash_and_name_nobody(frozen, screenshots):
	doc = frappe.get_doc("Complaint Management Report", frozen)
	files = {
		name.rsplit(".")[-1]: frappe.get_doc("File", name_of)
		for name_of, name in frappe.get_all(
			"File", {"attached_to_name": frozen}, ["name", "file_name"], as_list=True
		)
	}
	assert set(files) == {"pdf", "xlsx"} and all(file.is_private for file in files.values())
	(screenshots / "management-report.pdf").write_bytes(files["pdf"].get_content())
	pages = [page.extract_text() for page in PdfReader(io.BytesIO(files["pdf"].get_content())).pages]
	text = "".join("".join(pages).split())
	assert doc.sha256 in text and "Complaintsmanagementreport" not in text and frozen in text
	assert "CMP-" not in text and "@example" not in text
	book = load_workbook(io.BytesIO(files["xlsx"].get_content()))
	assert [sheet.title for sheet in book] == ["Figures", "Over time", "Breakdowns", "About this report"]
	values = [str(cell.value) for sheet in book for row in sheet.iter_rows() for cell in row]
	assert doc.sha256 in values and "'=A quiet quarter <i>indeed</i>." in values
	assert len(book["Over time"]._charts) == 2


def test_a_frozen_report_is_never_changed_or_taken_back(frozen):
	for change in ("save", "cancel"):
		doc = frappe.get_doc("Complaint Management Report", frozen)
		doc.comments = "Better than it was."
		with pytest.raises(frappe.ValidationError):
			getattr(doc, change)()
	doc = frappe.get_doc("Complaint Management Report", frozen)
	with pytest.raises(frappe.ValidationError):
		doc.delete()


def test_figures_sent_by_a_client_are_thrown_away():
	doc = make_report(figures="{}", sha256="0" * 64, frozen_on=now_datetime())
	assert not doc.figures and not doc.sha256 and not doc.frozen_on
	doc.figures = '{"lines": []}'
	doc.submit()
	assert frappe.parse_json(doc.figures)["lines"] and pack.is_intact(doc)


def test_a_change_past_the_app_shows():
	doc = make_report()
	doc.submit()
	frappe.db.set_value(doc.doctype, doc.name, "figures", doc.figures.replace('"now": 0', '"now": 9'))
	assert not pack.is_intact(frappe.get_doc(doc.doctype, doc.name))


@pytest.mark.parametrize(
	("values", "words"),
	(
		({"from_date": "2026-05-01", "to_date": "2026-03-01"}, "Exchange"),
		({"from_date": "2026-01-01", "to_date": "2999-01-01"}, "not over"),
		({"to_date": "today"}, "not over"),
		({"to_date": "9999-12-31"}, "between the years"),
	),
)
def test_a_period_that_cannot_be_frozen_is_refused(values, words):
	values = {field: nowdate() if value == "today" else value for field, value in values.items()}
	with pytest.raises(FilterError, match=words):
		make_report(**values)


def test_periods_become_whole_months():
	doc = make_report(from_date="2026-01-15", to_date="2026-02-03")
	assert (str(doc.from_date), str(doc.to_date)) == ("2026-01-01", "2026-02-28")


def test_the_same_figures_have_the_same_hash():
	one, two = (pack.freeze(pack.collect(*months().values())) for _time in range(2))
	assert one == two


@pytest.mark.parametrize("kind", ("executive", "auditor", "handler", "intake", "nobody"))
def test_who_reads_and_makes_management_reports_over_http(frozen, http, kind):
	user = user_without_a_role() if kind == "nobody" else user_of(kind)
	answer = http(user).get(f"/api/resource/Complaint Management Report/{frozen}")
	assert answer.status_code == (200 if kind in ("executive", "auditor", "handler") else 403)
	made = http(user).post("/api/resource/Complaint Management Report", json=months())
	assert_refused(made, status=403)
	paper = http(user).get(
		DOWNLOAD,
		params={
			"doctype": "Complaint Management Report",
			"name": frozen,
			"format": "Complaint Management Summary",
		},
	)
	assert paper.ok == (kind in ("executive", "auditor", "handler"))
	url = frappe.db.get_value(
		"File", {"attached_to_name": frozen, "file_name": ["like", "%.xlsx"]}, "file_url"
	)
	assert http(user).get(url).ok == (kind in ("executive", "auditor", "handler"))


def test_a_job_gets_figures_of_the_organisation_and_no_list_of_cases():
	"""Frappe sends an Auto Email Report as Administrator, whoever gets it."""
	report = frappe.get_doc(
		{
			"doctype": "Auto Email Report",
			"report": "Complaint Monitoring Data",
			"user": user_of("executive"),
			"email_to": "board@example.org",
			"frequency": "Monthly",
			"format": "XLSX",
			"no_of_rows": 100,
			"filters": "{}",
			"enabled": 0,
		}
	)
	make_complaint()
	report.report_type, report.ref_doctype = "Script Report", "Complaint Management Report"
	assert report.get_report_content()
	register = frappe.get_doc("Report", "Complaint Register")
	with pytest.raises(frappe.PermissionError):
		register.execute_module({})


def test_findings_of_points_are_in_the_investigation_file():
	case = complaint_in("Investigating")
	answer_points(case)
	html = printed(case, "Complaint Follow-up Form")
	assert "The box was crushed." in html
