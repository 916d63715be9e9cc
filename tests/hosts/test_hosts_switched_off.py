"""With ERPNext and Helpdesk switched off in the settings, nothing is offered that the server would refuse."""

import frappe
import pytest
from factories import make_user, unique
from frappe.desk.form.meta import get_meta
from host_things import make_customer, make_item, make_order, make_ticket
from money_things import make_employee
from playwright.sync_api import expect

from iso10002 import roles
from iso10002.integrations import hosts, sources

pytestmark = pytest.mark.hosts

VALUES = {"channel": "E-mail", "description": "It leaks.", "allegations": [{"allegation": "Leaks"}]}


def switch(on: int) -> None:
	settings = frappe.get_doc("ISO10002 Settings")
	settings.update({f"use_{host}": on for host in hosts.HOSTS})
	settings.save()
	frappe.db.commit()


@pytest.fixture
def switched_off(site):
	switch(0)
	yield
	frappe.db.rollback()
	switch(1)


def test_the_desk_is_told_which_hosts_are_switched_on(switched_off):
	assert told() == []
	assert groups("Sales Order").isdisjoint({"Complaints"})
	switch(1)
	assert told() == list(hosts.HOSTS)
	assert "Complaints" in groups("Sales Order")


def told() -> list[str]:
	"""Return the hosts the desk is told of when it starts."""
	bootinfo = frappe._dict()
	for hook in frappe.get_hooks("extend_bootinfo", app_name="iso10002"):
		frappe.get_attr(hook)(bootinfo=bootinfo)
	return bootinfo.iso10002_hosts


def groups(doctype: str) -> set[str]:
	"""Return the headings of the Connections of a form, as the desk gets them."""
	return {group["label"] for group in get_meta(doctype).get("__dashboard").transactions}


def test_no_form_has_a_button_that_would_be_refused(desk, fresh):
	user = make_user(
		roles.HANDLER, roles.MANAGER, "Sales User", "Support Team", email="test-off@example.com"
	).name
	make_employee(user)
	customer = make_customer()
	order = make_order(customer.name, make_item().name)
	case = sources.make("Customer", customer.name, values=VALUES)["complaint"]
	frappe.db.set_value("Complaint", case, "cause", "Packaging or transport")
	improvement = make_improvement(user)
	ticket = make_ticket()
	proposal = frappe.get_doc(
		{"doctype": "Complaint Proposal", "source_doctype": "HD Ticket", "source_name": str(ticket.name)}
	).insert()
	calendar = frappe.get_all("Complaint Calendar", pluck="name")[0]
	frappe.db.commit()
	pages = {
		f"/app/complaint-improvement/{improvement}": "Make a record in ERPNext",
		f"/app/complaint-calendar/{calendar}": "Take Holidays",
		f"/app/complaint-proposal/{proposal.name}": "It is a complaint",
	}
	page = desk(user, viewport=(1280, 900))
	page.set_default_timeout(60_000)
	for address, button in pages.items():
		open_form(page, address)
		expect(page.get_by_role("button", name=button)).to_have_count(1)
	open_form(page, f"/app/customer/{customer.name}")
	page.locator(".iso-beside .iso-picture").wait_for()
	switch(0)
	try:
		for address, button in pages.items():
			open_form(page, address)
			expect(page.get_by_role("button", name=button)).to_have_count(0)
		open_form(page, f"/app/complaint/{case}")
		expect(page.locator(".iso-panel")).to_be_visible()
		expect(page.locator(".menu-btn-group").get_by_text("Make a record of the cause")).to_have_count(0)
		for address in (f"/app/customer/{customer.name}", f"/app/sales-order/{order.name}"):
			open_form(page, address)
			page.wait_for_load_state("networkidle")
			expect(page.locator(".iso-beside")).to_have_count(0)
			expect(page.locator(".modal.show")).to_have_count(0)
			expect(page.locator('.document-link[data-doctype="Complaint"]')).to_have_count(0)
	finally:
		switch(1)


def open_form(page, address: str) -> None:
	"""Open a form with what the desk is told at its start as it is now."""
	page.goto(address)
	page.wait_for_function(
		"window.cur_frm && decodeURIComponent(location.pathname).endsWith(cur_frm.docname)"
	)
	page.wait_for_load_state("networkidle")


def make_improvement(user: str) -> str:
	values = {
		"doctype": "Complaint Improvement",
		"subject": f"Parcels are packed better {unique()}",
		"action": "Stronger boxes.",
		"responsible": user,
		"due_on": frappe.utils.add_days(frappe.utils.nowdate(), 30),
		"comes_from": "Cause of complaints",
		"cause": "Packaging or transport",
	}
	return frappe.get_doc(values).insert().name
