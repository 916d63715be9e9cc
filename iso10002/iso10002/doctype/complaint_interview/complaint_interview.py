from frappe.model.document import Document


class ComplaintInterview(Document):
	pass
