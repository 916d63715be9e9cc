"""Settings of the complainant's pages a new site starts with. Written once, the admin's afterwards."""

import frappe

WEB_CHANNEL = "Web form"


def seed_portal() -> None:
	"""Fill the settings that have never been saved with what their fields say, and with the channel."""
	if frappe.db.get_single_value("Complaint Portal Settings", "most_files"):
		return
	settings = frappe.get_doc("Complaint Portal Settings")
	for df in settings.meta.fields:
		if df.default:
			settings.set(df.fieldname, df.default)
	if frappe.db.exists("Complaint Channel", WEB_CHANNEL):
		settings.web_channel = WEB_CHANNEL
	settings.flags.ignore_permissions = True  # safe: runs at installation or in a patch
	settings.save()
