"""What the tests of remedies in ERPNext share: cases with an accepted remedy, and the people who carry it out."""

from __future__ import annotations

from typing import Any

import factories
import frappe
from factories import acting_as, complaint_in, make_user, take, unique, user_of
from host_things import company, make_customer, make_invoice, make_item

from iso10002 import roles
from iso10002.handling import stages as stage
from iso10002.integrations.erpnext import money, readback

ERPNEXT_ROLES = ("Accounts User", "Accounts Manager", "Sales User", "Stock User", "Stock Manager")


def clerk() -> str:
	"""Return a handler who may also do the books and the store in ERPNext."""
	return make_user(roles.HANDLER, *ERPNEXT_ROLES, email="test-handler-clerk@example.com").name


def accountant() -> str:
	"""Return a user who does the books in ERPNext and has no role of this app."""
	return make_user(*ERPNEXT_ROLES, email="test-accountant@example.com").name


def make_employee(user: str, **overrides: Any):
	"""Return the employee of a user, who gets the role for it from ERPNext; one that is there is returned as it is."""
	if name := frappe.db.get_value("Employee", {"user_id": user}):
		return frappe.get_doc("Employee", name)
	values = {"first_name": user.split("@")[0], "user_id": user, "company": company(), **overrides}
	return frappe.get_doc("Employee", factories.make_employee(**values))


def make_remedy_type(kind: str, **overrides: Any) -> str:
	"""Return a remedy type carried out in ERPNext by a kind of document."""
	values = {
		"doctype": "Complaint Remedy Type",
		"remedy_name": unique(kind),
		"kind": "Money back",
		"has_value": 1,
		"makes_document": kind,
		**overrides,
	}
	return frappe.get_doc(values).insert().name


def accepted(remedy_type: str, value: float, currency: str | None = "EUR", **case: Any) -> tuple[str, str]:
	"""Return the case and the row of an accepted remedy, with the rest of the way to acceptance behind it."""
	name = complaint_in(stage.INVESTIGATING, **case)
	row = {"remedy_type": remedy_type, "progress": "Offered", "value": value, "currency": currency}
	with acting_as(user_of("investigator")):
		doc = frappe.get_doc("Complaint", name)
		doc.append("remedies", row)
		doc.save()
	for action in ("Propose Decision", "Approve Decision", "Communicate Decision", "Record Acceptance"):
		take(name, action)
	doc = frappe.get_doc("Complaint", name)
	doc.remedies[0].progress = "Accepted"
	doc.handler = clerk()
	doc.reassignment_reason = "Carries the remedy out."
	doc.save()
	return name, doc.remedies[0].name


def submitted_invoice(qty: float = 2, rate: float = 50, **overrides: Any):
	"""Return a submitted invoice of a new customer over a service."""
	item = make_item(is_stock_item=0).name
	rows = [{"item_code": item, "qty": qty, "rate": rate}]
	customer = overrides.pop("customer", None) or make_customer().name
	doc = make_invoice(customer, item, **{"items": rows, **overrides})
	doc.submit()
	return doc


def about(doc: Any) -> dict:
	"""Return the fields of a case that refers to a document."""
	return {"reference_doctype": doc.doctype, "reference_name": doc.name}


def made(case: str, remedy: str, as_user: str | None = None, **given: Any):
	"""Make the document of a remedy as somebody, and return it."""
	with acting_as(as_user or clerk()):
		answer = money.make_document(case, remedy, **given)
	return frappe.get_doc(answer["doctype"], answer["name"])


def read_back(doc: Any) -> None:
	"""Do what the background job does after a document was changed."""
	readback.read_back(doc.doctype, doc.name)


def remedy(case: str, at: int = 0):
	"""Return a remedy as it is stored."""
	return frappe.get_doc("Complaint", case).remedies[at]


def journal(case: str, event: str) -> list[dict]:
	"""Return the details of the events of one kind, oldest first."""
	rows = frappe.get_all(
		"Complaint Event", {"complaint": case, "event": event}, "details", order_by="creation"
	)
	return [frappe.parse_json(row.details) for row in rows]


def expense_account() -> str:
	"""Return an account goodwill can be charged to."""
	filters = {"company": company(), "root_type": "Expense", "is_group": 0, "account_type": ("is", "not set")}
	return frappe.get_all("Account", filters, pluck="name", order_by="name", limit=1)[0]
