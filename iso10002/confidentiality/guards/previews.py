"""Settings and tools tried on documents: Frappe shows what they would make of them, whoever may see them."""

import frappe
from frappe.model.document import Document

from iso10002.compat import NO_OPINION
from iso10002.confidentiality.conditions import CONCERNED
from iso10002.confidentiality.guards.endpoints import refuse_kind
from iso10002.confidentiality.guards.grants import refuse_blind
from iso10002.confidentiality.shares import belongs_to


def may_preview(doc: Document, ptype: str | None = None, user: str | None = None) -> bool | None:
	"""Answer for one Webhook or Audit Trail (hook `has_permission`): what each is tried on is a field of it.

	As it is in hand: what a request sends counts as much as what is stored. It raises instead of saying no, which a share
	of the setting would make a yes.

	Raises:
		PermissionError: in the same words whether the document exists or not.
	"""
	if name := doc.get("preview_document") or doc.get("document"):
		refuse_hidden(doc, name)
	return NO_OPINION


def may_try_series(doc: Document, ptype: str | None = None, user: str | None = None) -> bool | None:
	"""Answer for Document Naming Settings (hook `has_permission`): a preview shows fields of the latest document.

	Raises:
		PermissionError: it is about documents of cases; says why.
	"""
	refuse_kind(doc.transaction_type)
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
	"""Refuse to try something on a document of a case the user may not see; a filter is no name.

	Raises:
		PermissionError: in the same words whether the document exists or not.
	"""
	doctype = tried.get("document_type") or tried.get("webhook_doctype") or tried.get("doctype_name")
	if doctype not in CONCERNED:
		return
	document = belongs_to(doctype, name) if isinstance(name, str) else ("Complaint", None)
	if document:
		refuse_blind(*document)
