from frappe.model.document import Document

from iso10002.handling import documents, independence, referral, validation


class ComplaintReferral(Document):
	def autoname(self):
		self.name = documents.next_name(self.doctype, self.complaint)

	def validate(self):
		case = documents.case_of(self)
		independence.refuse_concerned_user(case)
		validation.validate_texts(self)
		referral.validate_dates(self, case)
		referral.validate_record(self)
		referral.validate_cost(self)

	def after_insert(self):
		referral.refer(self)

	def on_update(self):
		referral.follow_outcome(self)

	def on_trash(self):
		documents.refuse_deletion()

	def before_rename(self, old: str, new: str, merge: bool = False):
		documents.refuse_renaming()
