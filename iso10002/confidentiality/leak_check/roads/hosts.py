"""Tickets of ERPNext and Helpdesk and their customers: what leads from them to a case, and what is written on them."""

import re
from collections.abc import Iterator

import frappe

from iso10002.confidentiality.leak_check.host_records import CUSTOMERS, TICKETS
from iso10002.confidentiality.leak_check.people import Visitor
from iso10002.confidentiality.leak_check.registry import Leak, NotApplicable, road
from iso10002.confidentiality.leak_check.world import World

LOOKED_UP = "looked up under the access rule"
NEUTRAL = "nothing of a case is written on a record of another app"


def _records(world: World, kinds: tuple[str, ...] = (*TICKETS, *CUSTOMERS)) -> Iterator[tuple[str, str]]:
	"""Yield records of each kind a hidden case came from."""
	found = [
		(kind, name) for case in world.cases[:2] for kind, name in case.host_records.items() if kind in kinds
	]
	if not found:
		raise NotApplicable("neither ERPNext nor Helpdesk is on this site")
	yield from found


@road("Complaints beside a ticket or customer, and what a new one would start with", LOOKED_UP)
def beside(visitor: Visitor, world: World) -> None:
	for doctype, name in _records(world):
		for method in ("sources.beside", "sources.offer"):
			visitor.call(f"iso10002.integrations.{method}", doctype=doctype, name=name)


@road("The customer's complaints in figures", LOOKED_UP, proof=False)
def picture(visitor: Visitor, world: World) -> None:
	for doctype, name in _records(world, CUSTOMERS):
		answer = visitor.call("iso10002.integrations.picture.of", doctype=doctype, name=name)
		if visitor is not world.cleared and answer.ok and re.search(r'"(open|past)":\s*[1-9]', answer.text):
			raise Leak(f"{doctype} {name}: {answer.text[:200]}")


@road("Counts in the Connections of a ticket", "guard: answers counts within the access rule", proof=False)
def connections(visitor: Visitor, world: World) -> None:
	for doctype, name in _records(world):
		answer = visitor.call(
			"frappe.desk.notifications.get_open_count",
			doctype=doctype,
			name=name,
			items=["Complaint", *world.doctypes_for(visitor)],
		)
		if visitor is not world.cleared and answer.ok and re.search(r'"(open_)?count":\s*[1-9]', answer.text):
			raise Leak(f"{doctype} {name}: {answer.text[:200]}")


@road("Links in the menu of a ticket or customer", "guard: answers within the access rule", proof=False)
def links_of_record(visitor: Visitor, world: World) -> None:
	for doctype, name in _records(world):
		visitor.call("frappe.desk.form.linked_with.get", doctype=doctype, docname=name)
		visitor.call("frappe.desk.form.linked_with.get_linked_docs", doctype=doctype, name=name)


@road(
	"A ticket with its notes, e-mails and time line, in the desk and on the agent's page",
	NEUTRAL,
	proof=False,
)
def ticket_page(visitor: Visitor, world: World) -> None:
	for doctype, name in _records(world):
		visitor.get("/api/method/frappe.desk.form.load.getdoc", doctype=doctype, name=name)
		visitor.get(f"/api/resource/{doctype}/{name}", expand_links="1")
		if doctype == "HD Ticket":
			api = "/api/method/helpdesk.helpdesk.doctype.hd_ticket.api"
			visitor.get(f"{api}.get_one", name=name)
			visitor.get(f"{api}.get_ticket_activities", ticket=name)
			visitor.get(f"{api}.get_recent_similar_tickets", ticket=name)


@road(
	"Deleting or merging a ticket or customer a case came from",
	"the case lets go of what is deleted",
	proof=False,
)
def deleting(visitor: Visitor, world: World) -> None:
	for doctype, name in _records(world):
		visitor.inside(frappe.delete_doc, doctype, name)


@road("Proposals: tickets that became a complaint", "accepted ones are seen with their case", proof=False)
def proposals(visitor: Visitor, world: World) -> None:
	for doctype, name in _records(world, TICKETS):
		proposal = frappe.new_doc("Complaint Proposal")
		proposal.update({"source_doctype": doctype, "source_name": name, "state": "Accepted"})
		proposal.name = frappe.generate_hash(length=12)
		frappe.db.delete("Complaint Proposal", {"source_doctype": doctype, "source_name": name})
		proposal.db_insert()
		frappe.db.commit()
		listed = visitor.get("/api/resource/Complaint Proposal", fields=["*"], **world.recent())
		opened = visitor.get(f"/api/resource/Complaint Proposal/{proposal.name}")
		if visitor is not world.cleared and (proposal.name in listed.text or opened.ok):
			raise Leak(f"the proposal for {doctype} {name} is seen")


@road("Doing something about the ticket of a confidential case", "access rule: has_permission", proof=False)
def source_of_case(visitor: Visitor, world: World) -> None:
	for case in world.cases[:2]:
		for ways in ({}, {"way": "left as it is"}):
			method = "deal_with" if ways else "exposed"
			answer = visitor.call(f"iso10002.integrations.confidential.{method}", complaint=case.name, **ways)
			if visitor is not world.cleared and answer.ok:
				raise Leak(f"{method} {case.name}: {answer.text[:200]}")
