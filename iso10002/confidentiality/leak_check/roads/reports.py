"""Reports: with the results of others, by mail, on the desk."""

import frappe

from iso10002.confidentiality.leak_check.filling import write
from iso10002.confidentiality.leak_check.people import Visitor
from iso10002.confidentiality.leak_check.registry import NotApplicable, road
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
			visitor.call("frappe.desk.reportview.get", doctype=doctype, fields=["*"], page_length=5000)
			visitor.inside(_run_report, report, visitor.user)


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
		visitor.get("/api/resource/Prepared Report", fields=["*"], limit_page_length="0")
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
	with _Report(f"{PREFIX}mailed", "Complaint") as report:
		doc = frappe.new_doc("Auto Email Report")
		doc.update(
			{
				"report": report,
				"report_type": "Report Builder",
				"user": world.cleared.user,
				"email_to": visitor.user,
				"format": "CSV",
				"frequency": "Daily",
				"enabled": 1,
			}
		)
		if visitor is world.cleared:
			return
		try:
			doc.insert()
		except frappe.ValidationError:
			frappe.clear_messages()
			return
		finally:
			frappe.db.rollback()
		visitor.inside(lambda: world.mark)  # taken: the report would go out to this address


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
