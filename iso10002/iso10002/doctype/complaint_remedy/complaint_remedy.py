import frappe

from iso10002.handling.rows import CaseRow


class ComplaintRemedy(CaseRow):
	# begin: auto-generated types
	# This code is auto-generated. Do not modify anything in this block.

	from typing import TYPE_CHECKING

	if TYPE_CHECKING:
		from frappe.types import DF

		authorised_by: DF.Link | None
		currency: DF.Link | None
		details: DF.SmallText | None
		document_name: DF.DynamicLink | None
		document_state: DF.Literal["", "Draft", "Submitted", "Done", "Cancelled"]
		document_type: DF.Link | None
		due_on: DF.Date | None
		parent: DF.Data
		parentfield: DF.Data
		parenttype: DF.Data
		performed_by: DF.Link | None
		performed_on: DF.Date | None
		progress: DF.Literal["Requested", "Offered", "Accepted", "Declined", "Performed", "Verified"]
		remedy_type: DF.Link
		value: DF.Currency
		verified_by: DF.Link | None
		verified_on: DF.Date | None
	# end: auto-generated types

	pass


def on_doctype_update() -> None:
	"""Indexes for what is looked up and counted (see docs/performance.md)."""
	frappe.db.add_index("Complaint Remedy", ["performed_on", "parent"])
	frappe.db.add_index("Complaint Remedy", ["document_name"])
