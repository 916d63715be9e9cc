from frappe.model.document import Document


class ComplaintTrainingParticipant(Document):
	# begin: auto-generated types
	# This code is auto-generated. Do not modify anything in this block.

	from typing import TYPE_CHECKING

	if TYPE_CHECKING:
		from frappe.types import DF

		parent: DF.Data
		parentfield: DF.Data
		parenttype: DF.Data
		person: DF.Data | None
		remark: DF.Data | None
		user: DF.Link | None
	# end: auto-generated types
