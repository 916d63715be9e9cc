"""What would open a case to somebody who may not see it is refused and noted; everything else is as it was."""

from __future__ import annotations

import json

import frappe
import pytest
from factories import acting_as, make_complaint, make_party, make_user, put, unique, user_of
from frappe.desk.form.assign_to import add as assign
from frappe.share import add_docshare

from iso10002 import roles
from iso10002.compat import MAJOR
from iso10002.confidentiality.guards.answers import get, get_group_by_count, get_open_count, search
from iso10002.confidentiality.guards.link_search import documents_of_cases
from iso10002.confidentiality.rule import PERSON_COMPLAINED_ABOUT
from iso10002.handling.errors import IndependenceError


@pytest.fixture(scope="module")
def conflicted(site) -> str:
	"""A handler who is complained about in `case`."""
	user = make_user(roles.HANDLER, email=f"{unique('conflicted')}@example.com").name
	frappe.db.commit()
	return user


@pytest.fixture
def case(conflicted) -> str:
	name = make_complaint(as_user=user_of("intake")).name
	make_party(
		name, role=PERSON_COMPLAINED_ABOUT, full_name="X", linked_doctype="User", linked_name=conflicted
	)
	return name


def other() -> str:
	"""Return a document that has nothing to do with complaints."""
	return (
		frappe.get_doc({"doctype": "Note", "title": unique("note"), "content": "x", "public": 1})
		.insert()
		.name
	)


def refusals(case: str) -> list[str]:
	rows = frappe.get_all(
		"Complaint Access Log", {"complaint": case, "action": "Refused"}, ["user", "details"]
	)
	return [f"{row.user}: {row.details}" for row in rows]


# Shares


@pytest.mark.parametrize("whom", ["conflicted", "handler", "everybody"])
@pytest.mark.parametrize("by", ["Administrator", "System Manager"])
def test_a_case_is_shared_with_nobody_and_the_attempt_is_noted(case, conflicted, whom, by):
	frappe.db.commit()
	user = {"conflicted": conflicted, "handler": user_of("handler"), "everybody": None}[whom]
	sharer = by if by == "Administrator" else make_user(by, email="test-admin@example.com").name
	frappe.db.commit()
	flags = {"ignore_share_permission": True}
	with acting_as(sharer), pytest.raises(frappe.PermissionError, match="not shared"):
		add_docshare("Complaint", case, user, everyone=int(not user), read=1, flags=flags)
	frappe.db.rollback()
	assert not frappe.db.exists("DocShare", {"share_name": case})
	[noted] = refusals(case)
	assert sharer in noted and (user or "everybody") in noted


def test_what_hangs_on_a_case_is_not_shared_either(case):
	party = frappe.db.get_value("Complaint Party", {"complaint": case})
	with pytest.raises(frappe.PermissionError):
		add_docshare(
			"Complaint Party", party, user_of("handler"), read=1, flags={"ignore_share_permission": True}
		)


def test_other_documents_are_shared_as_before():
	note = other()
	add_docshare("Note", note, user_of("handler"), read=1)
	assert frappe.db.exists("DocShare", {"share_name": note, "user": user_of("handler")})


def test_a_share_over_http_is_refused_in_words(http, case):
	answer = http("Administrator").post(
		"/api/method/frappe.share.add",
		json={"doctype": "Complaint", "name": case, "user": user_of("executive"), "read": 1},
	)
	assert answer.status_code == 403 and "Give access in the complaint" in answer.text


# Tasks, follows, tags, keys


def test_a_task_in_a_case_is_refused_for_who_may_not_see_it_and_noted(case, conflicted):
	frappe.db.commit()
	with pytest.raises(IndependenceError):
		assign({"doctype": "Complaint", "name": case, "assign_to": [conflicted]})
	frappe.db.rollback()
	assert any(conflicted in noted for noted in refusals(case))
	assign({"doctype": "Complaint", "name": case, "assign_to": [user_of("handler")]})


def follow(doctype: str, name: str, user: str):
	row = {"doctype": "Document Follow", "ref_doctype": doctype, "ref_docname": name, "user": user}
	return frappe.get_doc(row).insert(ignore_permissions=True)


def test_nobody_follows_a_case(case, conflicted):
	with pytest.raises(frappe.PermissionError, match="cannot follow"):
		follow("Complaint", case, conflicted)
	follow("Complaint", case, user_of("handler"))
	assert not frappe.db.exists("Document Follow", {"ref_docname": case})


def test_other_documents_are_followed_as_before():
	note = other()
	follow("Note", note, user_of("handler"))
	assert frappe.db.exists("Document Follow", {"ref_docname": note})


def test_a_user_who_follows_what_he_creates_registers_a_complaint_all_the_same():
	intake = user_of("intake")
	values = {"document_follow_notify": 1, "follow_created_documents": 1}
	frappe.db.set_value("User", intake, values)
	frappe.clear_cache(user=intake)
	name = make_complaint(as_user=intake).name
	assert not frappe.db.exists("Document Follow", {"ref_docname": name})
	frappe.clear_cache(user=intake)


def test_a_tag_is_set_only_by_who_sees_the_case(case, conflicted):
	tag = frappe.get_doc({"doctype": "Tag", "name": unique("tag")}).insert().name
	row = {
		"doctype": "Tag Link",
		"document_type": "Complaint",
		"document_name": case,
		"tag": tag,
		"parent": case,
	}
	with acting_as(conflicted), pytest.raises(frappe.PermissionError):
		frappe.get_doc(row).insert(ignore_permissions=True)
	with acting_as(user_of("handler")):
		frappe.get_doc({**row, "document_type": "Note", "document_name": other()}).insert(
			ignore_permissions=True
		)


def test_no_key_opens_a_case_and_other_documents_have_keys(case):
	with pytest.raises(frappe.PermissionError, match="without logging in"):
		frappe.get_doc("Complaint", case).get_document_share_key()
	assert frappe.get_doc("Note", other()).get_document_share_key()


# Words that reach people


def comment(doctype: str, name: str, content: str):
	values = {
		"comment_type": "Comment",
		"reference_doctype": doctype,
		"reference_name": name,
		"content": content,
	}
	return frappe.get_doc({"doctype": "Comment", **values}).insert(ignore_permissions=True)


def mention_of(user: str) -> str:
	return f'<div><span class="mention" data-id="{user}" data-value="x">@x</span> look</div>'


def test_only_who_sees_the_case_is_mentioned_in_it(case, conflicted):
	for user in (conflicted, user_of("executive")):
		with pytest.raises(frappe.PermissionError, match="cannot be mentioned"):
			comment("Complaint", case, mention_of(user))
	comment("Complaint", case, mention_of(user_of("handler")))
	comment("Note", other(), mention_of(conflicted))


def test_who_may_not_see_a_case_does_not_comment_on_it(case, conflicted):
	with acting_as(conflicted), pytest.raises(frappe.PermissionError):
		comment("Complaint", case, "x")


def notify(user: str, doctype: str, name: str):
	values = {"for_user": user, "subject": "The words", "email_content": "More words", "type": "Alert"}
	log = frappe.get_doc(
		{"doctype": "Notification Log", "document_type": doctype, "document_name": name, **values}
	)
	return log.insert(ignore_permissions=True)


def test_a_notification_says_nothing_to_who_may_not_see_the_case(case, conflicted):
	log = notify(conflicted, "Complaint", case)
	assert "words" not in f"{log.subject}{log.email_content}" and not log.document_name
	for log in (notify(user_of("handler"), "Complaint", case), notify(conflicted, "Note", other())):
		assert log.subject == "The words"


def receive(case: str, sender: str, **more):
	values = {
		"subject": "Re: your complaint",
		"content": "words",
		"sender": sender,
		"communication_medium": "Email",
		"communication_type": "Communication",
		"sent_or_received": "Received",
		"reference_doctype": "Complaint",
		"reference_name": case,
		**more,
	}
	return frappe.get_doc({"doctype": "Communication", **values}).insert(ignore_permissions=True)


def test_a_reply_of_a_stranger_is_set_aside_and_the_handler_is_told(case):
	frappe.db.set_value("Complaint", case, "handler", user_of("handler"))
	mail = receive(case, "Stranger <stranger@example.net>")
	assert not mail.reference_name
	told = frappe.get_all("Notification Log", {"document_name": mail.name}, ["for_user", "subject"])
	assert [row.for_user for row in told] == [user_of("handler")]
	assert case in told[0].subject and "stranger" not in told[0].subject


def test_a_reply_of_a_party_or_a_colleague_stays_with_the_case(case, conflicted):
	make_party(case, email="maria@example.org")
	assert receive(case, "Maria <Maria@example.org>").reference_name == case
	assert receive(case, user_of("handler")).reference_name == case
	assert not receive(case, conflicted).reference_name
	assert receive("x", "stranger@example.net", reference_doctype=None, reference_name=None)


def test_who_may_not_see_a_case_writes_no_mail_about_it(case, conflicted):
	with acting_as(conflicted), pytest.raises(frappe.PermissionError):
		receive(case, conflicted, sent_or_received="Sent")


# Functions of Frappe that are answered here: the rest gets Frappe's own answer


def test_what_concerns_no_case_is_answered_by_frappe():
	from frappe.desk.listview import get_group_by_count as frappes_groups
	from frappe.desk.notifications import get_open_count as frappes_counts
	from frappe.utils.global_search import search as frappes_search

	other()
	asked = {"doctype": "Note", "current_filters": "[]", "field": "owner"}
	assert get_group_by_count(**asked) == frappes_groups(**asked)
	assert get_open_count("User", "Administrator") == frappes_counts("User", "Administrator")
	assert search("note") == frappes_search("note")
	assert documents_of_cases("Note", "", "name", 0, 20) == []


def test_the_override_of_an_app_before_ours_is_asked(monkeypatch):
	path = "frappe.utils.global_search.search"
	hooks = frappe.get_hooks("override_whitelisted_methods")
	ours = hooks[path][-1]
	there = {path: ["frappe.utils.global_search.web_search", ours]}
	get_hooks = frappe.get_hooks
	monkeypatch.setattr(
		frappe,
		"get_hooks",
		lambda *a, **k: there if a[:1] == ("override_whitelisted_methods",) else get_hooks(*a, **k),
	)
	asked = []
	from frappe.utils import global_search

	monkeypatch.setattr(
		global_search, "web_search", frappe.whitelist()(lambda **more: asked.append(more) or [])
	)
	assert search("x") == [] and asked


def test_people_with_tasks_are_counted_within_the_access_rule(case, conflicted):
	assign({"doctype": "Complaint", "name": case, "assign_to": [user_of("handler")]})
	asked = {"doctype": "Complaint", "current_filters": json.dumps({"name": case}), "field": "assigned_to"}
	with acting_as(user_of("handler")):
		assert get_group_by_count(**asked) == [{"name": user_of("handler"), "count": 1}]
	with acting_as(conflicted):
		assert get_group_by_count(**asked) == []


def test_links_and_search_leave_out_hidden_cases(case, conflicted):
	with acting_as(conflicted):
		try:
			assert "Complaint Party" not in get("User", conflicted)
		except frappe.PermissionError:
			assert MAJOR >= 16  # there Frappe asks for the right to every table that links to a user
		assert not documents_of_cases("Complaint", case, "name", 0, 20, None, ignore_user_permissions=1)
		with pytest.raises(frappe.PermissionError):
			get_open_count("Complaint", case)
	with acting_as(user_of("handler")):
		assert [row[0] for row in documents_of_cases("Complaint", case, "name", 0, 20, None)] == [case]
		assert get_open_count("Complaint", case)


def test_values_of_a_field_are_counted_and_listed_within_the_access_rule(http, conflicted):
	word = unique("walrus")
	name = make_complaint(as_user=user_of("intake"), description=word).name
	make_party(name, role=PERSON_COMPLAINED_ABOUT, full_name=word, email=conflicted)
	assign({"doctype": "Complaint", "name": name, "assign_to": [user_of("handler")], "description": word})
	method = "/api/method/frappe.{}"
	for doctype, field in (
		("Complaint", "description"),
		("Complaint Party", "full_name"),
		("ToDo", "description"),
	):
		for path, asked in (
			(
				"workflow.doctype.workflow.workflow.get_workflow_state_count",
				{"workflow_state_field": field, "states": "[]"},
			),
			("desk.query_report.get_data_for_custom_field", {"field": field}),
		):
			answer = http(conflicted).post(method.format(path), json={"doctype": doctype, **asked})
			assert answer.ok and word not in answer.text, (path, doctype)
			answer = http(user_of("handler")).post(method.format(path), json={"doctype": doctype, **asked})
			assert answer.ok and word in answer.text, (path, doctype)


def test_an_admin_reads_no_field_of_a_hidden_case_as_a_password(http, case):
	admin = http(make_user("System Manager", email="test-admin@example.com").name)
	mail = put("Communication", reference_doctype="Complaint", reference_name=case, content="words")
	note = frappe.get_doc("Note", other())
	method = "/api/method/frappe.client.get_password"
	frappe.db.commit()
	for doctype, name, field in (
		("Complaint", case, "description"),
		("Complaint", {"name": case}, "description"),
		("Communication", mail, "content"),
		("Communication", {"name": mail}, "content"),
	):
		answer = admin.post(method, json={"doctype": doctype, "name": name, "fieldname": field})
		assert answer.status_code == 403, (doctype, name, answer.text[:200])
	answer = admin.post(method, json={"doctype": "Note", "name": note.name, "fieldname": "title"})
	assert answer.json()["message"] == note.title


# Requests


# Frappe 16 has another
VALIDATE_LINK = f"frappe.client.{'validate_link' if MAJOR < 16 else 'validate_link_and_fetch'}"
QUESTIONS = (
	("frappe.desk.search.get_link_title", "doctype", "docname"),
	(VALIDATE_LINK, "doctype", "docname"),
	("frappe.desk.like.toggle_like", "doctype", "name"),
	("frappe.desk.form.document_follow.get_follow_users", "doctype", "doc_name"),
	("frappe.desk.form.linked_with.get", "doctype", "docname"),
)


@pytest.mark.parametrize(("method", "kind", "name"), QUESTIONS)
def test_a_question_about_a_hidden_case_is_refused_however_it_is_put(
	http, case, conflicted, method, kind, name
):
	session = http(conflicted)
	for given in (case, json.dumps(case), json.dumps({"name": case}), json.dumps([case])):
		body = {kind: "Complaint", name: given, "add": "Yes"}
		assert session.post(f"/api/method/{method}", json=body).status_code == 403, given
		assert session.post("/", data={"cmd": method, **body}).status_code == 403, given
	assert http(user_of("handler")).post(f"/api/method/{method}", json={kind: "Complaint", name: case}).ok


def test_the_same_questions_about_something_else_are_answered(http, conflicted):
	note = other()
	session = http(conflicted)
	for method, kind, name in QUESTIONS:
		answer = session.post(f"/api/method/{method}", json={kind: "Note", name: note})
		assert answer.ok, (method, answer.text[:300])
