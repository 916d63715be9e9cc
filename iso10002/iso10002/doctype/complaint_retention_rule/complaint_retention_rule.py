from frappe.model.document import Document


class ComplaintRetentionRule(Document):
	# begin: auto-generated types
	# This code is auto-generated. Do not modify anything in this block.

	from typing import TYPE_CHECKING

	if TYPE_CHECKING:
		from frappe.types import DF

		category: DF.Link | None
		months: DF.Int
		outcome: DF.Literal["", "Upheld", "Partly upheld", "Not upheld", "Could not be determined"]
		parent: DF.Data
		parentfield: DF.Data
		parenttype: DF.Data
	# end: auto-generated types

	pass
