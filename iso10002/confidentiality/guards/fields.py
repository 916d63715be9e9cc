"""Fields an admin makes or changes that would lead to cases, or copy from them past the access rule.

Frappe opens, counts and lists what a readable document links to. And where a field says what it is fetched from, the
server copies that out of the linked document, whoever saves, without asking for rights; a Dynamic Link may lead to a case
at any time.
"""

from collections.abc import Iterable

import frappe
from frappe import _
from frappe.model import optional_fields, table_fields
from frappe.model.document import Document

from iso10002.confidentiality.rule import CASE_DOCTYPES

MODULE = "ISO10002"
# What makes a field lead somewhere.
LEADING = ("fieldtype", "options", "fetch_from")


def doctype_problem(doctype: Document, sayable: Iterable[str]) -> str | None:
	"""A DocType of somebody else has no fields that lead to a case; those of this app come with it.

	Anybody may call a DocType of the own making part of this app: only one that is not custom is.
	"""
	if doctype.module == MODULE and not doctype.custom:
		return None
	return _problem(doctype.name, doctype.fields, sayable)


def custom_field_problem(field: Document, sayable: Iterable[str]) -> str | None:
	"""The same for a field added to a DocType, whosever it is."""
	return _problem(field.dt, [field], sayable)


def setter_problem(setter: Document, sayable: Iterable[str]) -> str | None:
	"""The same for a field that is changed."""
	if setter.property not in LEADING or not frappe.db.exists("DocType", setter.doc_type):
		return None
	if not (before := frappe.get_meta(setter.doc_type).get_field(setter.field_name)):
		return None
	after = {key: before.get(key) for key in ("fieldname", *LEADING)}
	return _problem(setter.doc_type, [frappe._dict(after, **{setter.property: setter.value})], sayable)


def _problem(doctype: str, changed: list, sayable: Iterable[str]) -> str | None:
	for field in changed:
		holds_rows = field.fieldtype in (*table_fields, "Link") and field.options in CASE_DOCTYPES
		if holds_rows and doctype not in CASE_DOCTYPES:
			return _(
				"Options: whoever reads {0} would read what it links to. Refer from the complaint to the {0} instead."
			).format(_(doctype))
	there = frappe.get_meta(doctype).fields if frappe.db.exists("DocType", doctype) else []
	fields = {field.fieldname: field for field in (*there, *changed)}
	new = {field.fieldname for field in changed}
	for field in fields.values():
		over, _dot, source = (field.get("fetch_from") or "").strip().partition(".")
		link = fields.get(over)
		if not link or link.fieldtype != "Dynamic Link" or not new.intersection((field.fieldname, over)):
			continue
		source = source.split(".")[-1]  # as Frappe takes it
		if source not in sayable and (source in optional_fields or source in _fields_of_cases()):
			return _(
				"Fetch From: over {0}, which may lead to a complaint, {1} of the complaint would be copied. Make {0} a Link to one DocType."
			).format(over, source)
	return None


def _fields_of_cases() -> set[str]:
	return {field.fieldname for doctype in CASE_DOCTYPES for field in frappe.get_meta(doctype).fields}
