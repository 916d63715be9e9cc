"""Lists, reports of the desk and exports."""

import frappe
from frappe.utils import add_days, nowdate

from iso10002.confidentiality.leak_check.people import Visitor
from iso10002.confidentiality.leak_check.registry import road
from iso10002.confidentiality.leak_check.world import World
from iso10002.confidentiality.rule import CASE_DOCTYPES, ROWS_OF

RULE = "access rule: permission_query_conditions"
PAGE = "100"  # the newest; what is asked without a filter
ROWS = {**ROWS_OF, "Complaint Allegation": "Complaint", "Complaint Remedy": "Complaint"}


@road("REST, versions 1 and 2: lists of every DocType of a case", RULE)
def rest_list(visitor: Visitor, world: World) -> None:
	for doctype in world.doctypes_for(visitor):
		visitor.get(f"/api/resource/{doctype}", fields=["*"], parent=ROWS.get(doctype, ""), **world.recent())
		visitor.get(f"/api/v2/document/{doctype}", fields=["*"], limit=PAGE)


@road("frappe.client.get_list", RULE)
def client_list(visitor: Visitor, world: World) -> None:
	for doctype in world.doctypes_for(visitor):
		visitor.call(
			"frappe.client.get_list",
			doctype=doctype,
			fields=["*"],
			parent=ROWS.get(doctype),
			**world.recent(),
		)


@road("Lists that name another DocType as the parent, a Single too", "guard: a parent counts for rows only")
def other_parents(visitor: Visitor, world: World) -> None:
	for doctype in world.doctypes_for(visitor):
		for parent in ("System Settings", "User"):
			visitor.get(f"/api/resource/{doctype}", fields=["*"], parent=parent, limit_page_length="0")
			visitor.call(
				"frappe.desk.reportview.get",
				doctype=doctype,
				fields=["*"],
				page_length=5000,
				parent_doctype=parent,
			)


@road("List and report view of the desk", RULE)
def report_view(visitor: Visitor, world: World) -> None:
	for doctype in world.doctypes_for(visitor):
		for method, narrowed in (("get", {"page_length": PAGE}), ("get_list", world.recent())):
			visitor.call(
				f"frappe.desk.reportview.{method}",
				doctype=doctype,
				fields=["*"],
				parent_doctype=ROWS.get(doctype),
				order_by="modified desc",
				**narrowed,
			)


@road("Rows of tables, joined to the list of cases", RULE)
def child_columns(visitor: Visitor, world: World) -> None:
	fields = ["name", "`tabComplaint Allegation`.`allegation`", "`tabComplaint Remedy`.`details` as details"]
	visitor.call("frappe.desk.reportview.get", doctype="Complaint", fields=fields, **world.recent())
	visitor.get("/api/resource/Complaint", fields=["name", "allegations.allegation"], **world.recent())


@road("Export of a list", RULE, proof=False)
def export_list(visitor: Visitor, world: World) -> None:
	for doctype in set(world.doctypes_for(visitor)) - set(ROWS):
		visitor.send(
			"/api/method/frappe.desk.reportview.export_query",
			doctype=doctype,
			title=doctype,
			file_format_type="CSV",
			fields=frappe.as_json([f"`tab{doctype}`.`name`", f"`tab{doctype}`.`owner`"]),
			filters=frappe.as_json(world.recent()["filters"]),
		)


@road("Data Export and the template of Data Import", RULE, proof=False)
def data_export(visitor: Visitor, world: World) -> None:
	since = frappe.as_json({"creation": [">=", world.started]})
	visitor.send(
		"/api/method/frappe.core.doctype.data_export.exporter.export_data",
		doctype="Complaint",
		with_data="1",
		all_doctypes="1",
		file_type="CSV",
		template="0",
		select_columns=frappe.as_json({"Complaint": ["name", "description"]}),
		filters=since,
	)
	visitor.send(
		"/api/method/frappe.core.doctype.data_import.data_import.download_template",
		doctype="Complaint",
		file_type="CSV",
		export_records="by_filter",
		export_filters=since,
		export_fields=frappe.as_json({"Complaint": ["name", "description"], "allegations": ["allegation"]}),
	)


@road("Kanban, calendar and Gantt", RULE)
def boards(visitor: Visitor, world: World) -> None:
	visitor.call("frappe.desk.calendar.get_events", doctype="Complaint", start=add_days(nowdate(), -1), end=add_days(nowdate(), 1),
		field_map={"start": "received_on", "end": "received_on", "id": "name", "title": "description"}, fields=["name", "description"])  # fmt: skip
	visitor.call(
		"frappe.desk.reportview.get", doctype="Complaint", fields=["name", "description"], view="Kanban"
	)


@road("Lists of the portal (www/list)", RULE, proof=False)
def portal_list(visitor: Visitor, world: World) -> None:
	for method in ("get", "get_list_data"):
		visitor.get(f"/api/method/frappe.www.list.{method}", doctype="Complaint", limit=PAGE)
	visitor.get("/list", doctype="Complaint")
	visitor.get("/list/Complaint")


@road("In process: frappe.get_list", RULE)
def in_process_list(visitor: Visitor, world: World) -> None:
	for doctype in sorted(CASE_DOCTYPES):
		visitor.inside(
			frappe.get_list, doctype, fields=["*"], parent_doctype=ROWS.get(doctype), **world.recent()
		)
