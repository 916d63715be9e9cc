"""Initial assessment: the priority follows from severity and impact, a different one needs a reason.

Source: ISO 10002:2018 clause 7.5.
"""

import frappe
from frappe.model.document import Document

CRITERIA = (
	"severity",
	"impact",
	"complexity",
	"safety_implication",
	"immediate_action_needed",
	"immediate_action_possible",
	"compensation_likely",
	"category",
)
URGENT = "Urgent"


def priority_of(severity: str | None, impact: str | None, safety_implication: str | None) -> str | None:
	"""Return the priority the settings give for these answers; None while one is missing."""
	settings = frappe.get_cached_doc("ISO10002 Settings")
	if safety_implication == "Yes" and settings.safety_is_urgent:
		return URGENT
	for row in settings.priority_matrix:
		if (row.severity, row.impact) == (severity, impact):
			return row.priority
	return None


def set_priority(case: Document) -> None:
	"""Derive the priority; keep one that was set by hand and let the checklist ask for its reason."""
	before = case.get_doc_before_save()
	case.derived_priority = priority_of(case.severity, case.impact, case.safety_implication)
	was_derived = not before or before.priority == before.derived_priority
	if not case.priority or (was_derived and not _changed(case, before, "priority")):
		case.priority = case.derived_priority
	if case.priority == case.derived_priority:
		case.priority_reason = None


def changes(case: Document) -> dict[str, list]:
	"""Return the assessment answers that changed since the last save as field: [before, after]."""
	before = case.get_doc_before_save()
	return {
		field: [before.get(field), case.get(field)]
		for field in CRITERIA
		if before and _changed(case, before, field)
	}


def _changed(case: Document, before: Document | None, field: str) -> bool:
	return (before.get(field) if before else None) != case.get(field)
