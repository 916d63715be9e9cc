from frappe.model.document import Document


class ComplaintTarget(Document):
	# begin: auto-generated types
	# This code is auto-generated. Do not modify anything in this block.

	from typing import TYPE_CHECKING

	if TYPE_CHECKING:
		from frappe.types import DF

		measure: DF.Literal[
			"Received",
			"From tickets and orders",
			"Tickets that looked like complaints",
			"Proposed by a rule",
			"Tickets found to be no complaints",
			"No complaint or repeated",
			"Repeat complainants",
			"Recurring problems",
			"Recurring causes",
			"Acknowledged in time, share",
			"Acknowledged late",
			"Wrongly prioritised",
			"Wrongly prioritised, share of assessed",
			"Answered",
			"Resolved at first contact",
			"Resolved at first contact, share",
			"Days to the answer",
			"Answered in time, share",
			"Answered late",
			"Upheld, share",
			"Decision rejected",
			"Answered and rejected, share",
			"Reviewed",
			"Decision changed by review",
			"Referred to outside bodies",
			"Outcome for the complainant",
			"Remedies performed",
			"Closed",
			"Closed without agreement",
			"Reopened",
			"Days to closing",
			"Open at the end",
			"Improvements made",
			"Improvements that worked, share",
			"Trainings held",
			"Staff trained",
		]
		parent: DF.Data
		parentfield: DF.Data
		parenttype: DF.Data
		target: DF.Float
	# end: auto-generated types
