"""Telling people something on the desk and by mail: a number and a link, never a name or a word of the complainant.

Mails and notifications leave the access rule behind, so what they say is the same for every case.
"""

import frappe
from frappe.email.doctype.email_account.email_account import EmailAccount
from frappe.utils import escape_html, get_url_to_form

from iso10002 import roles
from iso10002.confidentiality.rule import may_see

# Frappe hands longer lists of recipients to a job of its own, outside the transaction.
MOST_RECIPIENTS = 20


class Desk:
	"""What one round of notices looks up once: who has a role, which users are enabled, whether mail can go out."""

	def __init__(self) -> None:
		self._by_role: dict[str, dict[str, str]] = {}
		self._enabled: dict[str, str | None] = {}
		self._mail: bool | None = None

	def with_role(self, role: str) -> dict[str, str]:
		"""Return name and e-mail address of the enabled users with a role."""
		if role not in self._by_role:
			user, has_role = frappe.qb.DocType("User"), frappe.qb.DocType("Has Role")
			query = (
				frappe.qb.from_(has_role)
				.join(user)
				.on(has_role.parent == user.name)
				.select(user.name, user.email)
				.distinct()
				.where(has_role.parenttype == "User")
				.where(has_role.role == role)
				.where(user.enabled == 1)
				.where(user.name.notin(("Administrator", "Guest")))
			)
			self._by_role[role] = dict(query.run())
		return self._by_role[role]

	def address(self, user: str | None) -> str | None:
		"""Return the e-mail address of a user who is enabled, or None."""
		if not user:
			return None
		if user not in self._enabled:
			found = frappe.db.get_value("User", user, ["enabled", "email"])
			self._enabled[user] = found[1] if found and found[0] else None
		return self._enabled[user]

	def can_mail(self) -> bool:
		"""Whether the site has an account mails go out by."""
		if self._mail is None:
			account = EmailAccount.find_outgoing(match_by_doctype="Complaint")
			self._mail = bool(account and account.get("email_id"))
		return self._mail


def who_may_see(users: dict[str, str], complaint: str) -> dict[str, str]:
	"""Return those of the users who may see the case."""
	return {user: address for user, address in users.items() if may_see(user, complaint)}


def managers(complaint: str, desk: Desk) -> dict[str, str]:
	"""Return the complaint managers who may see the case, with their addresses."""
	return who_may_see(desk.with_role(roles.MANAGER), complaint)


def tell(
	to: dict[str, str | None], subject: str, desk: Desk, doctype: str | None = None, name: str | None = None
) -> None:
	"""Write a notification and a mail for each user, in the transaction of the caller.

	Args:
		to: users with their e-mail addresses; who gets a link must be allowed to open it, the caller sees to that.
		subject: plain text without substance; it is all the mail says.
		doctype: of the document linked to; nothing is linked if not given.
		name: of the document linked to.
	"""
	for user in to:
		log = frappe.new_doc("Notification Log")
		log.update(
			{"subject": escape_html(subject), "for_user": user, "from_user": "Administrator", "type": "Alert"}
		)
		if doctype:
			log.update({"document_type": doctype, "document_name": name})
		log.insert(ignore_permissions=True)  # safe: addressed by the rules of the app, says only a number
	addresses = sorted(filter(None, to.values()))
	if not addresses or not desk.can_mail():
		return
	message = f"<p>{escape_html(subject)}</p>"
	if doctype:
		message += f'<p><a href="{get_url_to_form(doctype, name)}">{escape_html(name)}</a></p>'
	about = {"reference_doctype": doctype, "reference_name": name} if doctype else {}
	for start in range(0, len(addresses), MOST_RECIPIENTS):
		frappe.sendmail(
			recipients=addresses[start : start + MOST_RECIPIENTS], subject=subject, message=message, **about
		)
