import frappe
from frappe import _

from iso10002.confidentiality import levels, retention
from iso10002.confidentiality.access_log import LoggedDocument
from iso10002.handling import (
	assessment,
	assignment,
	events,
	independence,
	intake,
	letters,
	moves,
	panel,
	related,
	remedies,
	significance,
	teams,
	validation,
)
from iso10002.handling.clocks import keep
from iso10002.handling.errors import IntakeError
from iso10002.handling.stages import RECEIVED, REJECTED
from iso10002.roles import HANDLER, INVESTIGATOR, MANAGER, REVIEWER


class Complaint(LoggedDocument):
	# begin: auto-generated types
	# This code is auto-generated. Do not modify anything in this block.

	from typing import TYPE_CHECKING

	if TYPE_CHECKING:
		from frappe.types import DF

		from iso10002.iso10002.doctype.complaint_allegation.complaint_allegation import ComplaintAllegation
		from iso10002.iso10002.doctype.complaint_remedy.complaint_remedy import ComplaintRemedy

		about_handling_of: DF.DynamicLink | None
		acceptance: DF.Literal["", "Accepted", "Rejected", "No answer"]
		acceptance_on: DF.Date | None
		acceptance_words: DF.SmallText | None
		accountable: DF.Link | None
		acknowledge_due: DF.Datetime | None
		acknowledged_by: DF.Link | None
		acknowledged_on: DF.Datetime | None
		acknowledgement_channel: DF.Link | None
		acknowledgement_note: DF.SmallText | None
		allegations: DF.Table[ComplaintAllegation]
		approved_by: DF.Link | None
		approved_on: DF.Datetime | None
		assessed_by: DF.Link | None
		assessed_on: DF.Datetime | None
		aware_on: DF.Datetime | None
		case_doctype: DF.Link | None
		category: DF.Link | None
		cause: DF.Link | None
		channel: DF.Link
		closed_by: DF.Link | None
		closed_on: DF.Datetime | None
		closing_record: DF.Code | None
		communicated_by: DF.Link | None
		communicated_on: DF.Datetime | None
		communication_channel: DF.Link | None
		communication_text: DF.Text | None
		compensation_likely: DF.Literal["", "Yes", "No", "Not known"]
		complexity: DF.Literal["", "Simple", "Moderate", "Complex"]
		confidentiality_level: DF.Literal["Standard", "Confidential", "Restricted"]
		customer_type: DF.Data | None
		decision: DF.Literal["", "Upheld", "Partly upheld", "Not upheld", "Could not be determined"]
		decision_reasons: DF.Text | None
		derived_priority: DF.Data | None
		description: DF.LongText
		duplicate_of: DF.DynamicLink | None
		enclosures: DF.SmallText | None
		ending_reason: DF.SmallText | None
		exhaustion_reason: DF.Text | None
		external_reference: DF.Data | None
		first_contact: DF.Check
		further_ways: DF.Text | None
		handler: DF.Link | None
		happened_before: DF.Literal["", "Yes", "No"]
		immediate_action: DF.SmallText | None
		immediate_action_needed: DF.Literal["", "Yes", "No"]
		immediate_action_possible: DF.Literal["", "Yes", "No"]
		impact: DF.Literal["", "One person", "Several people", "Many people"]
		investigation_started_on: DF.Datetime | None
		investigation_summary: DF.Text | None
		investigator: DF.Link | None
		jurisdiction: DF.Link | None
		language: DF.Link | None
		legal_hold: DF.Check
		legal_hold_reason: DF.SmallText | None
		market_segment: DF.Data | None
		naming_series: DF.Literal["CMP-.YYYY.-.#####"]
		outside_body: DF.Data | None
		outside_outcome: DF.Text | None
		outside_reference: DF.Data | None
		outside_referred_on: DF.Date | None
		previous_complaint: DF.DynamicLink | None
		priority: DF.Literal["", "Low", "Medium", "High", "Urgent"]
		priority_reason: DF.SmallText | None
		problem_date: DF.Date | None
		product_or_service: DF.Data | None
		product_reference: DF.Data | None
		proposed_by: DF.Link | None
		proposed_on: DF.Datetime | None
		reassignment_reason: DF.SmallText | None
		received_by: DF.Link
		received_on: DF.Datetime
		receiving_unit: DF.Data | None
		reference_doctype: DF.Link | None
		reference_name: DF.DynamicLink | None
		referred_by: DF.Data | None
		remedies: DF.Table[ComplaintRemedy]
		remedy_requested: DF.Literal["", "Yes", "No"]
		remedy_sought: DF.SmallText | None
		rejected_on: DF.Date | None
		reopened_count: DF.Int
		reopening_reason: DF.SmallText | None
		response_due: DF.Datetime | None
		review_grounds: DF.SmallText | None
		review_outcome: DF.Literal["", "Confirmed", "Varied", "Overturned"]
		review_reasons: DF.Text | None
		review_request: DF.Literal["", "Asked for", "Declined"]
		reviewer: DF.Link | None
		safety_implication: DF.Literal["", "Yes", "No"]
		sent_back_reason: DF.SmallText | None
		severity: DF.Literal["", "Minor", "Moderate", "Serious", "Critical"]
		significance_noticed_on: DF.Datetime | None
		significant: DF.Check
		stage_since: DF.Datetime | None
		stages_passed: DF.SmallText | None
		status: DF.Literal[
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
		]
		team: DF.Link | None
		unit_concerned: DF.Data | None
		vulnerable: DF.Check
		workflow_state: DF.Link | None
	# end: auto-generated types

	def onload(self):
		if not self.is_new():
			self.set_onload("case", panel.case_panel(self))

	def _validate_links(self):
		self.case_doctype = self.doctype
		validation.validate_kinds(self)
		validation.validate_links(self, super()._validate_links)

	def validate_workflow(self):
		"""A step of the complainant or of the system asks no role; its stage is checked all the same."""
		if not self.flags.asks_no_role:
			super().validate_workflow()

	def before_insert(self):
		intake.prepare(self)

	def validate(self):
		validation.refuse_submission(self)
		moves.protect_record(self)
		levels.protect(self)
		retention.protect_hold(self)
		validation.validate_texts(self)
		related.validate_links(self)
		intake.validate_times(self)
		self.validate_officers()
		self.validate_points()
		remedies.protect_documents(self)
		remedies.validate_progress(self)
		assessment.set_priority(self)
		significance.set_significance(self)
		teams.place(self)
		moves.follow_stage(self)
		self.set_rejected_on()
		keep.prepare(self)

	def after_insert(self):
		intake.create_parties(self)
		events.append(
			self.name,
			RECEIVED,
			occurred_on=self.received_on,
			channel=self.channel,
			to_stage=RECEIVED,
			details={"aware_on": self.aware_on} if self.aware_on else None,
		)
		keep.write(self)
		teams.note(self)
		significance.notice(self)
		letters.enqueue_acknowledgement(self)

	def on_update(self):
		if not self.flags.in_insert:
			moves.record_stage(self)
			related.carry_over_solution(self)
			self.record_changes()
			keep.write(self)
			levels.follow(self)
			teams.note(self)
			significance.notice(self)

	def on_change(self):
		assignment.follow(self)

	def on_trash(self):
		frappe.throw(
			_("A complaint is never deleted. Withdraw it, or mark it as not a complaint or as a duplicate."),
			IntakeError,
		)

	def before_rename(self, old: str, new: str, merge: bool = False):
		frappe.throw(_("The reference of a complaint never changes."), IntakeError)

	def validate_officers(self):
		"""Handler, investigator and reviewer: have the role, and are not complained about (clause 4.7)."""
		validation.validate_officer(self, "handler", (HANDLER, MANAGER))
		validation.validate_officer(self, "investigator", (INVESTIGATOR,))
		validation.validate_officer(self, "reviewer", (REVIEWER,))
		independence.validate_officers(self)

	def validate_points(self):
		"""What was complained about stays as it was said once the case has left Received (clause 4.9)."""
		self.validate_persons_of_points()
		before = self.get_doc_before_save()
		if not before or RECEIVED not in moves.passed(before):
			return
		words = {row.name: row.allegation for row in self.allegations}
		for row in before.allegations:
			if words.get(row.name) != row.allegation:
				frappe.throw(
					_(
						"Points complained about, row {0}: it stays as it was said. Add a new point instead."
					).format(row.idx),
					IntakeError,
				)

	def set_rejected_on(self):
		"""Keep the day a decision was first rejected; it follows corrections while that answer stands (clause 7.9)."""
		before = self.get_doc_before_save()
		if not before or REJECTED not in moves.passed(self):
			return
		is_corrected = self.flags.correcting and self.rejected_on == before.acceptance_on
		if not self.rejected_on or is_corrected:
			self.rejected_on = self.acceptance_on

	def validate_persons_of_points(self):
		"""A point is about a party of this case: fields of a party of another one could be asked for with the point."""
		persons = {row.person for row in self.allegations if row.person}
		if not persons:
			return
		of_case = {"name": ("in", list(persons)), "complaint": self.name}
		known = set(frappe.get_all("Complaint Party", of_case, pluck="name"))
		for row in self.allegations:
			if row.person and row.person not in known:
				frappe.throw(
					_("Points complained about, row {0}: choose a person of this case.").format(row.idx),
					IntakeError,
				)

	def record_changes(self):
		"""Append what changed beside the stage: assessment, priority and remedies."""
		before = self.get_doc_before_save()
		if "Assessed" in moves.passed(before):
			if changed := assessment.changes(self):
				events.append(self.name, "Assessment Changed", remark=self.flags.remark, details=changed)
			if before.priority != self.priority:
				events.append(
					self.name,
					"Priority Changed",
					remark=self.priority_reason,
					details={"priority": [before.priority, self.priority]},
				)
		if changed := remedies.changes(self):
			events.append(
				self.name,
				"Remedy Changed",
				occurred_on=self.flags.saved_on,
				details={"remedies": changed, "all_performed": remedies.all_performed(self)},
			)


def on_doctype_update() -> None:
	"""Indexes for what is looked up and counted (see docs/performance.md)."""
	frappe.db.add_index("Complaint", ["communicated_on", "status"])
	frappe.db.add_index("Complaint", ["closed_on", "status"])
	frappe.db.add_index("Complaint", ["rejected_on", "status"])
	frappe.db.add_index(
		"Complaint", ["reference_name", "reference_doctype"]
	)  # asked whenever a record is deleted
	# not by the time alone: MariaDB would look for the most urgent open cases among the oldest, which have ended
	frappe.db.add_index("Complaint", ["status", "response_due"])
	frappe.db.add_index("Complaint", ["investigator", "status"])
	frappe.db.add_index("Complaint", ["reviewer", "status"])
