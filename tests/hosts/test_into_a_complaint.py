"""A complaint about a record of ERPNext or Helpdesk: what it starts with, its files, and the way back."""

import frappe
import pytest
from factories import acting_as, make_access, make_party, make_user, unique, user_of
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
	make_serial_no,
	make_ticket,
	make_warranty_claim,
)
from over_http import assert_refused

from iso10002 import roles
from iso10002.handling.errors import IntakeError
from iso10002.integrations import sources

pytestmark = pytest.mark.hosts

HOST_ROLES = (
	"Agent",
	"Support Team",
	"Sales User",
	"Accounts User",
	"Stock User",
	"Maintenance User",
	"Maintenance Manager",
)
TEXT = b"Receipt of the shop "


@pytest.fixture(scope="module")
def things(site) -> dict[str, object]:
	"""One record of every kind a complaint may come from, of one customer."""
	customer = make_customer()
	contact = make_contact(customer.name, email=f"{unique('anna')}@example.org".lower())
	item = make_item(has_serial_no=1)
	serial = make_serial_no(item.name)
	plain = make_item()
	hd_customer = make_hd_customer()
	hd_contact = make_contact(hd_customer.name, "HD Customer")
	made = {
		"Customer": customer,
		"Contact": contact,
		"Issue": make_issue(customer=customer.name, contact=contact.name),
		"Warranty Claim": make_warranty_claim(
			customer.name, item_code=item.name, item_name=item.item_name, serial_no=serial.name
		),
		"Sales Order": make_order(customer.name, plain.name),
		"Sales Invoice": make_invoice(customer.name, plain.name),
		"Delivery Note": make_delivery(customer.name, plain.name),
		"HD Customer": hd_customer,
		"HD Ticket": make_ticket(customer=hd_customer.name, contact=hd_contact.name),
	}
	made["Communication"] = frappe.get_doc(
		{
			"doctype": "Communication",
			"communication_medium": "Email",
			"sent_or_received": "Received",
			"subject": "Kettle leaks",
			"content": "<p>The kettle leaks.</p>",
			"sender": "Anna Muster <anna@example.org>",
		}
	).insert()
	made["plain item"], made["item"], made["serial"] = plain, item, serial
	frappe.db.commit()
	return made


@pytest.fixture(scope="module")
def front_desk(site) -> str:
	"""Somebody with the rights of the hosts who may register complaints."""
	user = make_agent(*HOST_ROLES, roles.INTAKE, email="test-front-desk@example.com")
	frappe.db.commit()
	return user


def attach(doc, name: str, content: bytes) -> str:
	file = frappe.new_doc("File")
	file.update(
		{
			"file_name": name,
			"attached_to_doctype": doc.doctype,
			"attached_to_name": doc.name,
			"content": content,
			"is_private": 1,
		}
	)
	return file.insert().name


@pytest.mark.parametrize("doctype", [name for name in sources.SOURCES if name not in sources.PERSONS])
def test_a_complaint_about_a_record_refers_to_it_and_names_its_customer(things, front_desk, doctype):
	doc = things[doctype]
	values = {"channel": "Phone", "description": "It leaks.", "allegations": [{"allegation": "Leaks"}]}
	with acting_as(front_desk):
		made = sources.make(doctype, str(doc.name), values=values)
	case = frappe.get_doc("Complaint", made["complaint"])
	assert (case.reference_doctype, case.reference_name) == (doctype, str(doc.name))
	parties = frappe.get_all("Complaint Party", {"complaint": case.name}, ["role", "linked_name", "email"])
	assert [row.role for row in parties] == ["Complainant"]
	if doctype != "Communication":
		customer = things["HD Customer" if doctype == "HD Ticket" else "Customer"].name
		assert parties[0].linked_name == customer
	else:
		assert parties[0].email == "anna@example.org"
	assert "Taken Over" in frappe.get_all("Complaint Event", {"complaint": case.name}, pluck="event")


@pytest.mark.parametrize("doctype", sources.PERSONS)
def test_a_complaint_of_a_person_links_to_the_person_by_its_party_only(things, front_desk, doctype):
	doc = things[doctype]
	values = {"channel": "Phone", "description": "It leaks.", "allegations": [{"allegation": "Leaks"}]}
	with acting_as(front_desk):
		case = frappe.get_doc("Complaint", sources.make(doctype, doc.name, values=values)["complaint"])
		found = sources.beside(doctype, doc.name)
	assert not case.reference_name and doc.name not in frappe.as_json(case.as_dict())
	events = frappe.get_all("Complaint Event", {"complaint": case.name}, ["details", "remark"])
	assert doc.name not in frappe.as_json(events)
	assert case.name in [row["name"] for row in found["complaints"]] and found["start"]


def test_a_ticket_gives_its_words_its_subject_and_when_it_came(things, front_desk):
	with acting_as(front_desk):
		offered = sources.offer("HD Ticket", str(things["HD Ticket"].name))
	assert offered["case"]["description"] == "The kettle leaks at the bottom."
	assert offered["case"]["allegations"] == [{"allegation": "Kettle leaks"}]
	assert offered["case"]["channel"] == "E-mail"
	assert str(offered["case"]["received_on"]) == str(things["HD Ticket"].creation)
	assert offered["party"]["email"] and offered["party"]["full_name"] == "Maria Muster"
	assert offered["party"]["organisation"] == things["HD Customer"].name


def test_a_sale_gives_its_product_and_a_claim_its_serial_number(things, front_desk):
	with acting_as(front_desk):
		sale = sources.offer("Sales Invoice", things["Sales Invoice"].name)["case"]
		claim = sources.offer("Warranty Claim", things["Warranty Claim"].name)["case"]
	assert sale["product_or_service"] == things["plain item"].item_name
	assert claim["product_reference"] == things["serial"].name
	assert claim["product_or_service"] == things["item"].item_name


def test_of_a_sale_of_several_things_the_user_chooses_one(things, front_desk):
	other = make_item()
	rows = [{"item_code": code, "qty": 1, "rate": 5} for code in (things["plain item"].name, other.name)]
	invoice = make_invoice(things["Customer"].name, other.name, items=rows)
	with acting_as(front_desk):
		offered = sources.offer("Sales Invoice", invoice.name)
	assert len(offered["products"]) == 2 and "product_or_service" not in offered["case"]


def test_files_of_a_ticket_and_its_mails_are_copied_and_private_and_the_rest_is_said(front_desk, fresh):
	ticket = make_ticket()
	good = attach(ticket, "receipt.txt", TEXT + unique().encode())
	mail = frappe.get_all("Communication", {"reference_doctype": "HD Ticket", "reference_name": ticket.name})[
		0
	]
	mailed = attach(frappe.get_doc("Communication", mail.name), "photo.txt", TEXT + unique().encode())
	bad = attach(ticket, "run.exe", b"MZ" + b"\0" * 200)
	elsewhere = attach(make_ticket(), "other.txt", TEXT + unique().encode())
	with acting_as(front_desk):
		rows = {row["name"]: row for row in sources.offer("HD Ticket", str(ticket.name))["files"]}
		made = sources.make("HD Ticket", str(ticket.name), files=[good, mailed, bad, elsewhere])
	assert set(rows) == {good, mailed, bad} and "refused" in rows[bad] and "refused" not in rows[good]
	assert sorted(made["left"]) == sorted([bad, elsewhere])
	fields = ["file_name", "file_url", "is_private"]
	of_case = {"attached_to_doctype": "Complaint", "attached_to_name": made["complaint"]}
	copied = frappe.get_all("File", of_case, fields, order_by="file_name")
	assert len(copied) == 2 and all(row.is_private for row in copied)
	original = frappe.db.get_value("File", good, "file_url")
	assert original not in [row.file_url for row in copied], "the case shares its file with the ticket"


def test_a_second_complaint_about_a_record_is_asked_for(things, front_desk):
	ticket = str(make_ticket().name)
	with acting_as(front_desk):
		first = sources.make("HD Ticket", ticket)["complaint"]
		with pytest.raises(IntakeError, match=first):
			sources.make("HD Ticket", ticket)
		assert [row["name"] for row in sources.offer("HD Ticket", ticket)["before"]] == [first]
		assert sources.make("HD Ticket", ticket, again=True)["complaint"] != first


def test_what_is_switched_off_or_unknown_gives_no_complaint(things, front_desk):
	frappe.db.set_single_value("ISO10002 Settings", "use_helpdesk", 0)
	frappe.clear_document_cache("ISO10002 Settings", "ISO10002 Settings")
	ticket = str(things["HD Ticket"].name)
	with acting_as(front_desk):
		assert sources.beside("HD Ticket", ticket) == {"start": False, "complaints": []}
		for doctype, name in (("HD Ticket", ticket), ("User", "Administrator"), ("Nothing", "x"), ("", "")):
			with pytest.raises(IntakeError):
				sources.make(doctype, name)


# Who may


@pytest.mark.parametrize("doctype", sources.SOURCES)
def test_with_rights_of_the_host_alone_nobody_starts_or_sees_a_complaint(things, front_desk, http, doctype):
	agent = make_agent(*HOST_ROLES, email="test-agent-only@example.com")
	name = str(things[doctype].name)
	values = {"channel": "Phone", "description": "x", "allegations": [{"allegation": "y"}]}
	with acting_as(front_desk):
		case = sources.make(doctype, name, values=values, again=True)["complaint"]
	frappe.db.commit()
	record = {"doctype": doctype, "name": name}
	session = http(agent)
	assert session.call(f"{sources.__name__}.beside", **record) == {"start": False, "complaints": []}
	for method, more in (("offer", {}), ("make", {"values": values})):
		answer = session.post(f"/api/method/{sources.__name__}.{method}", json={**record, **more})
		assert_refused(answer, status=403)
		assert case not in answer.text
	counted = session.get("/api/method/frappe.desk.notifications.get_open_count", params=record)
	assert case not in counted.text and '"Complaint"' not in counted.text


@pytest.mark.parametrize(
	"doctype", [name for name in sources.SOURCES if name not in ("Communication", "Contact")]
)
def test_with_rights_here_alone_nobody_reads_a_record_through_us(things, http, doctype):
	session = http(user_of("intake"))
	for method in ("beside", "offer", "make"):
		answer = session.post(
			f"/api/method/{sources.__name__}.{method}",
			json={"doctype": doctype, "name": str(things[doctype].name)},
		)
		assert_refused(answer, status=403)
		assert "leaks" not in answer.text and "Muster" not in answer.text


def test_a_visitor_gets_nothing(things, http):
	for method in ("beside", "offer", "make"):
		answer = http().post(
			f"/api/method/{sources.__name__}.{method}",
			json={"doctype": "HD Ticket", "name": str(things["HD Ticket"].name)},
		)
		assert answer.status_code == 403


def test_a_hidden_case_is_neither_listed_nor_counted_beside_its_ticket(http, front_desk):
	ticket = str(make_ticket().name)
	with acting_as(front_desk):
		seen = sources.make("HD Ticket", ticket)["complaint"]
		hidden = sources.make("HD Ticket", ticket, again=True)["complaint"]
	frappe.db.set_value("Complaint", hidden, "confidentiality_level", "Restricted")
	frappe.db.set_value("Complaint", seen, "owner", front_desk)
	reader = make_agent(roles.HANDLER, email="test-agent-handler@example.com")
	record = {"doctype": "HD Ticket", "name": ticket}
	session = http(reader)
	found = session.call(f"{sources.__name__}.beside", **record)
	assert [row["name"] for row in found["complaints"]] == [seen]
	count = session.call("frappe.desk.notifications.get_open_count", **record, items=["Complaint"])
	assert hidden not in frappe.as_json(count) and counted(count) == 1
	make_access(hidden, user=reader)
	frappe.db.commit()
	found = session.call(f"{sources.__name__}.beside", **record)
	assert {row["name"] for row in found["complaints"]} == {seen, hidden}
	assert (
		counted(session.call("frappe.desk.notifications.get_open_count", **record, items=["Complaint"])) == 2
	)


def counted(answer: dict) -> int:
	count = answer["count"]
	rows = count if isinstance(count, list) else count["external_links_found"]
	return sum(row["count"] for row in rows if (row.get("name") or row.get("doctype")) == "Complaint")


def test_a_person_complained_about_does_not_see_the_case_beside_the_ticket(http, front_desk):
	ticket = str(make_ticket().name)
	agent = make_agent(roles.HANDLER, email="test-agent-accused@example.com")
	with acting_as(front_desk):
		case = sources.make("HD Ticket", ticket)["complaint"]
	make_party(case, role="Person complained about", full_name="Agent", email=agent)
	frappe.db.commit()
	assert (
		http(agent).call(f"{sources.__name__}.beside", doctype="HD Ticket", name=ticket)["complaints"] == []
	)


def test_files_of_another_record_are_not_had_by_naming_them_over_rest(http, front_desk):
	ticket, other = make_ticket(), make_issue()
	secret = attach(other, "secret.txt", TEXT + b"secret")
	frappe.db.commit()
	body = {
		"channel": "Phone",
		"description": "x",
		"allegations": [{"allegation": "y"}],
		"source": {"doctype": "Issue", "name": other.name, "files": [secret]},
	}
	intake = make_user(roles.INTAKE, email="test-intake-only@example.com").name
	before = frappe.db.count("Complaint")
	assert_refused(http(intake).post("/api/resource/Complaint", json=body), status=403)
	body["source"] = {"doctype": "HD Ticket", "name": str(ticket.name), "files": [secret]}
	answer = http(front_desk).post("/api/resource/Complaint", json=body)
	assert answer.ok, answer.text
	frappe.db.rollback()
	assert frappe.db.count("Complaint") == before + 1
	case = answer.json()["data"]["name"]
	assert not frappe.db.exists("File", {"attached_to_doctype": "Complaint", "attached_to_name": case})
	for source in ("HD Ticket", [], {"doctype": "HD Ticket", "name": str(ticket.name), "files": "x"}):
		answer = http(front_desk).post("/api/resource/Complaint", json={**body, "source": source})
		assert answer.ok if not source else answer.status_code == 417, answer.text
