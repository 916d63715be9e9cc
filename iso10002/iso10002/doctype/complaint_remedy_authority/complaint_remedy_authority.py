from frappe.model.document import Document


class ComplaintRemedyAuthority(Document):
	# begin: auto-generated types
	# This code is auto-generated. Do not modify anything in this block.

	from typing import TYPE_CHECKING

	if TYPE_CHECKING:
		from frappe.types import DF

		parent: DF.Data
		parentfield: DF.Data
		parenttype: DF.Data
		role: DF.Link | None
		up_to: DF.Currency
		user: DF.Link | None
		valid_from: DF.Date | None
		valid_to: DF.Date | None
	# end: auto-generated types

	pass
