"""Who may see a case: the one access rule, as a condition for lists and as a yes or no for one document.

There is a single form of the rule, the SQL condition. The yes or no asks the database the same condition
about one name, so the two cannot drift apart. Frappe's role permissions (DocPerm) are checked by Frappe
itself before; this rule only narrows what they allow.

A user sees a case that nothing hides from the user, and that one of these opens:
- the role, at the case's level (`ROLES_AT`);
- the case team: named as its handler, investigator or reviewer;
- a row of Complaint Access in force, for the user or a role of the user;
- Intake: registered by the user and not yet assessed, unless restricted.

What hides it wins over everything that opens it (`hiding`): a denying row of Complaint Access, which also stands for
a declared conflict of interest, and being a person complained about. Users without a role of the process see nothing.

Source: ISO 10002:2018 clauses 4.7 and 4.10; design, section 5.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

import frappe
from frappe.model.document import Document
from pypika.queries import QueryBuilder, Selectable, Table
from pypika.terms import Criterion, Field, Term, ValueWrapper

from iso10002 import roles
from iso10002.confidentiality.written import NOW, Written, written_once

STANDARD, CONFIDENTIAL, RESTRICTED = LEVELS = ("Standard", "Confidential", "Restricted")
ALLOW, DENY = "Allow", "Deny"

# The role of a party; everything about the independence of officers hangs on it.
PERSON_COMPLAINED_ABOUT = "Person complained about"
PERSONS_IN = (
	"Complaint Party",
	"Complaint Identity",
)  # with the same columns; the second holds protected ones

# Who sees a case by the role alone. The roles of a level are among those of the levels below it, so that raising a
# level never shows a case to anybody new.
ROLES_AT = {
	STANDARD: {
		roles.HANDLER,
		roles.INVESTIGATOR,
		roles.REVIEWER,
		roles.APPROVER,
		roles.MANAGER,
		roles.PRIVACY_OFFICER,
	},
	CONFIDENTIAL: {roles.MANAGER, roles.PRIVACY_OFFICER},
	RESTRICTED: {roles.PRIVACY_OFFICER},
}
# Without one of these, nothing opens a case. Executives see figures.
CASE_ROLES = frozenset(roles.ALL_ROLES) - {roles.EXECUTIVE}
TEAM = ("handler", "investigator", "reviewer")

# What hangs on a case and is seen exactly by those who see the case: DocType and its field with the case.
HANGS_ON_CASE = {
	"Complaint Allegation": "parent",
	"Complaint Remedy": "parent",
	"Complaint Party": "complaint",
	"Complaint Access": "complaint",
	"Complaint Access Log": "complaint",
	"Complaint Identity": "complaint",
	"Complaint Event": "complaint",
	"Complaint Clock": "complaint",
	"Complaint Clock Notice": "complaint",
	"Complaint Investigation": "complaint",
	"Complaint Review": "complaint",
	"Complaint Referral": "complaint",
	"Complaint Evidence": "complaint",
	"Complaint Survey": "complaint",
	"Complaint Receipt": "complaint",
}

# Some of its rows are about many cases at once, such as those of an export; who may read the log reads them.
ACCESS_LOG = "Complaint Access Log"
# Read by code alone, whatever right an admin gives.
IDENTITY = "Complaint Identity"

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


@dataclass
class Names:
	"""By what a person complained about may be named for a case to be hidden from a user."""

	emails: set[str]
	records: dict[str, set[str]]  # DocType: names of its records


@dataclass(frozen=True)
class Viewer:
	"""All that the rule asks about a user, looked up anew whenever it is asked."""

	user: str
	roles: frozenset[str]
	emails: tuple[str, ...]
	records: tuple[tuple[str, tuple[str, ...]], ...]


def viewer(user: str, of_roles: Iterable[str] | None = None) -> Viewer:
	"""Return what the rule asks about a user; the roles, if they are known, need not be looked up."""
	names = names_of(user)
	records = tuple((doctype, tuple(sorted(found))) for doctype, found in sorted(names.records.items()))
	held = frozenset(of_roles or frappe.get_roles(user))
	return Viewer(user, held, tuple(sorted(names.emails)), records)


def names_of(user: str) -> Names:
	"""Return by what the user may be named as a person complained about: the account and its addresses.

	Other apps add to it by the hook `iso10002_names_of`: functions (user, names). Names are looked up here and
	written into the condition: a join for each of them would cost every list several times as much.
	"""
	names = Names(addresses_of(user), {"User": {user}})
	for path in frappe.get_hooks("iso10002_names_of"):
		frappe.get_attr(path)(user, names)
	return names


def addresses_of(user: str) -> set[str]:
	"""Return the addresses of an account: the first one, by which it is known for ever, and the one it has now."""
	return {user, frappe.get_cached_value("User", user, "email")} - {None, ""}


def visible(user: str) -> Written | None:
	"""Return the condition on `Complaint` for `user`; None where everything is visible (Administrator)."""
	if user == "Administrator":
		return None
	return _visible(viewer_or_nobody(user))


def viewer_or_nobody(user: str) -> Viewer | None:
	"""Return what the rule asks about a user; None for one to whom nothing opens a case."""
	held = frappe.get_roles(user)
	return viewer(user, held) if CASE_ROLES.intersection(held) and _is_enabled(user) else None


def seen_by(who: Viewer | None) -> Criterion:
	"""Return the rule: the condition on `Complaint` for a viewer."""
	case = frappe.qb.DocType("Complaint")
	return case.name.isnull() if who is None else _opened(case, who) & case.name.notin(_hidden(who))


_visible = written_once(seen_by)


def may_see(user: str, complaint: str) -> bool:
	"""Whether `user` may see the case with this reference, as it is stored now."""
	condition = visible(user)
	return condition is None or _holds_for(complaint, condition)


def seen_among(user: str, complaints: list[str]) -> set[str]:
	"""Return those of the cases with these references that `user` may see."""
	if not complaints:
		return set()
	case, condition = frappe.qb.DocType("Complaint"), visible(user)
	query = frappe.qb.from_(case).select(case.name).where(case.name.isin(complaints))
	return {name for (name,) in (query if condition is None else query.where(condition)).run()}


def is_hidden_from(user: str, complaint: str) -> bool:
	"""Whether something hides this case from `user`, whatever roles or rows would open it."""
	return _holds_for(complaint, _is_hidden(viewer(user)))


def is_in_team(user: str, complaint: str) -> bool:
	"""Whether the case was given to `user` in particular: an officer of it, or by a row of Complaint Access.

	Says nothing about what hides the case; ask `may_see` as well.
	"""
	return _holds_for(complaint, _is_in_team(viewer(user)))


def _holds_for(complaint: str, condition: Criterion) -> bool:
	case = frappe.qb.DocType("Complaint")
	return bool(frappe.qb.from_(case).select(case.name).where(case.name == complaint).where(condition).run())


def hiding(who: Viewer) -> list[QueryBuilder]:
	"""Return what hides cases from a viewer: queries of their references, each led by an index on the viewer's side."""
	queries = [_rows_in_force(DENY, who.user, who.roles)]
	for doctype in PERSONS_IN:
		person = frappe.qb.DocType(doctype)
		named = [
			(person.linked_doctype == kind) & person.linked_name.isin(names) for kind, names in who.records
		]
		about = (person.role == PERSON_COMPLAINED_ABOUT) & Criterion.any(
			[person.email.isin(who.emails), *named]
		)
		queries.append(frappe.qb.from_(person).select(person.complaint).where(about))
	return queries


def _hidden(who: Viewer) -> QueryBuilder:
	"""Return one query of all references hidden from a viewer: the database looks each case up in it once."""
	return frappe.qb.from_(rows_of_all(hiding(who)).as_("hidden")).select(Field("complaint"))


def rows_of_all(queries: Iterable[QueryBuilder]) -> Selectable:
	"""Return the rows of several queries as those of one."""
	first, *others = queries
	for query in others:
		first = first.union_all(query)
	return first


@written_once
def _is_hidden(who: Viewer) -> Criterion:
	return frappe.qb.DocType("Complaint").name.isin(_hidden(who))


@written_once
def _is_in_team(who: Viewer) -> Criterion:
	case = frappe.qb.DocType("Complaint")
	return _is_officer(case, who.user) | case.name.isin(_rows_in_force(ALLOW, who.user, who.roles))


def case_of(doctype: str, name: str | None) -> str | None:
	"""Return the reference of the case a stored document belongs to; None if it belongs to none."""
	if doctype == "Complaint" or not name:
		return name
	if parent_doctype := ROWS_OF.get(doctype):
		return case_of(parent_doctype, frappe.db.get_value(doctype, name, "parent"))
	return frappe.db.get_value(doctype, name, HANGS_ON_CASE[doctype]) if doctype in HANGS_ON_CASE else None


def may_see_document(user: str, doctype: str, name: str | None) -> bool:
	"""Whether `user` may see the case that a stored document of CASE_DOCTYPES belongs to; no if there is none."""
	complaint = case_of(doctype, name)
	return bool(complaint) and may_see(user, complaint)


def who_may_see(complaint: str, users: Iterable[str]) -> set[str]:
	"""Return those of `users` who may see the case."""
	return {user for user in set(users) if may_see(user, complaint)}


def case_condition(user: str | None = None) -> str:
	"""Return the condition for lists of Complaint (hook `permission_query_conditions`)."""
	return for_both(user, visible)


def hanging_condition(doctype: str, user: str | None = None) -> str:
	"""Return the condition for lists of a DocType of HANGS_ON_CASE or ROWS_OF."""

	def condition(user: str) -> Written | None:
		return None if user == "Administrator" else _hanging(doctype, viewer_or_nobody(user))

	return for_both(user, condition)


def for_both(user: str | None, condition: Callable[[str], Term | None]) -> str:
	"""Return as SQL what holds for the user a list is asked for and for the one who asks.

	They differ where Frappe makes a list with somebody else's rights, and shows it to whoever asked for it.
	"""
	users = dict.fromkeys((user or frappe.session.user, frappe.session.user))
	conditions = [found for found in map(condition, users) if found is not None]
	return " and ".join(map(as_sql, conditions))


@written_once
def _hanging(doctype: str, who: Viewer | None) -> Criterion:
	row = frappe.qb.DocType(doctype)
	if parent_doctype := ROWS_OF.get(doctype):
		return seen_parent(parent_doctype, row.parent, seen_by(who))
	if doctype == IDENTITY:
		return row.name.isnull()
	complaint = row[HANGS_ON_CASE[doctype]]
	seen = seen_parent("Complaint", complaint, seen_by(who))
	return complaint.isnull() | seen if doctype == ACCESS_LOG else seen


def seen_parent(doctype: str, name: Term, condition: Criterion) -> Criterion:
	"""Return the condition that `name` is a document of `doctype` in a case for which `condition` holds."""
	case = frappe.qb.DocType("Complaint")
	if doctype == "Complaint":
		return _is_found(frappe.qb.from_(case).select(1).where(case.name == name).where(condition))
	row = frappe.qb.DocType(doctype)
	return _is_found(
		frappe.qb.from_(row)
		.join(case)
		.on(case.name == row[HANGS_ON_CASE[doctype]])
		.select(1)
		.where(row.name == name)
		.where(condition)
	)


def _is_found(one: QueryBuilder) -> Criterion:
	"""Return the condition that a query, which gives 1 for one document at most, finds it.

	Compared and not with EXISTS: that MariaDB makes a join, and reads all cases for the first page of a list.
	"""
	return ValueWrapper(1) == one


def may_open_case(doc: Document, ptype: str | None = None, user: str | None = None) -> bool:
	"""Answer for one Complaint (hook `has_permission`); a new one is a matter of the role alone."""
	user = user or frappe.session.user
	cases = _cases_of(doc, doc.name)
	if not _is_reading():
		return all(may_see(user, case) for case in cases)
	# Frappe asks several times while it opens one document
	known = doc.flags.setdefault("seen_by", {})
	for case in cases:
		if (user, case) not in known:
			known[user, case] = may_see(user, case)
	return all(known[user, case] for case in cases)


def may_open_hanging(doc: Document, ptype: str | None = None, user: str | None = None) -> bool:
	"""Answer for one document that hangs on a case (hook `has_permission`)."""
	if doc.doctype == IDENTITY:
		return (user or frappe.session.user) == "Administrator"
	cases = _cases_of(doc, doc.get(HANGS_ON_CASE[doc.doctype]))
	if not cases:
		return doc.is_new() or doc.doctype == ACCESS_LOG
	return all(may_see(user or frappe.session.user, case) for case in cases)


def _cases_of(doc: Document, case: str | None) -> set[str]:
	"""Return the cases a document is of: the one it says, and the one it was stored with.

	What a request sends may call a stored document new, or give it another name or case. A new complaint has no case
	yet, and nothing is stored under a name it brings along.
	"""
	cases = {case, doc.flags.stored_in} - {None, ""}
	if doc.doctype == "Complaint" and doc.is_new():
		cases = {name for name in cases if frappe.db.exists("Complaint", name)}
	return cases


def as_sql(condition: Term) -> str:
	"""Write a condition as SQL with table names, as Frappe adds it to the condition of a list."""
	return (condition if isinstance(condition, Written) else Written(condition)).get_sql()


def _is_reading() -> bool:
	"""Whether this is a request that changes nothing."""
	request = getattr(frappe.local, "request", None)
	return bool(request) and request.method == "GET"


def _is_enabled(user: str) -> bool:
	return user == frappe.session.user or bool(frappe.get_cached_value("User", user, "enabled"))


def _opened(case: Table, who: Viewer) -> Criterion:
	"""What opens cases to a viewer.

	What the case itself says comes first: the database looks up the rows of access only for cases it does not open.
	"""
	mine = CASE_ROLES & who.roles
	opened: list[Criterion] = []
	levels = [level for level in LEVELS if mine & ROLES_AT[level]]
	if levels:
		opened += [case.confidentiality_level.isin(levels), _is_officer(case, who.user)]
	if roles.INTAKE in mine:
		registered = (case.owner == who.user) | (case.received_by == who.user)
		opened.append(registered & case.assessed_on.isnull() & (case.confidentiality_level != RESTRICTED))
	opened.append(case.name.isin(_rows_in_force(ALLOW, who.user, mine)))
	return Criterion.any(opened)


def _is_officer(case: Table, user: str) -> Criterion:
	return Criterion.any([case[field] == user for field in TEAM])


def _rows_in_force(kind: str, user: str, of_roles: Iterable[str]) -> QueryBuilder:
	"""Return the query of the cases that have a row of one kind in force now for a user or one of the roles.

	Rows are for roles of the process alone (`grants.validate`); each role more costs the database a look-up.
	"""
	row = frappe.qb.DocType("Complaint Access")
	is_for, mine = row.user == user, sorted(CASE_ROLES.intersection(of_roles))
	if mine:
		is_for |= row.role.isin(mine)
	has_begun = row.valid_from.isnull() | (row.valid_from <= NOW)
	goes_on = row.valid_until.isnull() | (row.valid_until > NOW)
	return (
		frappe.qb.from_(row).select(row.complaint).where(is_for & (row.access == kind) & has_begun & goes_on)
	)
