"""The drafts ERPNext makes for a remedy, each by ERPNext's own way of making it.

ERPNext is called through the paths of its functions as its own forms do it, so what a site has overridden there holds
here too. Nothing is saved here, and no right is left out: the caller inserts the draft as the session's user.
"""

from collections.abc import Callable
from dataclasses import dataclass

import frappe
from frappe import _
from frappe.model.document import Document
from frappe.utils import flt, fmt_money, nowdate

from iso10002.integrations.erpnext.errors import RemedyDocumentError

# Decimal places in which amounts are compared; more is noise of the arithmetic.
PLACES = 4

MAPPERS = {
	(
		"Sales Invoice",
		"Sales Invoice",
	): "erpnext.accounts.doctype.sales_invoice.sales_invoice.make_sales_return",
	("Delivery Note", "Delivery Note"): "erpnext.stock.doctype.delivery_note.delivery_note.make_sales_return",
	("Sales Order", "Delivery Note"): "erpnext.selling.doctype.sales_order.sales_order.make_delivery_note",
	(
		"Sales Invoice",
		"Delivery Note",
	): "erpnext.accounts.doctype.sales_invoice.sales_invoice.make_delivery_note",
	"Payment Entry": "erpnext.accounts.doctype.payment_entry.payment_entry.get_payment_entry",
	"party account": "erpnext.accounts.party.get_party_account",
}


@dataclass(frozen=True)
class Wish:
	"""What a draft is wanted for: checked by the caller.

	Attributes:
		amount: in `currency`; for goods what they may be worth at most, 0 where nothing limits it.
		source: the document it is made from; None where it needs none.
		rows: names of the rows of the source that are meant; empty for all.
		company, customer, account: for what is made from no document.
	"""

	amount: float
	currency: str
	source: Document | None = None
	rows: tuple[str, ...] = ()
	company: str | None = None
	customer: str | None = None
	account: str | None = None


@dataclass(frozen=True)
class Kind:
	"""One kind of document a remedy type can make.

	Attributes:
		doctype: what is made.
		sources: what it is made from, the usual one first; empty where it is made from nothing.
		make: makes the draft.
		of_money: it moves the amount of the remedy; else goods, whose worth the amount limits.
		remarks: the field that may carry the reference of the complaint.
	"""

	doctype: str
	sources: tuple[str, ...]
	make: Callable[[Wish], Document]
	of_money: bool = False
	remarks: str | None = None


def worth(doc: Document) -> float:
	"""Return what a document moves, in its currency and without its sign."""
	if doc.doctype == "Journal Entry":
		return flt(doc.total_debit)
	if doc.doctype == "Payment Entry":
		return flt(doc.paid_amount)
	return abs(flt(doc.get("rounded_total") or doc.get("grand_total")))


def currency_of(doc: Document) -> str | None:
	"""Return the currency `worth` is in."""
	if doc.doctype == "Journal Entry":
		return frappe.get_cached_value("Company", doc.company, "default_currency")
	if doc.doctype == "Payment Entry":
		return doc.paid_from_account_currency
	return doc.currency


def credit_note(wish: Wish) -> Document:
	"""Return the credit note on an invoice: its rows with a discount that leaves the amount; no goods move."""
	draft = _mapped(wish, "Sales Invoice")
	draft.update_stock = 0
	left = worth(draft)
	_refuse_above(wish.amount, left, wish, _("left to credit"))
	if flt(left - wish.amount, PLACES) > 0:
		# paid back at once at a till is only the whole invoice
		draft.update({"is_pos": 0, "paid_amount": 0, "payment_terms_template": None})
		draft.set("payments", [])
		draft.set("payment_schedule", [])
		draft.update({"additional_discount_percentage": 0, "discount_amount": 0})
		draft.apply_discount_on = "Grand Total"
		draft.run_method("calculate_taxes_and_totals")
		draft.discount_amount = wish.amount - abs(draft.grand_total)
		draft.disable_rounded_total = 1
		draft.run_method("calculate_taxes_and_totals")
	return draft


def payment(wish: Wish) -> Document:
	"""Return the payment to the customer: of a credit note that is still open, else on account."""
	source = wish.source
	make = _function("Payment Entry")
	open_credit = -flt(source.outstanding_amount) if source.get("is_return") else 0
	if open_credit > 0:
		_refuse_above(wish.amount, open_credit, wish, _("left to pay out"))
		draft = make(source.doctype, source.name)
	else:
		_refuse_above(wish.amount, worth(source), wish, _("the total"))
		draft = make(source.doctype, source.name, party_amount=wish.amount, payment_type="Pay")
		draft.set("references", [])
	if not draft.paid_from or not draft.paid_to:
		frappe.throw(
			_(
				"Company {0} has no default bank or cash account to pay from. Enter one in the company."
			).format(frappe.bold(source.company)),
			RemedyDocumentError,
		)
	draft.paid_amount = draft.received_amount = wish.amount
	for row in draft.references:
		row.allocated_amount = -wish.amount
	draft.run_method("set_amounts")
	draft.reference_no = draft.reference_no or source.name
	draft.reference_date = draft.reference_date or nowdate()
	return draft


def sales_return(wish: Wish) -> Document:
	"""Return the return of what a delivery note delivered."""
	draft = _mapped(wish, "Delivery Note")
	_refuse_above_limit(wish, worth(draft))
	return draft


def delivery(wish: Wish) -> Document:
	"""Return the delivery of what an order or invoice has not delivered yet."""
	draft = _mapped(wish, "Delivery Note")
	_refuse_above_limit(wish, worth(draft))
	return draft


def replacement_order(wish: Wish) -> Document:
	"""Return an order of the same goods again, free of charge."""
	source = wish.source
	if wish.rows:
		source.set("items", [row for row in source.items if row.name in wish.rows])
	_refuse_above_limit(wish, sum(flt(row.amount) for row in source.items))
	draft = frappe.copy_doc(source)
	draft.update(
		{
			"transaction_date": nowdate(),
			"delivery_date": nowdate(),
			"ignore_pricing_rule": 1,
			"taxes_and_charges": None,
			"payment_terms_template": None,
			"additional_discount_percentage": 0,
			"discount_amount": 0,
			"coupon_code": None,
		}
	)
	for table in ("taxes", "payment_schedule", "packed_items", "pricing_rules"):
		draft.set(table, [])
	for row in draft.items:
		row.update({"delivery_date": nowdate(), "discount_percentage": 100, "rate": 0, "margin_type": None})
	draft.run_method("calculate_taxes_and_totals")
	return draft


def goodwill(wish: Wish) -> Document:
	"""Return the entry that credits the amount to the customer and charges it to an account of the company."""
	owed = _function("party account")("Customer", wish.customer, wish.company)
	if not owed:
		frappe.throw(
			_("Company {0} has no default receivable account. Enter one in the company.").format(
				frappe.bold(wish.company)
			),
			RemedyDocumentError,
		)
	currency, centre = frappe.get_cached_value("Company", wish.company, ["default_currency", "cost_center"])
	for account in (owed, wish.account):
		if frappe.get_cached_value("Account", account, "account_currency") != currency:
			frappe.throw(
				_("Account {0} is not kept in {1}. Choose another, or make the entry in ERPNext.").format(
					frappe.bold(account), currency
				),
				RemedyDocumentError,
			)
	draft = frappe.new_doc("Journal Entry")
	draft.update({"voucher_type": "Journal Entry", "company": wish.company, "posting_date": nowdate()})
	charge = {"account": wish.account, "debit_in_account_currency": wish.amount, "cost_center": centre}
	credit = {"account": owed, "party_type": "Customer", "party": wish.customer}
	draft.append("accounts", charge)
	draft.append("accounts", {**credit, "credit_in_account_currency": wish.amount, "cost_center": centre})
	return draft


# By the name a remedy type has for it.
KINDS = {
	"Credit Note": Kind("Sales Invoice", ("Sales Invoice",), credit_note, True, "remarks"),
	"Payment Entry": Kind("Payment Entry", ("Sales Invoice", "Sales Order"), payment, True, "remarks"),
	"Sales Return": Kind("Delivery Note", ("Delivery Note",), sales_return),
	"Sales Order": Kind("Sales Order", ("Sales Order",), replacement_order),
	"Delivery Note": Kind("Delivery Note", ("Sales Order", "Sales Invoice"), delivery),
	"Journal Entry": Kind("Journal Entry", (), goodwill, True, "user_remark"),
}
DOCTYPES = tuple(dict.fromkeys(kind.doctype for kind in KINDS.values()))


def _mapped(wish: Wish, doctype: str) -> Document:
	"""Return what ERPNext makes from the source, of the wanted rows only."""
	before = frappe.flags.selected_children
	frappe.flags.selected_children = {"items": list(wish.rows)} if wish.rows else None
	try:
		draft = _function((wish.source.doctype, doctype))(wish.source.name)
	finally:
		frappe.flags.selected_children = before
	draft.set("items", [row for row in draft.items if row.qty])
	if not draft.items:
		frappe.throw(
			_("{0} {1}: there is nothing left of it for this. Choose another document.").format(
				_(wish.source.doctype), frappe.bold(wish.source.name)
			),
			RemedyDocumentError,
		)
	return draft


def _function(what: tuple[str, str] | str) -> Callable:
	return frappe.get_attr(frappe.override_whitelisted_method(MAPPERS[what]))


def _refuse_above_limit(wish: Wish, value: float) -> None:
	"""Goods may be worth what the remedy is worth, where it has a value."""
	if wish.amount and flt(value - wish.amount, PLACES) > 0:
		frappe.throw(
			_("The goods are worth {0}, the accepted remedy {1}. Choose fewer rows.").format(
				fmt_money(value, currency=wish.currency), fmt_money(wish.amount, currency=wish.currency)
			),
			RemedyDocumentError,
		)


def _refuse_above(amount: float, most: float, wish: Wish, what: str) -> None:
	if flt(amount - most, PLACES) > 0:
		frappe.throw(
			_("{0} {1}: {2} is {3}, the amount is {4}. Enter less, or choose another document.").format(
				_(wish.source.doctype),
				frappe.bold(wish.source.name),
				what,
				fmt_money(most, currency=wish.currency),
				fmt_money(amount, currency=wish.currency),
			),
			RemedyDocumentError,
		)
