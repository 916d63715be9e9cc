"""The rows of a case's tables: opened by those who see the case, written only with the document they are in."""

import frappe
from frappe import _
from frappe.model.document import Document

from iso10002.handling.errors import IntakeError


class CaseRow(Document):
	"""A row that has no life of its own; saved with its document, Frappe writes it without asking this class."""

	def load_from_db(self):
		"""Read a row together with its document, or Frappe asks only whether the role may read such documents."""
		super().load_from_db()
		if self.parent:
			self.parent_doc = frappe.get_doc(self.parenttype, self.parent)
		return self

	def validate(self):
		self.refuse_alone()

	def on_trash(self):
		self.refuse_alone()

	def refuse_alone(self):
		"""Refuse to write or delete the row past the rules of its document.

		Raises:
			IntakeError: always.
		"""
		frappe.throw(
			_("{0}: a row is changed in its {1}. Open and save that.").format(
				_(self.doctype), _(self.parenttype or "Complaint")
			),
			IntakeError,
		)
