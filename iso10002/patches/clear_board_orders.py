"""Sites from before a board of cases kept no order: its columns name the cases in them to whoever reads boards."""

import frappe

from iso10002.confidentiality.guards.boards import NONE
from iso10002.confidentiality.rule import CASE_DOCTYPES


def execute() -> None:
	boards = frappe.get_all(
		"Kanban Board", filters={"reference_doctype": ("in", sorted(CASE_DOCTYPES))}, pluck="name"
	)
	if boards:
		frappe.db.set_value("Kanban Board Column", {"parent": ("in", boards)}, "order", NONE)
