"""Messages from whoever handles a case to its complainant; they are read on the status page."""

import json

import frappe
from frappe import _

from iso10002.handling import events
from iso10002.handling.errors import IntakeError
from iso10002.portal.protection import settings


@frappe.whitelist(methods=["POST"])
def send(complaint: str, text: str, files: list | str | None = None) -> str:
	"""Write to the complainant: the message appears on the status page, and a mail says that there is news.

	Args:
		complaint: the reference of the case.
		text: plain text.
		files: names of Files attached to this very case; the complainant can download them from then on, under the
			names they have there.

	Returns:
		The name of the event.

	Raises:
		PermissionError: the user may not change this case.
		IntakeError: there is no text, or a file is none of this case.
	"""
	case = frappe.get_doc("Complaint", complaint)
	case.check_permission("write")
	if not (text or "").strip():
		frappe.throw(_("Message: write something."), IntakeError)
	given = _files_of(case.name, files)
	return events.append(
		case.name,
		"Message Sent",
		channel=settings().web_channel,
		remark=text.strip(),
		details={"files": given} if given else None,
	)


def _files_of(complaint: str, names: list | str | None) -> list[dict]:
	"""Return the Files as the event keeps them: `file`, and `name` as people know it."""
	try:
		wanted = json.loads(names) if isinstance(names, str) and names else names or []
	except ValueError:
		wanted = names
	if not isinstance(wanted, list) or not all(isinstance(name, str) for name in wanted):
		frappe.throw(_("Files: give a list of names."), IntakeError)
	of_case = {"attached_to_doctype": "Complaint", "attached_to_name": complaint, "is_folder": 0}
	found = []
	for name in dict.fromkeys(wanted):
		shown = frappe.db.get_value("File", {"name": name, **of_case}, "file_name")
		if not shown:
			frappe.throw(
				_("Files: {0} is not attached to this case. Attach it first.").format(
					frappe.bold(frappe.utils.escape_html(name))
				),
				IntakeError,
			)
		found.append({"file": name, "name": shown})
	return found
