"""What a complaint about a record of ERPNext starts with."""

import frappe
from frappe.model.document import Document

from iso10002.integrations.core.describe import as_known, of_contact
from iso10002.integrations.words import plain, point


def describe(doc: Document) -> dict:
	"""Return `case`, `party` and `products` for a record of ERPNext a complaint may come from."""
	return {
		"Customer": _of_customer,
		"Issue": _of_issue,
		"Warranty Claim": _of_warranty_claim,
	}.get(doc.doctype, _of_sale)(doc)


def _of_customer(doc: Document) -> dict:
	return {"case": _where(doc), "party": {**_customer(doc.name), **as_known(doc)}}


def _of_issue(doc: Document) -> dict:
	words = plain(doc.description)
	said = point(doc.subject, words)
	return {
		"case": {
			**_where(doc),
			"channel": "Web form" if doc.via_customer_portal else "E-mail",
			"received_on": doc.creation,
			"description": words or said,
			"allegations": [{"allegation": said}],
		},
		"party": {
			**_customer(doc.customer),
			**of_contact(doc.contact),
			"email": doc.raised_by,
			**_known(doc),
		},
	}


def _of_warranty_claim(doc: Document) -> dict:
	words = plain(doc.complaint)
	return {
		"case": {
			**_where(doc),
			"description": words,
			"allegations": [{"allegation": point(None, words)}] if words else [],
			"product_or_service": doc.item_name or doc.item_code,
			"product_reference": doc.serial_no,
			"item": doc.item_code,
			"serial_no": doc.serial_no,
		},
		"party": _party_of_sale(doc),
	}


def _of_sale(doc: Document) -> dict:
	"""Of an order, invoice or delivery: who bought, and what; with several things the user chooses."""
	products = [
		{
			"label": " ".join(filter(None, (row.item_name or row.item_code, _number(row))))[:140],
			"product_or_service": (row.item_name or row.item_code)[:140],
			"product_reference": _number(row),
			"item": row.item_code,
		}
		for row in doc.items
	]
	one = {key: value for key, value in products[0].items() if key != "label"} if len(products) == 1 else {}
	return {
		"case": {**_where(doc), **one},
		"party": _party_of_sale(doc),
		"products": products if len(products) > 1 else [],
	}


def _number(row: Document) -> str | None:
	"""Return the one serial or batch number of a row; more than one would be a guess."""
	numbers = [line for line in (row.get("serial_no") or "").split("\n") if line.strip()]
	return numbers[0].strip() if len(numbers) == 1 else (row.get("batch_no") or None)


def _where(doc: Document) -> dict:
	return {field: doc.get(field) for field in ("company", "territory", "branch")}


def _party_of_sale(doc: Document) -> dict:
	party = {**_customer(doc.customer), **of_contact(doc.get("contact_person"))}
	for field, other in (
		("email", "contact_email"),
		("phone", "contact_mobile"),
		("full_name", "contact_display"),
	):
		party[field] = party.get(field) or doc.get(other)
	return {**party, **_known(doc)}


def _customer(name: str | None) -> dict:
	"""Return what a customer says of a party, if the user may read it."""
	if (
		not name
		or not frappe.db.exists("Customer", name)
		or not frappe.has_permission("Customer", "read", name)
	):
		return {}
	customer = frappe.get_doc("Customer", name)
	organisation = customer.customer_type != "Individual"
	return {
		"party_type": "Organisation" if organisation else "Person",
		"organisation" if organisation else "full_name": customer.customer_name,
		"email": customer.email_id,
		"phone": customer.mobile_no,
	}


def _known(doc: Document) -> dict:
	return {"linked_doctype": "Customer", "linked_name": doc.customer} if doc.customer else {}
