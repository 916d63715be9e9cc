import frappe
from frappe import _
from frappe.model.document import Document

from iso10002.handling.errors import AppendOnlyError


class ComplaintAccessLog(Document):
	# begin: auto-generated types
	# This code is auto-generated. Do not modify anything in this block.

	from typing import TYPE_CHECKING

	if TYPE_CHECKING:
		from frappe.types import DF

		action: DF.Literal[
			"Opened",
			"Printed",
			"Exported",
			"Mailed",
			"Revealed",
			"Refused",
			"Disposed of",
			"Handed out",
		]
		address: DF.Data | None
		complaint: DF.Link | None
		details: DF.SmallText | None
		document: DF.Data | None
		document_type: DF.Data | None
		happened_on: DF.Datetime
		purpose: DF.SmallText | None
		user: DF.Link
	# end: auto-generated types

	def before_insert(self):
		self.refuse()

	def validate(self):
		self.refuse()

	def on_trash(self):
		self.refuse()

	def before_rename(self, old: str, new: str, merge: bool = False):
		self.refuse()

	def refuse(self):
		"""Rows are written by `confidentiality.access_log.note`, which saves no document."""
		frappe.throw(
			_("The access log is written by the system and never changed or deleted."), AppendOnlyError
		)


def on_doctype_update():
	"""The report asks by case or by user, newest first."""
	frappe.db.add_index("Complaint Access Log", ["complaint", "happened_on"])
	frappe.db.add_index("Complaint Access Log", ["user", "happened_on"])
