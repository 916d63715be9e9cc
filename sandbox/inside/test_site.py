"""What only a site for tests needs: test_site.py SITE, from the sites directory."""

import sys
from pathlib import Path

import frappe

frappe.init(site=sys.argv[1])
frappe.connect()
settings = frappe.get_meta("System Settings")
# the tour of onboarding covers the desk; tests log in more than once
for field in ("enable_onboarding", "deny_multiple_sessions"):
	if settings.has_field(field):
		frappe.db.set_single_value("System Settings", field, 0)

# the standing users of the tests: in the clean copy of the site, no run has to make them again
sys.path.append(str(Path(__file__).resolve().parents[2] / "tests"))
from factories import ROLE_OF, user_of  # noqa: E402

for kind in ROLE_OF:
	user_of(kind)
frappe.db.commit()
frappe.destroy()
