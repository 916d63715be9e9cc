import frappe

from iso10002.portal.mailbox import MAIL, OPEN, case_told_of


def execute() -> None:
	"""Write into the mails that were set aside which case they tell of; who may not see it read them before."""
	for name in frappe.get_all(
		MAIL, {"state": ("in", (*OPEN, "Discarded")), "about": ("is", "not set")}, pluck="name"
	):
		mail = frappe.get_doc(MAIL, name)
		if case := case_told_of(mail.sender, f"{mail.subject} {mail.reason} {mail.content}"):
			mail.db_set("about", case, update_modified=False)
