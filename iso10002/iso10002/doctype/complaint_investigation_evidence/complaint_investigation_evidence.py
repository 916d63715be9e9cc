from frappe.model.document import Document


class ComplaintInvestigationEvidence(Document):
	pass
