from frappe.model.document import Document

from iso10002.handling import validation


class DisputeResolutionBody(Document):
	# begin: auto-generated types
	# This code is auto-generated. Do not modify anything in this block.

	from typing import TYPE_CHECKING

	if TYPE_CHECKING:
		from frappe.types import DF

		address: DF.SmallText | None
		binding: DF.Check
		body_name: DF.Data
		description: DF.SmallText | None
		disabled: DF.Check
		email: DF.Data | None
		jurisdiction: DF.Link | None
		kind: DF.Literal[
			"", "Ombudsman", "Arbitration board", "Mediation", "Regulator", "Consumer body", "Court", "Other"
		]
		method: DF.Literal["", "Facilitative", "Advisory", "Determinative"]
		phone: DF.Data | None
		website: DF.Data | None
	# end: auto-generated types

	def validate(self):
		validation.validate_texts(self)
		validation.validate_reachability(self)
