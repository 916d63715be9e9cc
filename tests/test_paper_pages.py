"""PDFs as they come out: page numbers on every page, both directions of writing, the register, and names on letters."""

from __future__ import annotations

import io
import json
from collections.abc import Iterator

import frappe
import pytest
from bs4 import BeautifulSoup
from factories import FULL_WAY, acting_as, make_complaint, make_party, take, user_of
from frappe.utils import add_days, now_datetime, nowdate
from over_http import assert_refused, user_without_a_role, words
from paper_things import assert_numbered, pages_of
from pypdf import PdfReader, PdfWriter

from iso10002.analytics import register_paper
from iso10002.confidentiality import access_log, identity
from iso10002.handling import paper_pages, papers

DOWNLOAD = "/api/method/frappe.utils.print_format.download_pdf"
REGISTER = "/api/method/iso10002.analytics.register_paper.download"
PAPERS = (
	"Complaint Form",
	"Complaint Acknowledgement",
	"Complaint Decision Letter",
	"Complaint Closing Letter",
	"Complaint Follow-up Form",
	"Complaint Follow-up Form Redacted",
)
SECRET = {"full_name": "Ottilie Vanterpool", "address": "Elm Street 5", "city": "Oberwinter"}


@pytest.fixture(scope="module")
def closed(site: str) -> Iterator[str]:
	"""A closed case whose complainant is protected, reads Persian, and wrote a lot, committed."""
	frappe.db.rollback()
	words_of_complainant = "The box was open.\n" * 120
	case = make_complaint(as_user=user_of("intake"), description=words_of_complainant, language="fa").name
	make_party(case, identity="Confidential", language="fa", **SECRET)
	for action in FULL_WAY:
		take(case, action)
	frappe.db.commit()
	yield case


@pytest.mark.parametrize("print_format", PAPERS)
def test_every_paper_downloaded_has_page_numbers(closed, http, screenshots, print_format):
	answer = http(user_of("handler")).get(
		DOWNLOAD, params={"doctype": "Complaint", "name": closed, "format": print_format}
	)
	assert answer.ok and answer.content[:5] == b"%PDF-", words(answer)
	(screenshots / f"{print_format.replace(' ', '-').lower()}.pdf").write_bytes(answer.content)
	pages = assert_numbered(answer.content)
	if print_format == "Complaint Form":
		assert len(pages) > 1


def test_a_paper_of_another_app_stays_as_frappe_makes_it(closed, http):
	assert not paper_pages.is_paper("Standard") and not paper_pages.is_paper(None)
	answer = http(user_of("handler")).get(DOWNLOAD, params={"doctype": "Complaint", "name": closed})
	assert answer.ok and "Page" not in pages_of(answer.content)[-1][-60:]


def test_numbers_are_put_on_every_page_and_nothing_is_lost():
	writer = PdfWriter()
	for width, height in ((595, 842), (842, 595), (595, 842)):
		writer.add_blank_page(width=width, height=height)
	file = io.BytesIO()
	writer.write(file)
	stamped = paper_pages.stamped(file.getvalue())
	assert [text.strip() for text in pages_of(stamped)] == ["1 / 3", "2 / 3", "3 / 3"]
	assert [page.mediabox.width for page in PdfReader(io.BytesIO(stamped)).pages] == [595, 842, 595]


def test_a_letter_is_written_in_the_direction_of_its_language(closed):
	with acting_as(user_of("handler")):
		html = frappe.get_print("Complaint", closed, "Complaint Decision Letter")
	assert '<div class="paper" dir="rtl" lang="fa">' in html


# Whom a letter names


def address_of_letter(case: str, user: str) -> str:
	with acting_as(user):
		paper = papers.iso10002_letter(frappe.get_doc("Complaint", case), "Decision")
	return f"{paper['address']} {paper['message']}"


def test_a_letter_names_a_protected_complainant_only_for_who_opened_the_identity(closed):
	party = frappe.db.get_value("Complaint Party", {"complaint": closed, "role": "Complainant"})
	handler, manager = user_of("handler"), user_of("manager")
	for user in (handler, manager):
		assert "Vanterpool" not in address_of_letter(closed, user)
	with acting_as(handler):
		identity.reveal(party, "To send the decision by post")
	said = address_of_letter(closed, handler)
	assert "Ottilie Vanterpool" in said and "Elm Street 5" in said and "Oberwinter" in said
	assert "Vanterpool" not in address_of_letter(closed, manager)
	assert frappe.db.exists(
		"Complaint Access Log",
		{"action": access_log.PRINTED, "document": party, "user": handler, "purpose": "Letter with the name"},
	)
	with acting_as(handler):
		for print_format in ("Complaint Form", "Complaint Follow-up Form"):
			assert "Vanterpool" not in frappe.get_print("Complaint", closed, print_format)


def test_the_opening_of_an_identity_serves_letters_for_a_day(closed):
	party = frappe.db.get_value("Complaint Party", {"complaint": closed, "role": "Complainant"})
	with acting_as(user_of("handler")):
		identity.reveal(party, "To send the decision by post")
	opened = {"document": party, "action": access_log.REVEALED}
	frappe.db.set_value("Complaint Access Log", opened, "happened_on", add_days(now_datetime(), -2))
	assert "Vanterpool" not in address_of_letter(closed, user_of("handler"))


# The register


@pytest.fixture
def listed(site: str) -> tuple[str, str]:
	"""A case the handler sees and one the handler does not, committed."""
	seen = make_complaint(product_or_service="=Garden <i>hose</i>", as_user=user_of("intake")).name
	hidden = make_complaint(product_or_service="=Garden <i>hose</i>").name
	make_party(seen, full_name="Marked Name")
	make_party(hidden, role="Person complained about", linked_doctype="User", linked_name=user_of("handler"))
	frappe.db.commit()
	return seen, hidden


def asked(**more: str) -> dict:
	return {"filters": json.dumps({"from_date": nowdate(), "to_date": nowdate(), **more})}


def test_the_register_is_printed_with_period_and_filters_without_names(listed, http, screenshots):
	seen, hidden = listed
	answer = http(user_of("handler")).post(REGISTER, data=asked(product="=Garden <i>hose</i>"))
	assert answer.ok, words(answer)
	(screenshots / "register.pdf").write_bytes(answer.content)
	page = PdfReader(io.BytesIO(answer.content)).pages[0]
	assert page.mediabox.width > page.mediabox.height, "landscape"
	text = " ".join(" ".join(assert_numbered(answer.content)).split())
	assert seen in text and hidden not in text and "Marked" not in text
	assert "Product or service: =Garden <i>hose</i>" in text and "Period:" in text
	frappe.db.rollback()
	assert frappe.db.exists(
		"Complaint Access Log",
		{"action": "Exported", "document": "Complaint Register", "user": user_of("handler")},
	)


@pytest.mark.parametrize("kind", ("executive", "intake", "nobody", "Guest"))
def test_the_register_is_not_printed_for_who_may_not_run_it(http, kind):
	user = {"nobody": user_without_a_role, "Guest": lambda: "Guest"}.get(kind, lambda: user_of(kind))()
	assert_refused(http(user).post(REGISTER, data=asked()), status=403)


@pytest.mark.parametrize(
	("filters", "expected"),
	(
		({"from_date": "2026-05-02", "to_date": "2026-05-01"}, "Exchange"),
		({"channel": "' OR 1=1 -- "}, "not known"),
		({"measure": "improvements"}, "not known"),
	),
)
def test_bad_filters_of_the_register_are_refused_in_words(http, filters, expected):
	answer = http(user_of("handler")).post(REGISTER, data=asked(**filters))
	assert_refused(answer, expected, status=417)


def test_the_register_says_which_cases_it_has(listed):
	with acting_as(user_of("handler")):
		html = register_paper.html({"from_date": nowdate(), "to_date": nowdate(), "measure": "open_now"})
	assert "Open now: " in html and "The cases you may see are counted." in html
	assert "<i>hose</i>" not in html


def test_a_right_to_left_sentence_that_begins_with_a_latin_name_is_marked():
	page = BeautifulSoup(
		'<div class="paper" dir="rtl"><p>Mei Evans گرامی،</p><p>All Latin.</p></div><p>گرامی</p>',
		"html5lib",
	)
	paper_pages._mark_right_to_left(page)
	assert [p.text for p in page.select("p")] == ["\u200fMei Evans گرامی،", "All Latin.", "گرامی"]
