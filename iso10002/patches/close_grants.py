import frappe

from iso10002.confidentiality.conditions import ABOUT
from iso10002.confidentiality.rule import CASE_DOCTYPES

GRANTS = ("DocShare", "Document Follow", "Document Share Key")


def execute() -> None:
	"""Remove shares, follows and print keys of cases from before they were refused; files belong to nobody."""
	for doctype in GRANTS:
		frappe.db.delete(doctype, {ABOUT[doctype][0]: ("in", sorted(CASE_DOCTYPES))})
	file = frappe.qb.DocType("File")
	of_cases = file.attached_to_doctype.isin(sorted(CASE_DOCTYPES))
	frappe.qb.update(file).set(file.owner, "Administrator").where(of_cases).run()
