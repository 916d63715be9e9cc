"""Frappe's Assignment Rule on documents of a case: it passes over who may not take part (hook `override_doctype_class`).

Without this, a rule that picks a barred person would make saving the case fail.
"""

from frappe.automation.doctype.assignment_rule.assignment_rule import AssignmentRule

from iso10002.confidentiality.files import CASE_DOCTYPES
from iso10002.handling import assignment


class CaseAssignmentRule(AssignmentRule):
	"""Frappe's rule with one change: who may not take part in a case is passed over."""

	def get_user(self, doc: dict) -> str | None:
		"""Return whom Frappe would pick, or who comes next; None if nobody of the rule may take part."""
		user = super().get_user(doc)
		if doc.get("doctype") not in CASE_DOCTYPES:
			return user
		everybody, passed_over = self.users, []
		try:
			while user and assignment.unfit_because(doc["doctype"], doc["name"], user):
				passed_over.append(user)
				self.users = [row for row in self.users if row.user not in passed_over]
				others_follow = self.users and self.rule != "Based on Field"
				user = super().get_user(doc) if others_follow else None
		finally:
			self.users = everybody
		if passed_over:
			assignment.note_passed_over(doc, self.name, passed_over, user)
		return user
