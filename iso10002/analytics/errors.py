import frappe


class FilterError(frappe.ValidationError):
	"""A filter of a report cannot be used; the message names it and says what to do."""
