"""On a site with ERPNext and Helpdesk both are recognised, and their records can be made."""

import frappe
import pytest
from host_things import (
	make_agent,
	make_contact,
	make_customer,
	make_delivery,
	make_hd_customer,
	make_invoice,
	make_issue,
	make_item,
	make_order,
	make_ticket,
	make_warranty_claim,
)

from iso10002.integrations import hosts

pytestmark = pytest.mark.hosts


@pytest.mark.parametrize("host", hosts.HOSTS)
def test_a_host_that_is_installed_is_recognised_and_can_be_switched_off(host):
	assert hosts.installed(host) and hosts.active(host)
	frappe.db.set_single_value("ISO10002 Settings", f"use_{host}", 0)
	frappe.clear_document_cache("ISO10002 Settings", "ISO10002 Settings")
	assert hosts.installed(host) and not hosts.active(host)


def test_records_of_the_hosts_can_be_made():
	customer, item = make_customer().name, make_item().name
	assert make_contact(customer).links[0].link_name == customer
	assert make_order(customer, item).grand_total == 100
	assert make_invoice(customer, item).grand_total == 100
	assert make_delivery(customer, item).customer == customer
	assert make_issue(customer=customer).status == "Open"
	assert make_warranty_claim(customer).name
	assert make_ticket(customer=make_hd_customer().name).status == "Open"
	assert frappe.db.exists("HD Agent", {"user": make_agent()})


def test_the_agent_page_has_its_script_and_an_admin_who_deletes_it_is_obeyed():
	from iso10002.integrations.helpdesk import setup

	setup.remove()
	setup.install()
	script = frappe.get_doc("HD Form Script", setup.SCRIPT)
	assert script.enabled and script.dt == "HD Ticket" and "helpdesk_ticket.js" in script.script
	script.db_set("enabled", 0)
	setup.install()
	assert not frappe.db.get_value("HD Form Script", setup.SCRIPT, "enabled"), "the admin's switch was turned"
	frappe.delete_doc("HD Form Script", setup.SCRIPT)
	setup.install()
	assert not frappe.db.exists("HD Form Script", setup.SCRIPT)
	setup.remove()
	setup.install()
	assert frappe.db.exists("HD Form Script", setup.SCRIPT)


def test_a_host_that_leaves_takes_its_links_out_of_the_cases_and_the_cases_go_on():
	from iso10002.integrations import sources

	ticket = make_ticket(customer=make_hd_customer().name)
	values = {"channel": "Phone", "description": "x", "allegations": [{"allegation": "y"}]}
	case = sources.make("HD Ticket", str(ticket.name), values=values)["complaint"]
	hosts.leaving("helpdesk")
	doc = frappe.get_doc("Complaint", case)
	assert not doc.reference_doctype and not doc.reference_name
	party = frappe.get_all(
		"Complaint Party", {"complaint": case}, ["linked_doctype", "linked_name", "organisation"]
	)[0]
	assert not party.linked_doctype and not party.linked_name and party.organisation == ticket.customer
	assert not frappe.db.exists("HD Form Script", "Complaint (ISO 10002)")
	doc.product_or_service = "Kettle"
	doc.save()
