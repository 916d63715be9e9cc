"""Being let in by somebody: shares, tasks, follows, keys. The insider may see the case and does what Frappe lets him."""

import frappe
from frappe.share import add_docshare

from iso10002.confidentiality.leak_check.filling import write
from iso10002.confidentiality.leak_check.people import Visitor
from iso10002.confidentiality.leak_check.registry import Leak, NotApplicable, road
from iso10002.confidentiality.leak_check.world import PREFIX, Case, World


def _look(visitor: Visitor, case: Case, world: World) -> None:
	visitor.get(f"/api/resource/Complaint/{case.name}")
	visitor.get("/api/method/frappe.desk.form.load.getdoc", doctype="Complaint", name=case.name)
	visitor.get("/api/resource/Complaint", fields=["*"], **world.recent())


def _insider(world: World, method: str, **arguments: object) -> None:
	world.cleared.web.request("POST", f"/api/method/{method}", json=arguments)


def _as_administrator(function: object, *args: object, **more: object) -> None:
	"""Do something in process as Administrator; a refusal is what we hope for."""
	try:
		function(*args, **more)
		frappe.db.commit()
	except (frappe.ValidationError, frappe.PermissionError):
		frappe.db.rollback()
		frappe.clear_messages()


def _forget_shares(case: Case, keep: str) -> None:
	share = frappe.qb.DocType("DocShare")
	query = frappe.qb.from_(share).delete().where(share.share_name.isin(list(case.documents.values())))
	query.where((share.user != keep) | (share.everyone == 1)).run()
	frappe.db.commit()


@road(
	"Share with the user or with everybody, by somebody who may see the case", "guard: cases are not shared"
)
def share(visitor: Visitor, world: World) -> None:
	case = world.case_of(visitor)
	of = {"doctype": "Complaint", "name": case.name, "read": 1, "write": 1}
	for more in ({"user": visitor.user}, {"user": None, "everyone": 1}):
		_insider(world, "frappe.share.add", **of, **more)
	_insider(
		world,
		"frappe.share.set_permission",
		doctype="Complaint",
		name=case.name,
		user=visitor.user,
		permission_to="read",
	)
	_look(visitor, case, world)
	_forget_shares(case, world.cleared.user)


@road("Share made by the Administrator, past the rights to share", "guard: cases are not shared")
def share_by_administrator(visitor: Visitor, world: World) -> None:
	if visitor.user == "Guest":
		raise NotApplicable("nothing is shared with guests")
	case = world.case_of(visitor)
	for doctype in ("Complaint", "Complaint Party"):
		name = case.documents[doctype]
		flags = {"ignore_share_permission": True}
		_as_administrator(add_docshare, doctype, name, visitor.user, read=1, flags=flags)
		_as_administrator(add_docshare, doctype, name, everyone=1, read=1, flags=flags)
		visitor.get(f"/api/resource/{doctype}/{name}")
	_look(visitor, case, world)
	_forget_shares(case, world.cleared.user)


@road("Assign to the user (which shares)", "guard: tasks in a case only for who may see it")
def assign(visitor: Visitor, world: World) -> None:
	case = world.case_of(visitor)
	_insider(
		world,
		"frappe.desk.form.assign_to.add",
		doctype="Complaint",
		name=case.name,
		assign_to=frappe.as_json([visitor.user]),
		description=world.mark,
	)
	_look(visitor, case, world)
	visitor.get("/api/resource/ToDo", fields=["*"], **world.recent())
	_forget_shares(case, world.cleared.user)


@road("Assignment Rule that picks the user", "guard: the rule passes over who may not see the case")
def auto_assignment(visitor: Visitor, world: World) -> None:
	case = world.case_of(visitor).name
	rule = frappe.new_doc("Assignment Rule")
	rule.update(
		{
			"document_type": "Complaint",
			"rule": "Round Robin",
			"description": "Leak check",
			"assign_condition": "True",
			"unassign_condition": "False",
			"priority": 0,
		}
	)
	rule.append("users", {"user": visitor.user})
	write(rule, f"{PREFIX}rule")
	try:
		frappe.get_doc("Assignment Rule", rule.name).do_assignment(
			frappe.get_doc("Complaint", case).as_dict()
		)
		given = {"reference_name": case, "allocated_to": visitor.user, "assignment_rule": rule.name}
		if frappe.db.exists("ToDo", given) or frappe.db.get_value("Complaint", case, "handler"):
			raise Leak("the rule assigned the hidden case")
	except (frappe.ValidationError, frappe.PermissionError):
		frappe.clear_messages()
	finally:
		frappe.db.rollback()  # nobody is told of what was passed over


@road("A task one gives oneself", "guard: tasks in a case only for who may see it", proof=False)
def own_task(visitor: Visitor, world: World) -> None:
	case = world.case_of(visitor)
	visitor.post(
		"/api/resource/ToDo",
		description="x",
		reference_type="Complaint",
		reference_name=case.name,
		allocated_to=visitor.user,
	)
	visitor.call(
		"frappe.desk.form.assign_to.add",
		doctype="Complaint",
		name=case.name,
		assign_to=frappe.as_json([visitor.user]),
	)
	frappe.db.commit()
	if frappe.db.exists("ToDo", {"reference_name": case.name, "allocated_to": visitor.user}) and _is_hidden(
		visitor, world
	):
		raise Leak("a task in the hidden case was made")


@road(
	"Rows put into the database: a share, a task, a permission", "guard: a share that is there opens nothing"
)
def rows_of_others(visitor: Visitor, world: World) -> None:
	case, user = world.case_of(visitor), visitor.user
	made = []
	for doctype in ("Complaint", "Complaint Party", "Communication", "File"):
		name = case.documents.get(doctype) or case.traces[doctype]
		for to in ({"user": user, "everyone": 0}, {"everyone": 1}):
			share = frappe.new_doc("DocShare")
			share.update({"share_doctype": doctype, "share_name": name, "read": 1, "write": 1, **to})
			made.append(write(share))
	task, permission = frappe.new_doc("ToDo"), frappe.new_doc("User Permission")
	task.update({"reference_type": "Complaint", "reference_name": case.name, "allocated_to": user})
	permission.update({"user": user, "allow": "Complaint", "for_value": case.name})
	made += [write(task.update({"description": "x"})), write(permission)]
	frappe.db.commit()
	frappe.cache.delete_value("user_permissions")
	try:
		_look(visitor, case, world)
		for doctype in ("Complaint Party", "Communication", "File"):
			name = case.documents.get(doctype) or case.traces[doctype]
			visitor.get(f"/api/resource/{doctype}/{name}")
			visitor.get(f"/api/resource/{doctype}", fields=["*"], **world.recent())
		for address in case.files.values():
			visitor.get(address)
		visitor.get("/printview", doctype="Complaint", name=case.name)
	finally:
		for row in made:
			frappe.db.delete(row.doctype, {"name": row.name})
		frappe.db.commit()
		frappe.cache.delete_value("user_permissions")


@road("Follow a case; the digest of what followers get", "guard: cases are not followed")
def follow(visitor: Visitor, world: World) -> None:
	from frappe.desk.form.document_follow import get_message_for_user

	case = world.case_of(visitor)
	visitor.post(
		"/api/resource/Document Follow", ref_doctype="Complaint", ref_docname=case.name, user=visitor.user
	)
	of = {"doctype": "Complaint", "doc_name": case.name}
	visitor.call("frappe.desk.form.document_follow.update_follow", **of, following=1)
	visitor.call("frappe.desk.form.document_follow.follow_document", **of, user=visitor.user)
	visitor.call("frappe.desk.form.document_follow.get_follow_users", **of)
	visitor.get("/api/resource/Document Follow", fields=["*"], **world.recent())
	frappe.db.commit()
	if frappe.db.exists(
		"Document Follow", {"ref_docname": case.name, "user": visitor.user, "owner": visitor.user}
	):
		visitor.inside(get_message_for_user, "Daily", visitor.user)


@road("Who follows a case, and with whom it is shared", "guard: endpoints", proof=False)
def who_else(visitor: Visitor, world: World) -> None:
	of = {"doctype": "Complaint", "doc_name": world.case_of(visitor).name}
	found = visitor.call("frappe.desk.form.document_follow.get_follow_users", **of)
	shared = visitor.call("frappe.share.get_users", doctype="Complaint", name=of["doc_name"])
	for answer in (found, shared):
		if answer.ok and world.cleared.user in answer.text:
			raise Leak(answer.text[:200])


@road("Role given for the time of the request (user types, share of the DocType)", "access rule", proof=False)
def doctype_share(visitor: Visitor, world: World) -> None:
	visitor.post(
		"/api/resource/DocShare",
		share_doctype="Complaint",
		share_name=world.case_of(visitor).name,
		user=visitor.user,
		read=1,
	)
	_look(visitor, world.case_of(visitor), world)


@road("Access row written by the user himself", "rule of Complaint Access", proof=False)
def own_access_row(visitor: Visitor, world: World) -> None:
	case = world.case_of(visitor)
	visitor.post(
		"/api/resource/Complaint Access",
		complaint=case.name,
		access="Allow",
		user=visitor.user,
		capacity="Other",
		reason="Let me in",
	)
	_look(visitor, case, world)


def _is_hidden(visitor: Visitor, world: World) -> bool:
	return visitor is not world.cleared
