"""One user for each role of the app: users.py SITE PASSWORD FILE, from the sites directory.

A user is made only where it is missing, and its password set only then. FILE gets the list of the people who can
log in, for the sandbox to show."""

import hashlib
import json
import sys
from pathlib import Path

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
SHOWN = 11  # checking a password takes a while: only so many are


def make(password: str) -> None:
	for name, role in ROLES.items():
		user = f"{name}@example.com"
		if not frappe.db.exists("Role", role) or frappe.db.exists("User", user):
			continue
		doc = frappe.new_doc("User")
		doc.update({"email": user, "first_name": role.removeprefix("Complaint "), "last_name": "(sandbox)"})
		doc.append("roles", {"role": role})
		doc.send_welcome_email = 0
		doc.insert()
		update_password(user, password)


def people(passwords: list[str], known: dict[str, list[str]]) -> list[list[str]]:
	"""User, roles, password, and a mark by which the next run knows that the password is still the same."""
	users = frappe.get_all(
		"User", {"enabled": 1, "user_type": "System User", "name": ("!=", "Guest")}, pluck="name"
	)
	first = ["Administrator", "admin@example.com", *(f"{name}@example.com" for name in ROLES)]
	rows = []
	for user in [*(u for u in first if u in users), *sorted(set(users) - set(first))]:
		roles = frappe.get_all("Has Role", {"parent": user, "parenttype": "User"}, pluck="role")
		complaint = sorted(role for role in roles if role.startswith("Complaint"))
		mark = password_mark(user)
		before = known.get(user)
		if before and before[3] == mark:
			password = before[2]
		elif len(rows) < SHOWN:
			password = password_of(user, passwords)
		else:
			password = ""
		rows.append([user, ", ".join(complaint) or f"{len(roles)} roles of Frappe", password, mark])
	return rows


def password_mark(user: str) -> str:
	auth = frappe.qb.Table("__Auth")
	stored = (
		frappe.qb.from_(auth)
		.select(auth.password)
		.where((auth.name == user) & (auth.fieldname == "password"))
	)
	return hashlib.sha256(str(stored.run()).encode()).hexdigest()


def password_of(user: str, passwords: list[str]) -> str:
	"""Which of these the user has. Slow on purpose, as every check of a password."""
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
known = json.loads(Path(file).read_text()) if Path(file).exists() else []
Path(file).write_text(json.dumps(people([password, "admin"], {row[0]: row for row in known})))
frappe.db.rollback()
frappe.destroy()
