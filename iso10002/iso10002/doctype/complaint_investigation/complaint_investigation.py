import frappe
from frappe.model.document import Document

from iso10002.confidentiality.access_log import LoggedDocument
from iso10002.handling import (
	declarations,
	documents,
	events,
	independence,
	inquiries,
	interviews,
	investigation,
	validation,
)
from iso10002.roles import INVESTIGATOR


class ComplaintInvestigation(LoggedDocument):
	# begin: auto-generated types
	# This code is auto-generated. Do not modify anything in this block.

	from typing import TYPE_CHECKING

	if TYPE_CHECKING:
		from frappe.types import DF

		from iso10002.iso10002.doctype.complaint_finding.complaint_finding import ComplaintFinding
		from iso10002.iso10002.doctype.complaint_inquiry.complaint_inquiry import ComplaintInquiry
		from iso10002.iso10002.doctype.complaint_interview.complaint_interview import ComplaintInterview
		from iso10002.iso10002.doctype.complaint_investigation_cause.complaint_investigation_cause import (
			ComplaintInvestigationCause,
		)
		from iso10002.iso10002.doctype.complaint_investigation_evidence.complaint_investigation_evidence import (
			ComplaintInvestigationEvidence,
		)
		from iso10002.iso10002.doctype.complaint_investigation_step.complaint_investigation_step import (
			ComplaintInvestigationStep,
		)

		amended_from: DF.Link | None
		amendment_reason: DF.SmallText | None
		causes: DF.Table[ComplaintInvestigationCause]
		complaint: DF.Link
		completed_by: DF.Link | None
		completed_on: DF.Datetime | None
		conclusion: DF.Text | None
		conflict_declaration: DF.Literal["", "No conflict of interest", "Conflict of interest"]
		conflict_details: DF.SmallText | None
		declared_by: DF.Link | None
		declared_on: DF.Datetime | None
		depth: DF.Literal["", "Brief", "Standard", "Full"]
		depth_reason: DF.SmallText | None
		evidence: DF.Table[ComplaintInvestigationEvidence]
		findings: DF.Table[ComplaintFinding]
		inquiries: DF.Table[ComplaintInquiry]
		interviews: DF.Table[ComplaintInterview]
		investigator: DF.Link
		plan: DF.Text | None
		planned_end: DF.Date | None
		recommendation: DF.Text | None
		required_depth: DF.Data | None
		status: DF.Literal[
			"Planned", "In progress", "Completed", "Ended by a conflict of interest", "Cancelled"
		]
		steps: DF.Table[ComplaintInvestigationStep]
		workflow_state: DF.Link | None
	# end: auto-generated types

	def autoname(self):
		self.name = documents.next_name(self.doctype, self.complaint)

	def before_insert(self):
		self.workflow_state = None  # also of one that amends another
		investigation.validate_start(self, documents.case_of(self))

	def validate(self):
		declarations.validate_amendment(self)
		declarations.keep_server_fields(self)
		declarations.refuse_changes_after_conflict(self)
		case = documents.case_of(self, answering=self.flags.answering)
		independence.refuse_concerned_user(case)
		self.validate_investigator(case)
		investigation.prepare(self, case)
		validation.validate_texts(self)
		investigation.validate_depth(self)
		investigation.validate_steps(self)
		inquiries.validate(self, case)
		interviews.validate(self)
		investigation.validate_evidence(self)
		investigation.validate_findings(self, case)
		investigation.validate_causes(self)
		declarations.follow(self, "investigator", work=investigation.holds_work(self))

	def after_insert(self):
		events.append(
			self.complaint,
			"Investigation Opened",
			remark=self.amendment_reason,
			details={"document": self.name, "amends": self.amended_from, "depth": self.depth},
		)

	def on_update(self):
		interviews.tell_parties(self)
		interviews.note(self)
		inquiries.follow_tasks(self)
		declarations.note(self)

	def before_submit(self):
		investigation.validate_completion(self, documents.case_of(self))

	def on_submit(self):
		investigation.write_to_case(self)

	def before_cancel(self):
		investigation.validate_cancellation(self)
		# Frappe stores what a cancellation brings along, and looks at no links
		declarations.validate_amendment(self)
		interviews.validate(self)
		investigation.validate_evidence(self)
		self.status = declarations.CANCELLED

	def on_cancel(self):
		events.append(self.complaint, "Investigation Cancelled", details={"document": self.name})

	def on_trash(self):
		documents.refuse_deletion()

	def before_rename(self, old: str, new: str, merge: bool = False):
		documents.refuse_renaming()

	def validate_investigator(self, case: Document):
		"""The investigator has the role and nothing stands against the person (clause 4.7)."""
		validation.validate_officer(self, "investigator", (INVESTIGATOR,))
		if self.conflict_declaration != declarations.CONFLICT:
			independence.validate_officer_of(self, "investigator", case)


def on_doctype_update() -> None:
	"""Indexes for what is looked up and counted (see docs/performance.md)."""
	frappe.db.add_index("Complaint Investigation", ["creation", "complaint"])
