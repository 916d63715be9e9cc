import frappe
from frappe import _
from frappe.model.document import Document
from frappe.utils import getdate


class ComplaintRemedyType(Document):
	# begin: auto-generated types
	# This code is auto-generated. Do not modify anything in this block.

	from typing import TYPE_CHECKING

	if TYPE_CHECKING:
		from frappe.types import DF

		from iso10002.iso10002.doctype.complaint_remedy_authority.complaint_remedy_authority import (
			ComplaintRemedyAuthority,
		)

		authorities: DF.Table[ComplaintRemedyAuthority]
		description: DF.SmallText | None
		disabled: DF.Check
		has_value: DF.Check
		kind: DF.Literal[
			"Put right",
			"Money back",
			"Compensation",
			"Contract",
			"Information",
			"Apology",
			"Change for everybody",
			"Other",
		]
		remedy_name: DF.Data
	# end: auto-generated types

	def validate(self):
		for row in self.authorities:
			if not row.role and not row.user:
				frappe.throw(_("Who may approve, row {0}: choose a role or a user.").format(row.idx))
			if row.valid_from and row.valid_to and getdate(row.valid_to) < getdate(row.valid_from):
				frappe.throw(
					_("Who may approve, row {0}: 'Valid to' is before 'Valid from'.").format(row.idx)
				)
