"""What is on a site only beside Frappe Helpdesk: the script of its agent page."""

import frappe

SCRIPT = "Complaint (ISO 10002)"
# Only this is stored on the site; what it loads comes with the app, and an update changes it.
LOADER = """async function setupForm(page) {
	const { actions } = await import("/assets/iso10002/js/helpdesk_ticket.js");
	return { actions: await actions(page) };
}
"""


def install() -> None:
	"""Put it there, unless it is there already or an admin deleted it."""
	deleted = {"deleted_doctype": "HD Form Script", "deleted_name": SCRIPT}
	if frappe.db.exists("HD Form Script", SCRIPT) or frappe.db.exists("Deleted Document", deleted):
		return
	script = frappe.new_doc("HD Form Script")
	script.update({"name": SCRIPT, "dt": "HD Ticket", "apply_to": "Form", "enabled": 1, "script": LOADER})
	script.insert(ignore_permissions=True, set_name=SCRIPT)  # safe: at installation, a text of our own


def remove() -> None:
	"""Take it away, and the memory of it."""
	frappe.delete_doc(
		"HD Form Script",
		SCRIPT,
		ignore_missing=True,
		ignore_permissions=True,  # safe: uninstalling
		delete_permanently=True,
	)
	frappe.db.delete("Deleted Document", {"deleted_doctype": "HD Form Script", "deleted_name": SCRIPT})
