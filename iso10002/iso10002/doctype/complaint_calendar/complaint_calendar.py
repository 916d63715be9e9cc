from frappe.model.document import Document

from iso10002.handling.clocks import rule_checks


class ComplaintCalendar(Document):
	# begin: auto-generated types
	# This code is auto-generated. Do not modify anything in this block.

	from typing import TYPE_CHECKING

	if TYPE_CHECKING:
		from frappe.types import DF

		from iso10002.iso10002.doctype.complaint_calendar_holiday.complaint_calendar_holiday import (
			ComplaintCalendarHoliday,
		)
		from iso10002.iso10002.doctype.complaint_calendar_hours.complaint_calendar_hours import (
			ComplaintCalendarHours,
		)

		calendar_name: DF.Data
		description: DF.SmallText | None
		holidays: DF.Table[ComplaintCalendarHoliday]
		hours: DF.Table[ComplaintCalendarHours]
		time_zone: DF.Data
		valid_from: DF.Date | None
		valid_to: DF.Date | None
	# end: auto-generated types

	def validate(self):
		rule_checks.validate_calendar(self)
