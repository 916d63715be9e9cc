"""Lists of cases and of what hangs on them work for the people of the process."""

import frappe
import pytest
from factories import acting_as, complaint_in, make_party, user_of

from iso10002.confidentiality.rule import HANGS_ON_CASE


@pytest.mark.parametrize("kind", ["handler", "privacy", "manager"])
def test_people_of_the_process_can_list_cases_their_parties_and_their_events(kind):
	case = complaint_in("Assessed")
	make_party(case)
	with acting_as(user_of(kind)):
		assert case in frappe.get_list("Complaint", pluck="name", limit_page_length=0)
		for doctype in ("Complaint Party", "Complaint Event"):
			filters = {HANGS_ON_CASE[doctype]: case}
			assert frappe.get_list(doctype, filters=filters, limit_page_length=0), doctype


def test_a_person_complained_about_does_not_find_the_case_in_a_list():
	case = complaint_in("Assessed")
	concerned = user_of("handler")
	make_party(case, role="Person complained about", email=concerned)
	with acting_as(concerned):
		assert case not in frappe.get_list("Complaint", pluck="name", limit_page_length=0)
		assert not frappe.get_list("Complaint Party", filters={"complaint": case})
