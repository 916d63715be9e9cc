"""What the desk starts with beside the module's own files: the Kanban board by stage and saved filters.

Seeded once, and the admin's afterwards.
"""

import json

import frappe
from frappe import _

from iso10002.handling.stages import BEFORE_DECISION, ENDED

BOARD = "Complaints by Stage"
COLOURS = {
	"Received": "Orange",
	"Acknowledged": "Yellow",
	"Assessed": "Cyan",
	"Investigating": "Blue",
	"Decision Proposed": "Purple",
	"Decision Approved": "Purple",
	"Decision Communicated": "Light Blue",
	"Accepted": "Green",
	"Rejected": "Red",
	"Under Review": "Pink",
	"Referred": "Pink",
	"Remedy in Progress": "Blue",
}
FILTERS = {
	"Not answered yet": [["Complaint", "status", "in", list(BEFORE_DECISION)]],
	"Urgent and open": [
		["Complaint", "priority", "=", "Urgent"],
		["Complaint", "status", "not in", list(ENDED)],
	],
	"Rejected or further": [["Complaint", "status", "in", ["Rejected", "Under Review", "Referred"]]],
	"Remedies to carry out": [["Complaint", "status", "=", "Remedy in Progress"]],
}


def seed_desk() -> None:
	"""Create the board and the filters that are not there."""
	_seed_board()
	for name, filters in FILTERS.items():
		if not frappe.db.exists("List Filter", {"filter_name": _(name), "reference_doctype": "Complaint"}):
			row = frappe.new_doc("List Filter")
			row.update(
				{
					"filter_name": _(name),
					"reference_doctype": "Complaint",
					"for_user": "",
					"filters": json.dumps(filters),
				}
			)
			row.flags.ignore_permissions = True  # safe: at installation, names and filters of our own
			row.insert()


def _seed_board() -> None:
	if frappe.db.exists("Kanban Board", BOARD):
		return
	board = frappe.new_doc("Kanban Board")
	board.update(
		{
			"kanban_board_name": BOARD,
			"reference_doctype": "Complaint",
			"field_name": "status",
			"private": 0,
			"show_labels": 1,
			"filters": json.dumps([["Complaint", "status", "not in", list(ENDED)]]),
			"fields": json.dumps(["priority", "category", "response_due"]),
		}
	)
	for column, colour in COLOURS.items():
		board.append("columns", {"column_name": column, "status": "Active", "indicator": colour})
	board.flags.ignore_permissions = True  # safe: at installation
	board.insert()


def remove_desk() -> None:
	"""Delete the board and the filters, and the steps of the onboarding, which belong to no module."""
	if frappe.db.exists("Kanban Board", BOARD):
		frappe.delete_doc("Kanban Board", BOARD, force=True, ignore_permissions=True)  # safe: uninstalling
	frappe.db.delete("List Filter", {"reference_doctype": "Complaint"})
	steps = frappe.get_all("Onboarding Step Map", {"parent": "ISO 10002"}, pluck="step")
	frappe.db.delete("Onboarding Step", {"name": ("in", steps or [""])})
	_remove_icons()


def _remove_icons() -> None:
	"""Delete the icons and sidebars Frappe 16 has for the app. It would leave them, and its update would stumble over
	them; and it would delete the sidebar's file with the record, so the rows are deleted, not the documents.
	"""
	for doctype, field, value in (
		("Desktop Icon", "app", "iso10002"),
		("Workspace Sidebar", "app", "iso10002"),
		("Workspace Sidebar", "module", "ISO10002"),
	):
		if not frappe.db.exists("DocType", doctype):
			continue
		names = frappe.get_all(doctype, {field: value}, pluck="name")
		for df in frappe.get_meta(doctype).get_table_fields():
			frappe.db.delete(df.options, {"parenttype": doctype, "parent": ["in", names or [""]]})
		frappe.db.delete(doctype, {"name": ["in", names or [""]]})
