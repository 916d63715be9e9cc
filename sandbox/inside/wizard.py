"""Finish Frappe's setup wizard: wizard.py SITE, from the sites directory."""

import sys

import frappe

frappe.init(site=sys.argv[1])
frappe.connect()

from frappe.desk.page.setup_wizard.setup_wizard import setup_complete  # noqa: E402

if not int(frappe.db.get_single_value("System Settings", "setup_complete") or 0):
	setup_complete(
		{
			"language": "English",
			"email": "admin@example.com",
			"full_name": "Site Administrator",
			"password": "admin",
			"country": "Germany",
			"timezone": "Europe/Berlin",
			"currency": "EUR",
			"enable_telemetry": 0,
		}
	)
frappe.db.commit()
frappe.destroy()
