from frappe.model.document import Document


class ComplaintDepthRule(Document):
	pass
