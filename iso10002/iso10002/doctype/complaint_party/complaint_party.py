import frappe
from frappe import _
from frappe.utils import get_datetime, getdate, now_datetime

from iso10002.confidentiality import identity, tidy
from iso10002.confidentiality.access_log import LoggedDocument
from iso10002.confidentiality.rule import PERSON_COMPLAINED_ABOUT
from iso10002.handling import events, teams, validation
from iso10002.handling.errors import IntakeError
from iso10002.handling.intake import CLOCK_SKEW


class ComplaintParty(LoggedDocument):
	# begin: auto-generated types
	# This code is auto-generated. Do not modify anything in this block.

	from typing import TYPE_CHECKING

	if TYPE_CHECKING:
		from frappe.types import DF

		acts_for: DF.Link | None
		address: DF.SmallText | None
		assistance_given: DF.SmallText | None
		assistance_needed: DF.SmallText | None
		authority: DF.Literal[
			"",
			"Written authority",
			"Legal guardian",
			"Lawyer",
			"Consumer body",
			"Elected representative",
			"Family member",
			"Other",
		]
		authority_confirmed_on: DF.Date | None
		circumstances: DF.SmallText | None
		city: DF.Data | None
		complaint: DF.Link
		consent_on: DF.Date | None
		consent_scope: DF.SmallText | None
		consent_to_disclose: DF.Check
		country: DF.Link | None
		details_given_on: DF.Datetime | None
		email: DF.Data | None
		full_name: DF.Data | None
		heard_on: DF.Datetime | None
		identity: DF.Literal["Open", "Confidential", "Anonymous"]
		informed_on: DF.Datetime | None
		language: DF.Link | None
		linked_doctype: DF.Link | None
		linked_name: DF.DynamicLink | None
		not_heard_reason: DF.SmallText | None
		organisation: DF.Data | None
		party_type: DF.Literal["Person", "Organisation"]
		phone: DF.Data | None
		postal_code: DF.Data | None
		preferred_channel: DF.Link | None
		result_told_on: DF.Datetime | None
		role: DF.Literal[
			"Complainant",
			"Representative",
			"Contact person",
			"Person complained about",
			"Other affected person",
			"Witness",
		]
	# end: auto-generated types

	def _validate_links(self):
		validation.validate_kinds(self)
		validation.validate_links(self, super()._validate_links)

	def validate(self):
		validation.refuse_submission(self)
		self.validate_case()
		validation.validate_texts(self)
		validation.validate_reachability(self)
		self.validate_acts_for()
		self.validate_hearing()
		self.validate_consent()
		identity.protect(self)

	def on_update(self):
		identity.keep(self)
		if self.flags.in_insert:
			self.note("Party Added")
		elif changed := self.changed_fields():
			self.note("Party Changed", fields=changed)
		if self.role == PERSON_COMPLAINED_ABOUT:
			tidy.take_back(self.complaint)  # from the person, who does not see the case from now on
			teams.follow_parties(self.complaint)

	def on_trash(self):
		identity.forget(self)
		self.note("Party Removed")

	def before_rename(self, old: str, new: str, merge: bool = False):
		frappe.throw(_("A party is never renamed; change its name field."), IntakeError)

	def validate_case(self):
		"""Who writes a party must be able to write the case it belongs to."""
		before = self.get_doc_before_save()
		if before and before.complaint != self.complaint:
			frappe.throw(_("{0}: a party stays with its case.").format(_("Complaint")), IntakeError)
		if not self.flags.comes_with_the_case:  # who creates a case hands in its parties with it
			frappe.get_doc("Complaint", self.complaint).check_permission("write")

	def validate_acts_for(self):
		"""A representative acts for another party of the same case."""
		if not self.acts_for:
			return
		if self.acts_for == self.name or self.complaint != frappe.db.get_value(
			"Complaint Party", self.acts_for, "complaint"
		):
			frappe.throw(_("Acts for: choose another party of this case."), IntakeError)

	def validate_hearing(self):
		"""Nobody is heard before the full details were given (annex D); nothing happened in the future."""
		for field in ("informed_on", "details_given_on", "heard_on", "result_told_on"):
			if self.get(field) and get_datetime(self.get(field)) > now_datetime() + CLOCK_SKEW:
				frappe.throw(
					_("{0} lies in the future.").format(frappe.bold(_(self.meta.get_label(field)))),
					IntakeError,
				)
		if self.heard_on and not self.details_given_on:
			frappe.throw(_("Heard on: enter first when the full details were given."), IntakeError)
		if self.heard_on and get_datetime(self.heard_on) < get_datetime(self.details_given_on):
			frappe.throw(_("Heard on: nobody is heard before the full details were given."), IntakeError)

	def validate_consent(self):
		"""Consent to disclose counts from a day (clause 4.10)."""
		if not self.consent_to_disclose:
			return
		if not self.consent_on:
			frappe.throw(_("Agreed on: enter the day together with the consent to disclose."), IntakeError)
		if getdate(self.consent_on) > getdate():
			frappe.throw(_("Agreed on: it lies in the future."), IntakeError)

	def changed_fields(self) -> list[str]:
		"""Return the names of the changed fields; values stay out of the journal (design, decision 7)."""
		before = self.get_doc_before_save()
		return sorted(
			df.fieldname
			for df in self.meta.fields
			if before
			and frappe.utils.cstr(before.get(df.fieldname)) != frappe.utils.cstr(self.get(df.fieldname))
		)

	def note(self, event: str, **details) -> None:
		"""Append to the journal of the case that a party came, changed or went; its role, not its name."""
		events.append(self.complaint, event, details={"party": self.name, "role": self.role, **details})


def on_doctype_update() -> None:
	"""Indexes for what is looked up and counted (see docs/performance.md)."""
	frappe.db.add_index("Complaint Party", ["complaint", "role"])
	frappe.db.add_index("Complaint Party", ["email", "role"])
	frappe.db.add_index("Complaint Party", ["linked_name", "role"])
	frappe.db.add_index("Complaint Party", ["creation", "complaint"])
