"""Sites from before other apps were recognised: the switches are on, as on a new site."""

import frappe

from iso10002.integrations.hosts import HOSTS


def execute() -> None:
	"""Switch on what has never been stored; `after_migrate` connects."""
	stored = frappe.db.get_singles_dict("ISO10002 Settings")
	for host in HOSTS:
		if stored.get(f"use_{host}") is None:
			frappe.db.set_single_value("ISO10002 Settings", f"use_{host}", 1)
