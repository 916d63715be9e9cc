"""One user for each role of the app: users.py SITE PASSWORD FILE, from the sites directory.

A user is made only where it is missing, and its password set only then. FILE gets the list of the people who can
log in, for the sandbox to show."""

import json
import sys

import frappe
from frappe.utils.password import check_password, update_password

ROLES = {
	"intake": "Complaint Intake",
	"handler": "Complaint Handler",
	"investigator": "Complaint Investigator",
	"reviewer": "Complaint Reviewer",
	"approver": "Complaint Approver",
	"manager": "Complaint Manager",
	"privacy": "Complaint Privacy Officer",
	"auditor": "Complaint Auditor",
	"executive": "Complaint Executive",
}
SHOWN = 15


def make(password: str) -> None:
	for name, role in ROLES.items():
		user = f"{name}@example.com"
		if not frappe.db.exists("Role", role):
			continue
		if not frappe.db.exists("User", user):
			doc = frappe.new_doc("User")
			doc.update(
				{"email": user, "first_name": role.removeprefix("Complaint "), "last_name": "(sandbox)"}
			)
			doc.send_welcome_email = 0
			doc.insert()
			update_password(user, password)
		frappe.get_doc("User", user).add_roles(role)


def people(passwords: tuple[str, ...]) -> list[tuple[str, str, str]]:
	"""User, roles, password of those who can log in to the desk."""
	users = frappe.get_all(
		"User", {"enabled": 1, "user_type": "System User"}, pluck="name", order_by="creation asc"
	)
	rows = []
	for user in [u for u in users if u != "Guest"][:SHOWN]:
		roles = frappe.get_all("Has Role", {"parent": user, "parenttype": "User"}, pluck="role")
		complaint = sorted(role for role in roles if role.startswith("Complaint"))
		rows.append(
			(user, ", ".join(complaint) or f"{len(roles)} roles of Frappe", password_of(user, passwords))
		)
	return rows


def password_of(user: str, passwords: tuple[str, ...]) -> str:
	for password in passwords:
		try:
			check_password(user, password)
			return password
		except frappe.AuthenticationError:
			continue
	return "(its own)"


site, password, file = sys.argv[1:]
frappe.init(site=site)
frappe.connect()
make(password)
frappe.db.commit()
with open(file, "w") as handle:
	json.dump(people((password, "admin")), handle)
frappe.db.rollback()
frappe.destroy()
