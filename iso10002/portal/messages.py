"""Messages from whoever handles a case to its complainant; they are read on the status page."""

import frappe
from frappe import _

from iso10002.handling import events
from iso10002.handling.errors import IntakeError
from iso10002.portal.protection import settings


@frappe.whitelist(methods=["POST"])
def send(complaint: str, text: str) -> str:
	"""Write to the complainant: the message appears on the status page, and a mail says that there is news.

	Args:
		complaint: the reference of the case.
		text: plain text.

	Returns:
		The name of the event.

	Raises:
		PermissionError: the user may not change this case.
		IntakeError: there is no text.
	"""
	case = frappe.get_doc("Complaint", complaint)
	case.check_permission("write")
	if not (text or "").strip():
		frappe.throw(_("Message: write something."), IntakeError)
	return events.append(case.name, "Message Sent", channel=settings().web_channel, remark=text.strip())
