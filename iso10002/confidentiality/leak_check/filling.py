"""Documents with a marked text in every field, written as they are: nothing runs, nobody is told."""

import frappe
from frappe.model.document import Document
from frappe.model.naming import is_autoincremented
from frappe.utils import add_days, now_datetime, nowdate

TEXTS = (
	"Data",
	"Text",
	"Small Text",
	"Long Text",
	"Text Editor",
	"HTML Editor",
	"Markdown Editor",
	"Code",
	"JSON",
)


def filled(doctype: str, mark: str, **values: object) -> Document:
	"""Return a new document with `mark` in every text field that `values` does not give."""
	doc = frappe.new_doc(doctype)
	for df in doc.meta.fields:
		if df.fieldtype in TEXTS:
			doc.set(df.fieldname, _text(df, mark))
		elif df.fieldtype == "Select":
			doc.set(df.fieldname, next(filter(None, (df.options or "").split("\n")), None))
		elif df.fieldtype == "Datetime":
			doc.set(df.fieldname, now_datetime() if df.reqd else None)
		elif df.fieldtype == "Date":
			doc.set(df.fieldname, nowdate() if df.reqd else None)
		elif df.fieldtype in ("Link", "Dynamic Link"):
			doc.set(df.fieldname, None)
	doc.update(values)
	return doc


def write(doc: Document, name: str | None = None, owner: str = "Administrator") -> Document:
	"""Write a document with its rows, past validation, hooks and permissions.

	Safe: the command runs as Administrator, and what it writes is removed again.
	"""
	doc.name = name or _new_name(doc.doctype)
	doc.creation = doc.modified = now_datetime()
	doc.owner = doc.modified_by = owner
	doc.flags.ignore_links = True
	for row in doc.get_all_children():
		row.update({"parent": doc.name, "creation": doc.creation, "modified": doc.modified, "owner": owner})
		row.name = row.name or _new_name(row.doctype)
		row.db_insert()
	doc.db_insert()
	return doc


def _new_name(doctype: str) -> str | int:
	if is_autoincremented(doctype):
		return frappe.db.get_next_sequence_val(doctype)
	return frappe.generate_hash(length=12)


def _text(df: Document, mark: str) -> str:
	if df.options == "Email":
		return f"{mark}@leak-check.invalid"
	if df.options == "Phone":
		return "+49 30 0000000"
	if df.options == "JSON" or df.fieldtype == "JSON":
		return frappe.as_json({"text": mark}, indent=None)
	return f"{mark} {frappe.generate_hash(length=8) if df.unique else df.fieldname}"


def in_a_year() -> str:
	"""Return a day that is far enough away."""
	return add_days(nowdate(), 365)
