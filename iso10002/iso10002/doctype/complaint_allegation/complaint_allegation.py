from iso10002.handling.rows import CaseRow


class ComplaintAllegation(CaseRow):
	# begin: auto-generated types
	# This code is auto-generated. Do not modify anything in this block.

	from typing import TYPE_CHECKING

	if TYPE_CHECKING:
		from frappe.types import DF

		allegation: DF.SmallText
		category: DF.Link | None
		finding: DF.Text | None
		outcome: DF.Literal["", "Upheld", "Partly upheld", "Not upheld", "Could not be determined"]
		parent: DF.Data
		parentfield: DF.Data
		parenttype: DF.Data
		person: DF.Link | None
	# end: auto-generated types

	pass
