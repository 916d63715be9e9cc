"""What a case refers to may be deleted, or go with its app; the case goes on without.

Frappe would refuse the deletion and name the case to somebody who may not see it, or leave a link that keeps the case
from being saved.
"""

import frappe
from frappe import _
from frappe.model.document import Document
from frappe.utils import escape_html

from iso10002.confidentiality.rule import CASE_DOCTYPES
from iso10002.handling import events

# Where a case names a record of any DocType: DocType, its field with the other's DocType, its field with the name.
NAMING = (
	("Complaint", "reference_doctype", "reference_name"),
	("Complaint Party", "linked_doctype", "linked_name"),
	("Complaint Identity", "linked_doctype", "linked_name"),
)
# Deleted often, never referred to.
NEVER_NAMED = frozenset({"Comment", "Error Log", "Notification Log", "ToDo", "Version", "View Log", "File"})


def keep_in_words(doc: Document, method: str | None = None) -> None:
	"""Turn what links to a record into words before it is deleted (doc_events hook of all DocTypes, `on_trash`)."""
	if doc.doctype in NEVER_NAMED or doc.doctype in CASE_DOCTYPES or not frappe.db.table_exists("Complaint"):
		return
	_refuse_linked(doc)
	for naming in NAMING:
		_detach(naming, doc.doctype, str(doc.name))


def _refuse_linked(doc: Document) -> None:
	"""Refuse to delete what a case links to; Frappe would refuse it too, and say which case that is.

	Whoever may delete without being asked for rights is not stopped here.

	Raises:
		LinkExistsError: says what to do instead.
	"""
	if doc.flags.ignore_permissions or frappe.session.user == "Administrator":
		return
	for kind in sorted(CASE_DOCTYPES):
		for df in frappe.get_meta(kind).get_link_fields():
			if df.options == doc.doctype and frappe.db.exists(kind, {df.fieldname: doc.name}):
				frappe.throw(
					_(
						"{0} {1} is used in complaints and cannot be deleted. Disable it, or leave it as it is."
					).format(_(doc.doctype), frappe.bold(escape_html(doc.name))),
					frappe.LinkExistsError,
				)


def keep_app_in_words(app: str) -> None:
	"""The same for all records of an app that is about to leave the site."""
	module, kind = frappe.qb.DocType("Module Def"), frappe.qb.DocType("DocType")
	query = frappe.qb.from_(kind).join(module).on(module.name == kind.module).select(kind.name)
	for doctype in query.where(module.app_name == app).run(pluck=True):
		for naming in NAMING:
			_detach(naming, doctype)


def _detach(naming: tuple, of: str, name: str | None = None) -> None:
	"""Take a record, or all records of a DocType, out of one place that names such; the journal keeps the reference."""
	doctype, of_field, name_field = naming
	row = frappe.qb.DocType(doctype)
	query = frappe.qb.from_(row).select(row.name, row[name_field].as_("named")).where(row[of_field] == of)
	query = query.where(row[name_field] == name if name else row[name_field].isnotnull())
	for found in query.run(as_dict=True):
		frappe.db.set_value(doctype, found.name, {of_field: None, name_field: None}, update_modified=False)
		if doctype == "Complaint":  # a party's record is not named in the journal (design, decision 7)
			events.append(found.name, "Reference Removed", details={"reference": [of, found.named]})
