import frappe
from frappe import _
from frappe.model.document import Document

from iso10002.handling.errors import AppendOnlyError


class ComplaintClock(Document):
	# begin: auto-generated types
	# This code is auto-generated. Do not modify anything in this block.

	from typing import TYPE_CHECKING

	if TYPE_CHECKING:
		from frappe.types import DF

		breached_on: DF.Datetime | None
		clock_name: DF.Data | None
		complaint: DF.Link
		counting: DF.Data | None
		counts_on: DF.Datetime | None
		due_on: DF.Datetime | None
		escalation: DF.Int
		exempt_reason: DF.SmallText | None
		extended_by: DF.Data | None
		extensions: DF.Int
		first_due_on: DF.Datetime | None
		met_on: DF.Datetime | None
		next_due_on: DF.Datetime | None
		paused_for: DF.Duration | None
		paused_since: DF.Datetime | None
		purpose: DF.Literal[
			"Acknowledge", "Answer", "Update", "Assess", "Review", "Remedy", "Report", "Other"
		]
		round: DF.Int
		rule: DF.Link | None
		started_on: DF.Datetime | None
		state: DF.Literal["Waiting", "Running", "Paused", "Met", "Stopped", "Exempt"]
		stopped_on: DF.Datetime | None
		version: DF.Link | None
		warned_level: DF.Int
	# end: auto-generated types

	def validate(self):
		frappe.throw(
			_("Deadlines follow the events of a case. Use the buttons of the complaint."), AppendOnlyError
		)

	def on_trash(self):
		frappe.throw(
			_("Deadlines follow the events of a case. Use the buttons of the complaint."), AppendOnlyError
		)

	def before_rename(self, old: str, new: str, merge: bool = False):
		frappe.throw(
			_("Deadlines follow the events of a case. Use the buttons of the complaint."), AppendOnlyError
		)


def on_doctype_update() -> None:
	"""Indexes for what is looked up and counted (see docs/performance.md)."""
	frappe.db.add_index("Complaint Clock", ["due_on", "complaint"])
	frappe.db.add_index("Complaint Clock", ["counts_on", "complaint"])
	# the running ones by time; in the index on the time alone, those that ended come first
	frappe.db.add_index("Complaint Clock", ["state", "due_on"])
