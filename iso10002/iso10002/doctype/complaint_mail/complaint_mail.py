import frappe
from frappe.model.document import Document


class ComplaintMail(Document):
	# begin: auto-generated types
	# This code is auto-generated. Do not modify anything in this block.

	from typing import TYPE_CHECKING

	if TYPE_CHECKING:
		from frappe.types import DF

		about: DF.Data | None
		communication: DF.Data | None
		complaint: DF.Data | None
		content: DF.LongText | None
		reason: DF.SmallText | None
		received_on: DF.Datetime | None
		sender: DF.Data | None
		state: DF.Literal["New", "Set aside", "Complaint", "Message", "Discarded"]
		subject: DF.Data | None
	# end: auto-generated types

	def before_insert(self):
		self.state = self.state or "New"
		self.received_on = self.received_on or frappe.utils.now_datetime()
