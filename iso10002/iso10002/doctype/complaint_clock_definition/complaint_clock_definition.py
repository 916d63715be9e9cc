from frappe.model.document import Document


class ComplaintClockDefinition(Document):
	# begin: auto-generated types
	# This code is auto-generated. Do not modify anything in this block.

	from typing import TYPE_CHECKING

	if TYPE_CHECKING:
		from frappe.types import DF

		clock_name: DF.Data
		cut_off: DF.Data | None
		extension_length: DF.Int
		extension_unit: DF.Literal[
			"", "Hours", "Working Hours", "Calendar Days", "Business Days", "Weeks", "Months"
		]
		extensions_allowed: DF.Int
		first_day_counts: DF.Check
		is_window: DF.Check
		length: DF.Int
		met_by: DF.Literal[
			"Acknowledged",
			"Assessed",
			"Decided",
			"Communicated",
			"Updated",
			"Accepted",
			"Referred",
			"Remedies Performed",
			"Outside Body Answered",
			"Closed",
			"Marked by Hand",
		]
		parent: DF.Data
		parentfield: DF.Data
		parenttype: DF.Data
		pause_allowed: DF.Check
		purpose: DF.Literal[
			"Acknowledge", "Answer", "Update", "Assess", "Review", "Remedy", "Report", "Other"
		]
		repeats: DF.Check
		roll: DF.Check
		starts_on: DF.Literal[
			"Received",
			"Became Aware",
			"Acknowledged",
			"Assessed",
			"Escalated",
			"Decided",
			"Communicated",
			"Accepted",
			"Rejected",
			"Referred",
			"Reopened",
		]
		unit: DF.Literal["Hours", "Working Hours", "Calendar Days", "Business Days", "Weeks", "Months"]
	# end: auto-generated types

	pass
