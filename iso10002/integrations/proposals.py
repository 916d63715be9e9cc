"""Tickets that look like complaints: marked by rules an admin made, decided by a person.

A rule only points at a ticket. Nothing becomes a complaint, and nothing is dropped, without somebody who reads the ticket.
"""

import json
import re

import frappe
from frappe import _
from frappe.model.document import Document
from frappe.utils import cstr, now_datetime
from pypika.terms import Criterion, ExistsCriterion

from iso10002.confidentiality.rule import for_both, may_see, visible
from iso10002.handling import events
from iso10002.handling.errors import IntakeError
from iso10002.integrations import back, hosts, sources
from iso10002.integrations.kinds import SOURCES
from iso10002.integrations.words import plain

OPEN, ACCEPTED, REJECTED = "Open", "Accepted", "Rejected"
SHORTEST_REASON = 5


class ProposalError(frappe.ValidationError):
	"""A rule cannot be used, or a proposal is decided already."""


def look(ticket: Document, method: str | None = None) -> None:
	"""Propose a ticket to which a rule applies (doc_events hook of tickets, `on_update`).

	A ticket is proposed once, and not if a complaint came from it. Whatever is wrong with a rule, the ticket is saved.
	"""
	if (
		ticket.flags.written_by_complaint
		or frappe.flags.in_install
		or not hosts.active(SOURCES[ticket.doctype])
	):
		return
	try:
		rules = _rules(ticket.doctype)
		if rules and not _is_known(ticket):
			if rule := next((rule for rule in rules if applies(rule, ticket)), None):
				_propose(ticket, rule.name)
	except Exception:
		frappe.log_error(
			title=f"{ticket.doctype} {ticket.name}: the rules for proposals", message=frappe.get_traceback()
		)


def applies(rule: Document, ticket: Document) -> bool:
	"""Whether all a rule asks for holds for a ticket, as it is stored."""
	app = back.tickets_of(ticket.doctype)
	if rule.rating_up_to and not 0 < app.stars(ticket) <= rule.rating_up_to:
		return False
	if (words := lines_of(rule.words)) and not _says(app.texts(ticket), words):
		return False
	if rule.filters:
		filters = [["name", "=", ticket.name], *json.loads(rule.filters)]
		if not frappe.get_all(ticket.doctype, filters=filters, limit=1):
			return False
	return not rule.reopened_from or app.times_reopened(ticket) >= rule.reopened_from


def lines_of(text: str | None) -> list[str]:
	"""Return the lines of a text that are not empty."""
	return [line.strip() for line in (text or "").splitlines() if line.strip()]


@frappe.whitelist(methods=["POST"])
def reject(proposal: str, reason: str) -> None:
	"""Decide that a ticket is no complaint.

	Args:
		proposal: name of the Complaint Proposal.
		reason: why; kept.

	Raises:
		PermissionError: the user may not register complaints, or not read the ticket.
		ProposalError: it is decided already, or no reason was given.
	"""
	doc = _to_decide(proposal)
	if not isinstance(reason, str) or len(reason.strip()) < SHORTEST_REASON:
		frappe.throw(_("Reason: say in a few words why it is no complaint."), ProposalError)
	_decide(doc, REJECTED, reason=reason.strip())


@frappe.whitelist(methods=["POST"])
def accept(proposal: str, values: dict | str | None = None, files: list | str | None = None) -> dict:
	"""Decide that a ticket is a complaint, and register it.

	Args:
		proposal: name of the Complaint Proposal.
		values, files: as for `sources.make`, which also says what is returned and refused.

	Raises:
		ProposalError: it is decided already.
	"""
	doc = _to_decide(proposal)
	return sources.make(doc.source_doctype, doc.source_name, values=values, files=files)


def settle(case: Document, method: str | None = None) -> None:
	"""Take a new case about a proposed ticket as the decision (doc_events hook of Complaint, `after_insert`)."""
	if not case.reference_name:
		return
	filters = {"source_doctype": case.reference_doctype, "source_name": case.reference_name, "state": OPEN}
	for name in frappe.get_all("Complaint Proposal", filters=filters, pluck="name"):
		doc = frappe.get_doc("Complaint Proposal", name)
		_decide(doc, ACCEPTED)
		events.append(case.name, "Proposal Accepted", details={"rule": doc.rule})


def of_ticket(doctype: str, name: str) -> dict | None:
	"""Return the open proposal for a ticket, for who may decide it; the caller has checked that the ticket is read."""
	if not frappe.has_permission("Complaint", "create"):
		return None
	filters = {"source_doctype": doctype, "source_name": name, "state": OPEN}
	found = frappe.get_list("Complaint Proposal", filters=filters, fields=["name", "rule"], limit=1)
	return found[0] if found else None


def forget(ticket: Document, method: str | None = None) -> None:
	"""Delete the open proposal of a ticket that is deleted (doc_events hook of tickets, `on_trash`).

	A decided one stays for the figures, without the link.
	"""
	about = {"source_doctype": ticket.doctype, "source_name": cstr(ticket.name)}
	frappe.db.delete("Complaint Proposal", {**about, "state": OPEN})
	proposal = frappe.qb.DocType("Complaint Proposal")
	of_ticket = (proposal.source_doctype == ticket.doctype) & (proposal.source_name == cstr(ticket.name))
	frappe.qb.update(proposal).set(proposal.source_name, None).where(of_ticket).run()


def condition(user: str | None = None) -> str:
	"""Return the condition for lists of proposals: an accepted one tells of a case, and is seen with that.

	Hook `permission_query_conditions`.
	"""
	return for_both(user, _listed)


def _listed(user: str) -> Criterion | None:
	seen = visible(user)
	if seen is None:
		return None
	proposal, case = frappe.qb.DocType("Complaint Proposal"), frappe.qb.DocType("Complaint")
	about = (case.reference_doctype == proposal.source_doctype) & (
		case.reference_name == proposal.source_name
	)
	of_case = ExistsCriterion(frappe.qb.from_(case).select(1).where(about).where(seen))
	return (proposal.state != ACCEPTED) | of_case


def may_open(doc: Document, ptype: str | None = None, user: str | None = None) -> bool:
	"""Answer for one proposal as `condition` does for lists (hook `has_permission`)."""
	user = user or frappe.session.user
	if doc.state != ACCEPTED or user == "Administrator":
		return True
	about = {"reference_doctype": doc.source_doctype, "reference_name": doc.source_name}
	return any(may_see(user, case) for case in frappe.get_all("Complaint", about, pluck="name"))


def _rules(doctype: str) -> list[Document]:
	names = frappe.get_all(
		"Complaint Proposal Rule",
		{"source_doctype": doctype, "disabled": 0},
		pluck="name",
		order_by="creation",
	)
	return [frappe.get_cached_doc("Complaint Proposal Rule", name) for name in names]


def _is_known(ticket: Document) -> bool:
	about = {"source_doctype": ticket.doctype, "source_name": cstr(ticket.name)}
	reference = {"reference_doctype": ticket.doctype, "reference_name": cstr(ticket.name)}
	return bool(frappe.db.exists("Complaint Proposal", about) or frappe.db.exists("Complaint", reference))


def _propose(ticket: Document, rule: str) -> None:
	proposal = frappe.new_doc("Complaint Proposal")
	proposal.update(
		{"source_doctype": ticket.doctype, "source_name": cstr(ticket.name), "rule": rule, "state": OPEN}
	)
	# Safe: a rule of the admin applies; whoever changed the ticket gets nothing to see of it.
	proposal.insert(ignore_permissions=True)


def _says(texts: tuple[str, ...], words: list[str]) -> bool:
	said = "\n".join(map(plain, texts))
	return any(re.search(rf"(?<!\w){re.escape(word)}(?!\w)", said, re.IGNORECASE) for word in words)


def _to_decide(proposal: str) -> Document:
	doc = frappe.get_doc("Complaint Proposal", cstr(proposal), for_update=True)
	doc.check_permission("read")
	frappe.has_permission("Complaint", "create", throw=True)
	if doc.state != OPEN:
		frappe.throw(_("This proposal was decided already: {0}.").format(_(doc.state)), ProposalError)
	try:
		sources.opened(doc.source_doctype, doc.source_name)
	except IntakeError as error:
		raise ProposalError(str(error)) from None
	return doc


def _decide(doc: Document, state: str, reason: str | None = None) -> None:
	doc.update(
		{"state": state, "reason": reason, "decided_by": frappe.session.user, "decided_on": now_datetime()}
	)
	doc.save(
		ignore_permissions=True
	)  # safe: the right to decide was checked; nobody writes proposals otherwise
