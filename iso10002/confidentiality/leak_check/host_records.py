"""Records of ERPNext and Helpdesk for the check: a ticket each hidden case came from, and the customer who complained."""

import frappe

from iso10002.confidentiality.leak_check.filling import write

# What the records are read with; a site without these apps has none of the roles.
HOST_ROLES = ("Agent", "Agent Manager", "Support Team", "Sales User", "Sales Master Manager")
SENDER = "ticket@leak-check.invalid"
TICKETS = ("HD Ticket", "Issue")
CUSTOMERS = ("HD Customer", "Customer")
# None of them has a word of the case.
VALUES = {
	"HD Ticket": {"subject": "Leak check", "raised_by": SENDER, "status": "Open"},
	"Issue": {"subject": "Leak check", "raised_by": SENDER, "status": "Open"},
	"Customer": {"customer_type": "Company"},
	"HD Customer": {},
}


def make(case: str) -> dict[str, str]:
	"""Write a ticket and a customer for a case, by turns of each app that is there, and have the case refer to them."""
	made = {}
	turn = int(case.rpartition("-")[2])
	for kinds, doctype, fields in (
		(TICKETS, "Complaint", ("reference_doctype", "reference_name")),
		(CUSTOMERS, "Complaint Party", ("linked_doctype", "linked_name")),
	):
		present = [kind for kind in kinds if frappe.db.table_exists(kind)]
		if not present:
			continue
		kind = present[turn % len(present)]
		doc = frappe.new_doc(kind)
		doc.update(VALUES[kind])
		name = f"LEAK-CHECK-host-{turn}"
		if kind == "HD Ticket":
			name = f"99999{turn:03}"  # Helpdesk reads it as a number
		elif kind in CUSTOMERS:
			doc.customer_name = name  # unique in Helpdesk
		made[kind] = write(doc, name).name
		row = frappe.qb.DocType(doctype)
		values = zip(fields, (kind, str(made[kind])), strict=True)
		query = frappe.qb.update(row)
		for field, value in values:
			query = query.set(row[field], value)
		query.where((row.name if doctype == "Complaint" else row.complaint) == case).run()
	return made


def clear(prefix: str) -> None:
	"""Remove what `make` wrote, with what was noted on it."""
	for doctype in filter(frappe.db.table_exists, VALUES):
		row = frappe.qb.DocType(doctype)
		mine = row.raised_by == SENDER if doctype in TICKETS else row.name.like(f"{prefix}%")
		names = frappe.qb.from_(row).select(row.name).where(mine).run(pluck=True)
		if not names:
			continue
		names = [str(name) for name in names]
		if doctype == "HD Ticket":
			frappe.db.delete("HD Ticket Comment", {"reference_ticket": ("in", names)})
			frappe.db.delete("HD Ticket Activity", {"ticket": ("in", names)})
		for kind, of, name in (
			("Comment", "reference_doctype", "reference_name"),
			("View Log", "reference_doctype", "reference_name"),
			("Version", "ref_doctype", "docname"),
			("Complaint Proposal", "source_doctype", "source_name"),
		):
			frappe.db.delete(kind, {of: doctype, name: ("in", names)})
		frappe.db.delete(doctype, {"name": ("in", names)})
