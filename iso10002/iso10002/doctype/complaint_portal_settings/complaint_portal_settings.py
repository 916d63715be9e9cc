import frappe
from frappe import _
from frappe.model.document import Document


class ComplaintPortalSettings(Document):
	# begin: auto-generated types
	# This code is auto-generated. Do not modify anything in this block.

	from typing import TYPE_CHECKING

	if TYPE_CHECKING:
		from frappe.types import DF

		allow_anonymous: DF.Check
		codes_an_hour: DF.Int
		complaints_an_hour: DF.Int
		consent_required: DF.Check
		consent_text: DF.SmallText | None
		figures: DF.Check
		figures_smallest: DF.Int
		introduction: DF.SmallText | None
		mail_news: DF.Check
		mail_with_substance: DF.Check
		most_files: DF.Int
		most_megabytes: DF.Int
		open: DF.Check
		organisation: DF.Data | None
		privacy_text: DF.Text | None
		survey: DF.Check
		survey_after_days: DF.Int
		survey_people: DF.Check
		survey_share: DF.Percent
		web_channel: DF.Link
	# end: auto-generated types

	def validate(self):
		if self.survey_share is not None and not 0 <= float(self.survey_share) <= 100:
			frappe.throw(_("Share of the cases: enter a number between 0 and 100."))
		if self.figures and (self.figures_smallest or 0) < 3:
			frappe.throw(_("Smallest number shown: enter 3 or more, so that nobody can be recognised."))
