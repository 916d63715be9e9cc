from frappe.model.document import Document


class ComplaintDepthStep(Document):
	pass
