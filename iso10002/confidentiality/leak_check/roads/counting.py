"""Counts, groups and sums: numbers that change with a hidden case answer questions about it."""

import re

import frappe
from frappe.utils import nowdate

from iso10002.confidentiality.leak_check.filling import write
from iso10002.confidentiality.leak_check.people import Visitor
from iso10002.confidentiality.leak_check.registry import Leak, road
from iso10002.confidentiality.leak_check.world import ASSESSED, MARK, PREFIX, World

RULE = "access rule: permission_query_conditions"


def _hidden(world: World, doctype: str) -> list:
	"""Return the filter that only hidden documents of a DocType meet."""
	case = world.cases[0].documents[doctype]
	return [[doctype, "name", "=", case]]


def _expect_nothing(visitor: Visitor, method: str, arguments: dict) -> None:
	answer = visitor.call(method, **arguments)
	if answer.ok and re.search(r'"(message|count|value|data)"\s*:\s*[1-9]', answer.text):
		raise Leak(f"{method} {arguments} counts: {answer.text[:200]}")


@road("get_count, in both of its forms", RULE)
def count(visitor: Visitor, world: World) -> None:
	for doctype in world.doctypes_for(visitor):
		for method in ("frappe.client.get_count", "frappe.desk.reportview.get_count"):
			_expect_nothing(visitor, method, {"doctype": doctype, "filters": _hidden(world, doctype)})
		counted = visitor.get(f"/api/v2/doctype/{doctype}/count", filters=_hidden(world, doctype))
		if counted.ok and re.search(r'"data"\s*:\s*[1-9]', counted.text):
			raise Leak(f"version 2 counts: {counted.text[:200]}")
		_expect_nothing(
			visitor,
			"frappe.desk.reportview.get_count",
			{
				"doctype": doctype,
				"filters": _hidden(world, doctype),
				"parent_doctype": "Complaint",
				"distinct": "false",
			},
		)


@road("Groups of the list's sidebar (get_group_by_count)", "guard: answers counts within the access rule")
def group_counts(visitor: Visitor, world: World) -> None:
	for field in ("assigned_to", "owner", "status", "description"):
		answer = visitor.call(
			"frappe.desk.listview.get_group_by_count",
			doctype="Complaint",
			current_filters=frappe.as_json(_hidden(world, "Complaint"), indent=None),
			field=field,
		)
		if answer.ok and '"count"' in answer.text:
			raise Leak(f"grouped by {field}: {answer.text[:200]}")


@road("Statistics of the list's sidebar", RULE)
def sidebar(visitor: Visitor, world: World) -> None:
	for method in ("get_sidebar_stats", "get_stats"):
		answer = visitor.call(
			f"frappe.desk.reportview.{method}",
			doctype="Complaint",
			stats='["_user_tags", "status"]',
			filters=frappe.as_json(_hidden(world, "Complaint"), indent=None),
		)
		if answer.ok and re.search(r'"(Investigating|No Tags)",\s*[1-9]', re.sub(r"\s+", " ", answer.text)):
			raise Leak(answer.text[:200])


@road(
	"Counts of connected documents (get_open_count)",
	"guard: counts of case documents only within a case one sees",
	proof=False,
)
def open_counts(visitor: Visitor, world: World) -> None:
	items = world.doctypes_for(visitor)
	for doctype, name in (("User", visitor.user), ("Complaint", world.case_of(visitor).name)):
		for item in items:
			answer = visitor.call(
				"frappe.desk.notifications.get_open_count", doctype=doctype, name=name, items=[item]
			)
			if answer.ok and re.search(r'"(open_)?count"\s*:\s*[1-9]', answer.text):
				raise Leak(f"{doctype} {name}, {item}: {answer.text[:200]}")


@road(
	"Values of any field, counted for the form of a Workflow", "guard: answers counts within the access rule"
)
def workflow_state_counts(visitor: Visitor, world: World) -> None:
	method = "frappe.workflow.doctype.workflow.workflow.get_workflow_state_count"
	for doctype, field in (
		("Complaint", "description"),
		("Complaint Party", "full_name"),
		("ToDo", "description"),
		("Communication", "content"),
		("Version", "data"),
	):
		visitor.call(method, doctype=doctype, workflow_state_field=field, states="[]")


@road("Number cards", RULE)
def number_card(visitor: Visitor, world: World) -> None:
	card = {"document_type": "Complaint", "function": "Count", "type": "Document Type", "name": "x"}
	filters = _hidden(world, "Complaint")
	for doc in (card, {**card, "function": "Sum", "aggregate_function_based_on": "reopened_count"}):
		_expect_nothing(
			visitor,
			"frappe.desk.doctype.number_card.number_card.get_result",
			{"doc": {**doc, "filters_json": frappe.as_json(filters, indent=None)}, "filters": filters},
		)


@road(
	"Charts: what one user had counted is not shown to the next",
	"guard: charts on cases are counted for each user anew",
)
def chart_cache(visitor: Visitor, world: World) -> None:
	for chart in (
		{"chart_type": "Count", "timeseries": 0},
		{"chart_type": "Group By", "group_by_type": "Count"},
	):
		doc = frappe.new_doc("Dashboard Chart")
		doc.update(
			{
				"chart_name": f"LEAK-CHECK-{frappe.generate_hash(length=6)}",
				"document_type": "Complaint",
				"based_on": "received_on",
				"group_by_based_on": "description",
				"filters_json": frappe.as_json(_hidden(world, "Complaint"), indent=None),
				"is_public": 1,
				"timeseries": 0,
				"type": "Bar",
				**chart,
			}
		)
		# the chart is only read, so its own checks do not matter
		doc.name = doc.chart_name
		doc.db_insert()
		frappe.db.commit()
		try:
			ask = {"chart_name": doc.name}
			method = "frappe.desk.doctype.dashboard_chart.dashboard_chart.get"
			world.cleared.web.request("POST", f"/api/method/{method}", json={**ask, "refresh": 1})
			visitor.call(method, **ask)
			visitor.call(method, **ask, refresh=0)
		finally:
			frappe.db.delete("Dashboard Chart", {"name": doc.name})
			frappe.db.commit()
			frappe.cache.delete_key(f"chart-data:{doc.name}")


@road("A question put as a filter, an order or a group", RULE, proof=False)
def filter_as_question(visitor: Visitor, world: World) -> None:
	for doctype, field in (("Complaint", "description"), ("Complaint Party", "full_name")):
		like = [[doctype, field, "like", f"%{world.mark}%"]]
		for arguments in (
			{"filters": like},
			{"filters": [], "or_filters": like},
			{"filters": [], "order_by": f"{field} desc", "group_by": field},
		):
			visitor.call(
				"frappe.desk.reportview.get", doctype=doctype, fields=["name"], page_length=50, **arguments
			)
	visitor.get(
		"/api/resource/Complaint",
		filters=[["Complaint Allegation", "allegation", "like", f"%{world.mark}%"]],
		fields=["name"],
	)


@road(
	"Heatmaps of whatever is asked for, with any expression as their value", "guard: endpoints", proof=False
)
def heatmap(visitor: Visitor, world: World) -> None:
	chart = {"name": "x", "chart_name": "x", "chart_type": "Sum", "type": "Heatmap", "timeseries": 0}
	documents = {
		**world.documents_for(visitor),
		"Communication": world.case_of(visitor).traces["Communication"],
	}
	for doctype, name in documents.items():
		asked = {"document_type": doctype, "based_on": "creation", "value_based_on": "ascii(name)"}
		asked["filters_json"] = frappe.as_json([[doctype, "name", "=", name]], indent=None)
		answer = visitor.call(
			"frappe.desk.doctype.dashboard_chart.dashboard_chart.get",
			chart=frappe.as_json({**chart, **asked}),
			no_cache=1,
			heatmap_year=nowdate()[:4],
		)
		if visitor is not world.cleared and re.search(r'"dataPoints"\s*:\s*\{\s*"', answer.text):
			raise Leak(f"{doctype}: {answer.text[:200]}")


@road("The graph of a goal, counted with a filter", "guard: endpoints", proof=False)
def goal(visitor: Visitor, world: World) -> None:
	denied = next(case for case in world.cases if case.reason == "denied").name  # in a month that is over
	answer = visitor.call(
		"frappe.utils.goal.get_monthly_goal_graph_data",
		title="x",
		doctype="User",
		docname=visitor.user,
		goal_value_field="name",
		goal_total_field="name",
		goal_history_field="x",
		goal_doctype="Complaint",
		goal_doctype_link="docstatus",
		goal_field="name",
		date_field="received_on",
		aggregation="count",
		filters={"name": denied, "description": ["like", f"%{MARK}%"]},
	)
	if visitor is not world.cleared and answer.ok:
		raise Leak(answer.text[:200])


@road("In which column of a board a case is", "guard: endpoints", proof=False)
def board_order(visitor: Visitor, world: World) -> None:
	if visitor is world.cleared:
		return  # may move it, by the rules of the process
	board = frappe.new_doc("Kanban Board")
	board.update({"reference_doctype": "Complaint", "field_name": "status", "private": 0})
	board.kanban_board_name = f"{PREFIX}board"
	for column in (ASSESSED, "Closed"):
		board.append("columns", {"column_name": column})
	write(board, board.kanban_board_name)
	frappe.db.commit()
	try:
		method = "frappe.desk.doctype.kanban_board.kanban_board.update_order"
		case = world.case_of(visitor).name
		answers = [
			visitor.call(method, board_name=board.name, order=frappe.as_json({column: [case]}))
			for column in (ASSESSED, "Closed")
		]
		# who may see the case used the board; it is read by everybody
		world.cleared.call(method, board_name=board.name, order=frappe.as_json({ASSESSED: [case]}))
		visitor.get(f"/api/resource/Kanban Board/{board.name}")
		if answers[0].status != answers[1].status or answers[0].ok:
			raise Leak(f"{answers[0].status}, in another column {answers[1].status}: {answers[0].text[:200]}")
	finally:
		frappe.db.delete("Kanban Board Column", {"parent": board.name})
		frappe.db.delete("Kanban Board", {"name": board.name})
		frappe.db.commit()


@road("A group of addresses made of the people of cases", "guard: endpoints", proof=False)
def email_group(visitor: Visitor, world: World) -> None:
	group = frappe.new_doc("Email Group")
	group.title = f"{PREFIX}group"
	write(group, group.title, owner=visitor.user)
	editor = frappe.new_doc("Has Role")  # whoever writes newsletters may do this
	editor.update({"parent": visitor.user, "parenttype": "User", "parentfield": "roles"})
	if visitor.user != "Guest":
		write(editor.update({"role": "Newsletter Manager"}))
	frappe.db.commit()
	frappe.clear_cache(user=visitor.user)
	try:
		for doctype in ("Complaint Party", "Complaint Identity"):
			visitor.call(
				"frappe.email.doctype.email_group.email_group.import_from", name=group.name, doctype=doctype
			)
		frappe.db.commit()
		if frappe.db.exists("Email Group Member", {"email_group": group.name}):
			raise Leak("the group has the addresses of parties")
	finally:
		frappe.db.delete("Email Group Member", {"email_group": group.name})
		frappe.db.delete("Email Group", {"name": group.name})
		frappe.db.delete("Has Role", {"parent": visitor.user, "role": "Newsletter Manager"})
		frappe.db.commit()
		frappe.clear_cache(user=visitor.user)
