"""What a complaint about a record of Frappe itself starts with."""

import frappe
from frappe.model.document import Document
from frappe.utils import parse_addr

from iso10002.integrations.words import plain, point

CHANNEL_OF = {
	"Email": "E-mail",
	"Phone": "Phone",
	"Chat": "Chat",
	"Visit": "In person",
	"Meeting": "In person",
}


def describe(doc: Document) -> dict:
	"""Return `case` and `party` for a Communication or a Contact."""
	if doc.doctype == "Contact":
		return {"case": {}, "party": {**of_contact(doc.name), **as_known(doc)}}
	words = plain(doc.content)
	said = point(doc.subject, words)
	return {
		"case": {
			"channel": CHANNEL_OF.get(doc.communication_medium, "E-mail"),
			"received_on": doc.communication_date or doc.creation,
			"description": words or said,
			"allegations": [{"allegation": said}] if said else [],
		},
		"party": {"full_name": doc.sender_full_name, "email": _address(doc), "phone": doc.phone_no},
	}


def as_known(doc: Document) -> dict:
	"""Return the link of a party to a record of this site."""
	return {"linked_doctype": doc.doctype, "linked_name": doc.name}


def of_contact(name: str | None) -> dict:
	"""Return what a contact says of a party, if the user may read contacts."""
	if (
		not name
		or not frappe.db.exists("Contact", name)
		or not frappe.has_permission("Contact", "read", name)
	):
		return {}
	contact = frappe.get_doc("Contact", name)
	said = {
		"full_name": " ".join(filter(None, (contact.first_name, contact.last_name))),
		"organisation": contact.company_name,
		"email": contact.email_id,
		"phone": contact.mobile_no or contact.phone,
	}
	return {field: value for field, value in said.items() if value}


def _address(doc: Document) -> str:
	"""Return the address of whoever wrote in, or to whom we wrote."""
	other = doc.sender if doc.sent_or_received == "Received" else doc.recipients
	return parse_addr(other or "")[1]
