import frappe
from frappe import _
from frappe.model.document import Document

from iso10002.handling import teams
from iso10002.handling.errors import IntakeError
from iso10002.roles import HANDLER, MANAGER


class ComplaintTeam(Document):
	# begin: auto-generated types
	# This code is auto-generated. Do not modify anything in this block.

	from typing import TYPE_CHECKING

	if TYPE_CHECKING:
		from frappe.types import DF

		from iso10002.iso10002.doctype.complaint_team_category.complaint_team_category import (
			ComplaintTeamCategory,
		)
		from iso10002.iso10002.doctype.complaint_team_member.complaint_team_member import ComplaintTeamMember

		categories: DF.Table[ComplaintTeamCategory]
		disabled: DF.Check
		is_default: DF.Check
		lead: DF.Link
		max_open_cases: DF.Int
		members: DF.Table[ComplaintTeamMember]
		team_name: DF.Data
		units: DF.SmallText | None
	# end: auto-generated types

	def validate(self):
		self.validate_people()
		self.validate_default()
		self.validate_queue()

	def on_update(self):
		before = self.get_doc_before_save()
		if before and before.lead != self.lead:
			self.clear_cache()  # Frappe does so only later, and who answers for a case is asked of the cache
			teams.follow_lead(self.name)

	def validate_people(self):
		"""Lead and members are enabled, may handle complaints, and are named once."""
		self.refuse_unfit(self.meta.get_label("lead"), self.lead)
		seen = set()
		for row in self.members:
			place = _("Members, row {0}").format(row.idx)
			self.refuse_unfit(place, row.user)
			if row.user in seen:
				frappe.throw(_("{0}: {1} is a member already.").format(place, row.user), IntakeError)
			seen.add(row.user)

	def refuse_unfit(self, place: str, user: str):
		"""Refuse a user who is disabled or handles no complaints."""
		may_handle = {HANDLER, MANAGER}.intersection(frappe.get_roles(user))
		if not may_handle or not frappe.db.get_value("User", user, "enabled"):
			frappe.throw(
				_("{0}: {1} is disabled or has none of these roles: {2}").format(
					_(place), user, ", ".join((_(HANDLER), _(MANAGER)))
				),
				IntakeError,
			)

	def validate_default(self):
		"""One team at most takes what no other serves."""
		if not self.is_default or self.disabled:
			return
		other = frappe.db.get_value(
			"Complaint Team", {"is_default": 1, "disabled": 0, "name": ("!=", self.name)}, "name"
		)
		if other:
			frappe.throw(
				_("{0} takes already what no other team serves. Change it there first.").format(
					frappe.bold(frappe.utils.escape_html(other))
				),
				IntakeError,
			)

	def validate_queue(self):
		"""A team with cases waiting in its queue is not disabled."""
		if self.disabled and not self.is_new() and teams.has_waiting(self.name):
			frappe.throw(
				_(
					"Open cases wait in the queue of this team, maybe some you may not see. Have them given on before you disable it."
				),
				IntakeError,
			)
