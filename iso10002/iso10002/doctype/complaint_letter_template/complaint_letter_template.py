from frappe.model.document import Document


class ComplaintLetterTemplate(Document):
	# begin: auto-generated types
	# This code is auto-generated. Do not modify anything in this block.

	from typing import TYPE_CHECKING

	if TYPE_CHECKING:
		from frappe.types import DF

		email_template: DF.Link
		language: DF.Link | None
		parent: DF.Data
		parentfield: DF.Data
		parenttype: DF.Data
		purpose: DF.Literal[
			"Acknowledgement",
			"Update",
			"Reminder",
			"Decision",
			"Short Answer",
			"Review Decision",
			"Closing",
			"News",
			"Survey",
		]
	# end: auto-generated types

	pass
