import frappe
from frappe.model.document import Document


class ComplaintProposal(Document):
	# begin: auto-generated types
	# This code is auto-generated. Do not modify anything in this block.

	from typing import TYPE_CHECKING

	if TYPE_CHECKING:
		from frappe.types import DF

		decided_by: DF.Link | None
		decided_on: DF.Datetime | None
		reason: DF.SmallText | None
		rule: DF.Link | None
		source_doctype: DF.Link
		source_name: DF.DynamicLink | None
		state: DF.Literal["Open", "Accepted", "Rejected"]
	# end: auto-generated types

	pass


def on_doctype_update() -> None:
	"""A ticket is proposed once, also when two changes come at the same moment."""
	frappe.db.add_unique("Complaint Proposal", ["source_doctype", "source_name"])
