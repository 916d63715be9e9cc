import frappe

from iso10002.confidentiality.access_log import LoggedDocument
from iso10002.handling import documents, events, evidence, independence, validation


class ComplaintEvidence(LoggedDocument):
	# begin: auto-generated types
	# This code is auto-generated. Do not modify anything in this block.

	from typing import TYPE_CHECKING

	if TYPE_CHECKING:
		from frappe.types import DF

		complaint: DF.Link
		description: DF.SmallText
		file: DF.Attach
		file_name: DF.Data | None
		obtained_by: DF.Link
		obtained_on: DF.Datetime
		sha256: DF.Data | None
		size_bytes: DF.Int
		source: DF.Data
		supersedes: DF.Link | None
		supersedes_reason: DF.SmallText | None
	# end: auto-generated types

	def autoname(self):
		self.name = documents.next_name(self.doctype, self.complaint)

	def onload(self):
		if not self.is_new():
			self.set_onload("superseded_by", evidence.superseded_by(self))

	def validate(self):
		case = documents.case_of(self)
		independence.refuse_concerned_user(case)
		evidence.refuse_changes(self)
		validation.validate_texts(self)
		evidence.validate_origin(self, case)
		evidence.validate_version(self)
		evidence.take_in(self)

	def after_insert(self):
		evidence.bind_file(self)
		events.append(
			self.complaint,
			"Evidence Added",
			remark=self.supersedes_reason,
			details={"document": self.name, "sha256": self.sha256, "supersedes": self.supersedes},
		)

	def on_trash(self):
		documents.refuse_deletion()

	def before_rename(self, old: str, new: str, merge: bool = False):
		documents.refuse_renaming()


def on_doctype_update() -> None:
	"""Indexes for what is looked up and counted (see docs/performance.md)."""
	frappe.db.add_index("Complaint Evidence", ["creation", "complaint"])
