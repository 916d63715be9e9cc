"""Sites from before there were figures: the smallest figure shown to those who may read no complaint."""

import frappe

from iso10002.analytics.reader import SMALLEST_SHOWN


def execute() -> None:
	"""Set the limit where none is stored; 0 would show everything."""
	settings = frappe.db.get_singles_dict("ISO10002 Settings")
	if settings.get("smallest_figure") is None:
		frappe.db.set_single_value("ISO10002 Settings", "smallest_figure", SMALLEST_SHOWN)
