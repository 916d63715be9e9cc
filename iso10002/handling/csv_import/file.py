"""Reading a CSV file as people save it: its encoding, its delimiter, and which line a row began in."""

import csv
import io
from dataclasses import dataclass
from pathlib import Path

import frappe
from frappe import _

DELIMITERS = (",", ";", "\t")
# What programs on Windows write where they do not write UTF-8.
FALLBACK = "cp1252"
MOST_CHARACTERS_OF_A_CELL = 200_000
NAMES = {"utf-8-sig": "UTF-8", "utf-8": "UTF-8", "utf-16": "UTF-16", "cp1252": "Windows-1252"}

Cells = list[str | None]


class CsvFileError(frappe.ValidationError):
	"""The file as a whole cannot be read or used; the message says what to do."""


@dataclass(frozen=True)
class CsvFile:
	"""A file that was read. `rows` has the number of the line each row begins in, empty rows left out."""

	path: str
	encoding: str
	delimiter: str
	headings: Cells
	heading_line: int
	rows: list[tuple[int, Cells]]

	@property
	def encoding_name(self) -> str:
		return NAMES.get(self.encoding, self.encoding)


def read(path: str, encoding: str | None = None) -> CsvFile:
	"""Read a CSV file; cells are stripped, empty ones are None.

	Args:
		encoding: a name Python knows; found out if not given (UTF-8, UTF-16 with a mark, else Windows-1252).

	Raises:
		CsvFileError: the file is missing, empty, no text, in another encoding, or a quotation mark is not closed.
	"""
	try:
		content = Path(path).read_bytes()
	except OSError as error:
		raise CsvFileError(_("{0} cannot be read: {1}.").format(path, error.strerror)) from error
	text, encoding = _decode(content, encoding)
	delimiter = _delimiter(text)
	rows = [(line, cells) for line, cells in _records(text, delimiter) if any(cells)]
	if not rows:
		raise CsvFileError(_("The file is empty. Its first line must have the headings of the columns."))
	(heading_line, headings), *rows = rows
	if not rows:
		raise CsvFileError(_("The file has headings, but no line with a complaint."))
	return CsvFile(path, encoding, delimiter, headings, heading_line, rows)


def _decode(content: bytes, encoding: str | None) -> tuple[str, str]:
	if content.startswith(b"PK\x03\x04") or content.startswith(b"\xd0\xcf\x11\xe0"):
		raise CsvFileError(_("This is a workbook, not a CSV file. Save it as 'CSV UTF-8' and import that."))
	if not encoding:
		encoding = "utf-16" if content[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8-sig"
		try:
			text = content.decode(encoding)
		except UnicodeDecodeError:
			encoding = FALLBACK
			text = _decode_as(content, encoding)
	else:
		encoding = "utf-8-sig" if encoding.lower() in ("utf-8", "utf8") else encoding
		text = _decode_as(content, encoding)
	if "\0" in text:
		raise CsvFileError(_("This is not a text file. Save the table as 'CSV UTF-8' and import that."))
	return text, encoding


def _decode_as(content: bytes, encoding: str) -> str:
	try:
		return content.decode(encoding)
	except LookupError as error:
		raise CsvFileError(
			_("{0} is not an encoding. Use for example utf-8 or cp1252.").format(encoding)
		) from error
	except UnicodeDecodeError as error:
		line = content[: error.start].count(b"\n") + 1
		raise CsvFileError(
			_(
				"Line {0} has a character that does not belong to the encoding {1}. "
				"Save the file as 'CSV UTF-8', or name its encoding with --encoding."
			).format(line, NAMES.get(encoding, encoding))
		) from error


def _delimiter(text: str) -> str:
	"""Return the delimiter that is found most often in the first line with content, outside of quotes."""
	counts = dict.fromkeys(DELIMITERS, 0)
	quoted = False
	for character in text.lstrip("\r\n"):
		if character == '"':
			quoted = not quoted
		elif character in counts and not quoted:
			counts[character] += 1
		elif character in "\r\n" and not quoted:
			break
	return max(counts, key=lambda delimiter: counts[delimiter])


def _records(text: str, delimiter: str) -> list[tuple[int, Cells]]:
	csv.field_size_limit(MOST_CHARACTERS_OF_A_CELL)
	reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
	records, line = [], 1
	try:
		for cells in reader:
			records.append((line, [cell.strip() or None for cell in cells]))
			line = reader.line_num + 1
	except csv.Error as error:
		raise CsvFileError(
			_(
				"The row that begins in line {0} cannot be read: a quotation mark is not closed, is not doubled "
				"within a text, or the text is longer than {1} characters ({2})."
			).format(line, MOST_CHARACTERS_OF_A_CELL, error)
		) from error
	return records
