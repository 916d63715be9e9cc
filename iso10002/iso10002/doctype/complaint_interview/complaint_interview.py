from iso10002.handling.rows import CaseRow


class ComplaintInterview(CaseRow):
	# begin: auto-generated types
	# This code is auto-generated. Do not modify anything in this block.

	from typing import TYPE_CHECKING

	if TYPE_CHECKING:
		from frappe.types import DF

		agreed: DF.Literal["", "Agreed", "Not agreed", "Not asked"]
		details_given_on: DF.Datetime | None
		held_by: DF.Link | None
		held_on: DF.Datetime | None
		not_held_because: DF.SmallText | None
		notice_given_on: DF.Datetime | None
		parent: DF.Data
		parentfield: DF.Data
		parenttype: DF.Data
		party: DF.Link
		party_role: DF.Data | None
		summary: DF.Text | None
	# end: auto-generated types

	pass
