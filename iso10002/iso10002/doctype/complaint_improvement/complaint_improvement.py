import frappe
from frappe.model.document import Document

from iso10002.handling import improvements, validation


class ComplaintImprovement(Document):
	# begin: auto-generated types
	# This code is auto-generated. Do not modify anything in this block.

	from typing import TYPE_CHECKING

	if TYPE_CHECKING:
		from frappe.types import DF

		action: DF.Text
		category: DF.Link | None
		cause: DF.Link | None
		comes_from: DF.Literal[
			"Complaints",
			"Cause of complaints",
			"Review or outside body",
			"Survey",
			"Audit",
			"Management report",
			"Other",
		]
		done_on: DF.Date | None
		dropped_reason: DF.SmallText | None
		due_on: DF.Date
		effect: DF.Literal["", "Effective", "Not effective"]
		effect_checked_by: DF.Link | None
		effect_checked_on: DF.Date | None
		effect_shown_by: DF.SmallText | None
		management_report: DF.Link | None
		naming_series: DF.Literal["IMP-.YYYY.-.###"]
		responsible: DF.Link
		status: DF.Literal["Planned", "Done", "Effective", "Not effective", "Dropped"]
		subject: DF.Data
	# end: auto-generated types

	def onload(self):
		self.set_onload("complaints", improvements.complaints_of(self.name))

	def validate(self):
		validation.validate_texts(self)
		improvements.refuse_references(self)
		improvements.validate_responsible(self)
		improvements.validate_progress(self)
		improvements.set_status(self)

	def on_trash(self):
		improvements.refuse_deletion(self)


def on_doctype_update() -> None:
	"""Indexes for what is looked up and counted (see docs/performance.md)."""
	frappe.db.add_index("Complaint Improvement", ["done_on"])
	frappe.db.add_index("Complaint Improvement", ["status", "due_on"])
