from frappe.model.document import Document


class ComplaintInquiry(Document):
	pass
