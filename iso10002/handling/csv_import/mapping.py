"""The mapping file of an import: what the file's own headings and words mean here (JSON)."""

import json
import re
from dataclasses import dataclass, field, fields
from pathlib import Path

from frappe import _

from iso10002.handling.csv_import.file import CsvFileError

# Formats as people write them, in the order in which they are looked for.
DATE_PARTS = (
	(r"HH[:.]mm", lambda found: found.replace("HH", "%H").replace("mm", "%M")),
	(r"yyyy", lambda _found: "%Y"),
	(r"yy", lambda _found: "%y"),
	(r"mm", lambda _found: "%m"),
	(r"dd", lambda _found: "%d"),
	(r"ss", lambda _found: "%S"),
)


@dataclass
class Mapping:
	"""What the mapping file says; every part may be missing.

	Attributes:
		columns: heading in the file to heading of the import; null leaves a column out.
		constants: heading of the import to the value every complaint gets.
		defaults: heading of the import to the value where the file has none.
		values: heading (of the file or of the import) to a table from the file's words to ours.
		date_formats: heading to the format of its dates, such as mm/dd/yyyy.
	"""

	columns: dict[str, str | None] = field(default_factory=dict)
	constants: dict[str, str] = field(default_factory=dict)
	defaults: dict[str, str] = field(default_factory=dict)
	values: dict[str, dict[str, str]] = field(default_factory=dict)
	date_formats: dict[str, str] = field(default_factory=dict)


def read_mapping(path: str | None) -> Mapping:
	"""Read the mapping file; without one, headings mean what they say.

	Raises:
		CsvFileError: the file is missing, is no JSON, or has parts that are not known.
	"""
	if not path:
		return Mapping()
	try:
		given = json.loads(Path(path).read_text(encoding="utf-8-sig"))
	except OSError as error:
		raise CsvFileError(_("{0} cannot be read: {1}.").format(path, error.strerror)) from error
	except UnicodeDecodeError as error:
		raise CsvFileError(_("The mapping {0} must be saved in UTF-8.").format(path)) from error
	except json.JSONDecodeError as error:
		raise CsvFileError(
			_("The mapping {0} is not valid JSON, line {1}, column {2}: {3}.").format(
				path, error.lineno, error.colno, error.msg
			)
		) from error
	_check_parts(given)
	return Mapping(**given)


def date_format(words: str) -> str:
	"""Return a format such as dd.mm.yyyy HH:mm as Python writes it; one with % signs is taken as it is."""
	if "%" in words:
		return words
	for part, replacement in DATE_PARTS:
		words = re.sub(part, lambda found, write=replacement: write(found.group()), words)
	return words


def readable_format(python_format: str) -> str:
	"""Return a format of Python as people write it."""
	for sign, words in (
		("%Y", "yyyy"),
		("%y", "yy"),
		("%m", "mm"),
		("%d", "dd"),
		("%H", "HH"),
		("%M", "mm"),
		("%S", "ss"),
	):
		python_format = python_format.replace(sign, words)
	return python_format


def _check_parts(given: object) -> None:
	known = [part.name for part in fields(Mapping)]
	if not isinstance(given, dict) or set(given) - set(known):
		raise CsvFileError(
			_("The mapping must be an object with some of these parts: {0}.").format(", ".join(known))
		)
	for name, part in given.items():
		if not isinstance(part, dict):
			raise CsvFileError(_("Mapping, {0}: must be an object with headings.").format(name))
		for heading, value in part.items():
			table = isinstance(value, dict) and all(isinstance(word, str) for word in value.values())
			if name == "values":
				fits = table
			else:
				fits = isinstance(value, str) or (name == "columns" and value is None)
			if not fits:
				raise CsvFileError(
					_("Mapping, {0}, {1}: must be {2}.").format(
						name, heading, _("a table of words") if name == "values" else _("a text")
					)
				)
