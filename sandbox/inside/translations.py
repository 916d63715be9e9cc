"""Bring locale/*.po up to date with the texts of the app, and write translations/*.csv from them (early versions of Frappe
15 read only those).

Usage, in the sites folder of a bench, with its Python: python .../translations.py SITE
What has no translation yet is left empty in the .po file; tests/test_languages.py names it. What the app no longer
says is dropped.
"""

import csv
import sys
from pathlib import Path

import frappe
from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po, write_po

ROOT = Path(__file__).resolve().parents[2]
LOCALE, TRANSLATIONS = ROOT / "iso10002" / "locale", ROOT / "iso10002" / "translations"
sys.path.insert(0, str(ROOT / "tests"))

from desk_texts import desk_entries  # noqa: E402
from portal_texts import entries  # noqa: E402


def main(site: str) -> None:
	frappe.init(site)
	frappe.connect()
	for path in sorted(LOCALE.glob("*.po")):
		known = _read(path)
		catalogue = _catalogue(known)
		_write(path, catalogue)
		rows = [(row.id, row.string, row.context or "") for row in catalogue if row.id and row.string]
		with (TRANSLATIONS / f"{path.stem}.csv").open("w", encoding="utf-8", newline="") as file:
			csv.writer(file, lineterminator="\n").writerows(sorted(rows))
		print(f"{path.stem}: {len(rows)} texts, {len(catalogue) - len(rows)} without a translation")
	_write(LOCALE / "main.pot", _catalogue(Catalog()))


def _catalogue(known: Catalog) -> Catalog:
	catalogue = Catalog(
		locale=known.locale,
		project="ISO 10002",
		version="1.0",
		copyright_holder="iso10002 contributors",
		msgid_bugs_address="hello@iso10002.example",
		last_translator="iso10002 contributors",
		language_team="iso10002 contributors",
		creation_date=known.creation_date,
		revision_date=known.revision_date,
		fuzzy=False,
	)
	for context, text in sorted(entries() | desk_entries(), key=lambda entry: (entry[1], entry[0] or "")):
		message = known.get(text, context)
		catalogue.add(text, message.string if message else "", context=context)
	return catalogue


def _read(path: Path) -> Catalog:
	with path.open("rb") as file:
		return read_po(file, locale=path.stem)


def _write(path: Path, catalogue: Catalog) -> None:
	with path.open("wb") as file:
		write_po(file, catalogue, width=0)


if __name__ == "__main__":
	main(sys.argv[1])
