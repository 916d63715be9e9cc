"""Opening one document by its name."""

import frappe

from iso10002.confidentiality.leak_check.people import Visitor
from iso10002.confidentiality.leak_check.registry import Leak, road
from iso10002.confidentiality.leak_check.world import World

RULE = "access rule: has_permission"
LINK_FIELDS = ("previous_complaint", "about_handling_of", "duplicate_of", "reference_name")


@road("REST, versions 1 and 2: one document", RULE)
def rest_document(visitor: Visitor, world: World) -> None:
	for doctype, name in world.documents_for(visitor).items():
		visitor.get(f"/api/resource/{doctype}/{name}")
		visitor.get(f"/api/v2/document/{doctype}/{name}")
		visitor.get(f"/api/v2/document/{doctype}/{name}/copy")


@road("frappe.client.get, get_value", RULE)
def client_get(visitor: Visitor, world: World) -> None:
	for doctype, name in world.documents_for(visitor).items():
		visitor.get("/api/method/frappe.client.get", doctype=doctype, name=name)
		for parent in ("", "Complaint"):
			visitor.get(
				"/api/method/frappe.client.get_value",
				doctype=doctype,
				fieldname=["name", "owner", "*"],
				filters=name,
				parent=parent,
			)
	visitor.get(
		"/api/method/frappe.client.get_value",
		doctype="Complaint",
		fieldname="description",
		filters={"description": ["like", "%leakcheck%"]},
	)


@road("Form of the desk: getdoc, docinfo, communications", RULE)
def form_load(visitor: Visitor, world: World) -> None:
	for doctype, name in world.documents_for(visitor).items():
		of = {"doctype": doctype, "name": name}
		visitor.get("/api/method/frappe.desk.form.load.getdoc", **of)
		visitor.get("/api/method/frappe.desk.form.load.get_docinfo", **of)
		visitor.get("/api/method/frappe.desk.form.load.get_communications", **of)


@road("Calling a method of a document (run_doc_method)", RULE, proof=False)
def document_method(visitor: Visitor, world: World) -> None:
	case = world.case_of(visitor).name
	visitor.call("run_doc_method", dt="Complaint", dn=case, method="get_title")
	visitor.get(f"/api/resource/Complaint/{case}", run_method="get_title")
	visitor.call("frappe.client.get_js", items=["/private/files/x"])


@road(
	"expand_links of a document that links to a case", "guard: before_request refuses it for links to cases"
)
def expand_links(visitor: Visitor, world: World) -> None:
	own, case = world.own_of(visitor), world.case_of(visitor).name
	named = [["name", "=", case]]  # on a site with many cases it is not on the first page
	for version in ("resource", "v1/resource", "v2/document"):
		visitor.get(f"/api/{version}/Complaint/{own}", expand_links="1")
		visitor.get(f"/api/{version}/Complaint", expand=list(LINK_FIELDS), fields=["*"])
		visitor.get(f"/api/{version}/Complaint", expand=list(LINK_FIELDS), fields=["*"], filters=named)
	todo = world.case_of(visitor).traces.get("ToDo")
	visitor.get(f"/api/resource/ToDo/{todo}", expand_links="1")


@road("expand_links of a task of one's own", "guard: tasks in hidden cases; before_request", proof=False)
def expand_own_task(visitor: Visitor, world: World) -> None:
	case = world.case_of(visitor).name
	made = visitor.post(
		"/api/resource/ToDo",
		description="x",
		reference_type="Complaint",
		reference_name=case,
		allocated_to=visitor.user,
	)
	if made.ok:
		name = frappe.parse_json(made.text)["data"]["name"]
		visitor.get(f"/api/resource/ToDo/{name}", expand_links="1")


@road("Dotted fields through a link", "links are Dynamic Links, which Frappe does not follow", proof=False)
def dotted_fields(visitor: Visitor, world: World) -> None:
	for doctype, links in (("Complaint", LINK_FIELDS), ("Complaint Party", ("complaint", "acts_for"))):
		for link in links:
			visitor.get(
				f"/api/resource/{doctype}", fields=["name", f"{link}.description", f"{link}.full_name"]
			)
			visitor.call(
				"frappe.desk.reportview.get", doctype=doctype, fields=[f"{link}.description"], page_length=500
			)


@road("Title of a link (get_link_title), also with a filter for a name", "guard: endpoints", proof=False)
def link_title(visitor: Visitor, world: World) -> None:
	for doctype, name in world.documents_for(visitor).items():
		visitor.call("frappe.desk.search.get_link_title", doctype=doctype, docname=name)
	asked = visitor.call(
		"frappe.desk.search.get_link_title",
		doctype="Complaint",
		docname={"description": ["like", f"%{world.mark}%"]},
	)
	if asked.ok and "LEAK-CHECK-0" in asked.text:
		raise Leak("a filter instead of a name is answered with the name of a case")


@road("A field read as if it were a password (get_password)", "guard: endpoints", proof=False)
def password(visitor: Visitor, world: World) -> None:
	case, method = world.case_of(visitor), "frappe.client.get_password"
	for doctype, field in (("Complaint", "description"), ("Complaint Party", "full_name")):
		visitor.call(method, doctype=doctype, name=case.documents[doctype], fieldname=field)
	visitor.call(method, doctype="Complaint", name={"name": case.name}, fieldname="description")
	visitor.call(method, doctype="Communication", name=case.traces["Communication"], fieldname="content")


@road("Preview of a link", RULE, proof=False)
def link_preview(visitor: Visitor, world: World) -> None:
	for doctype, name in world.documents_for(visitor).items():
		visitor.get("/api/method/frappe.desk.link_preview.get_preview_data", doctype=doctype, docname=name)


@road("validate_link, also with fields to fetch", "guard: endpoints", proof=False)
def validate_link(visitor: Visitor, world: World) -> None:
	fields = ["name", "owner"]
	asked = {"query": "frappe.core.doctype.user.user.user_query"}
	for doctype, name in world.documents_for(visitor).items():
		for function, more in (
			("validate_link", {"fields": fields}),
			("validate_link_and_fetch", {"fields_to_fetch": fields}),
			("validate_link_and_fetch", asked),
		):
			answer = visitor.call(f"frappe.client.{function}", doctype=doctype, docname=name, **more)
			if answer.ok and name in answer.text:
				raise Leak(f"{function} says that {doctype} {name} exists")


@road("A Notification and a Webhook tried on a case", "guard: previews", proof=False)
def previews(visitor: Visitor, world: World) -> None:
	case = world.case_of(visitor).name
	template = "{{ doc.description }} {{ doc.name }}"
	tried = {
		"Notification": {"document_type": "Complaint", "subject": template, "message": template},
		"Webhook": {
			"webhook_doctype": "Complaint",
			"webhook_data": [{"key": "x", "fieldname": "description"}],
			"preview_document": case,
		},
	}
	for doctype, values in tried.items():
		doc = frappe.as_json({"doctype": doctype, "__islocal": 1, **values})
		# the last is that of Frappe 15
		for method in ("preview_message", "preview_subject", "preview_request_body", "generate_preview"):
			args = frappe.as_json({"preview_document": case}) if method != "generate_preview" else None
			visitor.call("run_doc_method", docs=doc, method=method, **({"args": args} if args else {}))


@road("Naming series and audit trails tried on cases", "guard: previews", proof=False)
def tools(visitor: Visitor, world: World) -> None:
	case = world.case_of(visitor)
	series = {"transaction_type": "Complaint", "try_naming_series": "{description}.{name}.####"}
	investigation = {
		"doctype_name": "Complaint Investigation",
		"document": case.documents["Complaint Investigation"],
	}
	for doctype, method, values in (
		("Document Naming Settings", "preview_series", series),
		("Audit Trail", "compare_document", investigation),
	):
		if frappe.db.exists("DocType", doctype):
			modified = str(frappe.get_doc(doctype).modified or "")
			sent = {"doctype": doctype, "name": doctype, "modified": modified, **values}
			visitor.call("run_doc_method", docs=frappe.as_json(sent), method=method)
			visitor.post("/api/v2/method/run_doc_method", document=sent, method=method)


@road("Next and previous document of a form", RULE, proof=False)
def neighbours(visitor: Visitor, world: World) -> None:
	for prev in (0, 1):
		visitor.call(
			"frappe.desk.form.utils.get_next",
			doctype="Complaint",
			value=world.own_of(visitor),
			prev=prev,
			sort_field="name",
			sort_order="asc",
		)


@road("In process: the document API and its permission check", RULE)
def document_api(visitor: Visitor, world: World) -> None:
	for doctype, name in world.case_of(visitor).documents.items():
		visitor.inside(_read, doctype, name)


def _read(doctype: str, name: str) -> dict:
	doc = frappe.get_doc(doctype, name)
	doc.check_permission("read")
	if not frappe.has_permission(doctype, "read", doc=name, parent_doctype=doc.get("parenttype")):
		frappe.throw("No", frappe.PermissionError)
	return doc.as_dict()
