"""Conditions written once: whatever is in them, at whatever time they are used."""

import frappe
import pytest
from factories import acting_as, make_access, make_complaint, make_user, unique, user_of
from frappe.utils import add_to_date, now_datetime
from freezegun import freeze_time
from hypothesis import given
from hypothesis import strategies as st
from pypika.terms import Case, Criterion, ValueWrapper

from iso10002 import roles
from iso10002.confidentiality import rule
from iso10002.confidentiality.written import NOW, Written, written_once

AWKWARD = st.text(st.sampled_from("aé'\"`\\%()s{}_;- \n"), max_size=12)


def is_true(condition: Criterion) -> bool:
	"""What the database says of a condition: in text of Frappe's, and in a query that has values of its own."""
	((as_text,),) = frappe.db.sql(f"select {condition.get_sql()}")
	query = (
		frappe.qb.from_("DocType").select("name").where(frappe.qb.Field("name") == "User").where(condition)
	)
	assert bool(query.run()) == bool(as_text)
	return bool(as_text)


def equal(left: str, right: str) -> Criterion:
	"""Whether two values are the same, letter by letter."""
	return Case().when(ValueWrapper(left) == ValueWrapper(right), 1).else_(0) == 1


@given(value=AWKWARD)
def test_a_value_stays_what_it_is(value):
	((kept,),) = frappe.db.sql(f"select {Written(ValueWrapper(value)).get_sql()}")
	assert kept == value
	assert is_true(Written(equal(value, value)))


@given(value=AWKWARD)
def test_a_value_does_not_end_its_quotes(value):
	assert not is_true(Written(equal(f"x{value}", f"y{value}") & equal("' or 1=1 -- ", value)))


@given(value=AWKWARD)
def test_a_written_condition_is_part_of_another_one(value):
	inner = Written(equal(value, value) & (ValueWrapper("1999-01-01") < NOW))
	assert is_true(Written(inner & equal("a", "a")))
	assert not is_true(Written(inner & equal("a", "b")))


def test_the_time_is_that_of_the_use_also_within_another_condition():
	soon = add_to_date(now_datetime(), hours=1)
	inner = Written(ValueWrapper(str(soon)) < NOW)
	outer = Written(inner & equal("a", "a"))
	assert not is_true(inner)
	assert not is_true(outer)
	with freeze_time(add_to_date(None, hours=2)):
		assert is_true(inner)
		assert is_true(outer)


def test_what_is_written_is_written_once_for_the_same_and_anew_for_others():
	written = []

	@written_once
	def condition(value: str) -> Criterion:
		written.append(value)
		return equal(value, "a")

	assert [is_true(condition(value)) for value in ("a", "b", "a", "b")] == [True, False, True, False]
	assert written == ["a", "b"]


def test_access_that_ends_is_over_though_the_condition_was_written_before():
	case, user = make_complaint().name, make_user(roles.AUDITOR).name
	make_access(case, user=user, valid_until=add_to_date(now_datetime(), hours=1))
	assert rule.may_see(user, case)
	with freeze_time(add_to_date(None, hours=2)):
		assert not rule.may_see(user, case)


def test_a_role_given_or_taken_counts_at_once_though_the_condition_was_written_before():
	case, user = make_complaint().name, make_user().name
	assert not rule.may_see(user, case)
	for role in (roles.HANDLER, roles.MANAGER):
		doc = frappe.get_doc("User", user)
		doc.add_roles(role)
		assert rule.may_see(user, case)
		doc.remove_roles(role)
		assert not rule.may_see(user, case)


@pytest.fixture
def per_cent() -> str:
	"""A handler who is an admin as well, and whose address looks like a place to put a value in."""
	user = make_user(roles.HANDLER, "System Manager", email=f"{unique('a')}%(param1)s%@example.com").name
	frappe.db.commit()
	return user


def test_no_condition_for_lists_has_a_per_cent_sign_in_it(per_cent):
	"""Frappe 16 runs them once with values to put in, and once without."""
	with acting_as(per_cent):
		for doctype, functions in frappe.get_hooks("permission_query_conditions").items():
			for path in functions:
				if path.startswith("iso10002."):
					text = frappe.call(frappe.get_attr(path), per_cent, doctype=doctype)
					assert text and "%" not in text, doctype


def test_who_has_a_per_cent_sign_in_the_address_lists_what_others_list(http, per_cent):
	case = make_complaint(as_user=user_of("intake")).name
	frappe.db.set_value("Complaint", case, {"handler": per_cent, "confidentiality_level": "Restricted"})
	task = frappe.get_doc({"doctype": "ToDo", "description": "x", "allocated_to": per_cent}).insert()
	frappe.db.commit()
	session = http(per_cent)
	for doctype, name in (("Complaint", case), ("ToDo", task.name), ("Complaint Party", None), ("Complaint Event", None), ("Deleted Document", None)):  # fmt: skip
		listed = session.get(f"/api/resource/{doctype}", params={"limit_page_length": 0})
		assert listed.ok, listed.text[:500]
		assert name is None or str(name) in [str(row["name"]) for row in listed.json()["data"]]
		counted = session.post("/api/method/frappe.client.get_count", json={"doctype": doctype})
		assert counted.json()["message"] == len(listed.json()["data"]), doctype
