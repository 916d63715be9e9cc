from frappe.model.document import Document


class ComplaintChannel(Document):
	# begin: auto-generated types
	# This code is auto-generated. Do not modify anything in this block.

	from typing import TYPE_CHECKING

	if TYPE_CHECKING:
		from frappe.types import DF

		channel_name: DF.Data
		description: DF.SmallText | None
		disabled: DF.Check
		is_oral: DF.Check
	# end: auto-generated types

	pass
