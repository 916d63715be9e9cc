"""Removing a case for good, with all that hangs on it and all that Frappe wrote about it.

Only an approved disposal leads here. Nothing of this goes to Deleted Document: what is removed is gone.
"""

import os

import frappe

from iso10002.confidentiality.conditions import ABOUT, MAIL, TOLD_OF
from iso10002.confidentiality.rule import ACCESS_LOG
from iso10002.confidentiality.tidy import documents_of

# Fields of other cases that may name this one.
NAMED_BY_OTHERS = ("duplicate_of", "previous_complaint", "about_handling_of")


def remove_case(complaint: str) -> tuple[int, int]:
	"""Remove a case; return how many records and how many files went.

	The access log of the case stays, without its reference as a link and without what was written as purpose.
	"""
	documents = documents_of(complaint)
	log = documents.pop(ACCESS_LOG, [])
	if mails := frappe.get_all(MAIL, or_filters={"complaint": complaint, "about": complaint}, pluck="name"):
		documents[MAIL] = mails
	removed, files = 0, 0
	for doctype, names in documents.items():
		removed_about, removed_files = _remove_about(doctype, names)
		removed, files = removed + removed_about, files + removed_files
		for df in frappe.get_meta(doctype).get_table_fields():
			removed += _delete(df.options, parent=names, parenttype=[doctype])
		removed += _delete(doctype, name=names)
	_anonymise_log(log)
	_unlink_others(complaint)
	return removed, files


def _remove_about(doctype: str, names: list[str]) -> tuple[int, int]:
	"""Remove what Frappe wrote about documents: mails, comments, versions, shares, notices and files."""
	removed, files = 0, 0
	for about, (of, name) in ABOUT.items():
		if not frappe.db.table_exists(about):
			continue
		rows = frappe.get_all(about, filters={of: doctype, name: ("in", names)}, pluck="name")
		if not rows:
			continue
		if about in TOLD_OF:  # such as the files of a mail, and the versions of a task
			of_rows, of_files = _remove_about(about, rows)
			removed, files = removed + of_rows, files + of_files
		if about == "File":
			_remove_contents(rows)
			files += len(rows)
		for df in frappe.get_meta(about).get_table_fields():
			removed += _delete(df.options, parent=rows, parenttype=[about])
		removed += _delete(about, name=rows)
	return removed, files


def _remove_contents(files: list[str]) -> None:
	"""Remove stored contents once the removal of their rows is certain."""
	paths = [frappe.get_doc("File", name).get_full_path() for name in files]

	def remove() -> None:
		for path in paths:
			if os.path.exists(path):
				os.remove(path)

	frappe.db.after_commit.add(remove)


def _delete(doctype: str, **where: list) -> int:
	table = frappe.qb.DocType(doctype)
	count, query = frappe.qb.from_(table).select("name"), frappe.qb.from_(table).delete()
	for field, values in where.items():
		count, query = count.where(table[field].isin(values)), query.where(table[field].isin(values))
	found = len(count.run())
	if found:
		query.run()
	return found


def _anonymise_log(rows: list[str]) -> None:
	if not rows:
		return
	log = frappe.qb.DocType(ACCESS_LOG)
	query = frappe.qb.update(log).set(log.complaint, None).set(log.purpose, None).set(log.details, None)
	query.where(log.name.isin(rows)).run()


def _unlink_others(complaint: str) -> None:
	case = frappe.qb.DocType("Complaint")
	for field in NAMED_BY_OTHERS:
		frappe.qb.update(case).set(case[field], None).where(case[field] == complaint).run()
