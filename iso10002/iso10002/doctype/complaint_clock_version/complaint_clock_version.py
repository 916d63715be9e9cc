import frappe
from frappe import _
from frappe.model.document import Document

from iso10002.handling.errors import AppendOnlyError


class ComplaintClockVersion(Document):
	# begin: auto-generated types
	# This code is auto-generated. Do not modify anything in this block.

	from typing import TYPE_CHECKING

	if TYPE_CHECKING:
		from frappe.types import DF

		clock_name: DF.Data | None
		definition: DF.Code | None
		rule: DF.Data | None
	# end: auto-generated types

	def validate(self):
		frappe.throw(_("What a rule was is kept as it was."), AppendOnlyError)

	def on_trash(self):
		frappe.throw(_("What a rule was is kept as it was."), AppendOnlyError)

	def before_rename(self, old: str, new: str, merge: bool = False):
		frappe.throw(_("What a rule was is kept as it was."), AppendOnlyError)
