from frappe.model.document import Document

from iso10002.handling.clocks import rule_checks


class ComplaintClockRule(Document):
	# begin: auto-generated types
	# This code is auto-generated. Do not modify anything in this block.

	from typing import TYPE_CHECKING

	if TYPE_CHECKING:
		from frappe.types import DF

		from iso10002.iso10002.doctype.complaint_clock_condition.complaint_clock_condition import (
			ComplaintClockCondition,
		)
		from iso10002.iso10002.doctype.complaint_clock_definition.complaint_clock_definition import (
			ComplaintClockDefinition,
		)
		from iso10002.iso10002.doctype.complaint_clock_warning.complaint_clock_warning import (
			ComplaintClockWarning,
		)

		calendar: DF.Link | None
		clocks: DF.Table[ComplaintClockDefinition]
		conditions: DF.Table[ComplaintClockCondition]
		description: DF.SmallText | None
		is_active: DF.Check
		priority: DF.Int
		rule_name: DF.Data
		source: DF.Data | None
		warnings: DF.Table[ComplaintClockWarning]
	# end: auto-generated types

	def validate(self):
		rule_checks.validate_rule(self)
