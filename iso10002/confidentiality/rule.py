"""Who may see a case: the one access rule, as a condition for lists and as a yes or no for one document.

There is a single form of the rule, the SQL condition. The yes or no asks the database the same condition
about one name, so the two cannot drift apart. Frappe's role permissions (DocPerm) are checked by Frappe
itself before; this rule only narrows what they allow.

Rule: the complaint roles see every case, with two limits.
- Intake sees what it registered itself, until the case is assessed.
- A person complained about in a case never sees it.
"""

import frappe
from frappe.model.document import Document
from frappe.query_builder.functions import Lower
from pypika.queries import Table
from pypika.terms import Criterion, ExistsCriterion, Term

from iso10002 import roles

# The role of a party; everything about the independence of officers hangs on it.
PERSON_COMPLAINED_ABOUT = "Person complained about"

# What hangs on a case and is seen exactly by those who see the case: DocType and its field with the case.
HANGS_ON_CASE = {
	"Complaint Allegation": "parent",
	"Complaint Remedy": "parent",
	"Complaint Party": "complaint",
	"Complaint Event": "complaint",
	"Complaint Clock": "complaint",
	"Complaint Clock Notice": "complaint",
	"Complaint Investigation": "complaint",
	"Complaint Review": "complaint",
	"Complaint Referral": "complaint",
	"Complaint Evidence": "complaint",
}

# Rows of what hangs on a case, with the DocType they are rows of.
ROWS_OF = dict.fromkeys(
	(
		"Complaint Investigation Step",
		"Complaint Inquiry",
		"Complaint Interview",
		"Complaint Investigation Evidence",
		"Complaint Finding",
		"Complaint Investigation Cause",
	),
	"Complaint Investigation",
)

CASE_DOCTYPES = frozenset({"Complaint", *HANGS_ON_CASE, *ROWS_OF})

SEES_EVERY_CASE = frozenset(
	{
		roles.HANDLER,
		roles.INVESTIGATOR,
		roles.REVIEWER,
		roles.APPROVER,
		roles.MANAGER,
		roles.PRIVACY_OFFICER,
		roles.AUDITOR,
	}
)


def visible(user: str) -> Criterion | None:
	"""Return the condition on `Complaint` for `user`; None where everything is visible (Administrator)."""
	if user == "Administrator":
		return None
	case = frappe.qb.DocType("Complaint")
	mine = set(frappe.get_roles(user))
	if mine & SEES_EVERY_CASE:
		allowed = case.name.isnotnull()
	elif roles.INTAKE in mine:
		allowed = ((case.owner == user) | (case.received_by == user)) & case.assessed_on.isnull()
	else:
		return case.name.isnull()
	return allowed & _not_complained_about(case, user)


def may_see(user: str, complaint: str) -> bool:
	"""Whether `user` may see the case with this reference, as it is stored now."""
	condition = visible(user)
	if condition is None:
		return True
	case = frappe.qb.DocType("Complaint")
	return bool(frappe.qb.from_(case).select(case.name).where(case.name == complaint).where(condition).run())


def case_condition(user: str | None = None) -> str:
	"""Return the condition for lists of Complaint (hook `permission_query_conditions`)."""
	condition = visible(user or frappe.session.user)
	return "" if condition is None else _sql(condition)


def allegation_condition(user: str | None = None) -> str:
	"""Return the condition for lists of Complaint Allegation (hook `permission_query_conditions`)."""
	return _hanging_condition("Complaint Allegation", user)


def remedy_condition(user: str | None = None) -> str:
	"""Return the condition for lists of Complaint Remedy (hook `permission_query_conditions`)."""
	return _hanging_condition("Complaint Remedy", user)


def party_condition(user: str | None = None) -> str:
	"""Return the condition for lists of Complaint Party (hook `permission_query_conditions`)."""
	return _hanging_condition("Complaint Party", user)


def event_condition(user: str | None = None) -> str:
	"""Return the condition for lists of Complaint Event (hook `permission_query_conditions`)."""
	return _hanging_condition("Complaint Event", user)


def clock_condition(user: str | None = None) -> str:
	"""Return the condition for lists of Complaint Clock (hook `permission_query_conditions`)."""
	return _hanging_condition("Complaint Clock", user)


def clock_notice_condition(user: str | None = None) -> str:
	"""Return the condition for lists of Complaint Clock Notice (hook `permission_query_conditions`)."""
	return _hanging_condition("Complaint Clock Notice", user)


def investigation_condition(user: str | None = None) -> str:
	"""Return the condition for lists of Complaint Investigation (hook `permission_query_conditions`)."""
	return _hanging_condition("Complaint Investigation", user)


def step_condition(user: str | None = None) -> str:
	"""Return the condition for lists of Complaint Investigation Step (hook `permission_query_conditions`)."""
	return _hanging_condition("Complaint Investigation Step", user)


def inquiry_condition(user: str | None = None) -> str:
	"""Return the condition for lists of Complaint Inquiry (hook `permission_query_conditions`)."""
	return _hanging_condition("Complaint Inquiry", user)


def interview_condition(user: str | None = None) -> str:
	"""Return the condition for lists of Complaint Interview (hook `permission_query_conditions`)."""
	return _hanging_condition("Complaint Interview", user)


def relied_evidence_condition(user: str | None = None) -> str:
	"""Return the condition for lists of Complaint Investigation Evidence (hook `permission_query_conditions`)."""
	return _hanging_condition("Complaint Investigation Evidence", user)


def finding_condition(user: str | None = None) -> str:
	"""Return the condition for lists of Complaint Finding (hook `permission_query_conditions`)."""
	return _hanging_condition("Complaint Finding", user)


def cause_condition(user: str | None = None) -> str:
	"""Return the condition for lists of Complaint Investigation Cause (hook `permission_query_conditions`)."""
	return _hanging_condition("Complaint Investigation Cause", user)


def review_condition(user: str | None = None) -> str:
	"""Return the condition for lists of Complaint Review (hook `permission_query_conditions`)."""
	return _hanging_condition("Complaint Review", user)


def referral_condition(user: str | None = None) -> str:
	"""Return the condition for lists of Complaint Referral (hook `permission_query_conditions`)."""
	return _hanging_condition("Complaint Referral", user)


def evidence_condition(user: str | None = None) -> str:
	"""Return the condition for lists of Complaint Evidence (hook `permission_query_conditions`)."""
	return _hanging_condition("Complaint Evidence", user)


def may_open_case(doc: Document, ptype: str | None = None, user: str | None = None) -> bool:
	"""Answer for one Complaint (hook `has_permission`); a new one is a matter of the role alone."""
	if doc.is_new():
		return True
	return may_see(user or frappe.session.user, doc.name)


def may_open_hanging(doc: Document, ptype: str | None = None, user: str | None = None) -> bool:
	"""Answer for one document that hangs on a case (hook `has_permission`)."""
	complaint = doc.get(HANGS_ON_CASE[doc.doctype])
	if not complaint:
		return doc.is_new()
	return may_see(user or frappe.session.user, complaint)


def _hanging_condition(doctype: str, user: str | None) -> str:
	"""One function per DocType above, because early versions of Frappe 15 do not say which one they ask for."""
	condition = visible(user or frappe.session.user)
	if condition is None:
		return ""
	case, row = frappe.qb.DocType("Complaint"), frappe.qb.DocType(doctype)
	if parent_doctype := ROWS_OF.get(doctype):
		parent = frappe.qb.DocType(parent_doctype)
		found = (
			frappe.qb.from_(parent)
			.join(case)
			.on(case.name == parent[HANGS_ON_CASE[parent_doctype]])
			.select(1)
			.where(parent.name == row.parent)
		)
	else:
		found = frappe.qb.from_(case).select(1).where(case.name == row[HANGS_ON_CASE[doctype]])
	return _sql(ExistsCriterion(found.where(condition)))


def _not_complained_about(case: Table, user: str) -> Criterion:
	"""The user is no person complained about: neither named as the user nor by the same e-mail address."""
	party = frappe.qb.DocType("Complaint Party")
	is_user = (party.linked_doctype == "User") & (party.linked_name == user)
	return ExistsCriterion(
		frappe.qb.from_(party)
		.select(1)
		.where(party.complaint == case.name)
		.where(party.role == PERSON_COMPLAINED_ABOUT)
		.where(is_user | (Lower(party.email) == user.lower()))
	).negate()


def _sql(condition: Term) -> str:
	"""Write a condition as SQL with table names, as Frappe adds it to the condition of a list."""
	quote = '"' if frappe.db.db_type == "postgres" else "`"
	return f"({condition.get_sql(quote_char=quote, with_namespace=True, subquery=True)})"
