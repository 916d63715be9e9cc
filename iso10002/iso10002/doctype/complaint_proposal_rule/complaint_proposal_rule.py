import json

import frappe
from frappe import _
from frappe.model.document import Document

from iso10002.integrations import proposals


class ComplaintProposalRule(Document):
	# begin: auto-generated types
	# This code is auto-generated. Do not modify anything in this block.

	from typing import TYPE_CHECKING

	if TYPE_CHECKING:
		from frappe.types import DF

		disabled: DF.Check
		filters: DF.Code | None
		rating_up_to: DF.Int
		reopened_from: DF.Int
		source_doctype: DF.Literal["HD Ticket", "Issue"]
		title: DF.Data
		words: DF.SmallText | None
	# end: auto-generated types

	def validate(self):
		self.validate_something_is_asked()
		self.validate_rating()
		self.validate_filters()

	def validate_something_is_asked(self):
		"""A rule without any condition would propose every ticket."""
		if not (proposals.lines_of(self.words) or self.filters or self.rating_up_to or self.reopened_from):
			frappe.throw(_("Enter at least one condition: words, fields, a rating or a number of times."))

	def validate_rating(self):
		"""There are five stars."""
		if (self.rating_up_to or 0) > 5:
			frappe.throw(_("Rating: enter 1 to 5 stars, or 0."))

	def validate_filters(self):
		"""The filters are those of Frappe, on fields the tickets have."""
		if not (self.filters or "").strip():
			self.filters = None
			return
		advice = _('Its fields are: write filters such as [["priority", "=", "Urgent"]].')
		try:
			filters = json.loads(self.filters)
		except ValueError:
			filters = None
		if not isinstance(filters, list) or not all(
			isinstance(row, list) and len(row) == 3 for row in filters
		):
			frappe.throw(advice)
		if not frappe.db.table_exists(self.source_doctype):
			return
		meta = frappe.get_meta(self.source_doctype)
		for field, _operator, _value in filters:
			if not isinstance(field, str) or not (
				meta.has_field(field) or field in frappe.model.default_fields
			):
				frappe.throw(_("Its fields are: {0} has no field {1}.").format(_(self.source_doctype), field))
		try:
			frappe.get_all(self.source_doctype, filters=filters, limit=1)
		except Exception:
			frappe.clear_last_message()
			frappe.throw(advice)
