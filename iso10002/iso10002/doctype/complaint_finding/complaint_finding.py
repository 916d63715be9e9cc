from frappe.model.document import Document


class ComplaintFinding(Document):
	pass
