"""Plain functions that make what tests need. Every one takes overrides and returns the saved document."""

from __future__ import annotations

import itertools
from typing import Any

import frappe

from iso10002 import roles
from iso10002.handling import conflicts
from iso10002.handling import stages as stage

_number = itertools.count(1)

ROLE_OF = {
	"intake": roles.INTAKE,
	"handler": roles.HANDLER,
	"investigator": roles.INVESTIGATOR,
	"reviewer": roles.REVIEWER,
	"approver": roles.APPROVER,
	"manager": roles.MANAGER,
	"privacy": roles.PRIVACY_OFFICER,
	"auditor": roles.AUDITOR,
	"executive": roles.EXECUTIVE,
}


def unique(prefix: str = "x") -> str:
	"""Return a short text no other record of this run has."""
	return f"{prefix}-{frappe.generate_hash(length=8)}-{next(_number)}"


def put(doctype: str, **values: Any) -> str | int:
	"""Write a row straight into the database, past validation and guards, as an import may have left it."""
	row = frappe.new_doc(doctype)
	number = "int" in frappe.db.get_column_type(doctype, "name")
	name = 10**9 + int(frappe.generate_hash(length=6), 16) if number else unique("row")
	# with a time of creation: Frappe would put the session's user in as the owner of a row without one
	written = {"creation": frappe.utils.now(), "modified": frappe.utils.now()}
	row.update({"name": name, "owner": "Administrator", **written, **values})
	row.db_insert()
	return row.name


def merge(doctype: str, old: str, new: str) -> None:
	"""Merge a record into another as a request does; Frappe remembers for a request which DocTypes are referred to."""
	frappe.local.dynamic_link_map = None
	frappe.rename_doc(doctype, old, new, merge=True)


def make_user(*role_names: str, email: str | None = None, **overrides: Any):
	"""Return a desk user with the given roles; an existing one gets the roles it lacks."""
	email = email or f"{unique('user')}@example.com".lower()
	if frappe.db.exists("User", email):
		user = frappe.get_doc("User", email)
		if set(role_names) - {row.role for row in user.roles}:
			user.add_roles(*role_names)
		return user
	user = frappe.new_doc("User")
	user.update({"email": email, "first_name": email.split("@")[0], "send_welcome_email": 0, **overrides})
	# Past validation: it empties the caches of the whole site, and to fill them again takes longer than most tests.
	user.set_new_name()
	user.extend("roles", [{"role": role} for role in role_names])
	user.set_system_user()
	user.set_full_name()
	user.db_insert()
	for row in user.get_all_children():
		row.db_insert()
	user.run_method("after_insert")
	user.share_with_self()
	return user


def user_of(kind: str) -> str:
	"""Return the e-mail of the standing test user for a kind of work (see ROLE_OF), made when needed."""
	email = f"test-{kind}@example.com"
	if not frappe.db.exists("User", email):
		make_user(ROLE_OF[kind], email=email)
	return email


def make_complaint(as_user: str | None = None, **overrides: Any):
	"""Return a new complaint with one point, received now by phone."""
	values = {
		"doctype": "Complaint",
		"channel": "Phone",
		"description": "The parcel arrived open and half empty.",
		"allegations": [{"allegation": "Parcel half empty", "category": "Damage suffered"}],
		**overrides,
	}
	with acting_as(as_user):
		return frappe.get_doc(values).insert()


def make_party(complaint: str, as_user: str | None = None, **overrides: Any):
	"""Return a party of a case; the complainant if not said otherwise."""
	values = {
		"doctype": "Complaint Party",
		"complaint": complaint,
		"role": "Complainant",
		"full_name": "Maria Muster",
		"email": "maria@example.org",
		**overrides,
	}
	with acting_as(as_user):
		return frappe.get_doc(values).insert()


def make_access(complaint: str, as_user: str | None = None, **overrides: Any):
	"""Return a row of access; the auditors get the case if not said otherwise."""
	values = {
		"doctype": "Complaint Access",
		"complaint": complaint,
		"access": "Allow",
		"capacity": "Other",
		"reason": "Audit of the process.",
		**({} if {"user", "role"} & set(overrides) else {"role": roles.AUDITOR}),
		**overrides,
	}
	with acting_as(as_user):
		return frappe.get_doc(values).insert()


def declare_conflict(complaint: str, user: str) -> None:
	"""Note a conflict of interest as the saving of an investigation with such a declaration does."""
	conflicts.declare(complaint, user, f"{complaint}-INV-1")


def make_employee(**overrides: Any) -> str:
	"""Return the name of a new employee, with what ERPNext asks for (fixture `employees`)."""
	days = {"date_of_birth": "1990-01-01", "date_of_joining": "2020-01-01"}
	values = {"doctype": "Employee", "first_name": "Maria", "gender": "Female", "status": "Active", **days}
	if frappe.db.table_exists("Company"):
		values["company"] = frappe.db.get_value("Company", {})
	return frappe.get_doc({**values, **overrides}).insert().name


# What each stage asks for, enough to enter it.
ENTRY = {
	stage.ACKNOWLEDGED: {
		"acknowledged_on": "now",
		"acknowledged_by": "Administrator",
		"acknowledgement_channel": "Letter",
	},
	stage.ASSESSED: {
		"handler": "handler",
		"category": "Damage suffered",
		"severity": "Moderate",
		"impact": "One person",
		"complexity": "Simple",
		"safety_implication": "No",
		"immediate_action_needed": "No",
		"immediate_action_possible": "No",
		"compensation_likely": "Yes",
	},
	stage.INVESTIGATING: {"investigator": "investigator"},
	stage.PROPOSED: {
		"investigation_summary": "The packaging was too weak.",
		"cause": "Packaging or transport",
		"decision": "Upheld",
		"decision_reasons": "The parcel left our warehouse badly packed.",
	},
	stage.APPROVED: {},
	stage.COMMUNICATED: {
		"communicated_on": "now",
		"communication_channel": "Letter",
		"communication_text": "We are sorry and send a new parcel.",
		"further_ways": "Internal review; the arbitration board.",
	},
	stage.ACCEPTED: {"acceptance": "Accepted", "acceptance_on": "today"},
	stage.REJECTED: {"acceptance": "Rejected", "acceptance_on": "today"},
	stage.UNDER_REVIEW: {"review_request": "Asked for", "review_grounds": "Unfair", "reviewer": "reviewer"},
	stage.REFERRED: {},
	stage.REMEDY: {},
	stage.CLOSED: {},
	stage.WITHDRAWN: {"ending_reason": "The complainant withdrew by phone."},
	stage.NOT_A_COMPLAINT: {"ending_reason": "It was a question about opening hours."},
	stage.DUPLICATE: {"ending_reason": "Sent twice."},
}

# The way of a whole case whose decision is accepted.
FULL_WAY = (
	"Acknowledge",
	"Assess",
	"Investigate",
	"Propose Decision",
	"Approve Decision",
	"Communicate Decision",
	"Record Acceptance",
	"Close",
)

WHO = {
	"Acknowledge": "intake",
	"Propose Decision": "investigator",
	"Approve Decision": "approver",
	"Send Back": "approver",
}


def entry_values(target: str, **overrides: Any) -> dict:
	"""Return the values a stage asks for, with people and times filled in."""
	people = {"handler", "investigator", "reviewer"}
	values = {}
	for field, value in {**ENTRY[target], **overrides}.items():
		if value == "now":
			value = frappe.utils.now()
		elif value == "today":
			value = frappe.utils.nowdate()
		elif value in people:
			value = user_of(value)
		values[field] = value
	return values


def target_of(action: str) -> str:
	return next(move.target for move in stage.MOVES if move.action == action)


def answer_points(case: str) -> None:
	"""Enter finding and outcome for every point of a case."""
	doc = frappe.get_doc("Complaint", case)
	for row in doc.allegations:
		row.update(
			{"outcome": "Upheld", "finding": "The box was crushed.", "category": row.category or doc.category}
		)
	doc.save()


def take(case: str, action: str, as_user: str | None = None, **overrides: Any) -> str:
	"""Take one step with a case as the right user, or as the one given; return the stage after it.

	A referral takes its step itself.
	"""
	from iso10002.handling.moves import move

	if action == "Refer to Outside Body":
		from case_documents import refer

		refer(case, **overrides)
		return status_of(case)
	user = as_user or user_of(WHO.get(action, "handler"))
	with acting_as(user):
		if action == "Propose Decision":
			answer_points(case)
		move(case, action, values=entry_values(target_of(action), **overrides))
	return frappe.db.get_value("Complaint", case, "status")


def complaint_in(target: str, **overrides: Any) -> str:
	"""Return the reference of a case brought to `target` along the full way."""
	case = make_complaint(as_user=user_of("intake"), **overrides).name
	for action in FULL_WAY:
		if frappe.db.get_value("Complaint", case, "status") == target:
			break
		take(case, action)
	return case


def status_of(case: str) -> str:
	"""Return the stage a case is in."""
	return frappe.db.get_value("Complaint", case, "status")


def edit(case: str, as_user: str = "handler", **values: Any):
	"""Save a case with other values as the standing user of a kind of work; return it."""
	with acting_as(user_of(as_user)):
		doc = frappe.get_doc("Complaint", case)
		doc.update(values)
		doc.save()
	return doc


class acting_as:
	"""Run a block as another user; None leaves the user as it is."""

	def __init__(self, user: str | None):
		self.user = user

	def __enter__(self) -> None:
		self.before = frappe.session.user
		if self.user:
			frappe.set_user(self.user)

	def __exit__(self, *_: object) -> None:
		frappe.set_user(self.before)
