"""One exception class per kind of rule, so that callers and tests can tell them apart."""

import frappe


class StageError(frappe.ValidationError):
	"""A case may not enter a stage: it does not follow, or something is missing."""


class StageConflictError(frappe.ValidationError):
	"""Somebody else moved the case in the meantime."""

	http_status_code = 409


class IntakeError(frappe.ValidationError):
	"""What was given at receipt is incomplete, impossible or may no longer be changed."""


class AppendOnlyError(frappe.ValidationError):
	"""The journal of a case can be added to, never changed."""


class IndependenceError(frappe.ValidationError):
	"""The person is concerned by the complaint or had an earlier part in it."""


class AuthorityError(frappe.ValidationError):
	"""A remedy is worth more than the approver may approve."""


class ClockRuleError(frappe.ValidationError):
	"""A clock rule or its calendar cannot work."""


class ClockError(frappe.ValidationError):
	"""A deadline cannot be extended, paused or exempted like this."""


class WorkflowMappingError(frappe.ValidationError):
	"""A workflow on Complaint does not say which stage a state stands for."""


class DocumentError(frappe.ValidationError):
	"""An investigation, review, referral or piece of evidence is incomplete, impossible or stands as recorded."""


class DeclarationError(DocumentError):
	"""Work was recorded before the conflict-of-interest declaration, or the declaration was made by another."""


class ImprovementError(frappe.ValidationError):
	"""An improvement or a training is incomplete, impossible or names a case."""
