"""Write translations/*.csv from locale/*.po: early versions of Frappe 15 read only those. Run it after changing a .po file.

Usage: python translations.py, from anywhere, with the Python of a bench."""

import csv
from pathlib import Path

from babel.messages.pofile import read_po

APP = Path(__file__).resolve().parents[2] / "iso10002"


def main() -> None:
	(APP / "translations").mkdir(exist_ok=True)
	for po in sorted((APP / "locale").glob("*.po")):
		with po.open("rb") as file:
			rows = [(row.id, row.string, row.context or "") for row in read_po(file) if row.id and row.string]
		with (APP / "translations" / f"{po.stem}.csv").open("w", encoding="utf-8", newline="") as file:
			csv.writer(file, lineterminator="\n").writerows(sorted(rows))


if __name__ == "__main__":
	main()
