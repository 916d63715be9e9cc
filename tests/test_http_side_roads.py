"""Beside the roads to a case: what boards, imports, masters, connections and logs would tell of one that is hidden."""

from __future__ import annotations

import json

import frappe
import pytest
from case_documents import case_under_investigation, complete, start
from factories import make_complaint, make_party, make_user, put, unique, user_of
from hidden_case import ask, assert_hidden, reader_of
from http_roads import RESOURCE, RPC
from over_http import assert_refused, register, stored, system_manager, user_without_a_role, words
from test_personal_data import ended, periods  # noqa: F401

from iso10002 import roles
from iso10002.confidentiality import retention

LINKED = "frappe.desk.form.linked_with.get_submitted_linked_docs"
KANBAN = "frappe.desk.doctype.kanban_board.kanban_board"


def restricted(case: str, **values) -> str:
	frappe.db.set_value("Complaint", case, {"confidentiality_level": "Restricted", **values})
	frappe.db.commit()
	return case


# What was submitted and names somebody


@pytest.fixture(scope="module")
def investigated(site) -> str:
	"""A restricted case with an investigation that is completed."""
	case = case_under_investigation()
	complete(start(case))
	return restricted(case)


@pytest.mark.parametrize("kind", ["nobody", "website user", "executive", "System Manager"])
def test_what_was_investigated_by_somebody_or_has_a_cause_is_not_listed_past_the_rule(
	http, investigated, kind
):
	for doctype, name in (("User", user_of("investigator")), ("Complaint Cause", "Packaging or transport")):
		answer = http(reader_of(kind, {})).get(f"{RPC}/{LINKED}", params={"doctype": doctype, "name": name})
		assert answer.status_code < 500 and investigated not in answer.text, words(answer)
		assert not answer.ok or answer.json()["message"]["count"] == 0


def test_who_sees_a_case_is_told_of_its_investigation_before_something_is_cancelled(http, investigated):
	asked = {"doctype": "Complaint Cause", "name": "Packaging or transport"}
	answer = http(user_of("privacy")).get(f"{RPC}/{LINKED}", params=asked)
	assert answer.ok, words(answer)
	found = answer.json()["message"]
	assert f"{investigated}-INV-1" in [row["name"] for row in found["docs"]]
	assert found["count"] == len(found["docs"])
