"""What tests over HTTP share: registering a case, taking a step, reading the server's words, counting rows."""

from __future__ import annotations

import json
import os
import re
from typing import Any

import frappe
from factories import ROLE_OF, entry_values, make_user, target_of, user_of

SITE, SITES = os.environ["ISO10002_SITE"], os.environ["ISO10002_SITES"]

MOVE = "/api/method/iso10002.handling.moves.move"
CASES = "/api/resource/Complaint"
PARTIES = "/api/resource/Complaint Party"
EVENTS = "/api/resource/Complaint Event"
REFUSED = (403, 404, 409, 417)


def user_without_a_role() -> str:
	"""Return a desk user who has no role of this app."""
	role = "Somebody with a Desk"
	if not frappe.db.exists("Role", role):
		frappe.get_doc({"doctype": "Role", "role_name": role, "desk_access": 1}).insert()
	return make_user(role, email="test-nobody@example.com").name


def system_manager() -> str:
	"""Return an admin of the site who has no role of this app."""
	user = make_user("System Manager", email="test-admin@example.com").name
	frappe.db.commit()  # what a test reads next may begin with a rollback
	return user


def people() -> dict[str, str]:
	"""Return the standing test user of every kind of work, by kind."""
	return {kind: user_of(kind) for kind in ROLE_OF}


def complaint(**overrides: Any) -> dict:
	"""Return the fields of a new complaint as intake sends them, with a complainant."""
	return {
		"channel": "Phone",
		"description": "The parcel arrived open and half empty.",
		"allegations": [{"allegation": "Parcel half empty", "category": "Damage suffered"}],
		"parties": [{"role": "Complainant", "full_name": "Maria Muster", "email": "maria@example.org"}],
		**overrides,
	}


def register(http: Any, user: str | None = None, **overrides: Any) -> str:
	"""Register a complaint as intake, or as the given user, and return its reference."""
	answer = http(user or user_of("intake")).post(CASES, json=complaint(**overrides))
	assert answer.ok, words(answer)
	return answer.json()["data"]["name"]


def step(http: Any, user: str, case: str, action: str, seen_stage: str | None = None, **values: Any) -> Any:
	"""Ask for one step with a case and return the answer, whatever it is."""
	body = {"complaint": case, "action": action, "values": values, "seen_stage": seen_stage}
	return http(user).post(MOVE, json=body)


def needs(action: str, **overrides: Any) -> dict:
	"""Return the values an action asks for, enough to take it."""
	return entry_values(target_of(action), **overrides)


def change(http: Any, user: str, case: str, **values: Any) -> Any:
	"""Ask to change fields of a case and return the answer, whatever it is."""
	return http(user).put(f"{CASES}/{case}", json=values)


def stored(case: str, field: str = "status") -> Any:
	"""Return what the database holds now."""
	frappe.db.rollback()
	return frappe.db.get_value("Complaint", case, field)


def words(answer: Any) -> str:
	"""Return what the server says to the person, as plain text."""
	try:
		body = answer.json()
	except ValueError:
		return answer.text
	messages = [json.loads(row).get("message") for row in json.loads(body.get("_server_messages") or "[]")]
	found = " ".join(str(message) for message in messages) or str(body.get("exception") or body)
	return re.sub(r"<[^>]+>", "", found)


def assert_refused(answer: Any, *expected: str, status: int | tuple[int, ...] = REFUSED) -> None:
	"""Assert that the server refuses in words, not with an error of its own."""
	allowed = (status,) if isinstance(status, int) else status
	assert answer.status_code in allowed, f"{answer.status_code}: {words(answer)[:1500]}"
	for text in expected:
		assert text.lower() in words(answer).lower(), words(answer)


ROWS = ("Complaint", "Complaint Allegation", "Complaint Remedy", "Complaint Party", "Complaint Event", "File")


def rows() -> dict[str, int]:
	"""Return how many rows of a case's tables there are."""
	frappe.db.rollback()
	return {doctype: frappe.db.count(doctype) for doctype in ROWS}
