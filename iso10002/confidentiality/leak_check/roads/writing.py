"""Writing to a hidden case, and what an answer to it gives away."""

import frappe

from iso10002.confidentiality.leak_check.people import Visitor
from iso10002.confidentiality.leak_check.registry import Leak, road
from iso10002.confidentiality.leak_check.world import World

RULE = "access rule: has_permission"
FIELDS = ("description", "modified", "_liked_by", "_user_tags", "_assign", "_comments", "docstatus")


def _stored(name: str) -> tuple:
	frappe.db.commit()
	return frappe.db.get_value("Complaint", name, FIELDS)


def _comments(name: str) -> int:
	return frappe.db.count("Comment", {"reference_name": name})


@road("Changing, renaming, deleting, submitting", RULE, proof=False)
def change(visitor: Visitor, world: World) -> None:
	if visitor is world.cleared:
		return  # whoever may see the case changes it by the rules of the process, which have tests of their own
	name = world.case_of(visitor).name
	before, comments = _stored(name), _comments(name)
	client = "/api/method/frappe.client"
	visitor.put(f"/api/resource/Complaint/{name}", description="x")
	visitor.post(f"{client}.set_value", doctype="Complaint", name=name, fieldname="description", value="x")
	visitor.post(f"{client}.save", doc={"doctype": "Complaint", "name": name, "description": "x"})
	visitor.post(
		f"{client}.bulk_update", docs=[{"doctype": "Complaint", "docname": name, "description": "x"}]
	)
	visitor.post(f"{client}.submit", doc={"doctype": "Complaint", "name": name})
	visitor.post(f"{client}.cancel", doctype="Complaint", name=name)
	visitor.post(f"{client}.rename_doc", doctype="Complaint", old_name=name, new_name="x")
	visitor.post(f"{client}.delete", doctype="Complaint", name=name)
	visitor.delete(f"/api/resource/Complaint/{name}")
	visitor.call(
		"frappe.desk.form.save.savedocs",
		doc=frappe.as_json({"doctype": "Complaint", "name": name}),
		action="Save",
	)
	visitor.call("frappe.desk.reportview.delete_items", doctype="Complaint", items=frappe.as_json([name]))
	visitor.call(
		"frappe.desk.doctype.bulk_update.bulk_update.submit_cancel_or_update_docs",
		doctype="Complaint",
		docnames=frappe.as_json([name]),
		action="update",
		data=frappe.as_json({"description": "x"}),
	)
	visitor.call(
		"iso10002.handling.moves.move", complaint=name, action="Withdraw", values={"ending_reason": "x"}
	)
	if _stored(name) != before or _comments(name) != comments:
		raise Leak("something in the hidden case was changed")


@road("Liking, tagging, commenting", "guard: endpoints; Comment and Tag Link", proof=False)
def small_marks(visitor: Visitor, world: World) -> None:
	if visitor is world.cleared:
		return
	name = world.case_of(visitor).name
	before, comments = _stored(name), _comments(name)
	visitor.call("frappe.desk.like.toggle_like", doctype="Complaint", name=name, add="Yes")
	visitor.call("frappe.desk.doctype.tag.tag.add_tag", tag="LEAK-CHECK-x", dt="Complaint", dn=name)
	visitor.call("frappe.desk.doctype.tag.tag.add_tags", tags=["LEAK-CHECK-x"], dt="Complaint", docs=[name])
	visitor.post(
		"/api/resource/Tag Link",
		document_type="Complaint",
		document_name=name,
		tag="LEAK-CHECK-x",
		parent=name,
	)
	about = {"reference_doctype": "Complaint", "reference_name": name, "content": "x"}
	visitor.call("frappe.desk.form.utils.add_comment", **about, comment_email=visitor.user, comment_by="x")
	visitor.post("/api/resource/Comment", **about, comment_type="Comment")
	visitor.call("frappe.templates.includes.comments.comments.add_comment", comment="x", comment_email="x@leak-check.invalid",
		comment_by="x", reference_doctype="Complaint", reference_name=name, route="x")  # fmt: skip
	visitor.call("frappe.desk.form.utils.remove_attach", fid="x", dt="Complaint", dn=name)
	frappe.db.commit()
	marked = frappe.db.exists("Tag Link", {"document_name": name, "owner": visitor.user})
	if marked or _stored(name) != before or _comments(name) != comments:
		raise Leak("the hidden case was liked, tagged or commented on")


@road(
	"Asking with a link: does the case exist, and what is in it",
	"links are looked up as they are stored, not as questions",
	proof=False,
)
def link_as_question(visitor: Visitor, world: World) -> None:
	own = world.own_of(visitor)
	asked = {"description": ["like", f"%{world.mark}%"]}
	for field in ("previous_complaint", "duplicate_of"):
		visitor.put(f"/api/resource/Complaint/{own}", **{field: asked})
	visitor.post("/api/resource/ToDo", description="x", reference_type="Complaint", reference_name=asked)
	there = world.case_of(visitor).documents
	point = {"allegation": "x", "person": there["Complaint Party"]}
	visitor.put(f"/api/resource/Complaint/{own}", allegations=[point])
	rows = {"parent": "Complaint", "filters": {"parent": own}, "fields": ["person.full_name"]}
	visitor.get("/api/resource/Complaint Allegation", **rows)
	for doctype, told in (("Complaint Investigation", "conclusion"), ("Complaint Review", "reasons")):
		sent = {"complaint": own, "amended_from": there[doctype], "amendment_reason": "x"}
		visitor.post(f"/api/resource/{doctype}", **sent, investigator=visitor.user, reviewer=visitor.user)
		amended = {"filters": {"complaint": own}, "fields": [f"amended_from.{told}"]}
		visitor.get(f"/api/resource/{doctype}", **amended)
