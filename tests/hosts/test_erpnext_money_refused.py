"""What no draft in ERPNext is made of, said in words, over the API and over HTTP, with nothing half-written."""

import time

import frappe
import pytest
from factories import acting_as, make_user, user_of
from host_things import company, make_customer, make_invoice, make_item
from money_things import (
	about,
	accepted,
	accountant,
	clerk,
	expense_account,
	made,
	make_remedy_type,
	remedy,
	submitted_invoice,
)
from over_http import assert_refused, words

from iso10002 import roles
from iso10002.handling.errors import AuthorityError, StageError
from iso10002.integrations.erpnext import drafts, money
from iso10002.integrations.erpnext.errors import RemedyDocumentError

pytestmark = pytest.mark.hosts

MAKE = "/api/method/iso10002.integrations.erpnext.money.make_document"
OFFERS = "/api/method/iso10002.integrations.erpnext.money.offers"
PROPOSAL = "/api/method/iso10002.integrations.erpnext.money.proposal"


@pytest.fixture
def credit() -> tuple[str, str]:
	"""Case and row of a credit note of 40 that was accepted, on an invoice of 100."""
	return accepted(make_remedy_type("Credit Note"), 40, **about(submitted_invoice()))


def refused(case: str, row: str, match: str, error: type = RemedyDocumentError, **given) -> None:
	before = frappe.db.count("Sales Invoice")
	frappe.db.savepoint("asked")
	with pytest.raises(error, match=match):
		made(case, row, **given)
	frappe.db.rollback(save_point="asked")
	assert remedy(case).document_name is None
	assert frappe.db.count("Sales Invoice") == before


@pytest.mark.parametrize(
	("amount", "match"),
	[
		(40.01, "above what was accepted"),
		(0, "above 0"),
		(-5, "above 0"),
		("nan", "above 0"),
		("much", "above 0"),
	],
)
def test_an_amount_is_above_nothing_and_not_above_what_was_accepted(credit, amount, match):
	refused(*credit, match, amount=amount)


def test_an_amount_beyond_todays_authority_of_all_is_refused(credit):
	case, row = credit
	kind = frappe.get_doc("Complaint Remedy Type", remedy(case).remedy_type)
	kind.append("authorities", {"role": roles.EXECUTIVE, "up_to": 1000})
	kind.append("authorities", {"role": roles.APPROVER, "up_to": 30})
	kind.save()
	refused(case, row, "beyond your authority", AuthorityError)
	assert made(case, row, amount=30).grand_total == -30


def test_only_an_accepted_remedy_is_carried_out_and_only_once(credit):
	case, row = credit
	doc = frappe.get_doc("Complaint", case)
	doc.remedies[0].progress = "Offered"
	doc.save()
	refused(case, row, "only an accepted remedy")
	doc.remedies[0].progress = "Accepted"
	doc.save()
	note = made(case, row)
	with pytest.raises(RemedyDocumentError, match=note.name):
		made(case, row)


def test_a_type_that_makes_nothing_makes_nothing():
	case, row = accepted(make_remedy_type(""), 40, **about(submitted_invoice()))
	refused(case, row, "no document is made")
	with acting_as(clerk()):
		assert money.offers(case) == []


def test_the_remedy_has_to_be_one_of_this_case(credit):
	case, _row = credit
	refused(case, "nothing", "choose a remedy of this complaint")


def test_the_document_it_is_made_from_is_submitted_and_of_the_customer_who_complained(credit):
	case, row = credit
	own = frappe.db.get_value("Complaint", case, "reference_name")
	customer = frappe.db.get_value("Sales Invoice", own, "customer")
	draft = make_invoice(customer, make_item(is_stock_item=0).name)
	refused(case, row, "not submitted", source=draft.name)
	cancelled = submitted_invoice(customer=customer)
	cancelled.cancel()
	refused(case, row, "was cancelled", source=cancelled.name)
	refused(case, row, "not a document of the customer", source=submitted_invoice().name)
	refused(case, row, "none of this name", frappe.PermissionError, source="no such invoice")
	refused(case, row, "choose one of these kinds", source=own, source_doctype="User")
	refused(case, row, "choose rows of", source=own, rows=["x"])
	refused(case, row, "choose rows of", source=own, rows='{"a": 1')


def test_the_invoice_a_case_refers_to_may_be_cancelled_meanwhile(credit):
	case, row = credit
	frappe.get_doc("Sales Invoice", frappe.db.get_value("Complaint", case, "reference_name")).cancel()
	refused(case, row, "choose the Sales Invoice it is made from")


def test_no_more_is_credited_than_the_invoice_has_left():
	invoice = submitted_invoice(qty=1, rate=30)
	case, row = accepted(make_remedy_type("Credit Note"), 40, **about(invoice))
	refused(case, row, "left to credit")
	note = made(case, row, amount=30)
	assert note.grand_total == -30


def test_a_remedy_in_another_currency_is_not_carried_out():
	case, row = accepted(make_remedy_type("Credit Note"), 40, currency="USD", **about(submitted_invoice()))
	refused(case, row, "The remedy is in USD, the document would be in EUR")


def test_a_company_without_accounts_is_told_what_to_enter():
	payment, payment_row = accepted(make_remedy_type("Payment Entry"), 40, **about(submitted_invoice()))
	goodwill, goodwill_row = accepted(make_remedy_type("Journal Entry"), 40)
	given = {"account": expense_account(), "customer": make_customer().name}
	fields = ("default_bank_account", "default_cash_account", "default_receivable_account")
	frappe.db.set_value("Company", company(), dict.fromkeys(fields))
	for name in frappe.get_all("Account", {"account_type": ("in", ("Cash", "Bank"))}, pluck="name"):
		frappe.db.set_value("Account", name, "account_type", "")
	frappe.clear_document_cache("Company", company())
	try:
		refused(payment, payment_row, "no default bank or cash account")
		refused(goodwill, goodwill_row, "no default receivable account", **given)
	finally:
		frappe.db.rollback()
		frappe.clear_document_cache("Company", company())


def test_goodwill_is_charged_to_an_account_of_the_company_that_can_be_booked():
	customer = make_customer().name
	case, row = accepted(make_remedy_type("Journal Entry"), 25)
	group = frappe.db.get_value("Account", {"company": company(), "is_group": 1, "root_type": "Expense"})
	asset = frappe.db.get_value("Account", {"company": company(), "is_group": 0, "root_type": "Asset"})
	refused(case, row, "Account: enter it", customer=customer)
	refused(case, row, "Customer: enter it", account=expense_account())
	refused(case, row, "expenses or income", customer=customer, account=group)
	refused(case, row, "expenses or income", customer=customer, account=asset)


def test_what_breaks_inside_erpnext_is_said_in_words(credit, monkeypatch):
	monkeypatch.setitem(drafts.MAPPERS, ("Sales Invoice", "Sales Invoice"), "erpnext.gone.make_sales_return")
	refused(*credit, "ERPNext could not make the Sales Invoice")


def test_a_remedy_is_kept_as_it_is_while_its_document_stands(credit):
	case, row = credit
	note = made(case, row)
	for values in ({"value": 30}, {"progress": "Declined"}, {"currency": "USD"}, {"remedy_type": "Apology"}):
		doc = frappe.get_doc("Complaint", case)
		doc.remedies[0].update(values)
		with pytest.raises(StageError, match="Cancel or delete that first"):
			doc.save()
	doc = frappe.get_doc("Complaint", case)
	doc.remedies = []
	with pytest.raises(StageError, match=note.name):
		doc.save()
	doc = frappe.get_doc("Complaint", case)
	doc.remedies[0].document_name = None
	with pytest.raises(StageError, match="kept by the system"):
		doc.save()


def test_a_merged_customer_and_a_renamed_item_do_not_break_the_way():
	invoice = submitted_invoice()
	other = make_customer().name
	case, row = accepted(make_remedy_type("Credit Note"), 40, **about(invoice))
	frappe.rename_doc("Customer", invoice.customer, other, merge=True)
	frappe.rename_doc("Item", invoice.items[0].item_code, invoice.items[0].item_code + "-NEW")
	note = made(case, row)
	assert note.customer == other
	assert note.items[0].item_code.endswith("-NEW")


def test_switched_off_nothing_is_offered_and_nothing_made(credit):
	case, row = credit
	frappe.db.set_single_value("ISO10002 Settings", "use_erpnext", 0)
	frappe.clear_document_cache("ISO10002 Settings", "ISO10002 Settings")
	with acting_as(clerk()):
		assert money.offers(case) == []
	refused(case, row, "not switched on")


# Rights, over HTTP


def test_who_may_do_what_over_http(credit, http, fresh):
	case, row = credit
	reader, stranger = user_of("handler"), make_user("Accounts Manager", email="test-books@example.com").name
	body = {"complaint": case, "remedy": row}
	# a handler without rights in ERPNext
	offered = http(reader).get(OFFERS, params={"complaint": case})
	assert offered.json()["message"] == []
	assert_refused(http(reader).post(MAKE, json=body), "You may not make a Sales Invoice", status=403)
	assert_refused(http(reader).get(PROPOSAL, params=body), "You may not make a Sales Invoice", status=403)
	# an accountant without rights on the case
	for answer in (
		http(stranger).post(MAKE, json=body),
		http(stranger).get(OFFERS, params={"complaint": case}),
		http(stranger).get(PROPOSAL, params=body),
	):
		assert_refused(answer, status=403)
		assert row not in answer.text and "Traceback" not in words(answer)
	assert_refused(http().post(MAKE, json=body), status=403)
	# bad input of somebody with both
	for more in (
		{"amount": 41},
		{"source": {"like": "%"}},
		{"rows": "x"},
		{"source": "nothing"},
		{"remedy": "x"},
	):
		answer = http(clerk()).post(MAKE, json={**body, **more})
		assert answer.status_code in (403, 417), (more, answer.text[:500])
		assert "Traceback" not in words(answer)
	fresh()
	assert remedy(case).document_name is None
	invoice = frappe.db.get_value("Complaint", case, "reference_name")
	assert not frappe.db.exists("Sales Invoice", {"return_against": invoice})
	# and of a handler who would write the link by hand
	doc = http(reader).get(f"/api/resource/Complaint/{case}").json()["data"]
	doc["remedies"][0].update({"document_type": "Sales Invoice", "document_name": doc["reference_name"]})
	answer = http(reader).put(f"/api/resource/Complaint/{case}", json={"remedies": doc["remedies"]})
	assert_refused(answer, "kept by the system")


def test_over_http_the_draft_is_made_submitted_by_the_accountant_and_read_back_by_the_worker(
	credit, http, fresh
):
	case, row = credit
	answer = http(clerk()).post(MAKE, json={"complaint": case, "remedy": row, "amount": 25})
	assert answer.ok, words(answer)
	name = answer.json()["message"]["name"]
	submitted = http(accountant()).put(f"/api/resource/Sales Invoice/{name}", json={"docstatus": 1})
	assert submitted.ok, words(submitted)
	assert case not in submitted.text
	for _try in range(200):
		fresh()
		if remedy(case).progress == "Performed":
			break
		time.sleep(0.3)
	stored = remedy(case)
	assert (stored.progress, stored.document_state, stored.performed_by) == (
		"Performed",
		"Done",
		accountant(),
	)
	offer = http(user_of("handler")).get(OFFERS, params={"complaint": case}).json()["message"][0]
	assert (offer["document"], offer["state"], offer["kind"], offer["may_open"]) == (
		name,
		"Done",
		None,
		False,
	)


def test_the_draft_is_deleted_by_an_accountant_who_does_not_learn_of_the_case(credit, http, fresh):
	case, row = credit
	name = http(clerk()).post(MAKE, json={"complaint": case, "remedy": row}).json()["message"]["name"]
	answer = http(accountant()).delete(f"/api/resource/Sales Invoice/{name}")
	assert answer.ok and case not in answer.text, words(answer)
	fresh()
	assert remedy(case).document_name is None
