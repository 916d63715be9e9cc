"""What an issue of ERPNext is to us: its notes, statuses and words. It has no rating."""

import json

import frappe
from frappe.model.document import Document
from frappe.utils import cstr, escape_html

RESOLVED = ("Resolved", "Closed")


def note(name: str, text: str) -> None:
	"""Add a comment that names nobody."""
	frappe.get_doc("Issue", name).add_comment(
		"Comment", f"<p>{escape_html(text)}</p>", "Administrator", "Administrator"
	)


def statuses() -> list[str]:
	"""Return the statuses an issue may have."""
	return (frappe.get_meta("Issue").get_field("status").options or "").split("\n")


def is_being_resolved(issue: Document) -> bool:
	"""Whether the saving under way resolves the issue."""
	before = issue.get_doc_before_save()
	status = before.status if before else frappe.db.get_value("Issue", issue.name, "status")
	return issue.status in RESOLVED and status not in RESOLVED


def texts(issue: Document) -> tuple[str, ...]:
	"""Return what was said in the issue."""
	return (issue.subject or "", issue.description or "")


def stars(issue: Document) -> float:
	"""Return 0: an issue has no rating."""
	return 0


def times_reopened(issue: Document) -> int:
	"""Return how often the issue was taken up again after it had been resolved, as its versions say."""
	rows = frappe.get_all(
		"Version", {"ref_doctype": "Issue", "docname": cstr(issue.name)}, pluck="data", order_by="creation"
	)
	changes = [change for data in rows for change in json.loads(data or "{}").get("changed") or []]
	return sum(
		field == "status" and before in RESOLVED and after not in RESOLVED for field, before, after in changes
	)
