"""The access rule against the rule as people say it: random users, roles, levels, rows, offices, conflicts and shares.

Whatever a world looks like: who should see a case finds it in the list and opens it, with all that hangs on it;
who should not, meets nothing of it, in no list and by no name. Shares, tasks and permissions written straight into
the database decide nothing."""

import itertools

import frappe
import pytest
from factories import ROLE_OF, acting_as, declare_conflict, make_complaint, make_party, make_user, put
from frappe.utils import add_to_date, now_datetime
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from iso10002 import roles
from iso10002.confidentiality import grants
from iso10002.confidentiality.conditions import ABOUT
from iso10002.confidentiality.leak_check.filling import filled, write
from iso10002.confidentiality.rule import HANGS_ON_CASE, LEVELS, PERSON_COMPLAINED_ABOUT, RESTRICTED, may_see

HANGING = sorted(doctype for doctype, field in HANGS_ON_CASE.items() if field == "complaint")
SEES_AT = {
	"Standard": {"handler", "investigator", "reviewer", "approver", "manager", "privacy"},
	"Confidential": {"manager", "privacy"},
	"Restricted": {"privacy"},
}
# System Manager: reads what Frappe writes about documents of all kinds
ROLE_NAMES = [*sorted(ROLE_OF.values()), "System Manager"]


@st.composite
def worlds(draw):
	"""Three users with random roles; cases with all that decides who sees them, and what must not decide it."""
	users = draw(st.lists(st.sets(st.sampled_from(ROLE_NAMES), max_size=3), min_size=3, max_size=3))
	number = st.integers(0, 2)
	maybe = st.none() | number
	case = st.fixed_dictionaries(
		{
			"level": st.sampled_from(LEVELS),
			"owner": number,
			"received_by": maybe,
			"handler": maybe,
			"investigator": maybe,
			"reviewer": maybe,
			"assessed": st.booleans(),
			"person": maybe,
			"named_by": st.sampled_from(["address", "user", "protected"]),
			# True declares a conflict of interest, False lifts it
			"conflicts": st.lists(st.tuples(number, st.booleans()), max_size=3),
			"rows": st.lists(
				st.tuples(
					st.sampled_from(["Allow", "Allow", "Deny"]),
					number | st.sampled_from([roles.HANDLER, roles.AUDITOR, roles.MANAGER]),
					st.sampled_from([None, -1, 1]),
					st.sampled_from([None, None, -1, 1]),
				),
				max_size=3,
			),
			"shares": st.sets(number | st.just("everybody"), max_size=2),
			"permitted": st.sets(number, max_size=1),
			"hanging": st.sets(st.sampled_from(HANGING), min_size=2, max_size=3),
			"about": st.sets(st.sampled_from(sorted(ABOUT)), min_size=2, max_size=3),
		}
	)
	return users, draw(st.lists(case, min_size=1, max_size=2))


def should_see(names: set[str], number: int, case: dict) -> bool:
	"""The rule of docs/security.md in plain words, apart from the code that is tested."""
	kinds = {kind for kind, role in ROLE_OF.items() if role in names} - {"executive"}
	if not kinds:
		return False
	in_force = [
		access
		for access, holder, start, until in case["rows"]
		if (holder == number or holder in names) and start != 1 and until != -1
	]
	conflict = False
	for who, declared in case["conflicts"]:
		conflict = declared if who == number else conflict
	if "Deny" in in_force or conflict or case["person"] == number:
		return False
	handles = bool(kinds & SEES_AT["Standard"])
	office = number in (case["handler"], case["investigator"], case["reviewer"])
	registered = number in (case["owner"], case["received_by"])
	return bool(
		"Allow" in in_force
		or kinds & SEES_AT[case["level"]]
		or (handles and office)
		or ("intake" in kinds and registered and not case["assessed"] and case["level"] != RESTRICTED)
	)


@pytest.fixture(scope="module")
def pool(people) -> list[str]:
	"""Three users whose roles the property test sets as it goes; making users is slow."""
	names = [make_user(email=f"test-rule-{number}@example.com").name for number in range(3)]
	frappe.db.commit()
	return names


def give_roles(user: str, names: set[str]) -> None:
	frappe.db.delete("Has Role", {"parent": user})
	for name in names:
		row = frappe.new_doc("Has Role")
		row.update({"parent": user, "parenttype": "User", "parentfield": "roles", "role": name})
		row.db_insert()
	frappe.clear_cache(user=user)


def hour(offset: int | None):
	return offset and add_to_date(now_datetime(), hours=offset)


def build(case: dict, users: list[str]) -> tuple[str, dict[str, list]]:
	"""Make a case of a world; return its reference, and what hangs on it or tells of it by DocType."""
	name = make_complaint().name
	people = {
		field: None if case[field] is None else users[case[field]]
		for field in ("owner", "received_by", "handler", "investigator", "reviewer")
	}
	assessed = frappe.utils.now() if case["assessed"] else None
	values = {"confidentiality_level": case["level"], "assessed_on": assessed, **people}
	frappe.db.set_value("Complaint", name, values, update_modified=False)
	for access, holder, start, until in case["rows"]:
		who = {"role": holder} if isinstance(holder, str) else {"user": users[holder]}
		period = {"valid_from": hour(start), "valid_until": hour(until)}
		put("Complaint Access", complaint=name, access=access, reason="Test", **period, **who)
	for who, declared in case["conflicts"]:
		if declared:
			declare_conflict(name, users[who])
		elif users[who] in grants.declared_conflicts(name):
			grants.end_conflict(name, users[who], "Test")
	if case["person"] is not None:
		name_person(name, users[case["person"]], case["named_by"])
	for who in case["shares"]:
		to = {"everyone": 1} if who == "everybody" else {"user": users[who], "everyone": 0}
		put("DocShare", share_doctype="Complaint", share_name=name, read=1, write=1, submit=1, share=1, **to)
	for who in case["permitted"]:
		put("ToDo", reference_type="Complaint", reference_name=name, allocated_to=users[who], status="Open")
		frappe.db.set_value("Complaint", name, "_assign", frappe.as_json([users[who]]), update_modified=False)
	found = {doctype: [hang(doctype, name, users)] for doctype in case["hanging"]}
	for doctype in filter(frappe.db.table_exists, case["about"]):
		of, at = ABOUT[doctype]
		found[doctype] = [put(doctype, **{of: "Complaint", at: name, "owner": users[0], "is_private": 1})]
	for doctype in ("Complaint Party", "Complaint Event"):
		found[doctype] = frappe.get_all(doctype, {"complaint": name}, pluck="name")
	return name, found


def name_person(case: str, user: str, way: str) -> None:
	values = {"role": PERSON_COMPLAINED_ABOUT, "email": user}
	if way == "user":
		values |= {"email": None, "linked_doctype": "User", "linked_name": user}
	if way == "protected":
		values |= {"identity": "Confidential"}
	make_party(case, **values)


def hang(doctype: str, case: str, users: list[str]) -> str | int:
	"""Hang a document on a case, owned by one of the users and shared with another, straight in the database."""
	values = {"Complaint Event": {"event": "Contact"}, "Complaint Access": {"access": "Allow"}}.get(
		doctype, {}
	)
	doc = filled(doctype, "x", complaint=case, **values)
	if doctype == "Complaint Access":
		doc.update({"user": "Administrator"})
	name = write(doc, owner=users[0]).name
	put("DocShare", share_doctype=doctype, share_name=name, user=users[1], read=1, write=1)
	return name


def listed(user: str, doctype: str, names: list) -> set:
	with acting_as(user):
		try:
			return set(frappe.get_list(doctype, {"name": ("in", names)}, pluck="name", limit_page_length=0))
		except frappe.PermissionError:
			return set()


def allowed(user: str, doctype: str, name: str | int, *kinds: str) -> set[str]:
	doc = frappe.get_doc(doctype, name)
	return {kind for kind in kinds if frappe.has_permission(doctype, kind, doc=doc, user=user)}


@settings(
	max_examples=15,
	deadline=None,
	suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(worlds())
def test_a_case_is_listed_and_opens_exactly_for_who_should_see_it(pool, world):
	user_roles, cases = world
	frappe.db.savepoint("world")
	try:
		for user, names in zip(pool, user_roles, strict=True):
			give_roles(user, names)
		built = [build(case, pool) for case in cases]
		for number, (case, (name, rows)) in itertools.product(range(3), zip(cases, built, strict=True)):
			user = pool[number]
			expected = should_see(user_roles[number], number, case)
			assert may_see(user, name) == expected
			assert bool(listed(user, "Complaint", [name])) == expected
			may = allowed(user, "Complaint", name, "read", "write", "print", "email")
			assert ("read" in may) == expected and (expected or not may)
			for doctype, found in rows.items():
				shown = listed(user, doctype, found)
				opened = {row for row in found if allowed(user, doctype, row, "read", "write")}
				assert expected or not (shown or opened), (doctype, shown, opened)
				assert doctype in ABOUT or shown == opened, (doctype, shown, opened)
	finally:
		frappe.db.rollback(save_point="world")
		for user in pool:
			frappe.clear_cache(user=user)
