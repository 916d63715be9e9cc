"""What only a site for tests needs: test_site.py SITE, from the sites directory."""

import sys

import frappe

frappe.init(site=sys.argv[1])
frappe.connect()
frappe.db.set_single_value("System Settings", "enable_onboarding", 0)  # its tour covers the desk
frappe.db.set_single_value("System Settings", "deny_multiple_sessions", 0)
frappe.db.commit()
frappe.destroy()
