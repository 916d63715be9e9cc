from frappe.model.document import Document


class ComplaintClockCondition(Document):
	# begin: auto-generated types
	# This code is auto-generated. Do not modify anything in this block.

	from typing import TYPE_CHECKING

	if TYPE_CHECKING:
		from frappe.types import DF

		field: DF.Literal[
			"category",
			"channel",
			"product_or_service",
			"customer_type",
			"vulnerable",
			"severity",
			"impact",
			"complexity",
			"safety_implication",
			"priority",
			"status",
			"jurisdiction",
			"language",
			"receiving_unit",
			"unit_concerned",
			"market_segment",
		]
		operator: DF.Literal["=", "!=", "in", "not in", "like", "not like", "is", ">", ">=", "<", "<="]
		parent: DF.Data
		parentfield: DF.Data
		parenttype: DF.Data
		value: DF.SmallText | None
	# end: auto-generated types

	pass
