"""Each guard over HTTP, as the weakest user who reaches it: refused in words or without effect, noted, nothing written."""

from __future__ import annotations

import json

import frappe
import pytest
import requests
from factories import make_party, make_user, unique, user_of
from frappe.utils import add_to_date, now_datetime
from over_http import CASES, assert_refused, register, system_manager

from iso10002 import roles
from iso10002.confidentiality.rule import PERSON_COMPLAINED_ABOUT

RPC = "/api/method"
ROWS = "/api/resource/Complaint Access"
LOG = "Complaint Access Log"


@pytest.fixture(scope="module")
def made(site) -> dict:
	"""Filled by `world`, once."""
	return {}


@pytest.fixture
def world(http, made) -> dict:
	"""A case with a handler; somebody who is complained about in it, though a handler and System Manager."""
	if not made:
		case = register(http)
		conflicted = make_user(
			roles.HANDLER, "System Manager", email=f"{unique('conflicted')}@example.com"
		).name
		make_party(case, role=PERSON_COMPLAINED_ABOUT, full_name="X", email=conflicted)
		frappe.db.set_value("Complaint", case, "handler", user_of("handler"))
		disabled = make_user(roles.HANDLER, email=f"{unique('disabled')}@example.com", enabled=0).name
		frappe.db.commit()
		made.update(case=case, conflicted=conflicted, disabled=disabled)
	return made


def refusals(case: str) -> list[str]:
	frappe.db.rollback()
	rows = frappe.get_all(LOG, {"complaint": case, "action": "Refused"}, ["user", "details"])
	return [f"{row.user} {row.details}" for row in rows]


def count(*doctypes: str) -> list[int]:
	frappe.db.rollback()
	return [frappe.db.count(doctype) for doctype in doctypes]


# Rows of access


def test_rows_of_access_that_would_be_without_effect_are_refused_and_noted(http, world):
	case, manager = world["case"], http(user_of("manager"))
	before = count("Complaint Access")
	row = {"complaint": case, "access": "Allow", "capacity": "Expert", "reason": "Opinion"}
	yesterday = str(add_to_date(now_datetime(), days=-1))
	for more, said in (
		({"user": world["disabled"]}, "is disabled"),
		({"user": world["conflicted"]}, "cannot be given access"),
		({"role": roles.AUDITOR, "valid_until": yesterday}, "in the past"),
		({"user": manager.user}, "oneself"),
		({"access": "Deny", "user": user_of("handler")}, "another handler"),
		({"access": "Deny", "role": roles.HANDLER}, "another handler"),
	):
		noted = len(refusals(case))
		assert_refused(manager.post(ROWS, json={**row, **more}), said, status=417)
		assert len(refusals(case)) == noted + 1, more
	assert_refused(http(user_of("handler")).post(ROWS, json={**row, "role": roles.AUDITOR}), status=403)
	assert count("Complaint Access") == before


def test_an_expired_row_opens_nothing(http, world):
	row = frappe.new_doc("Complaint Access")
	row.update({"name": unique("row"), "complaint": world["case"], "access": "Allow", "reason": "Audit"})
	row.update({"user": user_of("auditor"), "valid_until": add_to_date(now_datetime(), hours=-1)})
	row.db_insert()
	auditor = http(user_of("auditor"))
	assert_refused(auditor.get(f"{CASES}/{world['case']}"), status=403)
	assert world["case"] not in auditor.get(CASES, params={"limit_page_length": 0}).text


@pytest.mark.parametrize("road", ["put", "set_value", "insert", "method"])
def test_the_level_is_not_set_without_the_right(http, world, road):
	case, noted = world["case"], len(refusals(world["case"]))
	value = {"confidentiality_level": "Restricted"}
	session = http(user_of("investigator"))
	if road == "put":
		answer = session.put(f"{CASES}/{case}", json=value)
	elif road == "set_value":
		body = {"doctype": "Complaint", "name": case, "fieldname": value}
		answer = session.post(f"{RPC}/frappe.client.set_value", json=body)
	elif road == "insert":
		body = {"channel": "Phone", "description": "x", "allegations": [{"allegation": "x"}], **value}
		answer = http(user_of("intake")).post(CASES, json=body)
	else:
		body = {"complaint": case, "level": "Restricted", "reason": "Because"}
		answer = session.post(f"{RPC}/iso10002.confidentiality.levels.change_level", json=body)
	assert_refused(answer)
	assert frappe.db.get_value("Complaint", case, "confidentiality_level") == "Standard"
	assert road == "insert" or len(refusals(case)) == noted + 1


# What would open a case to somebody, or tell of it


@pytest.mark.parametrize("by", ["System Manager", "Administrator"])
def test_admins_share_no_case_with_who_is_complained_about(http, world, by):
	case, session = world["case"], http(system_manager() if by == "System Manager" else by)
	share = {"doctype": "Complaint", "name": case, "user": world["conflicted"], "read": 1}
	row = {"share_doctype": "Complaint", "share_name": case, "user": world["conflicted"], "read": 1}
	before = count("DocShare")
	for answer in (
		session.post(f"{RPC}/frappe.share.add", json=share),
		session.post(f"{RPC}/frappe.share.add", json={**share, "user": None, "everyone": 1}),
		session.post(f"{RPC}/frappe.share.set_permission", json={**share, "permission_to": "read"}),
		session.post("/api/resource/DocShare", json=row),
	):
		assert_refused(answer)
	assert count("DocShare") == before
	assert any(session.user in noted and world["conflicted"] in noted for noted in refusals(case))
	assert_refused(http(world["conflicted"]).get(f"{CASES}/{case}"), status=403)


def test_no_task_is_given_to_who_is_complained_about(http, world):
	case, who = world["case"], world["conflicted"]
	before = count("ToDo", "DocShare")
	manager, task = http(user_of("manager")), {"description": "x", "allocated_to": who}
	assign = {"doctype": "Complaint", "name": case, "assign_to": json.dumps([who])}
	assert_refused(manager.post(f"{RPC}/frappe.desk.form.assign_to.add", json=assign))
	of = {"reference_type": "Complaint", "reference_name": case}
	for session in (manager, http(who)):
		assert_refused(session.post("/api/resource/ToDo", json={**task, **of}))
	assert count("ToDo", "DocShare") == before
	assert any(who in noted for noted in refusals(case))


def test_who_is_complained_about_marks_and_follows_nothing_and_is_not_mentioned(http, world):
	case, who = world["case"], world["conflicted"]
	before = count("Document Follow", "Tag Link", "Comment", "Communication")
	session, of = http(who), {"reference_doctype": "Complaint", "reference_name": case}
	mention = f'<div><span class="mention" data-id="{who}" data-value="x">@x</span> look</div>'
	by = {"comment_email": "x@example.com", "comment_by": "x"}
	comment = f"{RPC}/frappe.desk.form.utils.add_comment"
	follow = {"ref_doctype": "Complaint", "ref_docname": case, "user": who}
	tag = {"document_type": "Complaint", "document_name": case, "tag": "x", "parent": case}
	for answer in (
		session.post("/api/resource/Document Follow", json=follow),
		session.post(
			f"{RPC}/frappe.desk.form.document_follow.update_follow",
			json={"doctype": "Complaint", "doc_name": case, "following": 1},
		),
		session.post("/api/resource/Tag Link", json=tag),
		session.post(
			f"{RPC}/frappe.desk.doctype.tag.tag.add_tag", json={"tag": "x", "dt": "Complaint", "dn": case}
		),
		session.post(comment, json={**of, **by, "content": "x"}),
		session.post("/api/resource/Comment", json={**of, "comment_type": "Comment", "content": "x"}),
		session.post("/api/resource/Communication", json={**of, "subject": "x", "content": "x"}),
		http(user_of("handler")).post(comment, json={**of, **by, "content": mention}),
	):
		assert_refused(answer)
	assert count("Document Follow", "Tag Link", "Comment", "Communication") == before
	assert any("cannot be mentioned" in noted for noted in refusals(case))


def test_no_key_is_made_for_a_case(http, world):
	before = count("Document Share Key")
	for user in (user_of("manager"), "Administrator"):
		body = {"dt": "Complaint", "dn": world["case"], "method": "get_document_share_key"}
		answer = http(user).post(f"{RPC}/run_doc_method", json=body)
		assert not answer.ok, answer.text[:300]
		key = {"reference_doctype": "Complaint", "reference_docname": world["case"], "key": "x"}
		assert not http(user).post("/api/resource/Document Share Key", json=key).ok
	assert count("Document Share Key") == before


def test_a_notification_made_for_who_is_complained_about_says_nothing(http, world):
	who = world["conflicted"]
	body = {"for_user": who, "subject": "The words", "email_content": "The words", "type": "Alert"}
	about = {"document_type": "Complaint", "document_name": world["case"]}
	http(system_manager()).post("/api/resource/Notification Log", json={**body, **about})
	frappe.db.rollback()
	assert not frappe.db.exists("Notification Log", {"for_user": who, "subject": ("like", "%words%")})
	assert not frappe.db.exists("Notification Log", {"for_user": who, "document_name": world["case"]})


# Settings by an admin of the site


def configurations() -> dict[str, dict]:
	"""Return, by DocType, what an admin might set up that would carry words of cases past the access rule."""
	name = unique("setting")
	return {
		"Notification": {
			"name": name,
			"subject": "x",
			"message": "{{ doc.description }}",
			"document_type": "Complaint",
			"event": "New",
			"channel": "Email",
			"recipients": [{"receiver_by_role": roles.MANAGER}],
		},
		"Web Form": {
			"title": name,
			"route": name,
			"doc_type": "Complaint",
			"show_list": 1,
			"login_required": 1,
			"web_form_fields": [{"fieldname": "description", "fieldtype": "Data", "label": "X"}],
		},
		"Property Setter": {
			"doctype_or_field": "DocType",
			"doc_type": "Complaint",
			"property": "show_title_field_in_link",
			"property_type": "Check",
			"value": "1",
		},
		"Milestone Tracker": {"document_type": "Complaint", "track_field": "description"},
		"Custom Field": {"dt": "Note", "fieldtype": "Link", "label": name, "options": "Complaint"},
		"Auto Email Report": {
			"report": "Complaint Register",
			"user": user_of("manager"),
			"email_to": "someone@example.net",
			"format": "CSV",
			"frequency": "Daily",
		},
	}


@pytest.mark.parametrize(
	"doctype",
	["Notification", "Web Form", "Property Setter", "Milestone Tracker", "Custom Field", "Auto Email Report"],
)
def test_an_admin_sets_up_nothing_that_carries_words_of_cases_away(http, doctype):
	before = count(doctype)
	for user in (system_manager(), "Administrator"):
		answer = http(user).post(f"/api/resource/{doctype}", json=configurations()[doctype])
		assert_refused(answer)
	assert count(doctype) == before


def test_an_admin_switches_no_mails_of_the_workflow_on(http):
	workflow = frappe.db.get_value("Workflow", {"document_type": "Complaint", "is_active": 1})
	answer = http("Administrator").put(f"/api/resource/Workflow/{workflow}", json={"send_email_alert": 1})
	assert_refused(answer, "Send Email Alert")
	frappe.db.rollback()
	assert not frappe.db.get_value("Workflow", workflow, "send_email_alert")


# Exports


def test_an_export_is_logged_with_who_and_what(http, world):
	exported = {"action": "Exported"}
	before, done = frappe.db.count(LOG, exported), []
	fields = json.dumps(["`tabComplaint`.`name`", "`tabComplaint`.`status`"])
	lists = {"doctype": "Complaint", "title": "Complaint", "file_format_type": "CSV", "fields": fields}
	report = {"report_name": "Complaint Register", "file_format_type": "CSV", "filters": "{}"}
	report["visible_idx"] = "[]"  # all rows
	for user, method, data in (
		# no role may export the list
		("Administrator", "/api/method/frappe.desk.reportview.export_query", lists),
		("Administrator", "/api/v1/method/frappe.desk.reportview.export_query", lists),
		("Administrator", "/?cmd=frappe.desk.reportview.export_query", lists),
		(user_of("manager"), "/api/method/frappe.desk.query_report.export_query", report),
	):
		answer = http(user).post(method, data=data)
		if "/v1/" in method and answer.status_code == 404:
			continue  # early versions of Frappe do not have it
		assert answer.ok and (data is report or world["case"] in answer.text), (method, answer.text[:300])
		done.insert(0, (user, "Complaint Register" if data is report else "Complaint"))
	frappe.db.rollback()
	rows = frappe.get_all(LOG, exported, ["*"], order_by="happened_on desc", limit=len(done))
	assert [(row.user, row.document) for row in rows] == done
	assert frappe.db.count(LOG, exported) == before + len(done)
	assert all(row.address for row in rows) and "status" in rows[-1].details


def test_an_export_with_an_api_key_is_logged_with_its_user(url):
	user = make_user(roles.MANAGER, email=f"{unique('robot')}@example.com")
	user.update({"api_key": unique("key"), "api_secret": "secret-of-the-robot"})
	user.save()
	frappe.db.commit()
	answer = requests.post(
		f"{url}/api/method/frappe.desk.query_report.export_query",
		data={
			"report_name": "Complaint Register",
			"file_format_type": "CSV",
			"filters": "{}",
			"visible_idx": "[]",
		},
		headers={"Authorization": f"token {user.api_key}:secret-of-the-robot", "Accept": "application/json"},
		timeout=60,
	)
	assert answer.ok, answer.text[:300]
	frappe.db.rollback()
	assert frappe.get_all(LOG, {"action": "Exported", "user": user.name}, pluck="document") == [
		"Complaint Register"
	]


def test_a_refused_export_is_not_logged_as_one(http):
	before = count(LOG)
	answer = http(user_of("executive")).post(
		f"{RPC}/frappe.desk.reportview.export_query",
		data={
			"doctype": "Complaint",
			"title": "x",
			"file_format_type": "CSV",
			"fields": '["`tabComplaint`.`name`"]',
		},
	)
	assert not answer.ok
	assert count(LOG) == before


# Functions of other apps


def test_no_function_of_another_app_is_called_about_a_hidden_case(http, world):
	case, weakest = world["case"], (http(world["conflicted"]), http(system_manager()))
	mail = frappe.get_doc(
		{"doctype": "Communication", "subject": "x", "reference_doctype": "Complaint", "reference_name": case}
	).insert()
	frappe.db.commit()
	asked = (
		{"ref_doctype": "Complaint", "ref_docname": case},
		{"doctype": "Complaint", "names": [case]},
		{"dt": "Complaint", "docnames": json.dumps([case])},
		{"doctype": "Communication", "name": mail.name},
		{"communication": mail.name},
		{"communication": [mail.name]},
	)
	address = f"{RPC}/another_app.api.read"
	for arguments in asked:
		for session in weakest:
			assert_refused(session.post(address, json=arguments), "may not see", status=403)
		# whoever may see it gets to the function, which is not there
		answer = http(user_of("handler")).post(address, json=arguments)
		assert "may not see" not in answer.text and "another_app" in answer.text
	for session in weakest:
		for arguments in (
			{"doctype": "Complaint", "name": "My own list"},
			{"doctype": "User", "name": "Guest"},
		):
			assert "may not see" not in session.post(address, json=arguments).text
		filters = {"communication": {"reference_name": case}}  # Frappe takes a filter for a name
		assert_refused(session.post(address, json=filters), "may not see", status=403)


def test_a_mail_is_not_taken_out_of_a_hidden_case_nor_put_into_one(http, world):
	case, weakest = world["case"], http(world["conflicted"])
	values = {"doctype": "Communication", "subject": "x", "content": "x"}
	inside = (
		frappe.get_doc({**values, "reference_doctype": "Complaint", "reference_name": case}).insert().name
	)
	outside = frappe.get_doc(values).insert().name
	own = frappe.get_doc(
		{"doctype": "ToDo", "description": "x", "allocated_to": world["conflicted"]}
	).insert()
	frappe.db.commit()
	out = {"reference_doctype": "ToDo", "reference_name": own.name}
	into = {"reference_doctype": "Complaint", "reference_name": case}
	address = f"{RPC}/frappe.email.relink"
	for arguments in ({"name": inside, **out}, {"name": [inside], **out}, {"name": outside, **into}):
		assert_refused(weakest.post(address, json=arguments), "may not see", status=403)
	frappe.db.rollback()
	assert frappe.db.get_value("Communication", inside, "reference_name") == case
	assert frappe.db.get_value("Communication", outside, "reference_name") is None
	# what has nothing to do with a case goes where it is sent, and the handler decides about a mail of the case
	assert weakest.post(address, json={"name": outside, **out}).ok
	assert http(user_of("handler")).post(address, json={"name": outside, **into}).ok
	frappe.db.rollback()
	assert frappe.db.get_value("Communication", outside, "reference_name") == case
