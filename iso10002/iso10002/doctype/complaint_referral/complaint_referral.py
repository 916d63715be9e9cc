import frappe

from iso10002.confidentiality.access_log import LoggedDocument
from iso10002.handling import documents, independence, referral, validation


class ComplaintReferral(LoggedDocument):
	# begin: auto-generated types
	# This code is auto-generated. Do not modify anything in this block.

	from typing import TYPE_CHECKING

	if TYPE_CHECKING:
		from frappe.types import DF

		answer_due: DF.Date | None
		binding: DF.Check
		body: DF.Link
		complaint: DF.Link
		cost: DF.Currency
		currency: DF.Link | None
		documents_sent: DF.SmallText | None
		lessons: DF.Text | None
		method: DF.Literal["", "Facilitative", "Advisory", "Determinative"]
		outcome: DF.Literal[
			"",
			"Decided for the complainant",
			"Decided partly for the complainant",
			"Settled by agreement",
			"Decided for the organisation",
			"Not taken up",
			"Withdrawn by the complainant",
		]
		outcome_on: DF.Date | None
		outcome_text: DF.Text | None
		reference: DF.Data | None
		referred_on: DF.Date
	# end: auto-generated types

	def autoname(self):
		self.name = documents.next_name(self.doctype, self.complaint)

	def validate(self):
		case = documents.case_of(self)
		independence.refuse_concerned_user(case)
		validation.validate_texts(self)
		referral.validate_dates(self, case)
		referral.validate_record(self)
		referral.validate_cost(self)

	def after_insert(self):
		referral.refer(self)

	def on_update(self):
		referral.follow_outcome(self)

	def on_trash(self):
		documents.refuse_deletion()

	def before_rename(self, old: str, new: str, merge: bool = False):
		documents.refuse_renaming()


def on_doctype_update() -> None:
	"""Indexes for what is looked up and counted (see docs/performance.md)."""
	frappe.db.add_index("Complaint Referral", ["outcome_on", "complaint"])
	frappe.db.add_index("Complaint Referral", ["creation", "complaint"])
