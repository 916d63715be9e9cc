"""The hint what similar cases got."""

import frappe
import pytest
from factories import acting_as, make_complaint, make_party, make_user, user_of

from iso10002 import roles
from iso10002.handling.consistency import similar_remedies


def case_with(*values: float, category: str = "Late delivery", progress: str = "Offered", **overrides) -> str:
	remedies = [
		{"remedy_type": "Refund", "progress": progress, "value": value, "currency": "EUR"} for value in values
	]
	return make_complaint(category=category, severity="Minor", remedies=remedies, **overrides).name


@pytest.fixture
def case() -> str:
	frappe.db.delete("Complaint", {"category": "Late delivery"})  # rolled back with the test
	return case_with()


def test_the_hint_says_what_cases_of_the_same_category_and_severity_got(case):
	case_with(10)
	case_with(40)
	case_with(1000, category="Price")
	case_with(1000, progress="Declined")
	old = case_with(1000)
	frappe.db.set_value("Complaint", old, "received_on", "2020-01-01 10:00:00")
	with acting_as(user_of("handler")):
		(row,) = similar_remedies(case)
	assert (row["remedy_type"], row["cases"], row["lowest"], row["average"], row["highest"]) == (
		"Refund",
		2,
		10,
		25,
		40,
	)


def test_the_hint_counts_only_cases_the_reader_may_see(case):
	clerk = make_user(roles.HANDLER).name
	hidden = case_with(10)
	make_party(hidden, role="Person complained about", email=clerk)
	with acting_as(clerk):
		assert similar_remedies(case) == []


def test_the_hint_is_refused_for_a_case_the_reader_may_not_see(case):
	with acting_as(user_of("executive")), pytest.raises(frappe.PermissionError):
		similar_remedies(case)
