"""Notices of deadlines: who gets them and what they say.

A notice has the reference, the name of the deadline, the due time and a link: never a name or a word of the
complainant, because mails and notifications leave the access rule behind. It goes only to users who may see the case.
"""

import frappe
from frappe import _
from frappe.email.doctype.email_account.email_account import EmailAccount
from frappe.utils import escape_html, format_datetime, get_url_to_form

from iso10002 import roles
from iso10002.confidentiality.rule import may_see
from iso10002.handling.clocks.definition import WARNING, Level
from iso10002.handling.clocks.keep import Clock

# Frappe hands longer lists of recipients to a job of its own, outside the transaction.
MOST_RECIPIENTS = 20


class Desk:
	"""What one sweep looks up once: who has a role, which users are enabled, whether mail can go out."""

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


def recipients(level: Level, case: frappe._dict, desk: Desk) -> dict[str, str]:
	"""Return name and address of the users a notice goes to: those of the level who may see the case.

	Where nobody is left, such as before a handler is named, the managers who may see the case get it.
	"""
	found: dict[str, str] = {}
	if level.to_handler and desk.address(case.handler):
		found[case.handler] = desk.address(case.handler)
	if level.to_managers:
		found.update(desk.with_role(roles.MANAGER))
	if level.role:
		found.update(desk.with_role(level.role))
	if level.user and desk.address(level.user):
		found[level.user] = desk.address(level.user)
	found = _who_may_see(found, case.name)
	return found or _who_may_see(desk.with_role(roles.MANAGER), case.name)


def send(to: dict[str, str], case: frappe._dict, clock: Clock, level: Level, desk: Desk) -> None:
	"""Write the notifications and the mails of one notice, in the transaction of the caller."""
	subject = _subject(case.name, clock, level)
	for user in to:
		log = frappe.new_doc("Notification Log")
		log.update(
			{
				"subject": subject,
				"for_user": user,
				"from_user": "Administrator",
				"type": "Alert",
				"document_type": "Complaint",
				"document_name": case.name,
			}
		)
		log.insert(
			ignore_permissions=True
		)  # safe: addressed to users who may see the case, names only its number
	addresses = sorted(filter(None, to.values()))
	if not addresses or not desk.can_mail():
		return
	link = get_url_to_form("Complaint", case.name)
	message = f'<p>{escape_html(subject)}</p><p><a href="{link}">{escape_html(case.name)}</a></p>'
	for start in range(0, len(addresses), MOST_RECIPIENTS):
		frappe.sendmail(
			recipients=addresses[start : start + MOST_RECIPIENTS],
			subject=subject,
			message=message,
			reference_doctype="Complaint",
			reference_name=case.name,
		)


def _who_may_see(users: dict[str, str], complaint: str) -> dict[str, str]:
	return {user: address for user, address in users.items() if may_see(user, complaint)}


def _subject(complaint: str, clock: Clock, level: Level) -> str:
	due = format_datetime(clock.state.due_on)
	if level.kind == WARNING:
		return _("{0}: {1} is due on {2}").format(complaint, clock.definition.clock, due)
	if level.escalation:
		return _("{0}: {1} was due on {2} (escalation level {3})").format(
			complaint, clock.definition.clock, due, level.escalation
		)
	return _("{0}: {1} was due on {2}").format(complaint, clock.definition.clock, due)
