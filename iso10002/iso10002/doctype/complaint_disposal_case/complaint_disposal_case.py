from frappe.model.document import Document


class ComplaintDisposalCase(Document):
	# begin: auto-generated types
	# This code is auto-generated. Do not modify anything in this block.

	from typing import TYPE_CHECKING

	if TYPE_CHECKING:
		from frappe.types import DF

		category: DF.Data | None
		cause: DF.Data | None
		channel: DF.Data | None
		days: DF.Int
		decision: DF.Data | None
		ended_on: DF.Date | None
		files: DF.Int
		jurisdiction: DF.Data | None
		kept_because: DF.Data | None
		parent: DF.Data
		parentfield: DF.Data
		parenttype: DF.Data
		priority: DF.Data | None
		received_on: DF.Date | None
		records: DF.Int
		reference: DF.Data | None
		result: DF.Literal["", "Removed", "Kept"]
		rule: DF.Data | None
		severity: DF.Data | None
		status: DF.Data | None
	# end: auto-generated types

	pass
