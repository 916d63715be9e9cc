"""Complaints in the Connections of the records they are about (hook `override_doctype_dashboards`).

Frappe does not say for which DocType it asks, so there is a function for each. What is counted:
`confidentiality.guards.answers.get_open_count`.
"""

from collections.abc import Callable

from frappe import _

from iso10002.integrations.sources import is_active


def _of(doctype: str) -> Callable[[dict], dict]:
	def connections(data: dict) -> dict:
		if not is_active(doctype):
			return data
		data.setdefault("fieldname", "reference_name")  # the desk counts nothing where there is none
		data.setdefault("non_standard_fieldnames", {})["Complaint"] = "reference_name"
		data.setdefault("dynamic_links", {})["reference_name"] = [doctype, "reference_doctype"]
		group = {"label": _("Complaints"), "items": ["Complaint"]}
		data["transactions"] = [*(data.get("transactions") or []), group]
		return data

	return connections


communication = _of("Communication")
delivery_note = _of("Delivery Note")
hd_ticket = _of("HD Ticket")
issue = _of("Issue")
sales_invoice = _of("Sales Invoice")
sales_order = _of("Sales Order")
warranty_claim = _of("Warranty Claim")
