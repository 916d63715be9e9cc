import frappe
from frappe import _
from frappe.model.document import Document

from iso10002.handling.errors import AppendOnlyError


class ComplaintDisposal(Document):
	# begin: auto-generated types
	# This code is auto-generated. Do not modify anything in this block.

	from typing import TYPE_CHECKING

	if TYPE_CHECKING:
		from frappe.types import DF

		from iso10002.iso10002.doctype.complaint_disposal_case.complaint_disposal_case import (
			ComplaintDisposalCase,
		)

		cases: DF.Table[ComplaintDisposalCase]
		decided_by: DF.Link | None
		decided_on: DF.Datetime | None
		done_on: DF.Datetime | None
		proposed_on: DF.Datetime | None
		reason: DF.SmallText | None
		status: DF.Literal["Proposed", "Approved", "Done", "Rejected"]
	# end: auto-generated types

	def validate(self):
		if not self.flags.written_by_retention:
			frappe.throw(
				_("A disposal is proposed by the system, and approved or rejected by its buttons."),
				AppendOnlyError,
			)

	def on_trash(self):
		frappe.throw(_("The log of what was removed is never deleted."), AppendOnlyError)

	def before_rename(self, old: str, new: str, merge: bool = False):
		frappe.throw(_("A disposal is never renamed."), AppendOnlyError)
