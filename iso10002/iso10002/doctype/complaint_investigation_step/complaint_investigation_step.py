from frappe.model.document import Document


class ComplaintInvestigationStep(Document):
	pass
