"""What can go wrong between a case and ERPNext."""

import frappe


class RemedyDocumentError(frappe.ValidationError):
	"""ERPNext's document for a remedy cannot be made, or what it was made for was to be changed under it."""


class HolidayError(frappe.ValidationError):
	"""The holidays of a list cannot be taken over."""


class QualityError(frappe.ValidationError):
	"""A record of ERPNext's quality management cannot be made of a cause or improvement."""
