"""Kinds of records a complaint may come from. Imported by the hooks, so it imports nothing."""

# DocType: the app it belongs to, as the name of a package here.
SOURCES = {
	"Communication": "core",
	"Contact": "core",
	"Customer": "erpnext",
	"Delivery Note": "erpnext",
	"Issue": "erpnext",
	"Sales Invoice": "erpnext",
	"Sales Order": "erpnext",
	"Warranty Claim": "erpnext",
	"HD Customer": "helpdesk",
	"HD Ticket": "helpdesk",
}
# A person or organisation: its name is personal, so a case links to it by its party only (design, decision 7).
PERSONS = ("Contact", "Customer", "HD Customer")
# What somebody works on until it is resolved.
TICKETS = ("HD Ticket", "Issue")
