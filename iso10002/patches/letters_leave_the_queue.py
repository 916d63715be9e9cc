import frappe

from iso10002.confidentiality.conditions import OF_SOME_CASE
from iso10002.confidentiality.rule import PERSONS_IN


def execute() -> None:
	"""Hide the letters to people of cases in the mail queue, as new ones are: who reads the queue read them."""
	mail, line = frappe.qb.DocType("Email Queue"), frappe.qb.DocType("Email Queue Recipient")
	about_nothing = mail.reference_doctype.isnull() | (mail.reference_doctype == "")
	for person in map(frappe.qb.DocType, PERSONS_IN):
		letters = (
			frappe.qb.from_(line)
			.join(person)
			.on(person.email == line.recipient)
			.select(line.parent)
			.distinct()
		)
		found = frappe.qb.from_(mail).select(mail.name).where(about_nothing & mail.name.isin(letters))
		for name in found.run(pluck=True):
			frappe.db.set_value("Email Queue", name, OF_SOME_CASE, update_modified=False)
