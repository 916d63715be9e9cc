from frappe.model.document import Document


class ComplaintPriorityRule(Document):
	# begin: auto-generated types
	# This code is auto-generated. Do not modify anything in this block.

	from typing import TYPE_CHECKING

	if TYPE_CHECKING:
		from frappe.types import DF

		impact: DF.Literal["One person", "Several people", "Many people"]
		parent: DF.Data
		parentfield: DF.Data
		parenttype: DF.Data
		priority: DF.Literal["Low", "Medium", "High", "Urgent"]
		severity: DF.Literal["Minor", "Moderate", "Serious", "Critical"]
		significant: DF.Check
	# end: auto-generated types

	pass
