from iso10002.handling.rows import CaseRow


class ComplaintInvestigationEvidence(CaseRow):
	# begin: auto-generated types
	# This code is auto-generated. Do not modify anything in this block.

	from typing import TYPE_CHECKING

	if TYPE_CHECKING:
		from frappe.types import DF

		description: DF.SmallText | None
		evidence: DF.Link
		parent: DF.Data
		parentfield: DF.Data
		parenttype: DF.Data
		relevance: DF.SmallText | None
		sha256: DF.Data | None
	# end: auto-generated types

	pass
