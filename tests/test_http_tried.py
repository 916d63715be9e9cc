"""What a web form, an admin or an editor of newsletters may ask: nothing of a hidden case is in the answers."""

from __future__ import annotations

import inspect
import json
from typing import Any

import frappe
import pytest
from factories import make_user, take, unique, user_of
from hidden_case import (
	ANYBODY,
	ASKED,
	ROWS,
	all_stored,
	ask,
	assert_hidden,
	assert_no_question,
	made,
	reader_of,
)
from http_roads import RESOURCE
from over_http import CASES, assert_refused, register, system_manager, user_without_a_role, words

from iso10002 import roles
from iso10002.confidentiality.levels import change_level

DESK, WEB_FORM = "frappe.desk", "frappe.website.doctype.web_form.web_form"


# Web forms


def test_a_web_form_shows_no_case_to_its_owner_once_it_is_restricted(http, hidden):
	intake, word = user_of("intake"), unique("quagga")
	case = register(http, intake, description=word)
	change_level(case, "Restricted", "Because")
	frappe.db.commit()
	assert_refused(http(intake).get(f"{CASES}/{case}"), status=403)
	for form in frappe.get_all("Web Form", pluck="name"):
		for doctype, name in (("Complaint", case), ("Complaint", None), ("Complaint Party", None)):
			asked = {"doctype": doctype, "docname": name, "web_form_name": form}
			answer = ask(http(intake), f"{WEB_FORM}.get_form_data", **asked)
			assert_hidden(answer, {"word": word}, status=(403, 404, 417))


def test_a_web_form_shows_its_owner_what_it_did(http):
	session = http(user_without_a_role())
	asked = {"doctype": "User", "docname": session.user, "web_form_name": "edit-profile"}
	assert session.call(f"{WEB_FORM}.get_form_data", **asked)["doc"]["name"] == session.user


@pytest.mark.parametrize("kind", ANYBODY)
def test_a_web_form_offers_no_reference_of_a_hidden_case(http, hidden, kind):
	session = http(reader_of(kind, hidden))
	for form in frappe.get_all("Web Form", pluck="name"):
		for doctype, (key, _field) in ASKED.items():
			for all_of_them in (0, 1):
				asked = {
					"web_form_name": form,
					"doctype": doctype,
					"allow_read_on_all_link_options": all_of_them,
				}
				assert_hidden(ask(session, f"{WEB_FORM}.get_link_options", **asked), hidden, str(hidden[key]))


def test_a_web_form_offers_what_is_no_complaint(http):
	"""Later versions of Frappe offer only what the form has a field for, then have the function no more."""
	form = {"web_form_name": "edit-profile", "allow_read_on_all_link_options": 1}
	language = {**form, "doctype": "Language"}
	answer = ask(http(user_without_a_role()), f"{WEB_FORM}.get_link_options", **language)
	has_field = frappe.db.exists("Web Form Field", {"parent": "edit-profile", "options": "Language"})
	if answer.ok or (has_field and "not whitelisted" not in answer.text):
		assert answer.ok and "en" in answer.text, words(answer)
	assert "may not see" not in words(answer) and "not for" not in words(answer)


# What an admin or an editor of newsletters may ask


def test_no_group_of_addresses_is_made_of_the_people_of_cases(http, hidden):
	editor = http(make_user("Newsletter Manager", "System Manager", email="test-news@example.com").name)
	group = editor.post(f"{RESOURCE}/Email Group", json={"title": unique("group")}).json()["data"]["name"]
	before = frappe.db.count("Email Group Member")
	method = "frappe.email.doctype.email_group.email_group.import_from"
	for doctype in ("Complaint Party", "Complaint Identity", "Communication"):
		assert_refused(ask(editor, method, name=group, doctype=doctype))
	listed = editor.get(f"{RESOURCE}/Email Group Member", params={"fields": '["email"]'})
	assert_hidden(listed, hidden)
	frappe.db.rollback()
	assert frappe.db.count("Email Group Member") == before
	assert ask(editor, method, name=group, doctype="User").ok
	frappe.db.rollback()
	assert frappe.db.count("Email Group Member", {"email_group": group}) > 0


def preview_series(session: Any, doctype: str, field: str) -> Any:
	asked = {"doctype": "Document Naming Settings", "name": "Document Naming Settings"}
	asked |= {"transaction_type": doctype, "try_naming_series": f"A.{{{field}}}.####"}
	modified = frappe.get_doc("Document Naming Settings").modified
	return ask(
		session,
		"run_doc_method",
		docs=json.dumps({**asked, "modified": str(modified or "")}),
		method="preview_series",
	)


def test_a_naming_series_is_not_tried_on_complaints(http, hidden):
	admin = http(system_manager())
	for doctype, (_key, field) in {**ASKED, "Complaint Identity": ("", "email")}.items():
		assert_refused(preview_series(admin, doctype, field))
	text = unique("note")
	frappe.get_doc({"doctype": "Note", "title": text}).insert()
	frappe.db.commit()
	answer = preview_series(admin, "Note", "title")
	assert answer.ok and text in answer.text, words(answer)


SERIES = {"doctype": "Document Naming Settings", "name": "Document Naming Settings"}
SERIES |= {"transaction_type": "Complaint", "try_naming_series": "A.{description}.####"}


def of_a_document(session: Any, doctype: str, method: str, sent: dict) -> list[Any]:
	"""Call a method of a Single on each road there is, as sent and as stored, and return the answers."""
	of, version_2 = f"{RESOURCE}/{doctype}/{doctype}", "/api/v2"
	return [
		ask(session, "run_doc_method", docs=json.dumps(sent), method=method),
		ask(session, "run_doc_method", dt=doctype, method=method),
		session.post(f"{version_2}/method/run_doc_method", json={"document": sent, "method": method}),
		session.post(f"{version_2}/document/{doctype}/{doctype}/method/{method}"),
		session.post(of, json={"run_method": method}),
		session.get(of, params={"run_method": method}),
	]


def test_a_naming_series_is_tried_on_complaints_on_no_road_there_is(http, hidden):
	admin, fields = http(system_manager()), ("transaction_type", "try_naming_series")
	name = SERIES["doctype"]
	before = {field: frappe.db.get_single_value(name, field) for field in fields}
	stored = {field: SERIES[field] for field in fields}
	assert_refused(admin.put(f"{RESOURCE}/{name}/{name}", json=stored), "this is not for", status=403)
	# a share of the settings lets nobody past
	share = {"doctype": name, "name": name, "user": admin.user, "read": 1, "write": 1}
	assert ask(admin, "frappe.share.add", **share).ok
	try:
		for values, roads in ((before, (0, 2)), (stored, range(6))):
			frappe.db.set_single_value(name, values)
			frappe.db.commit()
			sent = {**SERIES, "modified": str(frappe.get_doc(name).modified or "")}
			answers = of_a_document(admin, name, "preview_series", sent)
			for answer in (answers[road] for road in roads):
				assert_hidden(answer, hidden, status=(403, 404))
			assert_refused(answers[0], "this is not for", status=403)
	finally:
		frappe.db.set_single_value(name, before)
		frappe.db.delete("DocShare", {"share_doctype": name})
		frappe.db.commit()


def test_an_audit_trail_compares_nothing_of_a_hidden_case(http, hidden):
	if not frappe.db.exists("DocType", "Audit Trail"):
		pytest.skip("this version of Frappe has no Audit Trail")
	admin = http(system_manager())
	for doctype, (key, _field) in ASKED.items():
		for document in (hidden[key], {"name": hidden[key]}):
			sent = {"doctype": "Audit Trail", "doctype_name": doctype, "document": document}
			for answer in of_a_document(admin, "Audit Trail", "compare_document", sent)[:3:2]:
				assert_refused(answer, "may not see", status=403)


@pytest.mark.parametrize("doctype", [row for row, _field in ROWS])
def test_no_notification_lists_the_rows_a_condition_holds_for(http, hidden, doctype):
	admin = http(system_manager())
	due = {"event": "Days After", "date_changed": "creation", "days_in_advance": 0}
	word = f"'{hidden['word']}' in (doc.content or doc.description or doc.file_name or '')"
	values = {**due, "condition": word, "subject": "x", "message": "x", "channel": "System Notification"}
	values |= {"recipients": [{"receiver_by_role": roles.MANAGER}]}
	method = "frappe.email.doctype.notification.notification.get_documents_for_today"
	name = made(admin, "Notification", name=unique("due"), document_type=doctype, **values)
	try:
		for given in (name, {"name": name}, {"document_type": doctype}):
			assert_refused(ask(admin, method, notification=given), "this is not for", status=403)
	finally:
		frappe.db.rollback()
		frappe.delete_doc("Notification", name)
		frappe.db.commit()


@pytest.mark.parametrize("doctype", ASKED)
def test_no_mail_of_a_repetition_is_tried_on_a_hidden_case(http, hidden, doctype):
	key, field = ASKED[doctype]
	method = "frappe.automation.doctype.auto_repeat.auto_repeat.generate_message_preview"
	template = {"message": f"{{{{ doc.{field} }}}}", "subject": f"{{{{ doc.{field} }}}}"}
	for kind in ANYBODY:
		answer = ask(
			http(reader_of(kind, hidden)), method, reference_dt=doctype, reference_doc=hidden[key], **template
		)
		assert_hidden(answer, hidden, status=(401, 403, 404, 417))


def test_a_mail_of_a_repetition_is_tried_on_a_note(http):
	from frappe.automation.doctype.auto_repeat import auto_repeat

	if "reference_doc" not in inspect.signature(auto_repeat.generate_message_preview).parameters:
		pytest.skip(
			"later versions of Frappe try it on the document of a stored repetition, and ask who may read that"
		)
	text = unique("note")
	note = frappe.get_doc({"doctype": "Note", "title": text, "public": 1}).insert()
	frappe.db.commit()
	method = "frappe.automation.doctype.auto_repeat.auto_repeat.generate_message_preview"
	asked = {"reference_dt": "Note", "reference_doc": note.name, "message": "{{ doc.title }}", "subject": "x"}
	assert text in http(system_manager()).call(method, **asked)["message"]


def test_a_board_does_not_tell_in_which_column_a_hidden_case_is(http, hidden):
	user, board = make_user(roles.HANDLER, "System Manager", email=hidden["addressed"]).name, unique("board")
	session, kanban = http(user), f"{DESK}.doctype.kanban_board.kanban_board"
	session.call(f"{kanban}.quick_kanban_board", doctype="Complaint", board_name=board, field_name="status")
	before = all_stored(hidden)
	answers = [
		ask(session, f"{kanban}.update_order", board_name=board, order=json.dumps({column: [hidden["case"]]}))
		for column in (frappe.db.get_value("Complaint", hidden["case"], "status"), "Closed", "Received")
	]
	for other in answers[1:]:
		assert_no_question(answers[0], other)
	assert all_stored(hidden) == before
	# one's own case, in its column
	case = register(http, user)
	answer = ask(session, f"{kanban}.update_order", board_name=board, order=json.dumps({"Received": [case]}))
	assert answer.ok, words(answer)
	take(case, "Acknowledge", as_user=user)
