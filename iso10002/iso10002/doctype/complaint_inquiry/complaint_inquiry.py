from iso10002.handling.rows import CaseRow


class ComplaintInquiry(CaseRow):
	# begin: auto-generated types
	# This code is auto-generated. Do not modify anything in this block.

	from typing import TYPE_CHECKING

	if TYPE_CHECKING:
		from frappe.types import DF

		answer: DF.Text | None
		answered_by: DF.Link | None
		answered_on: DF.Datetime | None
		asked_of: DF.Link | None
		due_on: DF.Date | None
		parent: DF.Data
		parentfield: DF.Data
		parenttype: DF.Data
		point: DF.Int
		question: DF.SmallText
		todo: DF.Data | None
	# end: auto-generated types

	pass
