from frappe.model.document import Document


class ComplaintClockWarning(Document):
	# begin: auto-generated types
	# This code is auto-generated. Do not modify anything in this block.

	from typing import TYPE_CHECKING

	if TYPE_CHECKING:
		from frappe.types import DF

		clock_name: DF.Data | None
		days: DF.Int
		escalation: DF.Int
		kind: DF.Literal["Warning", "Missed", "Reminder"]
		parent: DF.Data
		parentfield: DF.Data
		parenttype: DF.Data
		percent: DF.Int
		reassign_to: DF.Link | None
		role: DF.Link | None
		times: DF.Int
		to_handler: DF.Check
		to_managers: DF.Check
		user: DF.Link | None
	# end: auto-generated types

	pass
