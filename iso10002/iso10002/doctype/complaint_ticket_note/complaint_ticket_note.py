from frappe.model.document import Document


class ComplaintTicketNote(Document):
	# begin: auto-generated types
	# This code is auto-generated. Do not modify anything in this block.

	from typing import TYPE_CHECKING

	if TYPE_CHECKING:
		from frappe.types import DF

		note: DF.SmallText | None
		stage: DF.Literal[
			"Received",
			"Acknowledged",
			"Assessed",
			"Investigating",
			"Decision Proposed",
			"Decision Approved",
			"Decision Communicated",
			"Accepted",
			"Rejected",
			"Under Review",
			"Referred",
			"Remedy in Progress",
			"Closed",
			"Withdrawn",
			"Not a Complaint",
			"Duplicate",
		]
		ticket_status: DF.Data | None
		parent: DF.Data
		parentfield: DF.Data
		parenttype: DF.Data
	# end: auto-generated types

	pass
