from iso10002.handling.rows import CaseRow


class ComplaintInvestigationStep(CaseRow):
	# begin: auto-generated types
	# This code is auto-generated. Do not modify anything in this block.

	from typing import TYPE_CHECKING

	if TYPE_CHECKING:
		from frappe.types import DF

		done_on: DF.Date | None
		parent: DF.Data
		parentfield: DF.Data
		parenttype: DF.Data
		required: DF.Check
		result: DF.SmallText | None
		skipped_because: DF.SmallText | None
		step: DF.Data
	# end: auto-generated types

	pass
