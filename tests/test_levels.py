"""Raising and lowering the confidentiality of a case, and what is taken back from whom at once."""

import frappe
import pytest
from factories import (
	acting_as,
	complaint_in,
	make_access,
	make_complaint,
	make_party,
	make_user,
	put,
	take,
	unique,
	user_of,
)
from frappe.utils import add_to_date, now_datetime
from over_http import CASES, assert_refused, register

from iso10002 import roles
from iso10002.confidentiality import grants
from iso10002.confidentiality.levels import LevelError, allowed_changes, change_level
from iso10002.confidentiality.rule import CONFIDENTIAL, RESTRICTED, STANDARD, may_see

METHOD = "/api/method/iso10002.confidentiality.levels.change_level"


def level_of(case: str) -> str:
	return frappe.db.get_value("Complaint", case, "confidentiality_level")


def spread(case: str, user: str) -> dict[str, str]:
	"""Leave with a user everything by which Frappe opens a case or tells of it; return the rows."""
	of = {"reference_type": "Complaint", "reference_name": case}
	return {
		"DocShare": put("DocShare", share_doctype="Complaint", share_name=case, user=user, read=1, write=1),
		"ToDo": put("ToDo", **of, allocated_to=user, status="Open", description="x"),
		"Document Follow": put("Document Follow", ref_doctype="Complaint", ref_docname=case, user=user),
		"Notification Log": put(
			"Notification Log", document_type="Complaint", document_name=case, for_user=user, subject="x"
		),
	}


def left(rows: dict[str, str]) -> set[str]:
	return {doctype for doctype, name in rows.items() if frappe.db.exists(doctype, name)}


def test_raising_and_lowering_need_a_reason_and_are_in_the_journal():
	case = complaint_in("Assessed")
	with acting_as(user_of("manager")):
		for reason in ("", "   ", None, {"a": 1}):
			with pytest.raises(LevelError, match="Reason"):
				change_level(case, CONFIDENTIAL, reason)
		with pytest.raises(LevelError, match="choose one of"):
			change_level(case, "Secret", "Because")
		with pytest.raises(LevelError, match="already"):
			change_level(case, STANDARD, "Because")
		change_level(case, CONFIDENTIAL, "A member of staff is concerned.")
		event = frappe.get_last_doc("Complaint Event", {"complaint": case})
		assert (event.event, event.remark, event.user) == (
			"Level Raised",
			"A member of staff is concerned.",
			user_of("manager"),
		)
		change_level(case, STANDARD, "Nobody is concerned after all.")
	assert frappe.get_last_doc("Complaint Event", {"complaint": case}).event == "Level Lowered"
	assert level_of(case) == STANDARD


@pytest.mark.parametrize(
	("kind", "raised", "lowered"),
	[
		("intake", {CONFIDENTIAL}, set()),
		("investigator", {CONFIDENTIAL}, set()),
		("handler", {CONFIDENTIAL, RESTRICTED}, set()),
		("manager", {CONFIDENTIAL, RESTRICTED}, {CONFIDENTIAL}),
		("privacy", {CONFIDENTIAL, RESTRICTED}, {CONFIDENTIAL, RESTRICTED}),
	],
)
def test_who_may_raise_and_lower(kind, raised, lowered):
	user = user_of(kind)
	case = make_complaint(as_user=user_of("intake"), handler=user_of("handler")).name
	team = {"investigator": user_of("investigator")}
	frappe.db.set_value("Complaint", case, team)
	with acting_as(user):
		assert set(allowed_changes(frappe.get_doc("Complaint", case))) == raised
	for level in (CONFIDENTIAL, RESTRICTED):
		frappe.db.set_value("Complaint", case, "confidentiality_level", level)
		make_access_row = {
			"complaint": case,
			"access": "Allow",
			"user": user,
			"capacity": "Other",
			"reason": "x",
		}
		put("Complaint Access", **make_access_row)
		with acting_as(user):
			if level in lowered:
				change_level(case, STANDARD, "No need any more.")
			else:
				with pytest.raises(frappe.PermissionError):
					change_level(case, STANDARD, "No need any more.")


def test_the_level_is_changed_on_no_other_road(http, fresh):
	case = register(http)
	handler = http(user_of("handler"))
	for body in (
		{"confidentiality_level": CONFIDENTIAL},
		{"confidentiality_level": "Secret"},
		{"confidentiality_level": None},
	):
		assert_refused(handler.put(f"{CASES}/{case}", json=body), status=417)
	for user, status in (
		(user_of("auditor"), 403),
		(user_of("executive"), 403),
		(make_user("System Manager").name, 403),
	):
		fresh()
		body = {"complaint": case, "level": CONFIDENTIAL, "reason": "Because"}
		assert_refused(http(user).post(METHOD, json=body), status=status)
	assert_refused(
		http(user_of("investigator")).post(
			METHOD, json={"complaint": case, "level": RESTRICTED, "reason": "Because"}
		),
		"one of these roles",
		status=403,
	)
	answer = handler.post(METHOD, json={"complaint": case, "level": RESTRICTED, "reason": "A threat."})
	assert answer.json()["message"] == {"level": RESTRICTED, "sees": False}
	assert_refused(handler.get(f"{CASES}/{case}"), status=403)
	assert_refused(
		handler.post(METHOD, json={"complaint": case, "level": STANDARD, "reason": "x"}), status=403
	)
	fresh()
	attempts = frappe.get_all("Complaint Access Log", {"complaint": case, "action": "Refused"}, pluck="user")
	assert user_of("investigator") in attempts and handler.user in attempts


def test_a_new_case_starts_at_a_level_its_maker_may_raise_to(http):
	case = register(http, confidentiality_level=CONFIDENTIAL)
	assert level_of(case) == CONFIDENTIAL
	with acting_as(user_of("intake")), pytest.raises(frappe.PermissionError):
		make_complaint(confidentiality_level=RESTRICTED)
	assert make_complaint(confidentiality_level=None).confidentiality_level == STANDARD


def test_raising_takes_the_case_back_from_those_who_no_longer_see_it_and_from_nobody_else():
	case = complaint_in("Assessed")
	loser, keeper = make_user(roles.APPROVER).name, make_user(roles.MANAGER).name
	lost, kept = spread(case, loser), spread(case, keeper)
	everyone = put("DocShare", share_doctype="Complaint", share_name=case, everyone=1, read=1)
	elsewhere = spread(complaint_in("Received"), loser)
	key = put("Document Share Key", reference_doctype="Complaint", reference_docname=case, key="k")
	tag = put("Tag Link", document_type="Complaint", document_name=case, tag="urgent")
	file = frappe.get_doc(
		{
			"doctype": "File",
			"file_name": "a.txt",
			"content": case,
			"attached_to_doctype": "Complaint",
			"attached_to_name": case,
		}
	).insert()
	file.db_set("owner", loser)
	frappe.db.set_value(
		"Complaint", case, {"_assign": frappe.as_json([loser, keeper]), "_user_tags": ",urgent"}
	)
	chart = frappe.get_doc(
		{
			"doctype": "Dashboard Chart",
			"chart_name": unique("Chart"),
			"chart_type": "Count",
			"document_type": "Complaint",
			"based_on": "creation",
			"filters_json": "[]",
		}
	).insert()
	frappe.cache.set_value(f"chart-data:{chart.name}", {"labels": [case]})
	with acting_as(user_of("manager")):
		change_level(case, CONFIDENTIAL, "A member of staff is concerned.")
	assert left(lost) == set() and left(kept) == set(kept) and left(elsewhere) == set(elsewhere)
	assert not frappe.db.exists("DocShare", everyone)
	assert not frappe.db.exists("Document Share Key", key) and not frappe.db.exists("Tag Link", tag)
	assert frappe.db.get_value("File", file.name, "owner") == "Administrator"
	assert frappe.parse_json(frappe.db.get_value("Complaint", case, "_assign")) == [keeper]
	assert not frappe.db.get_value("Complaint", case, "_user_tags")
	assert not frappe.cache.get_value(f"chart-data:{chart.name}")
	document = frappe.get_doc("Complaint", case)
	assert not frappe.has_permission("Complaint", "read", doc=document, user=loser)
	assert frappe.has_permission("Complaint", "read", doc=document, user=keeper)


def test_whatever_hides_a_case_takes_it_back():
	clerk = make_user(roles.HANDLER).name

	def deny(case):
		make_access(case, access="Deny", user=clerk)

	def complained_about(case):
		make_party(case, role="Person complained about", email=clerk)

	def end_access(case):
		frappe.db.set_value("Complaint", case, "confidentiality_level", RESTRICTED)
		grants.end(make_access(case, user=clerk).name, "Done")

	def expire(case):
		frappe.db.set_value("Complaint", case, "confidentiality_level", RESTRICTED)
		row = make_access(case, user=clerk)
		row.db_set("valid_until", add_to_date(now_datetime(), hours=-1))
		grants.tidy_expired()
		assert frappe.db.get_value("Complaint Access", row.name, "tidied") == 1

	def replaced(case):
		frappe.db.set_value("Complaint", case, {"confidentiality_level": CONFIDENTIAL, "handler": clerk})
		given_on = {"handler": user_of("handler"), "reassignment_reason": "Holiday"}
		frappe.get_doc("Complaint", case).update(given_on).save()

	for end in (deny, complained_about, end_access, expire, replaced):
		case = make_complaint().name
		rows = spread(case, clerk)
		end(case)
		assert not may_see(clerk, case), end
		assert left(rows) == set(), end


def test_a_declared_conflict_takes_the_case_back(request):
	from case_documents import case_under_investigation, start

	case = case_under_investigation("Moderate")
	officer = user_of("investigator")
	doc = start(case, declare=False)
	rows = spread(case, officer)
	with acting_as(officer):
		doc.update({"conflict_declaration": "Conflict of interest", "conflict_details": "My brother."})
		doc.save()
	assert not may_see(officer, case) and left(rows) == set()


def test_intake_loses_what_it_held_when_the_case_is_assessed():
	case = complaint_in("Acknowledged")
	rows = spread(case, user_of("intake"))
	take(case, "Assess")
	assert left(rows) == set()


@pytest.mark.parametrize("level", (CONFIDENTIAL, RESTRICTED))
def test_a_handler_who_registers_a_case_above_standard_keeps_it_until_it_is_given_on(level, http):
	party = {"role": "Complainant", "full_name": "Anna", "email": "anna@example.org"}
	case = {"doctype": "Complaint", "description": "My file was shown around.", "channel": "Phone"}
	case.update({"confidentiality_level": level, "parties": [party]})
	agent = http(user_of("handler"))
	answer = agent.post("/api/resource/Complaint", json={**case, "handler": user_of("manager")})
	assert answer.status_code == 417 and "Leave the handler empty" in answer.text
	made = agent.post("/api/resource/Complaint", json=case).json()["data"]
	assert made["handler"] == user_of("handler")
	assert agent.get(f"/api/resource/Complaint/{made['name']}").status_code == 200
	assert not may_see(user_of("investigator"), made["name"])
	frappe.db.rollback()  # MariaDB 11.8 numbers nothing where others have, since this transaction began
	with acting_as(user_of("manager")):
		registered = frappe.get_doc(case).insert()
	assert may_see(user_of("manager"), registered.name)
	assert registered.handler == (user_of("manager") if level == RESTRICTED else None)
