"""Sites from before there were reports and long lists: the indexes they count and sort by."""

from frappe.modules.utils import load_doctype_module

INDEXED = (
	"Complaint",
	"Complaint Event",
	"Complaint Party",
	"Complaint Clock",
	"Complaint Remedy",
	"Complaint Review",
	"Complaint Referral",
	"Complaint Survey",
	"Complaint Access",
	"Complaint Evidence",
	"Complaint Investigation",
	"Complaint Clock Notice",
)


def execute() -> None:
	"""Add what a new site gets with its DocTypes."""
	for doctype in INDEXED:
		load_doctype_module(doctype).on_doctype_update()
