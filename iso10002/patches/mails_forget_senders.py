import frappe

from iso10002.portal.mailbox import MAIL, SETTLED, WORDS


def execute() -> None:
	"""Empty the mails that were settled, as new ones are: their senders may be protected in the case by now."""
	mail = frappe.qb.DocType(MAIL)
	query = frappe.qb.update(mail)
	for field in WORDS:
		query = query.set(mail[field], None)
	query.where(mail.state.isin(SETTLED)).run()
