from frappe.model.document import Document


class ComplaintReceipt(Document):
	# begin: auto-generated types
	# This code is auto-generated. Do not modify anything in this block.

	from typing import TYPE_CHECKING

	if TYPE_CHECKING:
		from frappe.types import DF

		code_hash: DF.Data
		code_salt: DF.Data
		complaint: DF.Data
		language: DF.Data | None
		link_salt: DF.Data
		request_hash: DF.Data | None
		request_key: DF.Data | None
	# end: auto-generated types


pass
