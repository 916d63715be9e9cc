"""Contacts with the complainant between the stages: calls, letters, reminders. Each is an event."""

import frappe
from frappe import _
from frappe.utils import get_datetime, now_datetime

from iso10002.handling import events
from iso10002.handling.errors import IntakeError
from iso10002.handling.intake import CLOCK_SKEW

KINDS = ("Contact", "Reminder")


@frappe.whitelist(methods=["POST"])
def record_contact(
	complaint: str, channel: str, remark: str, kind: str = "Contact", occurred_on: str | None = None
) -> str:
	"""Record a contact with the complainant, or a reminder of the decision (clauses 7.3 and 7.9).

	Args:
		complaint: the reference of the case.
		channel: a Complaint Channel.
		remark: what was said or sent.
		kind: "Contact" or "Reminder".
		occurred_on: when, in the site's time zone; now if not given.

	Returns:
		The name of the event.

	Raises:
		PermissionError: the user may not change this case.
		IntakeError: an unknown kind or channel, a time in the future, or no remark.
	"""
	case = frappe.get_doc("Complaint", complaint)
	case.check_permission("write")
	if kind not in KINDS:
		frappe.throw(
			_("Kind must be one of: {0}").format(", ".join(_(known) for known in KINDS)), IntakeError
		)
	if not frappe.db.exists("Complaint Channel", channel):
		frappe.throw(
			_("Channel: {0} is not known.").format(frappe.bold(frappe.utils.escape_html(channel))),
			IntakeError,
		)
	if not (remark or "").strip():
		frappe.throw(_("Remark: enter what was said or sent."), IntakeError)
	if occurred_on and get_datetime(occurred_on) > now_datetime() + CLOCK_SKEW:
		frappe.throw(_("The time of the contact lies in the future."), IntakeError)
	return events.append(case.name, kind, occurred_on=occurred_on, channel=channel, remark=remark)
