"""What can go wrong between a case and ERPNext."""

import frappe


class RemedyDocumentError(frappe.ValidationError):
	"""ERPNext's document for a remedy cannot be made, or what it was made for was to be changed under it."""
