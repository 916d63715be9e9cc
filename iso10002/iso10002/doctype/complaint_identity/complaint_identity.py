import frappe
from frappe import _
from frappe.model.document import Document

from iso10002.handling.errors import IntakeError


class ComplaintIdentity(Document):
	# begin: auto-generated types
	# This code is auto-generated. Do not modify anything in this block.

	from typing import TYPE_CHECKING

	if TYPE_CHECKING:
		from frappe.types import DF

		address: DF.SmallText | None
		city: DF.Data | None
		complaint: DF.Link
		email: DF.Data | None
		full_name: DF.Data | None
		linked_doctype: DF.Data | None
		linked_name: DF.Data | None
		organisation: DF.Data | None
		party: DF.Link
		phone: DF.Data | None
		postal_code: DF.Data | None
		role: DF.Data
	# end: auto-generated types

	def validate(self):
		self.refuse_by_hand()

	def on_trash(self):
		self.refuse_by_hand()

	def before_rename(self, old: str, new: str, merge: bool = False):
		self.refuse_by_hand()

	def refuse_by_hand(self):
		"""Nobody has a right on this DocType; not even the Administrator writes it beside the party."""
		if not self.flags.written_with_party:
			frappe.throw(
				_("A protected identity is kept with its party. Change the party instead."), IntakeError
			)
