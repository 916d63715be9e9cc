"""What a draft in ERPNext is made from: the documents of the customer who complained, as far as the user may read them."""

import frappe
from frappe import _
from frappe.model.document import Document

from iso10002.integrations.erpnext.drafts import Kind
from iso10002.integrations.erpnext.errors import RemedyDocumentError

MOST = 20
# Where rows of one document say from which other they come: (DocType, DocType looked for): child and its field.
LEADS_TO = {
	("Sales Order", "Sales Invoice"): ("Sales Invoice Item", "sales_order"),
	("Sales Order", "Delivery Note"): ("Delivery Note Item", "against_sales_order"),
	("Delivery Note", "Sales Invoice"): ("Sales Invoice Item", "delivery_note"),
	("Sales Invoice", "Delivery Note"): ("Delivery Note Item", "against_sales_invoice"),
}


def customer_of(case: Document) -> str | None:
	"""Return the customer a case is about, as far as the user may know: of the order, else of the complainant."""
	doctype, name = case.reference_doctype, case.reference_name
	if name and doctype == "Customer":
		return name
	if name and frappe.get_meta(doctype).has_field("customer"):
		return frappe.db.get_value(doctype, name, "customer")
	parties = frappe.get_list(
		"Complaint Party",
		filters={"complaint": case.name, "role": "Complainant"},
		fields=["linked_doctype", "linked_name"],
	)
	for party in parties:
		if party.linked_doctype == "Customer":
			return party.linked_name
		if party.linked_doctype == "Contact":
			link = {"parent": party.linked_name, "parenttype": "Contact", "link_doctype": "Customer"}
			if found := frappe.db.get_value("Dynamic Link", link, "link_name"):
				return found
	return None


def company_of(case: Document) -> str | None:
	"""Return the company a case is about: of the case, of the order, else the user's default."""
	if found := case.get("company"):
		return found
	doctype, name = case.reference_doctype, case.reference_name
	if name and frappe.get_meta(doctype).has_field("company"):
		return frappe.db.get_value(doctype, name, "company")
	return frappe.defaults.get_user_default("Company")


def proposal(case: Document, kind: Kind) -> dict:
	"""Return what a draft of this kind could be made from (see `money.proposal`)."""
	customer = customer_of(case)
	found = [
		{"doctype": doctype, "name": name, "rows": _rows(doctype, name)}
		for doctype in kind.sources
		for name in _candidates(case, doctype, customer)
	]
	return {"sources": found, "customer": customer, "company": company_of(case)}


def given(
	case: Document,
	kind: Kind,
	source: str | None,
	source_doctype: str | None,
	rows: list | str | None,
	company: str | None,
	customer: str | None,
	account: str | None,
) -> dict:
	"""Return what the caller gave, checked and completed from the case: the fields of a `drafts.Wish`.

	Raises:
		PermissionError: the user may not read it.
		RemedyDocumentError: something is missing or does not fit.
	"""
	if not kind.sources:
		company, customer = company or company_of(case), customer or customer_of(case)
		return _without_source(case, company, customer, account)
	doc = _source(case, kind, source, source_doctype)
	chosen = _chosen(doc, rows)
	return {"source": doc, "rows": chosen}


def _source(case: Document, kind: Kind, source: str | None, source_doctype: str | None) -> Document:
	if source_doctype and source_doctype not in kind.sources:
		_refuse(_("Document: choose one of these kinds: {0}").format(", ".join(map(_, kind.sources))))
	if not source:
		found = [
			(doctype, name)
			for doctype in ((source_doctype,) if source_doctype else kind.sources)
			for name in _of_reference(case, doctype)
		]
		if len(found) != 1:
			_refuse(
				_("Document: choose the {0} it is made from.").format(
					_(" or ").join(_(doctype) for doctype in kind.sources)
				)
			)
		source_doctype, source = found[0]
	doctype = source_doctype or kind.sources[0]
	if not frappe.has_permission(doctype, "read") or not frappe.db.exists(doctype, source):
		_refuse_unreadable(doctype)
	doc = frappe.get_doc(doctype, source)
	if not doc.has_permission("read"):
		_refuse_unreadable(doctype)
	if doc.docstatus != 1:
		_refuse(
			_("{0} {1} is not submitted, or was cancelled. Choose another document.").format(
				_(doctype), frappe.bold(source)
			)
		)
	if doc.get("is_return") and kind.doctype != "Payment Entry":
		_refuse(
			_("{0} {1} is a return itself. Choose the document it returns.").format(
				_(doctype), frappe.bold(source)
			)
		)
	customer = customer_of(case)
	if customer and doc.customer != customer:
		_refuse(
			_("{0} {1} is not a document of the customer of this complaint.").format(
				_(doctype), frappe.bold(source)
			)
		)
	return doc


def _without_source(case: Document, company: str | None, customer: str | None, account: str | None) -> dict:
	for doctype, name in (("Company", company), ("Customer", customer), ("Account", account)):
		if not name:
			_refuse(_("{0}: enter it.").format(_(doctype)))
		if not frappe.db.exists(doctype, name) or not frappe.has_permission(doctype, "read", doc=name):
			_refuse_unreadable(doctype)
	if (known := customer_of(case)) and known != customer:
		_refuse(_("Customer: choose the customer of this complaint."))
	facts = frappe.db.get_value(
		"Account", account, ["company", "is_group", "root_type", "disabled"], as_dict=True
	)
	if (
		facts.company != company
		or facts.is_group
		or facts.disabled
		or facts.root_type not in ("Expense", "Income")
	):
		_refuse(
			_("Account {0}: choose an account of company {1} for expenses or income, not a group.").format(
				frappe.bold(account), frappe.bold(company)
			)
		)
	return {"company": company, "customer": customer, "account": account}


def _chosen(doc: Document, rows: list | str | None) -> tuple[str, ...]:
	try:
		found = frappe.parse_json(rows) if rows else []
	except ValueError:
		found = None
	mine = {row.name for row in doc.items}
	if not isinstance(found, list) or not all(isinstance(name, str) and name in mine for name in found):
		_refuse(_("Rows: choose rows of {0} {1}.").format(_(doc.doctype), frappe.bold(doc.name)))
	return tuple(found)


def _candidates(case: Document, doctype: str, customer: str | None) -> list[str]:
	"""Return the documents proposed: those of the order the case refers to, else the customer's latest."""
	if not frappe.has_permission(doctype, "read"):
		return []
	if found := _of_reference(case, doctype):
		return found
	if not customer:
		return []
	filters = {"customer": customer, "docstatus": 1}
	return frappe.get_list(doctype, filters, pluck="name", order_by="creation desc", limit_page_length=MOST)


def _of_reference(case: Document, doctype: str) -> list[str]:
	"""Return the submitted documents of a kind that belong to what the case refers to, if the user may read them."""
	if not case.reference_name or not frappe.has_permission(doctype, "read"):
		return []
	filters: list = [[doctype, "docstatus", "=", 1]]
	if case.reference_doctype == doctype:
		filters.append([doctype, "name", "=", case.reference_name])
	elif link := LEADS_TO.get((case.reference_doctype, doctype)):
		filters.append([*link, "=", case.reference_name])
	else:
		return []
	return frappe.get_list(
		doctype,
		filters,
		pluck="name",
		distinct=True,
		order_by=f"`tab{doctype}`.creation desc",
		limit_page_length=MOST,
	)


def _rows(doctype: str, name: str) -> list[dict]:
	"""Return the rows of a document the user may read."""
	return [
		{"name": row.name, "item": row.item_name or row.item_code, "qty": row.qty, "amount": row.amount}
		for row in frappe.get_doc(doctype, name).items
	]


def _refuse_unreadable(doctype: str) -> None:
	frappe.throw(
		_("{0}: there is none of this name that you may read. Choose one from the list.").format(_(doctype)),
		frappe.PermissionError,
	)


def _refuse(what: str) -> None:
	frappe.throw(what, RemedyDocumentError)
