from frappe.model.document import Document

from iso10002.handling import validation


class DisputeResolutionBody(Document):
	def validate(self):
		validation.validate_texts(self)
		validation.validate_reachability(self)
