from frappe.model.document import Document


class ComplaintInvestigationCause(Document):
	pass
