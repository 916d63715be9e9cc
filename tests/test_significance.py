"""Significant complaints and complaints about safety: management is told at once, and how long it took is kept."""

import json

import frappe
import pytest
from factories import acting_as, edit, make_complaint, make_user, take, user_of
from over_http import EVENTS, needs, register, step, stored, words

from iso10002 import roles
from iso10002.handling import significance
from iso10002.handling import stages as stage
from iso10002.handling.errors import StageError
from iso10002.setup.masters import SIGNIFICANT, seed_significance


def notices(case: str) -> list[dict]:
	found = frappe.get_all(
		"Complaint Event",
		{"complaint": case, "event": significance.NOTICED},
		pluck="details",
		order_by="creation",
	)
	return [json.loads(details) for details in found]


def told(user: str, case: str) -> list[dict]:
	fields = ["subject", "document_type", "document_name", "email_content"]
	return frappe.get_all("Notification Log", {"for_user": user, "subject": ["like", f"%{case}%"]}, fields)


def assessed(**values) -> str:
	case = make_complaint(
		as_user=user_of("intake"),
		description="A very private story of Maria.",
		received_on=frappe.utils.add_to_date(frappe.utils.now(), hours=-5),
	).name
	take(case, "Acknowledge")
	take(case, "Assess", **values)
	return case


def accepted() -> str:
	"""Return a case in which safety is concerned and whose decision was accepted."""
	case = assessed(safety_implication="Yes")
	for action in (
		"Investigate",
		"Propose Decision",
		"Approve Decision",
		"Communicate Decision",
		"Record Acceptance",
	):
		take(case, action)
	return case


def test_a_significant_complaint_is_told_at_once_with_how_long_it_took():
	case = assessed(severity="Critical")
	[notice] = notices(case)
	assert notice["because"] == ["severity and impact"]
	assert user_of("manager") in notice["managers"] and user_of("executive") in notice["top_management"]
	assert 299 <= notice["minutes_since_receipt"] <= 305
	doc = frappe.get_doc("Complaint", case)
	assert doc.significant and doc.significance_noticed_on
	doc.save()
	take(case, "Investigate")
	assert len(notices(case)) == 1  # once


def test_a_manager_gets_a_link_and_top_management_gets_none_and_nobody_a_word_of_it():
	case = assessed(severity="Critical")
	[to_manager], [to_top] = told(user_of("manager"), case), told(user_of("executive"), case)
	assert (to_manager.document_type, to_manager.document_name) == ("Complaint", case)
	assert not to_top.document_type and not to_top.document_name
	assert "http" not in f"{to_top.subject} {to_top.email_content}"
	for log in (to_manager, to_top):
		assert "Maria" not in f"{log.subject} {log.email_content}" and "private" not in log.subject


def test_the_mails_say_the_number_and_link_only_for_who_may_open_it(monkeypatch):
	monkeypatch.setitem(frappe.local.conf, "mail_server", "127.0.0.1")
	monkeypatch.setitem(frappe.local.conf, "mail_login", "office@example.com")
	frappe.local.outgoing_email_account = {}
	case = assessed(severity="Critical")
	mails = {}
	for kind in ("manager", "executive"):
		queue = frappe.get_all("Email Queue Recipient", {"recipient": user_of(kind)}, pluck="parent")
		mails[kind] = [
			text
			for text in (frappe.db.get_value("Email Queue", name, "message") for name in queue)
			if case in (text or "")  # other tests leave recipients of mails that are gone
		]
		assert len(mails[kind]) == 1
	assert f"/complaint/{case}" in mails["manager"][0] and f"/complaint/{case}" not in mails["executive"][0]
	assert "Maria" not in str(mails)


@pytest.mark.parametrize(
	"values", [{"severity": "Serious"}, {"severity": "Moderate", "impact": "Many people"}]
)
def test_what_the_matrix_does_not_call_significant_is_told_to_nobody(values):
	case = assessed(**values)
	assert not notices(case) and not frappe.db.get_value("Complaint", case, "significant")


def test_a_safety_complaint_is_told_at_receipt_already_and_again_for_another_reason():
	case = make_complaint(as_user=user_of("intake"), safety_implication="Yes")
	assert case.significant and case.significance_noticed_on
	assert [notice["because"] for notice in notices(case.name)] == [["safety"]]
	assert "safety is concerned" in told(user_of("manager"), case.name)[0].subject
	take(case.name, "Acknowledge")
	take(case.name, "Assess", severity="Critical", safety_implication="Yes")
	assert [notice["because"] for notice in notices(case.name)] == [["safety"], ["severity and impact"]]


def test_safety_found_later_is_told_then():
	case = assessed(severity="Minor")
	assert not notices(case)
	edit(case, safety_implication="Yes")
	assert len(notices(case)) == 1


def test_the_settings_say_what_is_significant():
	settings = frappe.get_doc("ISO10002 Settings")
	for row in settings.priority_matrix:
		row.significant = int((row.severity, row.impact) == ("Minor", "One person"))
	settings.safety_is_significant = 0
	settings.save()
	assert notices(assessed(severity="Minor")) and not notices(assessed(severity="Critical"))
	assert not notices(assessed(severity="Moderate", safety_implication="Yes"))
	frappe.clear_document_cache("ISO10002 Settings", "ISO10002 Settings")


def test_a_site_starts_with_the_gravest_cases_as_significant_and_an_update_keeps_what_was_changed():
	settings = frappe.get_doc("ISO10002 Settings")
	assert {(row.severity, row.impact) for row in settings.priority_matrix if row.significant} == SIGNIFICANT
	settings.priority_matrix[0].significant = 1
	settings.save()
	seed_significance()
	assert frappe.get_doc("ISO10002 Settings").priority_matrix[0].significant == 1
	for row in settings.priority_matrix:
		row.significant = 0
	settings.save()
	seed_significance()  # a site from before
	rows = frappe.get_doc("ISO10002 Settings").priority_matrix
	assert {(row.severity, row.impact) for row in rows if row.significant} == SIGNIFICANT
	frappe.clear_document_cache("ISO10002 Settings", "ISO10002 Settings")


def test_who_is_complained_about_is_not_told():
	manager, executive = make_user(roles.MANAGER).name, make_user(roles.EXECUTIVE).name
	parties = [
		{"role": "Person complained about", "linked_doctype": "User", "linked_name": user}
		for user in (manager, executive)
	]
	case = make_complaint(as_user=user_of("intake"), safety_implication="Yes", parties=parties).name
	[notice] = notices(case)
	assert manager not in notice["managers"] and executive not in notice["top_management"]
	assert not told(manager, case) and not told(executive, case)


def test_a_significant_case_nobody_was_told_of_is_not_closed():
	case = accepted()
	frappe.db.set_value("Complaint", case, "significance_noticed_on", None)
	everybody = set(
		frappe.get_all("Has Role", {"role": ("in", (roles.MANAGER, roles.EXECUTIVE))}, pluck="parent")
	)
	for user in everybody:
		frappe.db.set_value("User", user, "enabled", 0)
	with pytest.raises(StageError, match="Nobody was told"):
		take(case, "Close")
	frappe.db.set_value("User", user_of("executive"), "enabled", 1)
	edit(case, product_or_service="Parcel")
	assert notices(case)[-1]["managers"] == []
	assert take(case, "Close") == stage.CLOSED


def test_the_closing_record_says_when_and_how_fast_management_was_told():
	case = accepted()
	take(case, "Close")
	record = json.loads(frappe.db.get_value("Complaint", case, "closing_record"))
	[check] = [row for row in record[-1]["checks"] if row["name"] == "management_told"]
	assert "Management was told" in check["label"] and "minutes after" in check["label"]


def test_an_import_of_old_complaints_tells_nobody():
	frappe.flags.in_import = True
	try:
		case = make_complaint(safety_implication="Yes").name
	finally:
		frappe.flags.in_import = False
	assert not notices(case)


def test_over_http_the_notice_is_given_and_cannot_be_typed_or_avoided(http):
	case = register(http)
	assert step(http, user_of("intake"), case, "Acknowledge", **needs("Acknowledge")).ok
	given = needs("Assess", severity="Critical")
	answer = step(
		http, user_of("handler"), case, "Assess", **{**given, "significance_noticed_on": "2026-01-01"}
	)
	assert answer.status_code == 417, words(answer)
	answer = step(http, user_of("handler"), case, "Assess", **given)
	assert answer.ok, words(answer)
	assert stored(case, "significance_noticed_on")
	rows = http(user_of("approver")).get(
		EVENTS,
		params={"filters": json.dumps([["complaint", "=", case], ["event", "=", significance.NOTICED]])},
	)
	assert len(rows.json()["data"]) == 1
	with acting_as(user_of("executive")):
		assert not frappe.has_permission("Complaint", "read", doc=case)
