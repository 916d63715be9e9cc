import frappe
from frappe import _
from frappe.model.document import Document

from iso10002.integrations import back, hosts


class ComplaintTicketSettings(Document):
	# begin: auto-generated types
	# This code is auto-generated. Do not modify anything in this block.

	from typing import TYPE_CHECKING

	if TYPE_CHECKING:
		from frappe.types import DF

		from iso10002.iso10002.doctype.complaint_ticket_note.complaint_ticket_note import ComplaintTicketNote

		closed_team: DF.Data | None
		confidential_source: DF.Literal["is asked about", "is emptied", "goes to a closed team"]
		notes: DF.Table[ComplaintTicketNote]
		resolution: DF.Literal["on its own", "after the complaint ended", "with the complaint"]
		resolved_status: DF.Data | None
		vulnerability_hint: DF.Literal["never", "from the cases the reader may see"]
		vulnerability_months: DF.Int
	# end: auto-generated types

	def validate(self):
		self.validate_team()
		self.validate_statuses()

	def validate_team(self):
		"""A closed team exists, and Helpdesk keeps the others out of its tickets."""
		if self.confidential_source != "goes to a closed team" or not hosts.active("helpdesk"):
			return
		if not self.closed_team or not frappe.db.exists("HD Team", self.closed_team):
			frappe.throw(_("Closed team: enter the name of a team of Helpdesk."))
		if not frappe.db.get_single_value("HD Settings", "restrict_tickets_by_agent_group"):
			frappe.throw(
				_("Closed team: switch on first in HD Settings that tickets are restricted by team.")
			)

	def validate_statuses(self):
		"""Statuses are those the tickets of this site have; each stage is named once."""
		known, seen = back.statuses(), set()
		for row in self.notes:
			if row.stage in seen:
				frappe.throw(
					_("What is written to the ticket, row {0}: {1} is there already.").format(
						row.idx, _(row.stage)
					)
				)
			seen.add(row.stage)
			if known and row.ticket_status and row.ticket_status not in known:
				self.refuse_status(_("What is written to the ticket, row {0}").format(row.idx), known)
		if known and self.resolution == back.WITH and self.resolved_status not in known:
			self.refuse_status(_("Status of a resolved ticket"), known)

	def refuse_status(self, where: str, known: list[str]) -> None:
		frappe.throw(_("{0}: tickets have no such status. Use one of: {1}").format(where, ", ".join(known)))
