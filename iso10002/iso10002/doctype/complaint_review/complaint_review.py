import frappe
from frappe.model.document import Document

from iso10002.confidentiality.access_log import LoggedDocument
from iso10002.handling import declarations, documents, events, independence, review, validation
from iso10002.roles import REVIEWER


class ComplaintReview(LoggedDocument):
	# begin: auto-generated types
	# This code is auto-generated. Do not modify anything in this block.

	from typing import TYPE_CHECKING

	if TYPE_CHECKING:
		from frappe.types import DF

		amended_from: DF.Link | None
		amendment_reason: DF.SmallText | None
		complaint: DF.Link
		completed_by: DF.Link | None
		completed_on: DF.Datetime | None
		conflict_declaration: DF.Literal["", "No conflict of interest", "Conflict of interest"]
		conflict_details: DF.SmallText | None
		declared_by: DF.Link | None
		declared_on: DF.Datetime | None
		first_decision: DF.Data | None
		first_decision_reasons: DF.Text | None
		grounds: DF.SmallText | None
		looked_at: DF.Text | None
		new_decision: DF.Literal["", "Upheld", "Partly upheld", "Not upheld", "Could not be determined"]
		new_decision_reasons: DF.Text | None
		outcome: DF.Literal["", "Confirmed", "Varied", "Overturned"]
		reasons: DF.Text | None
		recommendation: DF.Text | None
		reviewer: DF.Link
		status: DF.Literal[
			"Planned", "In progress", "Completed", "Ended by a conflict of interest", "Cancelled"
		]
		workflow_state: DF.Link | None
	# end: auto-generated types

	def autoname(self):
		self.name = documents.next_name(self.doctype, self.complaint)

	def before_insert(self):
		self.workflow_state = None  # also of one that amends another
		review.prepare(self, documents.case_of(self))

	def validate(self):
		declarations.validate_amendment(self)
		declarations.keep_server_fields(self)
		declarations.refuse_changes_after_conflict(self)
		case = documents.case_of(self)
		independence.refuse_concerned_user(case)
		self.validate_reviewer(case)
		validation.validate_texts(self)
		review.validate_outcome(self)
		declarations.follow(self, "reviewer", work=review.holds_work(self))

	def after_insert(self):
		events.append(
			self.complaint,
			"Review Opened",
			remark=self.amendment_reason,
			details={"document": self.name, "amends": self.amended_from},
		)

	def on_update(self):
		declarations.note(self)

	def before_submit(self):
		review.validate_completion(self, documents.case_of(self))

	def on_submit(self):
		review.write_to_case(self)

	def before_cancel(self):
		review.validate_cancellation(self)
		# Frappe stores what a cancellation brings along, and looks at no links
		declarations.validate_amendment(self)
		self.status = declarations.CANCELLED

	def on_cancel(self):
		events.append(self.complaint, "Review Cancelled", details={"document": self.name})

	def on_trash(self):
		documents.refuse_deletion()

	def before_rename(self, old: str, new: str, merge: bool = False):
		documents.refuse_renaming()

	def validate_reviewer(self, case: Document):
		"""The reviewer is the one named in the case, has the role and nothing stands against the person."""
		validation.validate_officer(self, "reviewer", (REVIEWER,))
		if self.conflict_declaration != declarations.CONFLICT:
			independence.validate_officer_of(self, "reviewer", case)
			review.validate_reviewer(self, case)


def on_doctype_update() -> None:
	"""Indexes for what is looked up and counted (see docs/performance.md)."""
	frappe.db.add_index("Complaint Review", ["completed_on", "complaint"])
	frappe.db.add_index("Complaint Review", ["creation", "complaint"])
