"""Pages, mails and letters are there in seven languages, completely, and dates as readers write them."""

import csv
import re
from pathlib import Path

import frappe
import pytest
from babel.messages.pofile import read_po
from desk_texts import desk_entries
from factories import make_complaint, make_party
from frappe.translate import get_translations_from_apps
from portal_texts import entries, texts
from portal_visitor import Visitor

import iso10002
from iso10002.handling import letters
from iso10002.portal import languages
from iso10002.setup.letters import LETTERS, template_name

APP = Path(iso10002.__file__).parent
TRANSLATED = [language for language in languages.LANGUAGES if language != "en"]


def catalogue(language: str) -> dict[str, str]:
	"""Return the translations by text; those of the pages come first."""
	return {
		text: said
		for (_context, text), said in sorted(stored(language).items(), key=lambda row: bool(row[0][0]))
	}


def stored(language: str) -> dict[tuple[str | None, str], str]:
	with (APP / "locale" / f"{language}.po").open("rb") as file:
		return {(entry.context, entry.id): entry.string for entry in read_po(file) if entry.id}


def places(text: str) -> list[str]:
	"""Return what a translation has to keep: places for values, and tags."""
	return sorted(re.findall(r"{\w*}|<[^>]+>", text))


@pytest.mark.parametrize("language", TRANSLATED)
def test_no_text_is_missing_and_each_keeps_its_places_for_values(language):
	known = stored(language)
	wanted = entries() | desk_entries()
	assert [entry for entry in sorted(wanted, key=str) if not known.get(entry)] == []
	assert known.keys() - wanted == set()
	for (_context, text), translated in known.items():
		assert places(text) == places(translated), text
		assert text.strip() == text and translated.strip() == translated
	with (APP / "translations" / f"{language}.csv").open(encoding="utf-8") as file:
		assert {(row[2] or None, row[0]): row[1] for row in csv.reader(file)} == known, (
			"run sandbox/inside/translations.py"
		)


@pytest.mark.parametrize("language", TRANSLATED)
def test_the_site_reads_them(language):
	known = {
		f"{text}:{context}" if context else text: said for (context, text), said in stored(language).items()
	}
	read = get_translations_from_apps(language, ["iso10002"])
	assert {key: read.get(key) for key in known} == known


@pytest.mark.parametrize("language", languages.LANGUAGES)
def test_the_form_speaks_the_visitors_language(site, language):
	frappe.db.commit()
	page = Visitor(language).get("/complaint")
	heading = catalogue(language)["Make a complaint"] if language != "en" else "Make a complaint"
	assert f"<h1>{heading}</h1>" in page.text and f'lang="{language}"' in page.text
	assert ('dir="rtl"' in page.text.split(">")[1]) == (language == "fa")
	assert len(page.content) < 100_000
	if language != "en":
		english = [text for text in texts() if f">{text}<" in page.text and catalogue(language)[text] != text]
		assert english == []


@pytest.mark.parametrize("language", TRANSLATED)
def test_letters_are_written_in_the_language_of_their_reader(language):
	case = make_complaint().name
	make_party(case, language=language)
	known = catalogue(language)
	for purpose, (subject, body) in LETTERS.items():
		template = frappe.get_doc("Email Template", template_name(purpose))
		template.update({"subject": subject, "response_html": body})
		template.save()
		letter = letters.compose(frappe.get_doc("Complaint", case), purpose)
		said = known[re.search(r'_\("([^"]+)"\)', subject)[1]]
		assert letter.subject == said.format(case), purpose
		assert known["Dear {0},"].format("Maria Muster") in letter.message
	acknowledgement = letters.compose(frappe.get_doc("Complaint", case), "Acknowledgement").message
	assert languages.day(frappe.db.get_value("Complaint", case, "received_on"), language) in acknowledgement


def test_dates_are_written_as_their_readers_do():
	assert languages.day("2026-03-05", "de") == "5. März 2026"
	assert languages.day("2026-03-05", "ru").startswith("5 марта 2026")
	assert languages.day("2026-03-05", "tr") == "5 Mart 2026"
	assert ("Georgia", "Georgien") in languages.countries("de")
