from frappe.model.document import Document


class ComplaintManagementReport(Document):
	pass
