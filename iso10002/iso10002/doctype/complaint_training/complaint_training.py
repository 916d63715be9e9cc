import frappe
from frappe import _
from frappe.model.document import Document

from iso10002.handling import improvements, validation
from iso10002.handling.errors import ImprovementError


class ComplaintTraining(Document):
	# begin: auto-generated types
	# This code is auto-generated. Do not modify anything in this block.

	from typing import TYPE_CHECKING

	if TYPE_CHECKING:
		from frappe.types import DF

		from iso10002.iso10002.doctype.complaint_training_participant.complaint_training_participant import (
			ComplaintTrainingParticipant,
		)

		contents: DF.Text | None
		held_on: DF.Date
		hours: DF.Float
		improvement: DF.Link | None
		naming_series: DF.Literal["TRN-.YYYY.-.###"]
		participants: DF.Table[ComplaintTrainingParticipant]
		people: DF.Int
		topic: DF.Data
		trainer: DF.Data | None
	# end: auto-generated types

	def validate(self):
		validation.validate_texts(self)
		improvements.refuse_references(self)
		improvements.validate_past(self, "held_on")
		self.count_people()

	def count_people(self):
		"""Who is listed is counted, each once; without a list the number entered stands."""
		seen = set()
		for row in self.participants:
			who = row.user or (row.person or "").strip().casefold()
			place = _("Participants, row {0}").format(row.idx)
			if not who:
				frappe.throw(_("{0}: choose a user or enter a name.").format(place), ImprovementError)
			if who in seen:
				frappe.throw(_("{0}: this person is listed already.").format(place), ImprovementError)
			seen.add(who)
		if seen:
			self.people = len(seen)
		if not self.people or self.people < 0:
			frappe.throw(
				_("{0}: list who took part, or enter how many.").format(
					frappe.bold(_(self.meta.get_label("people")))
				),
				ImprovementError,
			)


def on_doctype_update() -> None:
	"""Indexes for what is looked up and counted (see docs/performance.md)."""
	frappe.db.add_index("Complaint Training", ["held_on"])
