"""Settings of the complainant's pages a new site starts with. Written once, the admin's afterwards."""

import frappe

from iso10002.portal.languages import LANGUAGES

WEB_CHANNEL = "Web form"


def seed_portal() -> None:
	"""Fill the settings that have never been saved with what their fields say, and with the channel."""
	_seed_languages()
	settings = frappe.get_doc("Complaint Portal Settings")
	if settings.web_channel:
		return
	for df in settings.meta.fields:
		if df.default and settings.get(df.fieldname) is None:
			settings.set(df.fieldname, df.default)
	known = frappe.db.exists("Complaint Channel", WEB_CHANNEL)
	settings.web_channel = known or frappe.db.get_value("Complaint Channel", {"disabled": 0})
	settings.flags.ignore_permissions = True  # safe: runs at installation or in a patch
	settings.save()


def _seed_languages() -> None:
	"""Add the languages of the pages a Frappe version does not know yet; a case keeps its complainant's."""
	for code, name in LANGUAGES.items():
		if not frappe.db.exists("Language", code):
			language = frappe.new_doc("Language")
			language.update({"language_code": code, "language_name": name, "enabled": 1})
			language.insert(ignore_permissions=True)  # safe: runs at installation or in a patch
