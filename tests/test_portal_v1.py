"""The interface for other systems: one complaint for one key, the same rules as on the page."""

import base64

import frappe
import pytest
from factories import complaint_in, unique
from portal_visitor import Visitor

from iso10002.handling import receipts
from iso10002.handling import stages as stage
from iso10002.portal import status

HAND_IN = "/api/method/iso10002.portal.v1.complaints"
STATUS = "/api/method/iso10002.portal.v1.complaint_status"
BODY = {"description": "The lift is out of order.", "email": "v@example.org", "language": "de"}


@pytest.fixture
def visitor(site):
	frappe.db.commit()
	return Visitor()


def hand_in(visitor, key: str | None = None, **values):
	headers = {"Idempotency-Key": key if key is not None else unique("0123456789abcdef")}
	return visitor.post(HAND_IN, json={**BODY, **values}, headers=headers)


def test_the_same_request_makes_one_complaint_and_gets_the_same_answer(visitor, fresh):
	key = unique("0123456789abcdef")
	first, again = hand_in(visitor, key), hand_in(visitor, key)
	assert first.status_code == 201, first.text
	assert (first.status_code, again.status_code) == (201, 200)
	assert first.json()["message"] == again.json()["message"]
	assert hand_in(visitor, key, description="Another").status_code == 409
	fresh()
	reference = first.json()["message"]["reference"]
	assert frappe.db.count("Complaint Receipt", {"request_key": f"v1 {key}"}) == 1
	assert frappe.db.get_value("Complaint", reference, "language") == "de"


def test_what_needs_a_correction_is_named_and_nothing_is_written(visitor, fresh):
	before = frappe.db.count("Complaint")
	exe = base64.b64encode(b"MZ" + b"\0" * 99).decode()
	for values, field in (
		({"description": " "}, "description"),
		({"description": ["x"]}, "description"),
		({"anonymous": "yes"}, "anonymous"),
		({"status": "Closed"}, "status"),
		({"language": "xx"}, "language"),
		({"email": None}, "email"),
		({"files": [{"name": "a.pdf", "content": exe}]}, "files"),
		({"files": [{"name": "a.txt", "content": "not base64!"}]}, "files"),
		({"files": "x"}, "files"),
	):
		answer = hand_in(visitor, **values)
		assert answer.status_code == 422 and field in answer.json()["message"]["errors"], (
			values,
			answer.text[:300],
		)
	assert hand_in(visitor, key="short").status_code == 422
	assert visitor.get(HAND_IN).status_code in (403, 405)
	fresh()
	assert frappe.db.count("Complaint") == before


def test_the_public_status_is_read_with_the_code_only(visitor, portal_settings):
	handed = hand_in(visitor).json()["message"]
	answer = visitor.post(STATUS, json={**handed})
	assert answer.status_code == 200
	assert answer.json()["message"]["stage"]["step"] == "received"
	wrong = [
		visitor.post(STATUS, json={"reference": reference, "receipt_code": "0000"})
		for reference in (handed["reference"], "CMP-1999-00001")
	]
	assert {row.status_code for row in wrong} == {403} and wrong[0].text == wrong[1].text
	assert visitor.post(STATUS, json={"reference": handed["reference"]}).status_code == 422
	portal_settings(codes_an_hour=2)
	assert visitor.post(STATUS, json={**handed}).status_code == 429


def test_an_address_hands_in_only_so_many(visitor, portal_settings):
	portal_settings(complaints_an_hour=1)
	assert hand_in(visitor).status_code == 201
	assert hand_in(visitor).status_code == 429
	portal_settings(open=0)
	visitor.reset_limits()
	assert hand_in(visitor).status_code == 404


def test_the_page_and_the_interface_show_the_same(visitor):
	case = complaint_in(stage.COMMUNICATED)
	code = receipts.new_code(case)
	frappe.db.commit()
	answer = visitor.post(STATUS, json={"reference": case, "receipt_code": code})
	assert answer.json()["message"] == frappe.parse_json(frappe.as_json(status.view(case)))
