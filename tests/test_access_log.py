"""The access log: written by what happens, read by manager and privacy officer, changed by nobody."""

import frappe
import pytest
from factories import acting_as, complaint_in, make_access, make_complaint, make_party, make_user, user_of
from over_http import assert_refused

from iso10002 import roles
from iso10002.confidentiality import access_log
from iso10002.iso10002.report.complaint_access_log.complaint_access_log import execute

LOG = "Complaint Access Log"


def logged(case: str, **filters) -> list[tuple]:
	rows = frappe.get_all(
		LOG, {"complaint": case, **filters}, ["action", "user", "document_type"], order_by="happened_on"
	)
	return [(row.action, row.user, row.document_type) for row in rows]


def test_opening_and_printing_are_logged_over_http(http, fresh):
	case = complaint_in("Assessed")
	party = make_party(case).name
	fresh()
	handler = http(user_of("handler"))
	for road in (
		f"/api/resource/Complaint/{case}",
		f"/api/method/frappe.client.get?doctype=Complaint&name={case}",
		f"/api/method/frappe.desk.form.load.getdoc?doctype=Complaint&name={case}",
		f"/printview?doctype=Complaint&name={case}",
		f"/api/resource/Complaint Party/{party}",
	):
		assert handler.get(road).ok, road
	fresh()
	# a refusal of a test before may stand under a number that was given again
	shown = {"action": ("!=", "Refused")}
	assert logged(case, **shown) == [
		*[("Opened", handler.user, "Complaint")] * 3,
		("Printed", handler.user, "Complaint"),
		("Opened", handler.user, "Complaint Party"),
	]
	refused = http(user_of("auditor")).get(f"/api/resource/Complaint/{case}")
	assert_refused(refused, status=403)
	fresh()
	assert len(logged(case, **shown)) == 5


def test_saving_is_not_an_opening():
	case = make_complaint()
	case.update({"market_segment": "Retail"}).save()
	case.apply_fieldlevel_read_permissions()
	assert not logged(case.name)


def test_a_mail_about_a_case_is_logged_and_another_is_not():
	case = make_complaint().name
	for doctype, name in (("Complaint", case), ("User", user_of("handler"))):
		frappe.get_doc(
			{
				"doctype": "Communication",
				"communication_medium": "Email",
				"sent_or_received": "Sent",
				"subject": "News",
				"recipients": "x@example.org",
				"reference_doctype": doctype,
				"reference_name": name,
			}
		).insert()
	assert logged(case) == [("Mailed", "Administrator", "Communication")]
	assert frappe.db.count(LOG, {"action": "Mailed", "details": "News"}) == 1


def test_nobody_changes_or_deletes_the_log(http, fresh):
	case = make_complaint().name
	access_log.note(access_log.OPENED, case)
	fresh()
	row = frappe.get_last_doc(LOG, {"complaint": case})
	with pytest.raises(frappe.ValidationError):
		row.update({"user": "Guest"}).save()
	with pytest.raises(frappe.ValidationError):
		frappe.delete_doc(LOG, row.name, force=True)
	with pytest.raises(frappe.ValidationError):
		frappe.rename_doc(LOG, row.name, "other", force=True)
	with pytest.raises(frappe.ValidationError):
		frappe.get_doc({"doctype": LOG, "complaint": case, "action": "Opened", "user": "Guest"}).insert()
	at = f"/api/resource/{LOG}"
	for user in (
		user_of("privacy"),
		user_of("manager"),
		make_user("System Manager", roles.PRIVACY_OFFICER).name,
	):
		session = http(user)
		assert session.get(f"{at}/{row.name}").ok
		for answer in (
			session.put(f"{at}/{row.name}", json={"user": "Guest"}),
			session.delete(f"{at}/{row.name}"),
			session.post(at, json={"complaint": case, "action": "Opened", "user": "Guest"}),
		):
			assert_refused(answer)
	for kind in ("handler", "investigator", "auditor", "executive", "intake"):
		assert_refused(http(user_of(kind)).get(f"{at}/{row.name}"), status=403)
		assert_refused(http(user_of(kind)).get(at), status=403)
	fresh()
	assert frappe.get_doc(LOG, row.name).user == "Administrator"


def test_a_refused_grant_stays_logged_although_it_was_rolled_back(http, fresh):
	case, expert = complaint_in("Assessed"), make_user(roles.APPROVER).name
	make_party(case, role="Person complained about", email=expert)
	fresh()
	body = {
		"complaint": case,
		"access": "Allow",
		"capacity": "Expert",
		"user": expert,
		"reason": "Opinion",
	}
	answer = http(user_of("manager")).post("/api/resource/Complaint Access", json=body)
	assert_refused(answer, "cannot be given access")
	assert_refused(http(user_of("handler")).post("/api/resource/Complaint Access", json=body), status=403)
	fresh()
	assert logged(case, action="Refused") == [("Refused", user_of("manager"), "Complaint")]
	assert expert in frappe.db.get_value(LOG, {"complaint": case, "action": "Refused"}, "details")


def test_the_report_shows_what_the_filters_ask_for_of_cases_the_reader_sees():
	case, other = make_complaint().name, make_complaint().name
	frappe.db.set_value("Complaint", other, "confidentiality_level", "Restricted")
	access_log.note(access_log.OPENED, case)
	access_log.note(access_log.REVEALED, case, purpose="To call back", user=user_of("handler"))
	access_log.note(access_log.OPENED, other)
	with acting_as(user_of("manager")):
		_columns, rows, *_more = execute({"complaint": case})
		assert [row.action for row in rows] == ["Revealed", "Opened"]
		_columns, rows, *_more = execute({"complaint": case, "purpose": "call", "user": user_of("handler")})
		assert [row.action for row in rows] == ["Revealed"]
		assert not execute({"complaint": case, "to_date": frappe.utils.add_days(frappe.utils.nowdate(), -1)})[
			1
		]
		assert len(execute({"complaint": case, "from_date": frappe.utils.nowdate()})[1]) == 2
		assert not execute({"complaint": other})[1]
	with acting_as(user_of("privacy")):
		assert len(execute({"complaint": other})[1]) == 1
	make_access(case)
	with acting_as(user_of("auditor")), pytest.raises(frappe.PermissionError):
		execute({"complaint": case})


def test_the_report_has_chart_and_summary_and_refuses_bad_filters_in_words():
	case = make_complaint().name
	access_log.note(access_log.PRINTED, case)
	_columns, rows, message, chart, summary, _skip = execute({"complaint": case})
	assert not message and chart["data"]["labels"] == ["Printed"]
	assert {row["label"]: row["value"] for row in summary} == {"Entries": len(rows), "Users": 1, "Refused": 0}
	assert "Nothing was logged" in execute({"complaint": "x' OR '1'='1"})[2]
	for days, expected in (
		({"from_date": "2026-02-02", "to_date": "2026-02-01"}, "Exchange"),
		({"from_date": "'; DROP TABLE"}, "not a day"),
	):
		with pytest.raises(frappe.ValidationError, match=expected):
			execute(days)
