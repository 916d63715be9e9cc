"""What `bench iso10002-import` says about a file, and the exit code."""

import sys

import click
import frappe
from frappe import _
from frappe.utils import update_progress_bar

from iso10002.handling.csv_import.file import CsvFileError
from iso10002.handling.csv_import.importer import Report, import_complaints
from iso10002.handling.csv_import.rows import Problem

DELIMITER_NAMES = {"\t": "tab"}


def run(path: str, *, dry_run: bool, **options) -> int:
	"""Import a file, print the report and commit if all is well.

	Args:
		options: those of `importer.import_complaints`.

	Returns:
		The exit code: 0, or 1 if there are problems.

	Raises:
		CsvFileError: the file cannot be used at all, or the site is busy.
	"""
	try:
		report = import_complaints(path, dry_run=dry_run, progress=_show, **options)
	except (frappe.QueryTimeoutError, frappe.QueryDeadlockError) as error:
		raise CsvFileError(
			_("Somebody else registers or imports complaints at the moment. Nothing was written; try again.")
		) from error
	if report.ok and not dry_run:
		frappe.db.commit()
	for line in lines(report):
		click.echo(line)
	return 0 if report.ok else 1


def lines(report: Report) -> list[str]:
	"""Return the report as lines of text."""
	file = report.file
	found = [
		_("{0}: {1}, delimiter {2}, {3} complaints in {4} lines").format(
			file.path,
			file.encoding_name,
			DELIMITER_NAMES.get(file.delimiter, file.delimiter),
			report.complaints,
			len(file.rows),
		)
	]
	width = max((len(heading) for heading, _meaning in report.columns), default=0)
	found += [f"  {heading:<{width}}  ->  {meaning}" for heading, meaning in report.columns]
	if report.problems:
		found += ["", _("Problems:"), *(f"  {_where(problem)}{problem.text}" for problem in report.problems)]
	return [*found, "", *_counts(report)]


def _counts(report: Report) -> list[str]:
	if not report.ok:
		return [
			_(
				"Nothing was written. {0} problems; {1} complaints have none, {2} are on the site already, {3} failed."
			).format(len(report.problems), report.imported, report.skipped, report.failed)
		]
	if report.dry_run:
		return [
			_(
				"Dry run, nothing was written. Would import {0}, skip {1} that are on the site already; 0 failed."
			).format(report.imported, report.skipped)
		]
	span = f" ({report.names[0]} - {report.names[-1]})" if report.names else ""
	return [
		_("Imported {0}{1}, skipped {2} that are on the site already; 0 failed.").format(
			report.imported, span, report.skipped
		)
	]


def _where(problem: Problem) -> str:
	parts = [_("Line {0}").format(problem.line) if problem.line else None, problem.heading]
	where = ", ".join(part for part in parts if part)
	return f"{where}: " if where else ""


def _show(done: int, total: int) -> None:
	"""Draw the progress on a terminal; in a log it would only be noise."""
	if sys.stdout.isatty():
		update_progress_bar(_("Complaints"), done - 1, total)
		if done == total:
			click.echo()
