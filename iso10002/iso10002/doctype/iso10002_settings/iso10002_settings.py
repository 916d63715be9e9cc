import frappe
from frappe import _
from frappe.model.document import Document


class ISO10002Settings(Document):
	# begin: auto-generated types
	# This code is auto-generated. Do not modify anything in this block.

	from typing import TYPE_CHECKING

	if TYPE_CHECKING:
		from frappe.types import DF

		from iso10002.iso10002.doctype.complaint_depth_rule.complaint_depth_rule import ComplaintDepthRule
		from iso10002.iso10002.doctype.complaint_depth_step.complaint_depth_step import ComplaintDepthStep
		from iso10002.iso10002.doctype.complaint_letter_template.complaint_letter_template import (
			ComplaintLetterTemplate,
		)
		from iso10002.iso10002.doctype.complaint_priority_rule.complaint_priority_rule import (
			ComplaintPriorityRule,
		)
		from iso10002.iso10002.doctype.complaint_retention_rule.complaint_retention_rule import (
			ComplaintRetentionRule,
		)
		from iso10002.iso10002.doctype.complaint_target.complaint_target import ComplaintTarget

		acknowledge_automatically: DF.Check
		acknowledge_within_days: DF.Int
		allowed_file_types: DF.SmallText | None
		automatic_acknowledgement_counts: DF.Check
		contact: DF.SmallText | None
		depth_rules: DF.Table[ComplaintDepthRule]
		depth_steps: DF.Table[ComplaintDepthStep]
		email_channel: DF.Link | None
		further_ways: DF.Text | None
		hide_from_superiors: DF.Check
		letters: DF.Table[ComplaintLetterTemplate]
		priority_matrix: DF.Table[ComplaintPriorityRule]
		process_text: DF.SmallText | None
		reminders_before_silence: DF.Int
		representative: DF.Link | None
		respond_within_days: DF.Int
		retention_rules: DF.Table[ComplaintRetentionRule]
		safety_is_significant: DF.Check
		safety_is_urgent: DF.Check
		second_person_from: DF.Literal["", "Minor", "Moderate", "Serious", "Critical"]
		smallest_figure: DF.Int
		targets: DF.Table[ComplaintTarget]
		use_erpnext: DF.Check
		use_helpdesk: DF.Check
	# end: auto-generated types

	def validate(self):
		self.validate_matrix()
		self.validate_depths()
		self.validate_file_types()

	def on_update(self):
		if any(self.has_value_changed(field) for field in ("use_erpnext", "use_helpdesk")):
			frappe.clear_cache()  # what the desk is told at its start, and the Connections of forms

	def validate_matrix(self):
		"""Each pair of severity and impact has at most one priority."""
		seen = set()
		for row in self.priority_matrix:
			pair = (row.severity, row.impact)
			if pair in seen:
				frappe.throw(
					_(
						"Priority by severity and impact, row {0}: {1} and {2} have a priority already."
					).format(row.idx, _(row.severity), _(row.impact))
				)
			seen.add(pair)

	def validate_depths(self):
		"""Each severity has at most one depth, and each step is named once."""
		for label, field, rows in (
			(_("Depth by severity"), "severity", self.depth_rules),
			(_("Steps an investigation requires"), "step", self.depth_steps),
		):
			seen = set()
			for row in rows:
				if row.get(field) in seen:
					frappe.throw(
						_("{0}, row {1}: {2} is there already.").format(label, row.idx, _(row.get(field)))
					)
				seen.add(row.get(field))

	def validate_file_types(self):
		"""Keep the endings in one form: lower case, without dots, separated by commas."""
		endings = [part.strip().lstrip(".").lower() for part in (self.allowed_file_types or "").split(",")]
		self.allowed_file_types = ", ".join(dict.fromkeys(filter(None, endings)))
