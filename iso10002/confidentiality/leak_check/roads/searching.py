"""Search boxes: link fields, the search bar, tags, mentions."""

import frappe

from iso10002.confidentiality.leak_check.people import Visitor
from iso10002.confidentiality.leak_check.registry import Leak, road
from iso10002.confidentiality.leak_check.world import Case, World


@road("Link search with all the flags a client may send", "guard: standard_queries with the access rule")
def link_search(visitor: Visitor, world: World) -> None:
	flags = {"ignore_user_permissions": 1, "page_length": 500, "reference_doctype": "Complaint"}
	for doctype in world.doctypes_for(visitor):
		visitor.call("frappe.desk.search.search_link", doctype=doctype, txt="", **flags)
		visitor.call("frappe.desk.search.search_widget", doctype=doctype, txt="", **flags)
	for field in ("description", "product_or_service"):
		visitor.call(
			"frappe.desk.search.search_widget",
			doctype="Complaint",
			txt=world.mark,
			searchfield=field,
			filter_fields=frappe.as_json([field]),
			filters={field: ["like", f"%{world.mark}%"]},
			as_dict=1,
			**flags,
		)


@road(
	"Link search past the rights, in what Frappe keeps about documents",
	"guard: endpoints search within the rights",
)
def search_past_rights(visitor: Visitor, world: World) -> None:
	flags = {"txt": "", "ignore_user_permissions": 1, "page_length": 500, "as_dict": 1}
	for doctype, fields in (
		("ToDo", ["description", "reference_name"]),
		("File", ["file_name", "file_url", "attached_to_name"]),
		("Communication", ["subject", "content", "reference_name"]),
		("Comment", ["content", "reference_name"]),
		("Version", ["data", "docname"]),
		("Email Queue", ["message", "reference_name"]),
		("Notification Log", ["subject", "document_name"]),
	):
		for method in ("search_widget", "search_link"):
			visitor.call(
				f"frappe.desk.search.{method}", doctype=doctype, filter_fields=frappe.as_json(fields), **flags
			)


@road("Choices of a link in a web form", "guard: endpoints", proof=False)
def web_form_choices(visitor: Visitor, world: World) -> None:
	method = "frappe.website.doctype.web_form.web_form.get_link_options"
	for form in frappe.get_all("Web Form", pluck="name"):
		for doctype in (*world.doctypes_for(visitor), "ToDo"):
			visitor.call(method, web_form_name=form, doctype=doctype, allow_read_on_all_link_options=1)


@road("Link search with a query of the app", "the app's queries ask the access rule")
def app_queries(visitor: Visitor, world: World) -> None:
	case = world.case_of(visitor).name
	for query, filters in (
		("iso10002.handling.search.parties", {"complaint": case}),
		("iso10002.handling.search.officers", {"complaint": case, "field": "reviewer"}),
	):
		visitor.call(
			"frappe.desk.search.search_link", doctype="Complaint Party", txt="", query=query, filters=filters
		)


@road(
	"Search bar (global search)",
	"no field of a case is indexed; guard: answers, with rows about a case, are filtered",
	proof=False,
)
def global_search(visitor: Visitor, world: World) -> None:
	case = world.case_of(visitor)
	index = frappe.qb.Table("__global_search")
	indexed = {
		"Complaint": case.name,
		**{kind: str(case.traces[kind]) for kind in ("ToDo", "Communication", "Comment")},
	}
	for doctype, name in indexed.items():
		row = (doctype, name, f"Description: {world.mark} global")
		frappe.qb.into(index).columns(index.doctype, index.name, index.content).insert(*row).run()
	frappe.db.commit()
	for doctype in ("", *indexed):
		visitor.call("frappe.utils.global_search.search", text=world.mark, doctype=doctype, limit=50)
	visitor.call("frappe.utils.global_search.web_search", text=world.mark, limit=50)
	frappe.qb.from_(index).delete().where(index.name.isin(list(indexed.values()))).run()
	frappe.db.commit()


@road("Tags: list of tagged documents", "guard: rows about a case are seen with it")
def tagged(visitor: Visitor, world: World) -> None:
	tag = "LEAK-CHECK-tag"
	visitor.call("frappe.desk.doctype.tag.tag.get_documents_for_tag", tag=tag)
	visitor.call("frappe.desk.doctype.tag.tag.get_tagged_docs", doctype="Complaint", tag=tag)
	visitor.get("/api/resource/Tag Link", fields=["*"], **world.recent())


@road("Linked documents (Show Links)", "access rule; guard: what early versions list past it")
def linked_with(visitor: Visitor, world: World) -> None:
	for doctype, name in (("User", visitor.user), ("Complaint", world.case_of(visitor).name)):
		visitor.call("frappe.desk.form.linked_with.get", doctype=doctype, docname=name)
		visitor.call("frappe.desk.form.linked_with.get_submitted_linked_docs", doctype=doctype, name=name)
	_what_somebody_investigated(visitor, world.case_of(visitor))


def _what_somebody_investigated(visitor: Visitor, case: Case) -> None:
	"""Ask for what was submitted and names somebody, as before that is cancelled."""
	kind = "Complaint Investigation"
	name = case.documents[kind]
	officer = frappe.db.get_value(kind, name, "investigator")
	frappe.db.set_value(kind, name, "docstatus", 1, update_modified=False)
	frappe.db.commit()
	try:
		visitor.call("frappe.desk.form.linked_with.get_submitted_linked_docs", doctype="User", name=officer)
	finally:
		frappe.db.set_value(kind, name, "docstatus", 0, update_modified=False)
		frappe.db.commit()


@road("The next of a list, asked after a hidden document", "guard: endpoints", proof=False)
def next_in_list(visitor: Visitor, world: World) -> None:
	case = world.case_of(visitor)
	for doctype, name in {**case.documents, "File": next(iter(case.files), None), **case.traces}.items():
		for value in (name, {"name": name}):
			answer = visitor.call(
				"frappe.desk.form.utils.get_next", doctype=doctype, value=value, prev=0, sort_field="name"
			)
			if answer.ok:
				raise Leak(f"a {doctype} is compared with others: {answer.text[:200]}")
