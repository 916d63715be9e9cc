import frappe

from iso10002.portal.mailbox import MAIL


def execute() -> None:
	"""Switch off in the mailboxes for complaints that Frappe makes a contact of whoever writes, as in new ones."""
	accounts = set(frappe.get_all("Email Account", {"append_to": MAIL}, pluck="name"))
	accounts.update(frappe.get_all("IMAP Folder", {"append_to": MAIL}, pluck="parent"))
	for name in accounts:
		frappe.db.set_value("Email Account", name, "create_contact", 0)
