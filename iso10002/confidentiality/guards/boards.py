"""Kanban boards of cases: Frappe keeps in the board which card is in which column, for whoever reads boards."""

import frappe
from frappe.model.document import Document

from iso10002.confidentiality.guards.answers import before
from iso10002.confidentiality.rule import CASE_DOCTYPES

FUNCTION = "frappe.desk.doctype.kanban_board.kanban_board.update_order_for_single_card"
NONE = "[]"  # not empty: Frappe reads it


def forget_order(board: Document, method: str | None = None) -> None:
	"""Keep no order of cards in a board of cases (doc_events hook of Kanban Board, `validate`): they are in the order of
	the list."""
	if board.reference_doctype in CASE_DOCTYPES:
		for column in board.columns:
			column.order = NONE


@frappe.whitelist()
def update_order_for_single_card(
	board_name: str, docname: str, from_colname: str, to_colname: str, old_index: int, new_index: int
) -> Document:
	"""Move one card of a board; of a case only the field changes, since its board keeps no order.

	Args:
		board_name, docname: the board, and the document the card stands for.
		from_colname, to_colname, old_index, new_index: from where to where it is moved.

	Returns:
		the board.

	Raises:
		PermissionError: the user may not write the document.
	"""
	board = frappe.get_doc("Kanban Board", board_name)
	if board.reference_doctype not in CASE_DOCTYPES:
		return before(
			FUNCTION,
			board_name=board_name,
			docname=docname,
			from_colname=from_colname,
			to_colname=to_colname,
			old_index=old_index,
			new_index=new_index,
		)
	if from_colname != to_colname:
		frappe.set_value(board.reference_doctype, docname, board.field_name, to_colname)
	return board
