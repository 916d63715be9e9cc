import frappe
from frappe import _
from frappe.model.document import Document

from iso10002.handling.errors import AppendOnlyError


class ComplaintClockNotice(Document):
	# begin: auto-generated types
	# This code is auto-generated. Do not modify anything in this block.

	from typing import TYPE_CHECKING

	if TYPE_CHECKING:
		from frappe.types import DF

		clock: DF.Link
		complaint: DF.Link
		due_on: DF.Datetime | None
		escalation: DF.Int
		kind: DF.Data | None
		notice_key: DF.Data
		recipients: DF.SmallText | None
		was_for: DF.Datetime | None
	# end: auto-generated types

	def validate(self):
		frappe.throw(_("Notices are written when they go out, not by hand."), AppendOnlyError)

	def on_trash(self):
		frappe.throw(_("Notices are written when they go out, not by hand."), AppendOnlyError)

	def before_rename(self, old: str, new: str, merge: bool = False):
		frappe.throw(_("Notices are written when they go out, not by hand."), AppendOnlyError)


def on_doctype_update() -> None:
	"""Indexes for what is looked up and counted (see docs/performance.md)."""
	frappe.db.add_index("Complaint Clock Notice", ["creation", "complaint"])
