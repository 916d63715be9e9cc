import frappe
from frappe import _
from frappe.model.document import Document
from frappe.utils import now_datetime

from iso10002.analytics import pack, pack_files
from iso10002.analytics.errors import FilterError


class ComplaintManagementReport(Document):
	# begin: auto-generated types
	# This code is auto-generated. Do not modify anything in this block.

	from typing import TYPE_CHECKING

	if TYPE_CHECKING:
		from frappe.types import DF

		amended_from: DF.Link | None
		comments: DF.Text | None
		figures: DF.Code | None
		from_date: DF.Date
		frozen_by: DF.Link | None
		frozen_on: DF.Datetime | None
		naming_series: DF.Literal["MR-.YYYY.-.###"]
		sha256: DF.Data | None
		to_date: DF.Date
	# end: auto-generated types

	def onload(self):
		if self.docstatus == 1:
			self.set_onload("is_intact", pack.is_intact(self))

	def validate(self):
		self.set_period()
		self.clear_what_freezing_fills()

	def before_submit(self):
		self.figures, self.sha256 = pack.freeze(pack.collect(self.from_date, self.to_date))
		self.frozen_on, self.frozen_by = now_datetime(), frappe.session.user

	def on_submit(self):
		pack_files.attach(self)

	def before_update_after_submit(self):
		frappe.throw(_("A frozen management report stays as it is. Make another one."), FilterError)

	def before_cancel(self):
		frappe.throw(_("A frozen management report stays as it is. Make another one."), FilterError)

	def set_period(self):
		"""Whole months that are over."""
		self.from_date, self.to_date = pack.whole_months(self.from_date, self.to_date)

	def clear_what_freezing_fills(self):
		"""What a client sends as figures or hash is thrown away; freezing computes them."""
		if self.docstatus == 0 or self._action == "submit":
			self.figures = self.sha256 = self.frozen_on = self.frozen_by = None
