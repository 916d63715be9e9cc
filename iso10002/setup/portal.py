"""Settings of the complainant's pages a new site starts with. Written once, the admin's afterwards."""

import frappe

from iso10002.portal.languages import LANGUAGES

WEB_CHANNEL = "Web form"


def seed_portal() -> None:
	"""Fill the settings that have never been saved with what their fields say, and with the channel."""
	_seed_languages()
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


def _seed_languages() -> None:
	"""Add the languages of the pages a Frappe version does not know yet; a case keeps its complainant's."""
	for code, name in LANGUAGES.items():
		if not frappe.db.exists("Language", code):
			language = frappe.new_doc("Language")
			language.update({"language_code": code, "language_name": name, "enabled": 1})
			language.insert(ignore_permissions=True)  # safe: runs at installation or in a patch
