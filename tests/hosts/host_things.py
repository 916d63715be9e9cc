"""Plain functions that make records of ERPNext and Helpdesk. Every one takes overrides and returns the saved document."""

from __future__ import annotations

from typing import Any

import frappe
from factories import make_user, unique

TODAY = frappe.utils.nowdate


def make(doctype: str, **values: Any):
	"""Return a saved document; the settings of the site decide what else it needs."""
	return frappe.get_doc({"doctype": doctype, **values}).insert()


def company() -> str:
	"""Return the company of the site."""
	return (
		frappe.db.get_single_value("Global Defaults", "default_company")
		or frappe.get_all("Company", pluck="name", limit=1)[0]
	)


def make_customer(**overrides: Any):
	"""Return a company as customer."""
	values = {
		"customer_name": f"Muster {unique('Ltd')}",
		"customer_type": "Company",
		"customer_group": _leaf("Customer Group"),
		"territory": _leaf("Territory"),
		**overrides,
	}
	return make("Customer", **values)


def make_contact(customer: str, doctype: str = "Customer", **overrides: Any):
	"""Return the contact of a customer, or of what `doctype` says."""
	email = overrides.pop("email", f"{unique('maria')}@example.org".lower())
	values = {
		"first_name": "Maria",
		"last_name": "Muster",
		"email_ids": [{"email_id": email, "is_primary": 1}],
		"links": [{"link_doctype": doctype, "link_name": customer}],
		**overrides,
	}
	return make("Contact", **values)


def make_item(**overrides: Any):
	"""Return an item that is kept in stock."""
	code = unique("ITEM")
	values = {
		"item_code": code,
		"item_name": f"Kettle {code}",
		"item_group": _leaf("Item Group"),
		"stock_uom": "Nos",
		"is_stock_item": 1,
		**overrides,
	}
	return make("Item", **values)


def make_serial_no(item: str, **overrides: Any):
	"""Return a serial number of an item that has such."""
	number = unique("SN")
	return make("Serial No", **{"serial_no": number, "item_code": item, "company": company(), **overrides})


def make_order(customer: str, item: str, **overrides: Any):
	"""Return a sales order of two pieces at 50."""
	row = {"item_code": item, "qty": 2, "rate": 50, "delivery_date": TODAY(), "warehouse": warehouse()}
	values = {
		"customer": customer,
		"company": company(),
		"transaction_date": TODAY(),
		"delivery_date": TODAY(),
		"items": [row],
		**overrides,
	}
	return make("Sales Order", **values)


def make_invoice(customer: str, item: str, **overrides: Any):
	"""Return a sales invoice of two pieces at 50."""
	values = {
		"customer": customer,
		"company": company(),
		"items": [{"item_code": item, "qty": 2, "rate": 50}],
		**overrides,
	}
	return make("Sales Invoice", **values)


def make_delivery(customer: str, item: str, **overrides: Any):
	"""Return a delivery note of two pieces."""
	row = {"item_code": item, "qty": 2, "rate": 50, "warehouse": warehouse()}
	return make("Delivery Note", **{"customer": customer, "company": company(), "items": [row], **overrides})


def make_issue(**overrides: Any):
	"""Return an issue of ERPNext."""
	values = {
		"subject": "Kettle leaks",
		"description": "<p>The kettle <b>leaks</b> at the bottom.</p>",
		"raised_by": "maria@example.org",
		**overrides,
	}
	return make("Issue", **values)


def make_warranty_claim(customer: str, **overrides: Any):
	"""Return a warranty claim."""
	values = {
		"customer": customer,
		"complaint": "The kettle leaks at the bottom.",
		"complaint_date": TODAY(),
		"company": company(),
		**overrides,
	}
	return make("Warranty Claim", **values)


def make_hd_customer(**overrides: Any):
	"""Return a customer of Helpdesk."""
	return make("HD Customer", **{"customer_name": f"Muster {unique('HD')}", **overrides})


def make_ticket(**overrides: Any):
	"""Return a ticket of Helpdesk."""
	values = {
		"subject": "Kettle leaks",
		"description": "<p>The kettle <b>leaks</b> at the bottom.</p>",
		"raised_by": "maria@example.org",
		**overrides,
	}
	return make("HD Ticket", **values)


def make_agent(*more_roles: str, **overrides: Any) -> str:
	"""Return a user who is an agent of Helpdesk, with further roles if asked for."""
	user = make_user("Agent", *more_roles, **overrides).name
	if not frappe.db.exists("HD Agent", {"user": user}):
		make("HD Agent", user=user, agent_name=user)
	return user


def warehouse() -> str:
	"""Return a warehouse of the company."""
	return frappe.get_all(
		"Warehouse", {"company": company(), "is_group": 0}, pluck="name", order_by="creation", limit=1
	)[0]


def _leaf(doctype: str) -> str:
	return frappe.get_all(doctype, {"is_group": 0}, pluck="name", order_by="creation", limit=1)[0]
