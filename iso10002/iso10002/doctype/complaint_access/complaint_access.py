import frappe
from frappe import _
from frappe.model.document import Document

from iso10002.confidentiality import grants
from iso10002.handling import validation
from iso10002.handling.errors import AppendOnlyError


class ComplaintAccess(Document):
	# begin: auto-generated types
	# This code is auto-generated. Do not modify anything in this block.

	from typing import TYPE_CHECKING

	if TYPE_CHECKING:
		from frappe.types import DF

		access: DF.Literal["Allow", "Deny"]
		capacity: DF.Literal[
			"",
			"Expert",
			"Approver",
			"Auditor",
			"Manager",
			"Deputy",
			"Legal adviser",
			"Conflict of interest",
			"Other",
		]
		complaint: DF.Link
		end_reason: DF.SmallText | None
		ended_by: DF.Link | None
		ended_on: DF.Datetime | None
		granted_by: DF.Link | None
		reason: DF.SmallText
		role: DF.Link | None
		tidied: DF.Check
		user: DF.Link | None
		valid_from: DF.Datetime | None
		valid_until: DF.Datetime | None
	# end: auto-generated types

	def _validate_links(self):
		validation.validate_kinds(self)
		validation.validate_links(self, super()._validate_links)

	def onload(self):
		self.set_onload("is_declared_conflict", grants.is_declared_conflict(self))

	def before_insert(self):
		grants.prepare(self)

	def validate(self):
		validation.refuse_submission(self)
		validation.validate_texts(self)
		if self.is_new():
			grants.validate(self)
		elif not self.flags.ending:
			frappe.throw(
				_("A row of access stays as it was written. End it, and write another one."), AppendOnlyError
			)

	def after_insert(self):
		grants.took_effect(self)

	def on_trash(self):
		frappe.throw(
			_("A row of access is never deleted, so that it stays known who could see a case. End it."),
			AppendOnlyError,
		)

	def before_rename(self, old: str, new: str, merge: bool = False):
		frappe.throw(_("A row of access is never renamed."), AppendOnlyError)


def on_doctype_update() -> None:
	"""Indexes for what is looked up and counted (see docs/performance.md)."""
	frappe.db.add_index("Complaint Access", ["creation", "complaint"])
	for whose in ("user", "role"):  # all the access rule asks for, so that it reads no row
		columns = [whose, "access", "valid_until", "valid_from", "complaint"]
		frappe.db.add_index("Complaint Access", columns, f"{whose}_access_index")
