"""Importing complaints from a CSV file: all of it or nothing, and safe to run again.

Each complaint goes in through the document API, as a user and with all the rules of the app, within one
transaction. Whatever goes wrong anywhere is collected, and then nothing is kept. See docs/import.md.
"""

from collections.abc import Callable
from dataclasses import dataclass, field

import frappe
from frappe import _
from frappe.utils import cstr, strip_html

from iso10002.handling.csv_import.columns import CASE, Table
from iso10002.handling.csv_import.file import CsvFile, CsvFileError, read
from iso10002.handling.csv_import.mapping import read_mapping
from iso10002.handling.csv_import.rows import REFERENCE, Given, Problem, check_references

WHOLE = "iso10002_import"
ONE = "iso10002_import_row"
AT_ONCE = 500
# While complaints are entered, the counter of references is locked and nobody else can register one. As long
# as nothing will be kept, the lock is let go after so many complaints.
LET_GO_AFTER = 50
# What a complaint may be refused with; anything else is a failure of the system and ends the import.
REFUSALS = (frappe.ValidationError, frappe.PermissionError, frappe.DoesNotExistError)


@dataclass
class Report:
	"""What an import did, or would do if `dry_run`.

	Attributes:
		columns: heading and meaning of each column.
		problems: everything found; with any, nothing was written.
		complaints: how many complaints the file has.
		names: references of the imported complaints; empty after a dry run.
		imported: how many are without problems: they were imported, or would be if all were.
		skipped: how many are on the site already.
		failed: how many have problems.
	"""

	file: CsvFile
	dry_run: bool
	columns: list[tuple[str, str]] = field(default_factory=list)
	problems: list[Problem] = field(default_factory=list)
	complaints: int = 0
	names: list[str] = field(default_factory=list)
	imported: int = 0
	skipped: int = 0
	failed: int = 0

	@property
	def ok(self) -> bool:
		return not self.problems


def import_complaints(
	path: str,
	*,
	mapping: str | None = None,
	dry_run: bool = False,
	user: str = "Administrator",
	without_reference: bool = False,
	encoding: str | None = None,
	alone: bool = False,
	progress: Callable[[int, int], None] | None = None,
) -> Report:
	"""Import the complaints of a CSV file. Does not commit; with any problem nothing is left written.

	Args:
		path: the CSV file.
		mapping: a JSON file that says what its headings mean (`mapping.Mapping`).
		dry_run: do everything, then take it back.
		user: in whose name; needs the right to create complaints.
		without_reference: also take complaints that have no external reference.
		encoding: of the file, if it cannot be found out.
		alone: the transaction has nothing but the import in it and may be rolled back in between.
		progress: called with the number of complaints done and their total.

	Returns:
		The report; `ok` says whether the file is without problems.

	Raises:
		CsvFileError: the file, the mapping or the user cannot be used at all.
	"""
	file = read(path, encoding)
	words = read_mapping(mapping)
	_check_user(user)
	before = frappe.session.user
	flags = {name: frappe.flags.get(name) for name in ("in_import", "mute_emails")}
	frappe.db.savepoint(WHOLE)
	report = None
	try:
		frappe.set_user(user)
		# As in Frappe's Data Import: no mails, no webhooks, no assignment by rule for what happened elsewhere.
		frappe.flags.in_import = frappe.flags.mute_emails = True
		report = _run(Table(file, words), Report(file, dry_run), without_reference, alone, progress)
	finally:
		frappe.flags.update(flags)
		frappe.set_user(before)
		if report is None or dry_run or not report.ok:
			frappe.db.rollback(save_point=WHOLE)
	return report


def _run(
	table: Table, report: Report, without_reference: bool, alone: bool, progress: Callable | None
) -> Report:
	report.columns = table.meanings()
	report.problems += table.problems
	reference = table.heading_of(REFERENCE)
	if not reference and not without_reference:
		report.problems.append(Problem(None, None, _no_reference()))
	lengths = table.wrong_lengths()
	report.problems += lengths
	if not table.readable:
		return report
	given = list(table.complaints())
	report.complaints = len(given) + len(lengths)
	known = _references_on_site(given)
	new = [case for case in given if cstr(case.reference).lower() not in known]
	report.skipped = len(given) - len(new)
	repeated = {
		problem.line: problem for problem in check_references(new, None if without_reference else reference)
	}
	for number, case in enumerate(new, 1):
		if case.line in repeated:
			case.problems.append(repeated[case.line])
		elif case.usable:
			_insert(case, report)
		report.problems += case.problems
		if alone and number % LET_GO_AFTER == 0 and (report.dry_run or not report.ok):
			frappe.db.rollback()
			frappe.db.savepoint(WHOLE)
		if progress and (number % 25 == 0 or number == len(new)):
			progress(number, len(new))
	report.failed = len(lengths) + sum(bool(case.problems) for case in new)
	report.imported = len(report.names)
	if report.dry_run or not report.ok:
		report.names = []
	report.problems.sort(key=lambda problem: problem.line or 0)
	return report


def _no_reference() -> str:
	return _(
		"There is no column for the External reference, by which a second run knows what is there already. "
		"Add one, or use --allow-without-reference and run the file only once."
	)


def _insert(case: Given, report: Report) -> None:
	"""Insert one complaint with its parties; a refusal is a problem of its line."""
	# All in one transaction on purpose; Frappe's guard against endless ones counts writes.
	frappe.db.transaction_writes = 0
	frappe.db.savepoint(ONE)
	try:
		doc = frappe.new_doc(CASE)
		doc.update(case.values)
		doc.name = None
		doc.parties = case.parties
		doc.insert()
	except REFUSALS as error:
		frappe.db.rollback(save_point=ONE)
		case.problems.append(Problem(case.line, None, _words_of(error)))
	else:
		if not case.problems:
			report.names.append(doc.name)
	finally:
		frappe.clear_messages()


def _words_of(error: Exception) -> str:
	"""Return what the user would have been told in the desk, in one line."""
	messages = []
	for entry in frappe.local.message_log:
		told = frappe.parse_json(entry) if isinstance(entry, str) else entry
		messages.append(told.get("message") if isinstance(told, dict) else told)
	words = [strip_html(cstr(message)) for message in messages if message] or [strip_html(cstr(error))]
	return " ".join(" ".join(words).split()) or type(error).__name__


def _references_on_site(given: list[Given]) -> set[str]:
	"""Return which of the external references exist, in small letters as the database compares them."""
	wanted = [case.reference for case in given if case.reference]
	case = frappe.qb.DocType(CASE)
	found: set[str] = set()
	for start in range(0, len(wanted), AT_ONCE):
		query = frappe.qb.from_(case).select(case[REFERENCE])
		rows = query.where(case[REFERENCE].isin(wanted[start : start + AT_ONCE])).run()
		found |= {reference.lower() for (reference,) in rows}
	return found


def _check_user(user: str) -> None:
	if not frappe.db.get_value("User", user, "enabled"):
		raise CsvFileError(_("The user {0} does not exist or is disabled.").format(user))
