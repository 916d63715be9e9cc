"""Records of the hosts are deleted, merged and renamed while their complaints live: nothing is lost, nothing leaks."""

import frappe
import pytest
from factories import acting_as, edit, merge, user_of
from host_things import make_agent, make_customer, make_item, make_serial_no, make_ticket, make_warranty_claim
from over_http import words

from iso10002 import roles
from iso10002.integrations import sources

pytestmark = pytest.mark.hosts

VALUES = {"channel": "Phone", "description": "It leaks.", "allegations": [{"allegation": "Leaks"}]}


def case_about(doc, **more) -> str:
	return sources.make(doc.doctype, str(doc.name), values={**VALUES, **more})["complaint"]


def test_a_ticket_can_be_deleted_while_its_complaint_lives_and_the_case_keeps_the_words(http):
	ticket = make_ticket()
	case = case_about(ticket)
	frappe.db.set_value("Complaint", case, "confidentiality_level", "Restricted")
	agent = make_agent("Agent Manager", email="test-agent-manager@example.com")
	session = http(agent)
	answer = session.delete(f"/api/resource/HD Ticket/{ticket.name}")
	assert answer.ok, words(answer)
	assert case not in answer.text
	frappe.db.rollback()
	doc = frappe.get_doc("Complaint", case)
	assert not doc.reference_name and not doc.reference_doctype
	assert doc.description == "It leaks."
	filters = {"complaint": case, "event": "Reference Removed"}
	assert str(ticket.name) in frappe.get_all("Complaint Event", filters, pluck="details")[0]


def test_the_case_of_a_deleted_ticket_is_saved_and_opened_as_before(http):
	ticket = make_ticket()
	case = case_about(ticket)
	frappe.delete_doc("HD Ticket", ticket.name)
	edit(case, "handler", product_or_service="Kettle")
	handler = user_of("handler")
	answer = http(handler).get(
		"/api/method/frappe.desk.form.load.getdoc", params={"doctype": "Complaint", "name": case}
	)
	assert answer.ok, answer.text


def test_a_merged_customer_keeps_its_complaints(http):
	first, second = make_customer(), make_customer()
	case = case_about(first)
	merge("Customer", first.name, second.name)
	party = frappe.get_all("Complaint Party", {"complaint": case}, ["name", "linked_name", "organisation"])[0]
	assert party.linked_name == second.name and party.organisation == first.customer_name
	reader = make_agent("Sales User", roles.HANDLER, email="test-sales-handler@example.com")
	with acting_as(reader):
		assert [row["name"] for row in sources.beside("Customer", second.name)["complaints"]] == [case]
		frappe.get_doc("Complaint Party", party.name).save()


def test_a_renamed_item_and_serial_number_leave_the_case_as_it_was_said():
	item = make_item(has_serial_no=1)
	serial = make_serial_no(item.name)
	claim = make_warranty_claim(make_customer().name, item_code=item.name, serial_no=serial.name)
	case = case_about(claim)
	before = frappe.db.get_value("Complaint", case, ["product_or_service", "product_reference"])
	frappe.rename_doc("Item", item.name, f"{item.name}-new")
	edit(case, "handler", unit_concerned="Shop")
	assert frappe.db.get_value("Complaint", case, ["product_or_service", "product_reference"]) == before
	assert frappe.db.get_value("Warranty Claim", claim.name, "item_code") == f"{item.name}-new"


def test_a_customer_is_deleted_without_a_word_of_its_complaints(http):
	customer = make_customer()
	case = case_about(customer)
	master = make_agent("Sales Master Manager", "Sales User", email="test-sales-master@example.com")
	answer = http(master).delete(f"/api/resource/Customer/{customer.name}")
	assert answer.ok and case not in answer.text, words(answer)
	frappe.db.rollback()
	party = frappe.get_all("Complaint Party", {"complaint": case}, ["linked_name", "organisation"])[0]
	assert not party.linked_name and party.organisation == customer.customer_name
