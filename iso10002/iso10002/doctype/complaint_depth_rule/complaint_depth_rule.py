from frappe.model.document import Document


class ComplaintDepthRule(Document):
	# begin: auto-generated types
	# This code is auto-generated. Do not modify anything in this block.

	from typing import TYPE_CHECKING

	if TYPE_CHECKING:
		from frappe.types import DF

		depth: DF.Literal["Brief", "Standard", "Full"]
		parent: DF.Data
		parentfield: DF.Data
		parenttype: DF.Data
		severity: DF.Literal["Minor", "Moderate", "Serious", "Critical"]
	# end: auto-generated types

	pass
