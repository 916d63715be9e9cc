"""Sites from before Frappe's access log kept no page of what somebody printed who may see cases."""

import frappe

from iso10002.confidentiality.rule import CASE_ROLES


def execute() -> None:
	holder, log = frappe.qb.DocType("Has Role"), frappe.qb.DocType("Access Log")
	users = frappe.qb.from_(holder).select(holder.parent).where(holder.role.isin(sorted(CASE_ROLES)))
	of_them = log.user.isin(users) | (log.user == "Administrator")
	frappe.qb.update(log).set(log.page, None).where(log.page.isnotnull() & of_them).run()
