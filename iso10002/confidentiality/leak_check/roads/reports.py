"""Reports: with the results of others, by mail, on the desk."""

import frappe

from iso10002.confidentiality.guards.configuration import FROZEN_FIGURES
from iso10002.confidentiality.leak_check.filling import write
from iso10002.confidentiality.leak_check.people import Visitor
from iso10002.confidentiality.leak_check.registry import Leak, NotApplicable, road
from iso10002.confidentiality.leak_check.world import PREFIX, World

BUILDER = "access rule: permission_query_conditions"


@road("Report Builder, run and exported", BUILDER)
def report_builder(visitor: Visitor, world: World) -> None:
	for doctype in ("Complaint", "Complaint Party"):
		fields = frappe.as_json(
			[[field, doctype] for field in ("name", "description" if doctype == "Complaint" else "full_name")]
		)
		settings = frappe.as_json({"fields": frappe.parse_json(fields), "filters": [], "order_by": "name"})
		with _Report(f"{PREFIX}{doctype}", doctype, json=settings) as report:
			visitor.call(
				"frappe.desk.query_report.run", report_name=report, filters={}, ignore_prepared_report=True
			)
			visitor.call("frappe.desk.reportview.get", doctype=doctype, fields=["*"], **world.recent())
			visitor.inside(_run_report, report, visitor.user)


@road(
	"A column added to a report, and the question behind it",
	"guard: columns are filled within the access rule",
)
def added_column(visitor: Visitor, world: World) -> None:
	column = {"link_field": {"fieldname": "name", "names": []}, "insert_after_index": 0, "width": 100}
	for doctype, field in (
		("Complaint", "description"),
		("Complaint Party", "full_name"),
		("ToDo", "description"),
	):
		ask = {"doctype": doctype, "field": field}
		visitor.call("frappe.desk.query_report.get_data_for_custom_field", **ask)
		columns = [{**column, "doctype": doctype, "fieldname": field, "label": "x", "id": "x"}]
		with _Report(f"{PREFIX}columns", doctype) as report:
			visitor.call(
				"frappe.desk.query_report.run", report_name=report, filters={}, custom_columns=columns
			)


@road("Every report of the app", "reports ask the access rule")
def reports_of_the_app(visitor: Visitor, world: World) -> None:
	found = frappe.get_all("Report", {"module": "ISO10002", "disabled": 0}, pluck="name")
	if not found:
		raise NotApplicable("the app has no reports here")
	for report in found:
		visitor.call(
			"frappe.desk.query_report.run", report_name=report, filters={}, ignore_prepared_report=True
		)


@road(
	"Prepared Report of somebody else: list, result, file",
	"guard: prepared reports on cases are their owner's",
)
def prepared_report(visitor: Visitor, world: World) -> None:
	with _Report(f"{PREFIX}prepared", "Complaint", prepared_report=1) as report:
		prepared = _prepare(world, report)
		visitor.get(f"/api/resource/Prepared Report/{prepared.name}")
		visitor.get("/api/resource/Prepared Report", fields=["*"], **world.recent())
		visitor.get(prepared.address)
		method = "frappe.core.doctype.prepared_report.prepared_report.download_attachment"
		visitor.get(f"/api/method/{method}", dn=prepared.name)
		for filters in (
			{"prepared_report_name": prepared.name},
			frappe.as_json({"prepared_report_name": prepared.name}),
		):
			visitor.call("frappe.desk.query_report.run", report_name=report, filters=filters)
			visitor.get(
				"/api/method/frappe.desk.query_report.export_query",
				report_name=report,
				filters=filters,
				file_format_type="CSV",
				prepared_report_name=prepared.name,
			)


@road(
	"Report by e-mail (Auto Email Report)",
	"guard: reports on cases only to whose rights they have",
	proof=False,
)
def auto_email_report(visitor: Visitor, world: World) -> None:
	if visitor.user == "Guest":
		raise NotApplicable("a guest has no reports")
	if visitor is world.cleared:
		return
	with _Report(f"{PREFIX}mailed", "Complaint") as report:
		for name in (report, *frappe.get_all("Report", {"module": "ISO10002", "disabled": 0}, pluck="name")):
			if name == FROZEN_FIGURES and _may_open(name, visitor.user):
				continue  # the same figures for each of its readers, whoever's rights it is made with
			if _is_mailed(name, world.cleared.user, visitor.user):
				raise Leak(f"{name}, made with the rights of another user, would be mailed to this one")


def _may_open(report: str, user: str) -> bool:
	allowed = frappe.get_all("Has Role", {"parenttype": "Report", "parent": report}, pluck="role")
	return not set(allowed).isdisjoint(frappe.get_roles(user))


def _is_mailed(report: str, as_user: str, to: str) -> bool:
	doc = frappe.new_doc("Auto Email Report")
	doc.update({"report": report, "user": as_user, "email_to": to, "format": "CSV", "frequency": "Daily"})
	doc.update({"report_type": frappe.db.get_value("Report", report, "report_type"), "enabled": 1})
	try:
		doc.insert()
	except frappe.ValidationError:
		frappe.clear_messages()
		return False
	finally:
		frappe.db.rollback()
	return True


class _Report:
	"""A report for the time of a road, written past its checks and removed again."""

	def __init__(self, name: str, doctype: str, **values: object):
		self.name = name
		self.doc = frappe.new_doc("Report")
		self.doc.update(
			{"report_name": name, "ref_doctype": doctype, "report_type": "Report Builder", **values}
		)
		self.doc.update({"is_standard": "No", "module": "ISO10002"})

	def __enter__(self) -> str:
		self.__exit__()
		for role in ("All", "Guest"):
			self.doc.append("roles", {"role": role})
		write(self.doc, self.name)
		frappe.db.commit()
		return self.name

	def __exit__(self, *_: object) -> None:
		frappe.db.delete("Has Role", {"parent": self.name, "parenttype": "Report"})
		frappe.db.delete("Report", {"name": self.name})
		frappe.db.commit()
		frappe.clear_document_cache("Report", self.name)


def _run_report(report: str, user: str) -> list:
	return frappe.get_doc("Report", report).get_data(user=user, as_dict=True)


def _prepare(world: World, report: str) -> frappe._dict:
	"""Store the result of a report, as a background job of the cleared user does, and return name and address."""
	from frappe.utils import gzip_compress

	prepared = frappe.new_doc("Prepared Report")
	prepared.update(
		{"report_name": report, "status": "Completed", "filters": "{}", "queued_by": world.cleared.user}
	)
	write(prepared, owner=world.cleared.user)
	result = frappe.as_json(
		{"columns": [{"label": "Words", "fieldname": "x"}], "result": [{"x": world.mark}]}
	)
	file = frappe.new_doc("File")
	file.update(
		{
			"file_name": f"{prepared.name}.json.gz",
			"attached_to_doctype": "Prepared Report",
			"attached_to_name": prepared.name,
			"content": gzip_compress(result.encode()),
			"is_private": 1,
		}
	)
	file.insert(ignore_permissions=True)  # safe: as Frappe's job does; removed again
	file.db_set("owner", world.cleared.user)
	frappe.db.commit()
	return frappe._dict(name=prepared.name, address=file.file_url)
