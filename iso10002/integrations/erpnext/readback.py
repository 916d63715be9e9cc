"""What became of the document made for a remedy, read back into the case: carried out, cancelled, amended, deleted.

The events of ERPNext's documents only look whether a remedy has them and leave the rest to a background job, so that
whoever submits there is neither slowed down nor stopped by a case, and learns nothing of it. A daily round catches up on
what a lost job left behind. Source: ISO 10002:2018 clause 7.7.
"""

import frappe
from frappe import _
from frappe.model.document import Document
from frappe.utils import flt, getdate, now, nowdate

from iso10002.handling import events, notify, remedies
from iso10002.integrations.erpnext import drafts

DRAFT, SUBMITTED, DONE, CANCELLED = "Draft", "Submitted", "Done", remedies.CANCELLED
GONE = "Deleted"
ACCEPTED, PERFORMED = "Accepted", "Performed"


def follow(doc: Document, method: str | None = None) -> None:
	"""Have a document of ERPNext read back if a remedy has it (doc_events hook, after it was changed)."""
	if remedies_with(doc.doctype, doc.name):
		_enqueue(doc.doctype, doc.name)


def follow_amendment(doc: Document, method: str | None = None) -> None:
	"""Let a remedy follow from a cancelled document to the one that amends it (doc_events hook `after_insert`)."""
	if doc.get("amended_from") and remedies_with(doc.doctype, doc.amended_from):
		_enqueue(doc.doctype, doc.amended_from, amended_by=doc.name)


def follow_deletion(doc: Document, method: str | None = None) -> None:
	"""Untie remedies from a document that is deleted (doc_events hook `on_trash`).

	At once, or the case could not be saved until the job has run: its link would lead nowhere.
	"""
	for row in remedies_with(doc.doctype, doc.name):
		untie(row)
		frappe.enqueue(
			note_deletion,
			queue="short",
			enqueue_after_commit=True,
			complaint=row.parent,
			remedy=row.remedy_type,
			doctype=doc.doctype,
			name=doc.name,
			user=frappe.session.user,
		)


def remedies_with(doctype: str, name: str) -> list[frappe._dict]:
	"""Return the remedies (name, parent, remedy_type, document_state) that have a document; led by an index."""
	if not frappe.db.has_column("Complaint Remedy", "document_name"):
		return []  # an update of ERPNext that runs before ours
	row = frappe.qb.DocType("Complaint Remedy")
	return (
		frappe.qb.from_(row)
		.select(row.name, row.parent, row.remedy_type, row.document_state)
		.where((row.document_name == name) & (row.document_type == doctype))
		.run(as_dict=True)
	)


def untie(row: frappe._dict) -> None:
	"""Take the link off a remedy without saving its case; whoever has the case open is asked to reload."""
	frappe.db.set_value("Complaint Remedy", row.name, dict.fromkeys(remedies.DOCUMENT_FIELDS))
	frappe.db.set_value("Complaint", row.parent, "modified", now(), update_modified=False)
	frappe.clear_document_cache("Complaint", row.parent)


def untie_all() -> None:
	"""Take all links into ERPNext off the remedies, because it leaves; what was made stays in the journal."""
	row = frappe.qb.DocType("Complaint Remedy")
	query = frappe.qb.update(row).where(row.document_type.isin(drafts.DOCTYPES))
	for field in remedies.DOCUMENT_FIELDS:
		query = query.set(row[field], None)
	query.run()


def read_back(doctype: str, name: str, amended_by: str | None = None) -> None:
	"""Read the state of a document into the remedies that have it (background job; may run any number of times).

	Args:
		doctype: of the document.
		name: of the document.
		amended_by: the document that takes its place from now on.
	"""
	user = frappe.session.user
	# Who submits in ERPNext need not see the case, nor have a part in it: what is written is what ERPNext says.
	frappe.set_user("Administrator")
	try:
		for row in remedies_with(doctype, name):
			_read_into(row, doctype, amended_by or name)
	finally:
		frappe.set_user(user)


def catch_up() -> None:
	"""Read back what differs from what the cases say (daily); a document that cannot be read stops no other."""
	row = frappe.qb.DocType("Complaint Remedy")
	open_rows = (
		frappe.qb.from_(row)
		.select(row.document_type, row.document_name)
		.distinct()
		.where(row.document_name.notnull() & (row.document_name != ""))
		.where(row.document_state.isin((DRAFT, SUBMITTED)) | (row.progress == PERFORMED))
		.where(row.document_type.isin(drafts.DOCTYPES))
		.run()
	)
	for doctype, name in open_rows:
		try:
			read_back(doctype, name)
			frappe.db.commit()
		except Exception:
			frappe.db.rollback()
			frappe.log_error(f"Document of a remedy: {doctype} {name}")


def note_deletion(complaint: str, remedy: str, doctype: str, name: str, user: str) -> None:
	"""Note in the journal that the document of a remedy was deleted (background job)."""
	_note(complaint, remedy, doctype, name, GONE, user)
	_tell(complaint)


def state_of(doc: Document | None) -> str:
	"""Return how far a document is: an order is done when it is delivered, all others when they are submitted."""
	if not doc:
		return GONE
	if doc.docstatus == 2:
		return CANCELLED
	if doc.docstatus == 0:
		return DRAFT
	if doc.doctype == "Sales Order" and flt(doc.per_delivered) < 100:
		return SUBMITTED
	return DONE


def _read_into(found: frappe._dict, doctype: str, name: str) -> None:
	case = frappe.get_doc("Complaint", found.parent, for_update=True)
	row = next(row for row in case.remedies if row.name == found.name)
	doc = frappe.get_doc(doctype, name) if frappe.db.exists(doctype, name) else None
	state, before = state_of(doc), row.document_state
	if (state, name) == (before, row.document_name):
		return
	if state == GONE:
		row.update(dict.fromkeys(remedies.DOCUMENT_FIELDS))
	else:
		row.update({"document_name": name, "document_state": state})
	above = _is_above(doc, row) if state == DONE else False
	if state == DONE and row.progress == ACCEPTED and not above:
		row.update(
			{
				"progress": PERFORMED,
				"performed_on": min(_day_of(doc), getdate(nowdate())),
				"performed_by": doc.modified_by,
			}
		)
	elif before == DONE and row.progress == PERFORMED:
		row.update({"progress": ACCEPTED, "performed_on": None, "performed_by": None})
	case.flags.following_document = True
	# Safe: only what ERPNext says about a document tied to this remedy was set, and every rule of saving holds.
	case.save(ignore_permissions=True)
	user = doc.modified_by if doc else None
	_note(case.name, row.remedy_type, doctype, name, state, user, doc, above)
	if above or state in (CANCELLED, GONE) or before == DONE:
		_tell(case.name)


def _is_above(doc: Document, row: Document) -> bool:
	"""Whether more money moves than was accepted: the draft was changed before it was submitted."""
	if doc.doctype not in [kind.doctype for kind in drafts.KINDS.values() if kind.of_money]:
		return False
	return flt(drafts.worth(doc) - flt(row.value), drafts.PLACES) > 0


def _day_of(doc: Document):
	if doc.doctype == "Sales Order":
		return getdate(nowdate())
	return getdate(doc.posting_date)


def _note(
	complaint: str,
	remedy: str,
	doctype: str,
	name: str,
	state: str,
	user: str | None,
	doc: Document | None = None,
	above: bool = False,
) -> None:
	details = {"remedy": remedy, "document_type": doctype, "document": name, "state": state}
	if doc:
		details |= {"amount": drafts.worth(doc), "currency": drafts.currency_of(doc)}
	remark = (
		_("More than was accepted: look at it, and enter yourself what was performed.") if above else None
	)
	events.append(complaint, "Document Changed", user=user, remark=remark, details=details)


def _tell(complaint: str) -> None:
	"""Tell the handler, or the managers, that the document of a remedy needs a look; the number only."""
	desk = notify.Desk()
	handler = frappe.db.get_value("Complaint", complaint, "handler")
	address = desk.address(handler)
	to = notify.who_may_see({handler: address}, complaint) if address else {}
	to = to or notify.managers(complaint, desk)
	notify.tell(
		to, _("{0}: look at the document of a remedy").format(complaint), desk, "Complaint", complaint
	)


def _enqueue(doctype: str, name: str, amended_by: str | None = None) -> None:
	frappe.enqueue(
		read_back,
		queue="short",
		enqueue_after_commit=True,
		doctype=doctype,
		name=name,
		amended_by=amended_by,
	)
