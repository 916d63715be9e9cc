from frappe.model.document import Document


class ComplaintDepthStep(Document):
	# begin: auto-generated types
	# This code is auto-generated. Do not modify anything in this block.

	from typing import TYPE_CHECKING

	if TYPE_CHECKING:
		from frappe.types import DF

		from_depth: DF.Literal["Brief", "Standard", "Full"]
		parent: DF.Data
		parentfield: DF.Data
		parenttype: DF.Data
		step: DF.Data
	# end: auto-generated types

	pass
