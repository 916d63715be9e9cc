"""The mailing of the frozen figures of each month: seeded once, switched off, and the admin's afterwards."""

import json

import frappe
from frappe import _

REPORT = "Complaint Management Figures"


def seed_mailed_report() -> None:
	"""Create the Auto Email Report that is not there; it is sent only once somebody enables it."""
	if frappe.db.exists("Auto Email Report", {"report": REPORT}):
		return
	frappe.db.exists("Report", REPORT) or frappe.reload_doc("iso10002", "report", frappe.scrub(REPORT))
	mail = frappe.new_doc("Auto Email Report")
	mail.update(
		{
			"report": REPORT,
			"user": "Administrator",
			"enabled": 0,
			"email_to": frappe.db.get_value("User", "Administrator", "email") or "admin@example.com",
			"frequency": "Monthly",
			"format": "XLSX",
			"no_of_rows": 200,
			"send_if_data": 1,
			"filters": json.dumps({"last_month": 1}),
			"description": _(
				"Figures of the management report of last month, as they were frozen. Nothing is sent for a month that was not "
				"frozen. Enter under Email To who gets them, then switch it on."
			),
		}
	)
	mail.flags.ignore_permissions = True  # safe: at installation, switched off
	mail.insert()


def remove_mailed_reports() -> None:
	"""Delete the mailings of reports of the app, whoever made them: there is nothing to send any more."""
	reports = frappe.get_all("Report", {"module": "ISO10002"}, pluck="name")
	frappe.db.delete("Auto Email Report", {"report": ["in", reports or [""]]})
