import frappe
from frappe import _
from frappe.model.document import Document

from iso10002.handling import validation
from iso10002.handling.errors import AppendOnlyError


class ComplaintEvent(Document):
	# begin: auto-generated types
	# This code is auto-generated. Do not modify anything in this block.

	from typing import TYPE_CHECKING

	if TYPE_CHECKING:
		from frappe.types import DF

		about_user: DF.Link | None
		channel: DF.Link | None
		complaint: DF.Link
		details: DF.Code | None
		event: DF.Literal[
			"Received",
			"Acknowledged",
			"Assessed",
			"Investigating",
			"Decision Proposed",
			"Decision Approved",
			"Decision Communicated",
			"Accepted",
			"Rejected",
			"Under Review",
			"Referred",
			"Remedy in Progress",
			"Closed",
			"Withdrawn",
			"Not a Complaint",
			"Duplicate",
			"Reopened",
			"Workflow Step",
			"Assessment Changed",
			"Priority Changed",
			"Assigned",
			"Reassigned",
			"Assignment Passed Over",
			"Moved to Team",
			"Significance Noticed",
			"Correction",
			"Contact",
			"Reminder",
			"Deadline Warning",
			"Deadline Missed",
			"Deadline Extended",
			"Deadline Paused",
			"Deadline Resumed",
			"Deadline Exempted",
			"Deadline Met",
			"Deadline Changed",
			"Escalated",
			"Party Added",
			"Party Changed",
			"Party Removed",
			"Remedy Changed",
			"Document Made",
			"Document Changed",
			"Conflict Declared",
			"Conflict Lifted",
			"No Conflict Declared",
			"Investigation Opened",
			"Interview Held",
			"Input Requested",
			"Investigation Completed",
			"Investigation Cancelled",
			"Evidence Added",
			"Evidence Altered",
			"Review Opened",
			"Review Completed",
			"Review Cancelled",
			"Referral Recorded",
			"Referral Outcome",
			"Solution Carried Over",
			"Improvement Noted",
			"Message Received",
			"Message Sent",
			"Review Requested",
			"Withdrawal Requested",
			"Receipt Issued",
			"Receipt Ended",
			"Level Raised",
			"Level Lowered",
			"Access Granted",
			"Access Denied",
			"Access Ended",
			"Identity Protected",
			"Identity Opened",
			"Legal Hold Set",
			"Legal Hold Ended",
			"Record Handed Out",
			"Taken Over",
			"Reference Removed",
			"Source Dealt With",
			"Proposal Accepted",
		]
		from_stage: DF.Data | None
		occurred_on: DF.Datetime
		remark: DF.Text | None
		to_stage: DF.Data | None
		user: DF.Link
	# end: auto-generated types

	def before_insert(self):
		if not self.flags.appended_by_handling:
			frappe.throw(
				_(
					"Events are written by what happens to a case, not by hand. Use the buttons of the complaint."
				),
				AppendOnlyError,
			)

	def validate(self):
		if not self.is_new():
			frappe.throw(
				_("An event is never changed. Record a correction in the complaint."), AppendOnlyError
			)
		validation.validate_kinds(self)
		validation.validate_texts(self)

	def on_trash(self):
		frappe.throw(_("An event is never deleted."), AppendOnlyError)

	def before_rename(self, old: str, new: str, merge: bool = False):
		frappe.throw(_("An event is never renamed."), AppendOnlyError)


def on_doctype_update() -> None:
	"""Indexes for what is looked up and counted (see docs/performance.md)."""
	frappe.db.add_index("Complaint Event", ["complaint", "creation"])
	frappe.db.add_index("Complaint Event", ["event", "occurred_on", "complaint"])
	frappe.db.add_index("Complaint Event", ["occurred_on", "complaint"])
