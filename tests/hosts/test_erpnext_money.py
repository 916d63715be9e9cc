"""An accepted remedy makes its draft in ERPNext, with the user's rights there, and is performed when ERPNext says so."""

import frappe
import pytest
from factories import acting_as
from host_things import make_customer, make_delivery, make_item, make_order, warehouse
from money_things import (
	about,
	accepted,
	clerk,
	expense_account,
	journal,
	made,
	make_remedy_type,
	read_back,
	remedy,
	submitted_invoice,
)

from iso10002.integrations.erpnext import drafts, readback
from iso10002.integrations.erpnext.errors import RemedyDocumentError

pytestmark = pytest.mark.hosts


@pytest.fixture
def stock():
	"""stock(item): ten pieces of an item in the warehouse."""

	def receive(item: str) -> None:
		row = {"item_code": item, "qty": 10, "basic_rate": 20, "t_warehouse": warehouse()}
		frappe.get_doc(
			{"doctype": "Stock Entry", "stock_entry_type": "Material Receipt", "items": [row]}
		).insert().submit()

	return receive


def delivered(item: str, customer: str, **overrides):
	doc = make_delivery(customer, item, **overrides)
	doc.submit()
	return doc


@pytest.mark.parametrize("value", [100, 33.33, 0.01])
def test_a_credit_note_is_a_draft_over_exactly_the_amount_and_moves_no_goods(value):
	invoice = submitted_invoice()
	case, row = accepted(make_remedy_type("Credit Note"), value, **about(invoice))
	note = made(case, row)
	assert (note.doctype, note.docstatus, note.is_return) == ("Sales Invoice", 0, 1)
	assert note.return_against == invoice.name and not note.update_stock
	assert note.grand_total == -value and drafts.worth(note) == value
	assert note.owner == clerk()
	stored = remedy(case)
	assert (stored.document_type, stored.document_name, stored.document_state) == (
		"Sales Invoice",
		note.name,
		"Draft",
	)
	assert stored.progress == "Accepted"
	assert journal(case, "Document Made")[0]["document"] == note.name


def test_a_submitted_credit_note_makes_the_remedy_performed_and_a_cancelled_one_takes_that_back():
	invoice = submitted_invoice()
	case, row = accepted(make_remedy_type("Credit Note"), 40, **about(invoice))
	note = made(case, row)
	with acting_as(clerk()):
		note.submit()
	read_back(note)
	stored = remedy(case)
	assert (stored.progress, stored.document_state) == ("Performed", "Done")
	assert str(stored.performed_on) == str(note.posting_date) and stored.performed_by == clerk()
	assert journal(case, "Remedy Changed")[-1]["all_performed"]
	read_back(note)  # a second time changes nothing
	assert len(journal(case, "Document Changed")) == 1
	note.cancel()
	read_back(note)
	stored = remedy(case)
	assert (stored.progress, stored.document_state, stored.performed_on) == ("Accepted", "Cancelled", None)
	assert journal(case, "Document Changed")[-1]["state"] == "Cancelled"
	assert made(case, row).name != note.name  # and another can be made


def test_an_amended_document_takes_the_place_of_the_cancelled_one():
	invoice = submitted_invoice()
	case, row = accepted(make_remedy_type("Credit Note"), 40, **about(invoice))
	note = made(case, row)
	note.submit()
	note.cancel()
	read_back(note)
	amended = frappe.copy_doc(note)
	amended.amended_from, amended.docstatus = note.name, 0
	amended.insert()
	readback.read_back(note.doctype, note.name, amended_by=amended.name)
	stored = remedy(case)
	assert (stored.document_name, stored.document_state) == (amended.name, "Draft")
	amended.submit()
	read_back(amended)
	assert remedy(case).progress == "Performed"


def test_a_deleted_draft_leaves_the_remedy_to_be_carried_out_and_nobody_who_deletes_it_is_stopped():
	invoice = submitted_invoice()
	case, row = accepted(make_remedy_type("Credit Note"), 40, **about(invoice))
	note = made(case, row)
	frappe.delete_doc("Sales Invoice", note.name)
	stored = remedy(case)
	assert (stored.document_name, stored.document_type, stored.progress) == (None, None, "Accepted")
	frappe.get_doc("Complaint", case).save()
	assert made(case, row).docstatus == 0


def test_a_refund_pays_out_the_credit_note():
	invoice = submitted_invoice()
	note = frappe.get_attr(drafts.MAPPERS["Sales Invoice", "Sales Invoice"])(invoice.name)
	note.insert().submit()
	case, row = accepted(make_remedy_type("Payment Entry"), 60, **about(invoice))
	entry = made(case, row, source=note.name)
	assert (entry.payment_type, entry.party, entry.paid_amount) == ("Pay", invoice.customer, 60)
	assert entry.references[0].reference_name == note.name
	entry.submit()
	read_back(entry)
	assert remedy(case).progress == "Performed"
	assert frappe.db.get_value("Sales Invoice", note.name, "outstanding_amount") == -40


def test_a_refund_on_a_paid_invoice_is_paid_on_account():
	invoice = submitted_invoice()
	case, row = accepted(make_remedy_type("Payment Entry"), 60, **about(invoice))
	entry = made(case, row)
	assert (entry.payment_type, entry.paid_amount, entry.references) == ("Pay", 60, [])
	assert entry.party == invoice.customer
	entry.submit()
	read_back(entry)
	assert remedy(case).progress == "Performed"


def test_goods_taken_back_are_a_return_of_the_delivery_with_the_rows_chosen(stock):
	customer, first, second = make_customer().name, make_item().name, make_item().name
	stock(first), stock(second)
	rows = [{"item_code": item, "qty": 2, "rate": 50, "warehouse": warehouse()} for item in (first, second)]
	note = delivered(first, customer, items=rows)
	case, row = accepted(make_remedy_type("Sales Return"), 100, **about(note))
	with pytest.raises(RemedyDocumentError, match="Choose fewer rows"):
		made(case, row)
	back = made(case, row, rows=[note.items[1].name])
	assert (back.is_return, back.return_against) == (1, note.name)
	assert [(line.item_code, line.qty) for line in back.items] == [(second, -2)]
	back.submit()
	read_back(back)
	assert remedy(case).progress == "Performed"


def test_a_replacement_order_is_free_of_charge_and_performed_when_it_is_delivered(stock):
	customer, item = make_customer().name, make_item().name
	stock(item)
	order = make_order(customer, item)
	order.submit()
	case, row = accepted(make_remedy_type("Sales Order"), 100, **about(order))
	again = made(case, row)
	assert (again.docstatus, again.grand_total) == (0, 0)
	assert [(line.item_code, line.qty, line.rate) for line in again.items] == [(item, 2, 0)]
	again.submit()
	read_back(again)
	assert (remedy(case).document_state, remedy(case).progress) == ("Submitted", "Accepted")
	parcel = frappe.get_attr(drafts.MAPPERS["Sales Order", "Delivery Note"])(again.name)
	parcel.insert().submit()
	read_back(again)
	assert (remedy(case).document_state, remedy(case).progress) == ("Done", "Performed")
	parcel.cancel()
	read_back(again)
	assert (remedy(case).document_state, remedy(case).progress) == ("Submitted", "Accepted")


def test_what_is_missing_is_delivered_from_the_order(stock):
	customer, item = make_customer().name, make_item().name
	stock(item)
	order = make_order(customer, item)
	order.submit()
	case, row = accepted(make_remedy_type("Delivery Note", has_value=0), 0, **about(order))
	parcel = made(case, row)
	assert [(line.item_code, line.qty, line.against_sales_order) for line in parcel.items] == [
		(item, 2, order.name)
	]
	parcel.submit()
	read_back(parcel)
	assert remedy(case).progress == "Performed"
	other, other_row = accepted(make_remedy_type("Delivery Note", has_value=0), 0, **about(order))
	with pytest.raises(RemedyDocumentError, match="nothing left"):
		made(other, other_row)


def test_goodwill_is_credited_to_the_customer_and_charged_to_an_account():
	customer = make_customer().name
	case, row = accepted(make_remedy_type("Journal Entry"), 25)
	entry = made(case, row, customer=customer, account=expense_account())
	assert (entry.docstatus, entry.total_debit) == (0, 25)
	credit = entry.accounts[1]
	assert (credit.party_type, credit.party, credit.credit) == ("Customer", customer, 25)
	entry.submit()
	read_back(entry)
	assert remedy(case).progress == "Performed"


def test_a_draft_raised_in_erpnext_above_what_was_accepted_performs_nothing():
	customer = make_customer().name
	case, row = accepted(make_remedy_type("Journal Entry"), 25)
	entry = made(case, row, customer=customer, account=expense_account())
	entry.accounts[0].debit_in_account_currency = entry.accounts[1].credit_in_account_currency = 250
	entry.save()
	entry.submit()
	read_back(entry)
	assert (remedy(case).progress, remedy(case).document_state) == ("Accepted", "Done")
	remark = frappe.get_last_doc("Complaint Event", {"complaint": case, "event": "Document Changed"}).remark
	assert "More than was accepted" in remark


def test_nothing_in_erpnext_leads_back_to_the_case():
	invoice = submitted_invoice()
	case, row = accepted(make_remedy_type("Credit Note"), 40, **about(invoice))
	note = made(case, row)
	assert case not in frappe.as_json(note.as_dict())
	for doctype in drafts.DOCTYPES:
		for df in (*frappe.get_meta(doctype).get_link_fields(), *frappe.get_meta(doctype).get_table_fields()):
			assert not (df.options or "").startswith("Complaint")


def test_the_number_is_in_the_remarks_if_the_settings_want_it_and_the_case_is_not_confidential():
	frappe.db.set_single_value("ISO10002 Settings", "erpnext_reference", 1)
	frappe.clear_document_cache("ISO10002 Settings", "ISO10002 Settings")
	for level, said in (("Standard", True), ("Confidential", False)):
		invoice = submitted_invoice()
		case, row = accepted(make_remedy_type("Credit Note"), 40, **about(invoice))
		frappe.db.set_value("Complaint", case, "confidentiality_level", level)
		note = made(case, row)
		assert (case in (note.remarks or "")) is said
