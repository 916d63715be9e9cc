"""What only a site for tests needs: test_site.py SITE, from the sites directory."""

import sys

import frappe

frappe.init(site=sys.argv[1])
frappe.connect()
settings = frappe.get_meta("System Settings")
# the tour of onboarding covers the desk; tests log in more than once
for field in ("enable_onboarding", "deny_multiple_sessions"):
	if settings.has_field(field):
		frappe.db.set_single_value("System Settings", field, 0)
frappe.db.commit()
frappe.destroy()
