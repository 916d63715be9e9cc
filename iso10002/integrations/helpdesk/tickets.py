"""What a ticket of Helpdesk is to us: its notes, statuses, words and rating."""

import re
from itertools import pairwise

import frappe
from frappe.model.document import Document
from frappe.utils import escape_html

STARS = 5
STATUS_SET = re.compile(r"set status to (.+)")


def note(name: str, text: str) -> None:
	"""Add an internal note that names nobody."""
	comment = frappe.new_doc("HD Ticket Comment")
	comment.update(
		{"reference_ticket": name, "commented_by": "Administrator", "content": f"<p>{escape_html(text)}</p>"}
	)
	comment.insert(ignore_permissions=True)  # safe: the text is one of the settings


def statuses() -> list[str]:
	"""Return the statuses a ticket may have."""
	return frappe.get_all("HD Ticket Status", filters={"enabled": 1}, pluck="name")


def is_being_resolved(ticket: Document) -> bool:
	"""Whether the saving under way resolves the ticket."""
	before = ticket.get_doc_before_save() or frappe.get_doc("HD Ticket", ticket.name)
	return _resolved(ticket.status) and not _resolved(before.status)


def texts(ticket: Document) -> tuple[str, ...]:
	"""Return what was said in the ticket."""
	return (ticket.subject or "", ticket.description or "", ticket.feedback_extra or "")


def stars(ticket: Document) -> float:
	"""Return the satisfaction rating in stars; 0 if there is none."""
	return (ticket.feedback_rating or 0) * STARS


def times_reopened(ticket: Document) -> int:
	"""Return how often the ticket was taken up again after it had been resolved."""
	said = frappe.get_all(
		"HD Ticket Activity", {"ticket": ticket.name}, pluck="action", order_by="creation, name"
	)
	found = [match[1] for action in said if (match := STATUS_SET.fullmatch(action or ""))]
	resolved = [_resolved(status) for status in found]
	return sum(was and not now for was, now in pairwise(resolved))


def _resolved(status: str | None) -> bool:
	return bool(status) and frappe.get_cached_value("HD Ticket Status", status, "category") == "Resolved"
