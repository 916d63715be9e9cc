"""Questions about a hidden case put where a name, a chart or a search is expected: no answer tells a match from none."""

from __future__ import annotations

import json

import frappe
import pytest
from factories import unique, user_of
from hidden_case import (
	ANYBODY,
	ASKED,
	all_stored,
	ask,
	assert_hidden,
	assert_no_question,
	made,
	reader_of,
	said,
)
from over_http import assert_refused, register, system_manager, user_without_a_role, words

DESK, WEB_FORM = "frappe.desk", "frappe.website.doctype.web_form.web_form"
CHART = f"{DESK}.doctype.dashboard_chart.dashboard_chart.get"
# Not in the hidden case, and as long as the words in it.
NOTHING = "no such word at all"


# A filter where a name is expected


def taking_a_name(doctype: str, name: object) -> list[tuple[str, dict]]:
	"""Return functions with arguments by which they look up one document."""
	of, about = {"doctype": doctype, "name": name}, {"doctype": doctype, "docname": name}
	reference = {"reference_doctype": doctype, "reference_name": name}
	by = {"comment_email": "x@example.com", "comment_by": "x"}
	change = {"fieldname": "enclosures", "value": "x"}
	return [
		("run_doc_method", {"docs": json.dumps(of), "method": "x"}),
		("run_doc_method", {"dt": doctype, "dn": name, "method": "x"}),
		("frappe.client.get", of),
		("frappe.client.get", {"doctype": doctype, "filters": name}),
		("frappe.client.get", {"doctype": doctype, "filters": json.dumps(name), "parent": "Complaint"}),
		("frappe.client.cancel", of),
		("frappe.client.delete", of),
		("frappe.client.get_doc_permissions", about),
		("frappe.client.has_permission", about),
		("frappe.client.save", {"doc": of}),
		("frappe.client.set_value", {**of, **change}),
		("frappe.client.submit", {"doc": json.dumps(of)}),
		(f"{DESK}.form.assign_to.add", {**of, "assign_to": json.dumps([user_of("handler")])}),
		(f"{DESK}.form.linked_with.get", about),
		(f"{DESK}.form.load.get_docinfo", of),
		(f"{DESK}.form.load.getdoc", of),
		(f"{DESK}.form.save.savedocs", {"doc": json.dumps(of), "action": "Save"}),
		(f"{DESK}.form.utils.add_comment", {**reference, **by, "content": "x"}),
		(f"{DESK}.like.toggle_like", {**of, "add": "Yes"}),
		(f"{DESK}.link_preview.get_preview_data", about),
		(f"{DESK}.search.get_link_title", about),
		("frappe.model.workflow.apply_workflow", {"doc": of, "action": "Close"}),
		("frappe.model.workflow.get_transitions", {"doc": of}),
		("frappe.printing.page.print.print.get_print_settings_to_show", about),
		("frappe.templates.includes.comments.comments.add_comment", {**reference, **by, "comment": "x", "route": "x"}),
		("frappe.templates.includes.likes.likes.like", {**reference, "like": True, "route": "x"}),
		("frappe.www.printview.get_html_and_style", {"doc": json.dumps(of)}),
		(f"{WEB_FORM}.get_form_data", {**about, "web_form_name": "edit-profile"}),
	]  # fmt: skip


@pytest.mark.parametrize("form", [dict, list])
@pytest.mark.parametrize("kind", ANYBODY)
@pytest.mark.parametrize("doctype", ASKED)
def test_a_filter_for_a_name_says_nothing_of_what_is_hidden(http, hidden, doctype, kind, form):
	session, before = http(reader_of(kind, hidden)), all_stored(hidden)
	field = ASKED[doctype][1]

	def filters(text: str) -> object:
		like = ["like", f"%{text}%"]
		return {field: like} if form is dict else [[field, *like]]

	asked = (taking_a_name(doctype, filters(text)) for text in (hidden["word"], NOTHING))
	for number, ((method, match), (_method, none)) in enumerate(zip(*asked, strict=True)):
		if doctype != "Complaint" and number > 5:
			break
		first, second = ask(session, method, **match), ask(session, method, **none)
		assert_hidden(first, {"word": hidden[ASKED[doctype][0]]})
		assert_no_question(first, second, hidden["word"], NOTHING)
	assert all_stored(hidden) == before


@pytest.mark.parametrize("kind", ANYBODY)
def test_a_document_sent_with_a_hidden_name_is_not_told_when_that_changed(http, hidden, kind):
	session, modified = http(reader_of(kind, hidden)), {}
	for doctype, (key, _field) in ASKED.items():
		name = hidden[key]
		modified[name] = str(frappe.db.get_value(doctype, name, "modified"))
		for more in ({}, {"__islocal": 1}, {"modified": modified[name]}):
			docs = json.dumps({"doctype": doctype, "name": name, **more})
			answer = ask(session, "run_doc_method", docs=docs, method="x")
			assert answer.status_code != 417, words(answer)
			assert_hidden(answer, hidden, *(() if "modified" in more else modified.values()))


@pytest.mark.parametrize("road", ["iso10002.handling.search.officers", f"{DESK}.search.search_link"])
@pytest.mark.parametrize("kind", [kind for kind in ANYBODY if kind != "Guest"])
def test_the_officers_of_a_case_are_not_asked_with_a_filter_for_it(http, hidden, kind, road):
	session = http(reader_of(kind, hidden))

	def answered(case: object) -> tuple[int, str]:
		filters = {"field": "handler", "complaint": case}
		search = {"searchfield": "name", "start": 0, "page_len": 1000, "filters": filters}
		if road.endswith("search_link"):
			query = {"query": "iso10002.handling.search.officers", "page_length": 1000}
			search |= {**query, "filters": json.dumps(filters)}
		answer = ask(session, road, doctype="User", txt="", **search)
		assert_hidden(answer, hidden)
		return said(answer)

	nothing = answered("CMP-9999-99999")
	for case in (
		hidden["case"],
		*({"description": ["like", f"%{word}%"]} for word in (hidden["word"], NOTHING)),
	):
		assert answered(case) == nothing, case


@pytest.mark.parametrize("kind", ANYBODY)
@pytest.mark.parametrize("doctype", ASKED)
def test_the_next_in_a_list_is_not_asked_after_what_is_hidden(http, hidden, doctype, kind):
	"""Frappe compares with any field of the document it is given, whoever may see it: bit by bit it could be read."""
	key, field = ASKED[doctype]
	session, name = http(reader_of(kind, hidden)), hidden[key]
	sort = {"doctype": doctype, "prev": 0, "sort_field": field, "sort_order": "asc"}
	for value in (name, json.dumps(name), {"name": name}, [["name", "=", name]], json.dumps({"name": name})):
		assert_refused(ask(session, f"{DESK}.form.utils.get_next", **sort, value=value), status=403)


def test_the_next_in_a_list_is_found_after_ones_own(http, hidden):
	session, text = http(hidden["linked"]), unique("own")
	first, second = (register(http, session.user, description=f"{text} {number}") for number in (1, 2))
	sort = {"doctype": "Complaint", "prev": 0, "sort_field": "description", "sort_order": "asc"}
	filters = json.dumps([["Complaint", "description", "like", f"{text}%"]])
	answer = ask(session, f"{DESK}.form.utils.get_next", **sort, filters=filters, value=first)
	assert answer.json()["message"] == second, words(answer)


def test_what_is_no_complaint_is_still_found_by_a_filter(http):
	session, text = http(user_without_a_role()), unique("note")
	note = made(session, "Note", title=text, content=text)
	task = made(session, "ToDo", description=text, allocated_to=session.user)
	filters = {"title": ["like", f"%{text}%"]}
	assert session.call("frappe.client.get", doctype="Note", filters=filters)["name"] == note
	assert session.call("frappe.client.get", doctype="Note", name=filters)["name"] == note
	sent = json.dumps(filters)
	assert session.call("frappe.client.get", "GET", doctype="Note", filters=sent)["name"] == note
	changed = session.call(
		"frappe.client.set_value", doctype="Note", name=filters, fieldname="content", value="y"
	)
	assert (changed["name"], changed["content"]) == (note, "y")
	found = session.call("frappe.client.get", doctype="ToDo", filters={"description": text})
	assert found["name"] == task
	user = session.call("frappe.client.get", doctype="User", filters={"email": session.user})
	assert user["name"] == session.user


def test_ones_own_case_is_still_found_and_opened(http, hidden):
	user, text = hidden["linked"], unique("own")
	session = http(user)
	case = register(http, user, description=text)
	for filters in ({"description": text}, {"name": case}):
		assert session.call("frappe.client.get", doctype="Complaint", filters=filters)["name"] == case
	assert (
		ask(session, "frappe.client.get", doctype="Complaint", filters={"name": hidden["case"]}).status_code
		== 404
	)
	assert session.call("frappe.client.get", doctype="Complaint", name=case)["description"] == text
	of = {"doctype": "Complaint", "name": case}
	assert (
		session.call("frappe.client.set_value", **of, fieldname="enclosures", value="x")["enclosures"] == "x"
	)
	assert session.call("frappe.model.workflow.get_transitions", doc=of) is not None
	for method in ("getdoc", "get_docinfo"):
		assert ask(session, f"{DESK}.form.load.{method}", **of).ok
	assert session.call("frappe.client.has_permission", doctype="Complaint", docname=case)["has_permission"]


# Charts and figures


def heatmap(doctype: str, filters: object, value: str = "", kind: str = "Count") -> dict:
	chart = {"name": "x", "chart_name": "x", "chart_type": kind, "type": "Heatmap", "document_type": doctype}
	chart |= {"based_on": "creation", "value_based_on": value, "filters_json": json.dumps(filters)}
	return {
		"chart": json.dumps({**chart, "timeseries": 0}),
		"no_cache": 1,
		"heatmap_year": frappe.utils.nowdate()[:4],
	}


@pytest.mark.parametrize("kind", ANYBODY)
@pytest.mark.parametrize("doctype", ASKED)
def test_a_heatmap_is_not_made_of_hidden_documents(http, hidden, doctype, kind):
	session, (key, field) = http(reader_of(kind, hidden)), ASKED[doctype]
	asked = (
		(
			{"value": f"ascii(substr({field},2,1))", "kind": "Sum"},
			"name",
			"=",
			hidden[key],
			"none of that name",
		),
		({}, field, "like", f"%{hidden['word']}%", f"%{NOTHING}%"),
		({}, "name", "like", hidden[key], "none of that name"),
	)
	for more, by, operator, match, none in asked:
		answers = [
			ask(session, CHART, **heatmap(doctype, [[doctype, by, operator, value]], **more))
			for value in (match, none)
		]
		assert_no_question(*answers, match, none)
		assert not answers[0].ok or not (answers[0].json().get("message") or {}).get("dataPoints")


@pytest.mark.parametrize("doctype", ["Note", "User"])
def test_a_heatmap_of_what_is_no_complaint_is_made(http, doctype):
	frappe.get_doc({"doctype": "Note", "title": unique("note")}).insert()
	found = http(system_manager()).call(CHART, **heatmap(doctype, []))
	assert sum(found["dataPoints"].values()) > 0


def test_a_chart_of_complaints_counts_what_its_reader_may_see(http, hidden):
	case = register(http, hidden["linked"])
	chart = {"name": "x", "chart_type": "Group By", "group_by_type": "Count", "document_type": "Complaint"}
	chart |= {
		"group_by_based_on": "name",
		"filters_json": json.dumps([["Complaint", "name", "in", [case, hidden["case"]]]]),
	}
	found = http(hidden["linked"]).call(CHART, chart=json.dumps({**chart, "timeseries": 0}), no_cache=1)
	assert found["labels"] == [case]


GOAL = {"title": "x", "goal_value_field": "name", "goal_total_field": "name", "goal_history_field": "x", "goal_field": "name"}  # fmt: skip
GOAL |= {"date_field": "creation", "aggregation": "count"}


@pytest.mark.parametrize("kind", ANYBODY[1:])
@pytest.mark.parametrize("doctype", ASKED)
def test_a_goal_is_not_counted_from_hidden_documents(http, hidden, doctype, kind):
	session, (key, field) = http(reader_of(kind, hidden)), ASKED[doctype]
	month = frappe.utils.add_months(frappe.utils.now(), -1)  # figures of the current one are not counted
	created = frappe.db.get_value(doctype, hidden[key], "creation")
	frappe.db.set_value(doctype, hidden[key], "creation", month, update_modified=False)
	frappe.db.commit()
	of = {
		"doctype": "User",
		"docname": session.user,
		"goal_doctype": doctype,
		"goal_doctype_link": "docstatus",
	}
	try:
		answers = [
			ask(
				session,
				"frappe.utils.goal.get_monthly_goal_graph_data",
				**GOAL,
				**of,
				filters={field: ["like", f"%{text}%"]},
			)
			for text in (hidden["word"], NOTHING)
		]
	finally:
		frappe.db.set_value(doctype, hidden[key], "creation", created, update_modified=False)
		frappe.db.commit()
	assert_no_question(*answers, hidden["word"], NOTHING)


def test_a_goal_is_counted_from_what_is_no_complaint(http):
	admin = http(system_manager())
	note = made(admin, "Note", title=unique("note"))
	of = {"doctype": "Note", "docname": note, "goal_doctype": "Note", "goal_doctype_link": "x"}
	found = admin.call("frappe.utils.goal.get_monthly_goal_graph_data", **GOAL, **of)
	assert len(found["data"]["labels"]) == 12


# Search


@pytest.mark.parametrize("kind", ANYBODY)
@pytest.mark.parametrize("doctype", ASKED)
def test_no_link_field_offers_what_is_hidden(http, hidden, doctype, kind):
	session, (key, field) = http(reader_of(kind, hidden)), ASKED[doctype]
	flags = {"doctype": doctype, "ignore_user_permissions": 1, "page_length": 500, "as_dict": 1}
	fields = json.dumps([field, "owner", "creation"])
	for method in ("search_widget", "search_link"):
		for more in (
			{"txt": ""},
			{"txt": "", "filter_fields": fields},
			{"txt": str(hidden[key]), "filter_fields": fields},
			{
				"txt": "",
				"filter_fields": fields,
				"searchfield": field,
				"filters": {field: ["like", "%zebra%"]},
			},
		):
			answer = ask(session, f"{DESK}.search.{method}", **flags, **more)
			assert_hidden(answer, hidden, *(() if more["txt"] else (str(hidden[key]),)))
		answers = [
			ask(session, f"{DESK}.search.{method}", **flags, txt="", filters={field: ["like", f"%{text}%"]})
			for text in (hidden["word"], NOTHING)
		]
		assert_no_question(*answers, hidden["word"], NOTHING)


def test_link_fields_offer_what_they_did_of_other_documents(http):
	session, text = http(user_without_a_role()), unique("task")
	made(session, "ToDo", description=text, allocated_to=session.user)
	flags = {"txt": "", "ignore_user_permissions": 1, "page_length": 500, "as_dict": 1}
	fields = json.dumps(["description"])
	for method in ("search_widget", "search_link"):
		answer = ask(session, f"{DESK}.search.{method}", doctype="ToDo", filter_fields=fields, **flags)
		assert answer.ok and (method == "search_link" or text in answer.text), words(answer)
		answer = ask(session, f"{DESK}.search.{method}", doctype="User", **{**flags, "txt": session.user})
		assert session.user in answer.text


@pytest.mark.parametrize("kind", ANYBODY)
def test_the_search_bar_says_nothing_of_the_rows_of_a_hidden_case(http, hidden, kind):
	index = frappe.qb.Table("__global_search")
	rows = [(doctype, hidden[ASKED[doctype][0]]) for doctype in ASKED]
	for doctype, name in rows:
		content = f"Description : {hidden['word'].replace('-', ' ')}"
		frappe.qb.into(index).columns(index.doctype, index.name, index.content).insert(
			doctype, str(name), content
		).run()
	frappe.db.commit()
	session = http(reader_of(kind, hidden))
	try:
		for doctype in ("", *ASKED):
			for text in hidden["word"].split("-")[:2]:
				answer = ask(
					session, "frappe.utils.global_search.search", text=text, doctype=doctype, limit=100
				)
				assert_hidden(
					answer, {"word": hidden["word"].replace("-", " ")}, hidden["todo"], hidden["mail"]
				)
	finally:
		frappe.qb.from_(index).delete().where(index.name.isin([str(name) for _doctype, name in rows])).run()
		frappe.db.commit()


def test_the_search_bar_finds_a_task_of_nothing(http):
	text = frappe.generate_hash(length=12)
	task = frappe.get_doc({"doctype": "ToDo", "description": text}).insert()
	index = frappe.qb.Table("__global_search")
	row = ("ToDo", task.name, f"Description : {text}")
	frappe.qb.into(index).columns(index.doctype, index.name, index.content).insert(*row).run()
	frappe.db.commit()
	found = http(system_manager()).call("frappe.utils.global_search.search", text=text, limit=100)
	frappe.qb.from_(index).delete().where(index.name == task.name).run()
	frappe.db.commit()
	assert [row["name"] for row in found] == [task.name]
