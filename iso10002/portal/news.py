"""Telling complainants that something happened in their case (doc_events hook of Complaint Event)."""

import frappe
from frappe.model.document import Document

from iso10002.handling import letters
from iso10002.handling.stages import CLOSED, COMMUNICATED, REMEDY, UNDER_REVIEW
from iso10002.portal.protection import settings

NEWS = ("Message Sent", COMMUNICATED, UNDER_REVIEW, REMEDY, CLOSED, "Reopened")
SAID = ("Message Sent",)


def on_event(event: Document, method: str | None = None) -> None:
	"""Enqueue a mail to the complainant where an event is news; not for imports."""
	if event.event in NEWS and settings().mail_news and not frappe.flags.in_import:
		frappe.enqueue(
			tell,
			queue="short",
			enqueue_after_commit=True,
			complaint=event.complaint,
			news=event.remark if event.event in SAID else None,
		)


def tell(complaint: str, news: str | None = None) -> None:
	"""Send the mail (background job)."""
	letters.tell_news(complaint, news)
