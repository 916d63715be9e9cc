"""Where ERPNext keeps what was said in an issue or a warranty claim."""

import frappe
from frappe import _
from frappe.model.document import Document

TEXTS = {
	"Issue": (
		"subject",
		"description",
		"resolution_details",
		"raised_by",
		"customer",
		"customer_name",
		"contact",
		"lead",
	),
	"Warranty Claim": ("complaint", "resolution_details", "complaint_raised_by"),
}
KEPT_AS_LINE = ("subject", "description", "complaint")


def with_copies(doc: Document) -> list[Document]:
	"""Return the record itself; ERPNext merges none."""
	return [doc]


def words(doc: Document) -> list[tuple[str, str]]:
	"""Return what the record says, each with a label."""
	return [(doc.meta.get_label(field), doc.get(field)) for field in TEXTS[doc.doctype] if doc.get(field)]


def empty(doc: Document) -> None:
	"""Leave a neutral line in the record."""
	line = _("This request is handled elsewhere.")
	values = {field: line if field in KEPT_AS_LINE else None for field in TEXTS[doc.doctype]}
	frappe.db.set_value(
		doc.doctype, doc.name, {**values, "_comments": None, "_user_tags": None}, update_modified=False
	)


def can_be_closed(doc: Document, team: str | None) -> bool:
	"""Whether the record can be closed to a team: ERPNext has none for these."""
	return False
