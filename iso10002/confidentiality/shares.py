"""The second wall against shares: a row of DocShare opens nothing of a case, however it came to be there.

Making one is refused (`guards/grants.py`). But Frappe looks for shares after the access rule has said no and asks no hook
about them, so a row written straight into the database, or left from a time before this app, would open the case. All
of Frappe asks one function for shares; it is extended, in every process before its first request or job, and leaves
out what belongs to a case. Shares of everything else are as they were.

Source: ISO 10002:2018 clause 4.7; design, section 5.
"""

import frappe
import frappe.share

from iso10002.confidentiality.conditions import (
	ABOUT,
	CONCERNED,
	MAIL,
	ROWS_OF_ABOUT,
	case_document_of,
	is_on_cases,
)
from iso10002.confidentiality.rule import CASE_DOCTYPES


def close(*_args: object, **_kwargs: object) -> None:
	"""Extend Frappe's look-up of shares, once in a process (hook `before_job`, and the import of this package)."""
	if hasattr(frappe.share, "iso10002_get_shared"):
		return
	frappe.share.iso10002_get_shared = frappe.share.get_shared
	frappe.share.get_shared = get_shared


def get_shared(
	doctype: str,
	user: str | None = None,
	rights: list[str] | None = None,
	*,
	filters: list | None = None,
	limit: int | None = None,
) -> list:
	"""Return the names of shared documents as Frappe's function of this name, without those that belong to a case."""
	asked = frappe.share.iso10002_get_shared
	if not _concerns_cases(doctype):
		return asked(doctype, user, rights, filters=filters, limit=limit)
	names = [name for name in asked(doctype, user, rights, filters=filters) if not belongs_to(doctype, name)]
	return names[:limit] if limit else names


def belongs_to(doctype: str, name: str) -> tuple[str, str | None] | None:
	"""Return the document of a case that a share of this document would open, as (DocType, name); None if none."""
	if doctype in CASE_DOCTYPES:
		return doctype, name
	if doctype == MAIL or doctype in ABOUT or doctype in ROWS_OF_ABOUT:
		return case_document_of(doctype, name)
	if doctype == "Prepared Report":
		return ("Complaint", None) if is_on_cases(frappe.db.get_value(doctype, name, "report_name")) else None
	return None


def _concerns_cases(doctype: str) -> bool:
	# one process may serve several sites, and not all have the app
	return doctype in CONCERNED and "iso10002" in frappe.get_installed_apps()
