import frappe
from frappe.query_builder.functions import Cast_

from iso10002.confidentiality.conditions import MAIL
from iso10002.confidentiality.rule import CASE_DOCTYPES


def execute() -> None:
	"""Take the mails of cases off the timelines of contacts, as new ones are: Frappe asks nobody's right there."""
	mail, link = frappe.qb.DocType("Communication"), frappe.qb.DocType("Communication Link")
	about_cases = mail.reference_doctype.isin(sorted({*CASE_DOCTYPES, MAIL}))
	# as text: the names of mails may be numbers
	mails = frappe.qb.from_(mail).select(Cast_(mail.name, "varchar")).where(about_cases)
	frappe.qb.from_(link).delete().where(link.parent.isin(mails)).run()
