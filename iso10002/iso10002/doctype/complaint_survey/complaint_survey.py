import frappe
from frappe.model.document import Document


class ComplaintSurvey(Document):
	# begin: auto-generated types
	# This code is auto-generated. Do not modify anything in this block.

	from typing import TYPE_CHECKING

	if TYPE_CHECKING:
		from frappe.types import DF

		access: DF.Int
		answered_on: DF.Date | None
		complaint: DF.Data
		informed: DF.Int
		outcome: DF.Int
		party: DF.Data
		respondent: DF.Literal["Complainant", "Person complained about"]
		sent_on: DF.Date | None
		time: DF.Int
		treatment: DF.Int
		words: DF.SmallText | None
	# end: auto-generated types


pass


def on_doctype_update() -> None:
	"""Indexes for what is looked up and counted (see docs/performance.md)."""
	frappe.db.add_index("Complaint Survey", ["sent_on", "complaint"])
