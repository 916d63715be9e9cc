"""Checks of acknowledgement and assessment (clauses 7.4 and 7.5)."""

import frappe
from frappe import _
from frappe.model.document import Document

from iso10002.handling import stages as stage
from iso10002.handling.checks.table import check

# Acknowledged


@check(stage.ACKNOWLEDGED, clause="7.4", fields=("acknowledged_on", "acknowledged_by"))
def acknowledgement_made(case: Document) -> tuple[bool, str, str]:
	return (
		case.acknowledged_on,  # by whom: whoever enters the stage, if nobody else is named
		_("When and by whom it was acknowledged"),
		_("Enter when the complaint was acknowledged and by whom."),
	)


@check(stage.ACKNOWLEDGED, clause="7.4", fields=("acknowledgement_channel",))
def acknowledgement_way(case: Document) -> tuple[bool, str, str]:
	return (
		case.acknowledgement_channel,
		_("How it was acknowledged"),
		_("Choose the channel the acknowledgement went through."),
	)


@check(stage.ACKNOWLEDGED, clause="7.4", fields=("acknowledgement_note",))
def spoken_acknowledgement_noted(case: Document) -> tuple[bool, str, str]:
	return (
		case.acknowledgement_note or not _is_oral(case.acknowledgement_channel),
		_("What was said, if it was acknowledged in speech"),
		_("A spoken acknowledgement needs a note of what was said."),
	)


# Assessed


@check(stage.ASSESSED, clause="7.5", fields=("severity", "impact", "complexity"))
def weight_assessed(case: Document) -> tuple[bool, str, str]:
	return (
		case.severity and case.impact and case.complexity,
		_("Severity, impact and complexity"),
		_("Assess severity, impact and complexity."),
	)


@check(stage.ASSESSED, clause="7.5", fields=("safety_implication",))
def safety_assessed(case: Document) -> tuple[bool, str, str]:
	return case.safety_implication, _("Whether safety is concerned"), _("Say whether safety is concerned.")


@check(stage.ASSESSED, clause="7.5", fields=("immediate_action_needed", "immediate_action_possible"))
def immediate_action_assessed(case: Document) -> tuple[bool, str, str]:
	return (
		case.immediate_action_needed and case.immediate_action_possible,
		_("Need and possibility of immediate action"),
		_("Say whether something must and whether something can be done at once."),
	)


@check(stage.ASSESSED, clause="7.5", fields=("priority", "priority_reason"))
def priority_set(case: Document) -> tuple[bool, str, str]:
	overridden = case.derived_priority and case.priority != case.derived_priority
	return (
		case.priority and (case.priority_reason or not overridden),
		_("Priority, with a reason where it differs from the matrix"),
		_("Give the reason for a priority other than {0}.").format(_(case.derived_priority))
		if overridden
		else _("Complete severity and impact; the priority follows from the matrix in ISO10002 Settings."),
	)


@check(stage.ASSESSED, clause="8.2", fields=("category", "allegations"))
def classified(case: Document) -> tuple[bool, str, str]:
	return (
		case.category and case.allegations and all(row.category for row in case.allegations),
		_("Category of the case and of every point"),
		_("Enter each point complained about, and choose a category for the case and for every point."),
	)


@check(stage.ASSESSED, clause="4.12", fields=("handler",))
def handler_named(case: Document) -> tuple[bool, str, str]:
	return case.handler, _("Somebody answers for the case"), _("Name a handler.")


@check(stage.ASSESSED, clause="7.9", fields=("reopening_reason",), came_from=stage.ENDED)
def reopening_reason_given(case: Document) -> tuple[bool, str, str]:
	return case.reopening_reason, _("Reason for reopening"), _("Say why the case is reopened.")


def _is_oral(channel: str | None) -> bool:
	return bool(channel and frappe.get_cached_value("Complaint Channel", channel, "is_oral"))
