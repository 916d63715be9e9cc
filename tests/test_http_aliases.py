"""Every function that is guarded, called in each way Frappe understands: behind its name, as `cmd`, under its other names."""

from __future__ import annotations

import ast
import json
import re
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import Any

import frappe
import pytest
from factories import put, unique, user_of
from hidden_case import all_stored, assert_hidden, made, reader_of
from http_roads import RPC
from over_http import register, system_manager, user_without_a_role, words

from iso10002.compat import MAJOR
from iso10002.confidentiality.guards import endpoints

V2 = "/api/v2/method"
CHART = {
	"name": "x",
	"chart_name": "x",
	"chart_type": "Count",
	"type": "Heatmap",
	"document_type": "Complaint",
}
CHART |= {"based_on": "creation", "filters_json": "[]", "timeseries": 0}
SERIES = {"doctype": "Document Naming Settings", "name": "Document Naming Settings"}
SERIES |= {"transaction_type": "Complaint", "try_naming_series": "A.{description}.####"}
GOAL = {"title": "x", "goal_value_field": "name", "goal_total_field": "name", "goal_history_field": "x", "goal_field": "name"}  # fmt: skip
GOAL |= {
	"date_field": "creation",
	"aggregation": "count",
	"goal_doctype": "Complaint",
	"goal_doctype_link": "docstatus",
}
# Guarded for what they are given, by the arguments of all functions or the document they make.
BY_WHAT_THEY_NAME = (
	"frappe.email.inbox.mark_as_closed_open",
	"frappe.email.inbox.mark_as_spam",
	"frappe.email.inbox.mark_as_trash",
	"frappe.email.inbox.move_email",
	"frappe.desk.form.load.getdoc",
	"frappe.handler.run_doc_method",
	"frappe.handler.runserverobj",
	"frappe.utils.file_manager.add_attachments",
)


def overridden() -> tuple[str, ...]:
	"""Return the functions of Frappe that ones of this app stand in for."""
	from iso10002.hooks import override_whitelisted_methods

	return tuple(override_whitelisted_methods)


GUARDED = sorted(
	{
		*endpoints.ABOUT_A_DOCUMENT,
		*endpoints.CHECKS,
		*endpoints.NAMED_WITHOUT_KIND,
		*endpoints.PAST_ALL_PERMISSIONS,
		*BY_WHAT_THEY_NAME,
		*overridden(),
	}
)


@pytest.fixture
def hidden(hidden) -> dict:
	"""The hidden case, with a result of a report and a board besides."""
	if "prepared" not in hidden:
		about = {"report_name": "Complaint Register", "status": "Completed", "filters": "{}"}
		manager = user_of("manager")
		hidden["prepared"] = put("Prepared Report", owner=manager, queued_by=manager, **about)
		board = {"reference_doctype": "Complaint", "field_name": "status", "private": 0}
		hidden["board"] = put(
			"Kanban Board", name=unique("board"), kanban_board_name=unique("board"), **board
		)
		due = {"document_type": "Complaint", "event": "Days After", "date_changed": "creation", "enabled": 0}
		hidden["notification"] = put("Notification", name=unique("due"), channel="Email", **due)
		frappe.db.commit()
	return hidden


def arguments(function: str, hidden: dict, user: str) -> dict:
	"""Return what asks a function for the hidden case, a row about it, or all there are."""
	case, mail = hidden["case"], hidden["mail"]
	named = dict.fromkeys(("name", "docname", "doc_name", "dn", "reference_name"), case)
	named |= dict.fromkeys(("names", "docs", "docnames"), json.dumps([case]))
	asked = dict.fromkeys(("doctype", "dt", "reference_doctype"), "Complaint") | named
	asked |= {
		"tag": "x",
		"tags": '["x"]',
		"assign_to": user_of("handler"),
		"user": user,
		"add": "Yes",
		"following": 1,
	}
	asked |= {
		"fieldname": "description",
		"fields": '["name", "owner"]',
		"read": 1,
		"permission_to": "read",
		"value": 1,
	}
	of_mail = {"communication": mail, "names": json.dumps([mail]), "action": "Read", "status": "Closed", "sender": "x@example.org", "email_account": "x"}  # fmt: skip
	prepared = {"report_name": "Complaint Register", "dn": hidden["prepared"], "file_format_type": "CSV"}
	prepared |= {"filters": json.dumps({"prepared_report_name": hidden["prepared"]}), "visible_idx": "[]"}
	prepared |= {"prepared_report_name": hidden["prepared"]}
	special = {
		"frappe.client.get": {"doctype": "Complaint", "filters": {"name": case}},
		"frappe.client.get_count": {"doctype": "Complaint", "filters": {"name": case}},
		"frappe.core.api.file.zip_files": {"files": json.dumps([hidden["file"]])},
		"frappe.core.doctype.prepared_report.prepared_report.download_attachment": prepared,
		"frappe.desk.doctype.dashboard_chart.dashboard_chart.get": {"chart": json.dumps(CHART), "no_cache": 1},
		"frappe.desk.doctype.kanban_board.kanban_board.update_order": {
			"board_name": hidden["board"],
			"order": json.dumps({"Closed": [case]}),
		},
		"frappe.desk.doctype.kanban_board.kanban_board.update_order_for_single_card": {
			"board_name": hidden["board"],
			**{"docname": case, "from_colname": "Assessed", "to_colname": "Closed", "old_index": 0, "new_index": 0},
		},
		"frappe.desk.form.utils.get_next": {"doctype": "Complaint", "value": case, "prev": 0},
		"frappe.desk.form.utils.update_comment": {"name": hidden["comment"], "content": "x"},
		"frappe.desk.listview.get_group_by_count": {
			**{"doctype": "Complaint", "field": "assigned_to", "current_filters": json.dumps([["Complaint", "name", "=", case]])}
		},
		"frappe.desk.notifications.get_open_count": {"doctype": "Complaint", "name": case, "items": '["Complaint Party"]'},
		"frappe.desk.query_report.export_query": prepared,
		"frappe.desk.query_report.run": prepared,
		"frappe.desk.search.search_link": {"doctype": "ToDo", "txt": "", "ignore_user_permissions": 1, "page_length": 500},
		"frappe.email.doctype.email_group.email_group.import_from": {"name": "x", "doctype": "Complaint Party"},
		"frappe.email.doctype.notification.notification.get_documents_for_today": {"notification": hidden["notification"]},
		"frappe.email.relink": {"name": mail, "reference_doctype": "User", "reference_name": user},
		"frappe.handler.run_doc_method": {"docs": json.dumps(SERIES), "method": "preview_series"},
		"frappe.utils.file_manager.add_attachments": {
			**{"doctype": "User", "name": user, "attachments": json.dumps([hidden["file"]])}
		},
		"frappe.utils.global_search.search": {"text": hidden["word"], "limit": 100},
		"frappe.utils.goal.get_monthly_goal_graph_data": {**GOAL, "doctype": "User", "docname": user},
		"frappe.utils.print_format.download_pdf": {"doctype": "Complaint", "name": case, "format": "Standard"},
		"frappe.website.doctype.web_form.web_form.get_form_data": {"doctype": "Complaint", "web_form_name": "edit-profile"},
		"frappe.website.doctype.web_form.web_form.get_link_options": {
			**{"doctype": "Complaint", "web_form_name": "edit-profile", "allow_read_on_all_link_options": 1}
		},
		"frappe.workflow.doctype.workflow.workflow.get_workflow_state_count": {
			**{"doctype": "Complaint", "workflow_state_field": "description", "states": "[]"}
		},
	}  # fmt: skip
	special["frappe.handler.runserverobj"] = special["frappe.handler.run_doc_method"]
	widget = {**special["frappe.desk.search.search_link"], "filter_fields": '["description"]', "as_dict": 1}
	special["frappe.desk.search.search_widget"] = widget
	return special.get(function) or (of_mail if function.startswith("frappe.email.inbox.") else asked)


@cache
def other_names() -> dict[str, list[str]]:
	"""Return under which other names Frappe would find each guarded function: where another module imports it."""
	root = Path(frappe.__file__).parent
	found: dict[str, list[str]] = {}
	for path in sorted(root.rglob("*.py")):
		parts = path.relative_to(root.parent).with_suffix("").parts
		if any(part in ("tests", "patches") or part.startswith("test_") for part in parts):
			continue
		module = ".".join(parts).removesuffix(".__init__")
		for name, target in _imported(path.read_text()):
			if target in GUARDED and getattr(import_module(module), name, None) is frappe.get_attr(target):
				found.setdefault(target, []).append(f"{module}.{name}")
	return found


def _imported(text: str) -> list[tuple[str, str]]:
	"""Return what a module imports from others, as the name it has here and where it comes from."""
	return [
		(alias.asname or alias.name, f"{node.module}.{alias.name}")
		for node in ast.walk(ast.parse(text))
		if isinstance(node, ast.ImportFrom) and node.module
		for alias in node.names
	]


def ways(function: str) -> list[tuple[str, dict]]:
	"""Return the addresses by which a function may be called, with what is sent beside its arguments."""
	found = []
	for name in (function, *other_names().get(function, [])):
		for path in (name, f"{name}/", f"{name}/x", f"{name}/x/y", f"{name}%2Fx", f"{name}//", f"/{name}"):
			found += [(f"{RPC}/{path}", {}), (f"/api/v1/method/{path}", {})]
		found += [(f"{V2}/{name}", {}), (f"{V2}/{name}/x", {}), (f"/api/v2/method/Note/{name}", {})]
		for address in (f"{RPC}/frappe.ping", f"{RPC}/ping", "/", f"{V2}/ping", f"{RPC}/frappe.ping/x"):
			found += [
				(f"{address}?cmd={name}", {}),
				(address, {"cmd": name}),
				(f"{address}?cmd=frappe.ping", {"cmd": name}),
			]
		if kind := re.search(r"\.doctype\.(\w+)\.\1\.(\w+)$", name):
			found.append((f"{V2}/{frappe.unscrub(kind[1])}/{kind[2]}", {}))
	if function.startswith("frappe.handler."):
		found += [(f"{RPC}/{function.rpartition('.')[2]}{tail}", {}) for tail in ("", "/x")]
	return found


def is_nothing(answer: Any) -> bool:
	"""Whether an answer is that of an address which calls no function of ours: the page of the site, or of `ping`."""
	page = answer.headers.get("Content-Type", "").startswith(
		"text/html"
	) and answer.request.path_url.startswith("/?")
	return page or "pong" in answer.text


@pytest.mark.parametrize(
	("function", "kind"),
	[
		*((function, kind) for function in GUARDED for kind in ("nobody", "System Manager")),
		# for what asks with the rights of an owner, or of a role of the process
		*((function, "its intake, after assessment") for function in GUARDED if ".client." in function),
		("frappe.website.doctype.web_form.web_form.get_form_data", "its intake, after assessment"),
		("frappe.desk.doctype.kanban_board.kanban_board.update_order", "its intake, after assessment"),
		(
			"frappe.desk.doctype.kanban_board.kanban_board.update_order_for_single_card",
			"its intake, after assessment",
		),
	],
)
def test_a_guarded_function_is_guarded_however_it_is_called(http, hidden, function, kind):
	session, before = http(reader_of(kind, hidden)), all_stored(hidden)
	asked = arguments(function, hidden, session.user)
	plain = session.post(f"{RPC}/{function}", json=asked)
	assert_hidden(plain, hidden)
	shown = plain.json().get("message") if plain.ok else None
	assert (
		plain.status_code in (401, 403, 404, 417) or not shown or hidden["case"] not in json.dumps(shown)
	), words(plain)
	for address, more in ways(function):
		answers = [session.post(address, json={**asked, **more})]
		if "?" in address or more or address.endswith((function, "/x")):
			sent = {key: _text(value) for key, value in {**asked, **more}.items()}
			answers.append(session.get(address, params=sent))
		for answer in answers:
			assert "text" in asked or hidden["word"] not in answer.text, address
			if not answer.ok or is_nothing(answer):
				continue
			assert plain.ok, f"{address}: {answer.text[:500]}"
			body = answer.json()
			assert body.get("message", body.get("data")) == shown, f"{address}: {answer.text[:500]}"
	assert all_stored(hidden) == before


def _text(value: object) -> str:
	return value if isinstance(value, str) else json.dumps(value)


def test_the_other_names_of_functions_are_found():
	assert "frappe.share.follow_document" in other_names()["frappe.desk.form.document_follow.follow_document"]


# The same ways, about what is no complaint and about a case of one's own


@pytest.mark.parametrize("address", ["{0}", "{0}/x", "frappe.ping?cmd={0}"])
def test_other_documents_and_ones_own_case_are_reached_in_these_ways(http, hidden, address):
	user, admin = hidden["linked"], http(system_manager())
	session, case = http(user), register(http, user)
	note = made(session, "Note", title=unique("note"), content="x")

	def call(function: str, /, of: Any = session, **asked: Any) -> Any:
		answer = of.post(f"{RPC}/{address.format(function)}", json=asked)
		assert answer.ok, words(answer)
		return answer.json().get("message")

	validate_link, fields = ("validate_link", "fields")
	if MAJOR >= 16:
		validate_link, fields = ("validate_link_and_fetch", "fields_to_fetch")
	for doctype, name in (("Note", note), ("Complaint", case)):
		of = {"doctype": doctype, "name": name}
		call("frappe.desk.like.toggle_like", **of, add="Yes")
		frappe.db.rollback()
		liked = frappe.db.get_value(doctype, name, "_liked_by")
		if address != "frappe.ping?cmd={0}":  # later versions of Frappe answer as the path says
			assert user in (liked or ""), doctype
		call(f"frappe.client.{validate_link}", doctype=doctype, docname=name, **{fields: '["name"]'})
		call("frappe.desk.form.linked_with.get", doctype=doctype, docname=name)
	call("frappe.client.get_count", doctype="Note", filters={"name": note})
	call("frappe.desk.search.get_link_title", doctype="User", docname=user)
	admins = made(admin, "Note", title=unique("note"), content="x")
	call("frappe.desk.doctype.tag.tag.add_tag", of=admin, tag=unique("tag"), dt="Note", dn=admins)


def test_a_function_is_called_under_its_other_name_about_a_note(http):
	session = http(user_without_a_role())
	note = made(session, "Note", title=unique("note"), content="x")
	of = {"doctype": "Note", "doc_name": note, "user": session.user}
	assert session.post(f"{RPC}/frappe.share.follow_document", json=of).ok
