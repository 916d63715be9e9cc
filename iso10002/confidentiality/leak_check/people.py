"""The throw-away users, and what each can ask: over HTTP with an API key, and in process."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

import frappe
from frappe.utils.password import delete_all_passwords_for, set_encrypted_password

from iso10002 import roles
from iso10002.confidentiality.leak_check.filling import write
from iso10002.confidentiality.leak_check.host_records import HOST_ROLES
from iso10002.confidentiality.leak_check.web import Answer, Web

DOMAIN = "leak-check.invalid"

# Column of the table, and the roles of the user in it.
VISITORS = {
	**{role.removeprefix("Complaint "): (role,) for role in roles.ALL_ROLES},
	"System Manager": ("System Manager",),
	"Inbox User": ("Inbox User",),
	"Prepared": (roles.MANAGER, "Prepared Report User"),
	# read the records of ERPNext and Helpdesk cases came from, where these are on the site
	"Agent": HOST_ROLES,
	"Handling agent": (roles.HANDLER, *HOST_ROLES),
	"Outsider": (),
	"Website user": (),
	"Guest": (),
}
# May see the hidden cases: shows that a road works at all.
CLEARED = "Cleared"
CLEARED_ROLES = (roles.MANAGER, roles.HANDLER, roles.PRIVACY_OFFICER, "Prepared Report User", *HOST_ROLES)
WITHOUT_DESK = ("Website user", "Guest")


@dataclass
class Visitor:
	"""Somebody who tries the roads, and what was answered on the road at hand."""

	label: str
	user: str
	web: Web
	answers: list[Answer] = field(default_factory=list)

	def get(self, path: str, /, **arguments: object) -> Answer:
		"""Ask for a page or an address of the API."""
		return self._ask("GET", path, query_string=_plain(arguments))

	def post(self, path: str, /, **values: object) -> Answer:
		return self._ask("POST", path, json=values)

	def put(self, path: str, /, **values: object) -> Answer:
		return self._ask("PUT", path, json=values)

	def delete(self, path: str) -> Answer:
		return self._ask("DELETE", path)

	def call(self, method: str, /, **arguments: object) -> Answer:
		"""Call a whitelisted function as the desk does."""
		return self._ask("POST", f"/api/method/{method}", json=arguments)

	def send(self, path: str, /, **data: object) -> Answer:
		"""Post a form, with files as (stream, name)."""
		return self._ask("POST", path, data=data)

	def inside(self, function: Callable, *args: object, **more: object) -> Answer:
		"""Call something in process as this user; a refusal is an answer too. What it wrote is rolled back."""
		frappe.set_user(self.user)
		try:
			answer = Answer(200, frappe.as_json(function(*args, **more)), f"{args} {more}")
		except (frappe.ValidationError, frappe.PermissionError, frappe.DoesNotExistError) as refused:
			answer = Answer(403, str(refused), f"{args} {more}")
		finally:
			frappe.db.rollback()
			frappe.set_user("Administrator")
			frappe.clear_messages()
		self.answers.append(answer)
		return answer

	def _ask(self, method: str, path: str, **more: object) -> Answer:
		answer = self.web.request(method, path, **more)
		self.answers.append(answer)
		return answer


def make_visitors(site: str, labels: Iterable[str]) -> list[Visitor]:
	"""Make the users, and return the visitors in the order of the columns, the cleared one first."""
	found = [_visitor(site, CLEARED, CLEARED_ROLES)]
	return found + [_visitor(site, label, VISITORS[label]) for label in labels]


def _visitor(site: str, label: str, of_roles: tuple[str, ...]) -> Visitor:
	if label == "Guest":
		return Visitor(label, "Guest", Web(site))
	user = f"{frappe.scrub(label).replace('_', '-')}@{DOMAIN}"
	key, secret = frappe.generate_hash(length=15), frappe.generate_hash(length=15)
	doc = frappe.new_doc("User")
	doc.update(
		{
			"email": user,
			"first_name": f"Leak check, {label}",
			"full_name": f"Leak check, {label}",
			"enabled": 1,
			"user_type": "Website User" if label in WITHOUT_DESK else "System User",
			"api_key": key,
			"document_follow_notify": 0 if label in WITHOUT_DESK else 1,
			"allowed_in_mentions": 1,
			"language": "en",
		}
	)
	for role in of_roles:
		doc.append("roles", {"role": role})
	write(doc, name=user)
	settings = frappe.new_doc("Notification Settings")
	# notices on the desk, but nothing is mailed
	settings.update({"user": user, "enabled": 1, "enable_email_notifications": 0})
	write(settings, name=user, owner=user)
	set_encrypted_password("User", user, secret, "api_secret")
	frappe.clear_cache(user=user)
	return Visitor(label, user, Web(site, f"{key}:{secret}"))


def remove_secrets(user: str) -> None:
	"""Remove what is stored apart from the user."""
	delete_all_passwords_for("User", user)


def _plain(arguments: dict) -> dict:
	return {
		key: value if isinstance(value, str) else frappe.as_json(value, indent=None)
		for key, value in arguments.items()
	}
