"""Notifications and webhooks tried on a document: Frappe shows what they would say of it, whoever may see it."""

import frappe
from frappe.model.document import Document

from iso10002.compat import NO_OPINION
from iso10002.confidentiality.conditions import CONCERNED
from iso10002.confidentiality.guards.grants import refuse_blind
from iso10002.confidentiality.shares import belongs_to


def may_preview(doc: Document, ptype: str | None = None, user: str | None = None) -> bool | None:
	"""Answer for one Webhook (hook `has_permission`); in Frappe 15 the document it is tried on is a field of it."""
	if doc.get("preview_document"):
		try:
			refuse_hidden(doc, doc.preview_document)
		except frappe.PermissionError:
			return False
	return NO_OPINION


class Tried:
	"""What Frappe 16 calls to try a Notification or Webhook (hook `extend_doctype_class`), for seen cases only."""

	@frappe.whitelist()
	def preview_meets_condition(self, preview_document: str) -> str:
		refuse_hidden(self, preview_document)
		return super().preview_meets_condition(preview_document)


class TriedNotification(Tried):
	"""The same for the texts of a Notification."""

	@frappe.whitelist()
	def preview_message(self, preview_document: str) -> str:
		refuse_hidden(self, preview_document)
		return super().preview_message(preview_document)

	@frappe.whitelist()
	def preview_subject(self, preview_document: str) -> str:
		refuse_hidden(self, preview_document)
		return super().preview_subject(preview_document)


class TriedWebhook(Tried):
	"""The same for what a Webhook sends."""

	@frappe.whitelist()
	def preview_request_body(self, preview_document: str) -> str:
		refuse_hidden(self, preview_document)
		return super().preview_request_body(preview_document)


def refuse_hidden(tried: Document, name: object) -> None:
	"""Refuse to try a Notification or Webhook on a document of a case the user may not see; a filter is no name.

	Raises:
		PermissionError: in the same words whether the document exists or not.
	"""
	doctype = tried.get("document_type") or tried.get("webhook_doctype")
	if doctype not in CONCERNED:
		return
	document = belongs_to(doctype, name) if isinstance(name, str) else ("Complaint", None)
	if document:
		refuse_blind(*document)
