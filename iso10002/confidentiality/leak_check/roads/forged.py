"""Requests that are not what they say: a filter for a name, a stored document sent as new, a function by another address."""

import json

import frappe

from iso10002.confidentiality.conditions import ABOUT
from iso10002.confidentiality.leak_check.clear import remove_copy
from iso10002.confidentiality.leak_check.people import Visitor
from iso10002.confidentiality.leak_check.registry import Leak, road
from iso10002.confidentiality.leak_check.web import Answer
from iso10002.confidentiality.leak_check.world import MARK, Case, World
from iso10002.handling.moves import SERVER_FIELDS

LOOKED_AT = "guard: endpoints look at what a request names, as it is stored"
# DocTypes with a field that is full of the marked word.
WORDS = {
	"Complaint": "description",
	"Complaint Party": "full_name",
	"Complaint Evidence": "description",
	"Communication": "content",
	"Comment": "content",
	"ToDo": "description",
	"File": "file_name",
}
NEW = {"__islocal": 1}


@road("A filter for a name: is there a match, and what is in it", LOOKED_AT)
def filter_as_name(visitor: Visitor, world: World) -> None:
	case = world.case_of(visitor)
	for doctype, field in WORDS.items():
		name = case.documents.get(doctype) or case.traces[doctype]
		match, none = ({"name": name, field: ["like", f"%{word}%"]} for word in (MARK, MARK[::-1]))
		for (method, first), (_method, second) in zip(
			_named(doctype, match), _named(doctype, none), strict=True
		):
			answers = visitor.call(method, **first), visitor.call(method, **second)
			if visitor is not world.cleared and _said(answers[0]) != _said(answers[1]):
				raise Leak(
					f"{method} {doctype}: {_said(answers[0])} for a match, {_said(answers[1])} for none"
				)


def _named(doctype: str, name: dict) -> list[tuple[str, dict]]:
	of = {"doctype": doctype, "name": name}
	return [
		("run_doc_method", {"docs": json.dumps(of), "method": "x"}),
		("run_doc_method", {"dt": doctype, "dn": name, "method": "x"}),
		("frappe.client.get", of),
		("frappe.client.get", {"doctype": doctype, "filters": name}),
		("frappe.client.get_doc_permissions", {"doctype": doctype, "docname": name}),
		("frappe.desk.form.load.getdoc", of),
		("frappe.desk.form.load.get_docinfo", of),
		("frappe.model.workflow.get_transitions", {"doc": of}),
		(
			"frappe.printing.page.print.print.get_print_settings_to_show",
			{"doctype": doctype, "docname": name},
		),
	]


def _said(answer: Answer) -> tuple[int, str]:
	"""Return what tells one answer from another: its status and the kind of error."""
	try:
		return answer.status, str(frappe.parse_json(answer.text).get("exc_type"))
	except ValueError:
		return answer.status, ""


@road(
	"A function by another address: more behind its name, as cmd, under the name of another module",
	LOOKED_AT,
	proof=False,
)
def other_addresses(visitor: Visitor, world: World) -> None:
	case = world.case_of(visitor)
	of, about = {"doctype": "Complaint", "name": case.name}, {"doctype": "Complaint", "docname": case.name}
	followed = {"doctype": "Complaint", "doc_name": case.name}
	for function, asked in (
		("frappe.client.get_password", {**of, "fieldname": "description"}),
		("frappe.client.validate_link", {**about, "fields": '["name", "owner"]'}),
		("frappe.desk.search.get_link_title", about),
		("frappe.desk.form.document_follow.get_follow_users", followed),
		("frappe.share.follow_document", {**followed, "user": visitor.user}),
		("frappe.share.get_users", of),
	):
		method = f"/api/method/{function}"
		for path in (
			f"{method}/x",
			f"{method}%2Fx",
			f"/api/method/frappe.ping?cmd={function}",
			f"/api/v2/method/{function}",
		):
			answer = visitor.post(path, **asked)
			if visitor is not world.cleared and answer.ok and "pong" not in answer.text:
				raise Leak(f"{path} {answer.status}: {answer.text[:200]}")
		visitor.get("/api/method/frappe.ping", cmd=function, **asked)


@road("Taking what Frappe keeps about a case away from it, or a copy of it", LOOKED_AT, proof=False)
def taken_away(visitor: Visitor, world: World) -> None:
	if visitor is world.cleared:
		return  # may work with it
	case, user = world.case_of(visitor), visitor.user
	for doctype, more in (
		("File", {"is_private": 0}),
		("ToDo", {"allocated_to": user}),
		("Communication", {}),
		("Comment", {}),
	):
		name, (kind, field) = case.traces[doctype], ABOUT[doctype]
		before, known = _about(case, doctype), _marked(world, doctype)
		for to in ({kind: None, field: None}, {kind: "User", field: user}):
			for new in ({}, NEW):
				visitor.put(f"/api/resource/{doctype}/{name}", **to, **more, **new)
			values = {"doctype": doctype, "name": name}
			visitor.call("frappe.client.set_value", **values, fieldname={**to, **more, **NEW})
			visitor.call("frappe.client.save", doc={**values, **to, **more})
		_put_back(world, doctype, before, known)


def _about(case: Case, doctype: str) -> dict:
	"""Return the rows about a case, with what they are about and whose they are."""
	fields = ["name", *ABOUT[doctype], "owner", "modified"]
	rows = frappe.get_all(doctype, {ABOUT[doctype][1]: ["in", list(case.documents.values())]}, fields)
	return {row.pop("name"): row for row in rows}


def _put_back(world: World, doctype: str, before: dict, known: set[str]) -> None:
	"""Undo what was done to rows about a case.

	Raises:
		Leak: something was.
	"""
	frappe.db.commit()
	fields = [*ABOUT[doctype], "owner", "modified"]
	changed = [
		name
		for name, row in before.items()
		if frappe.db.get_value(doctype, name, fields, as_dict=True) != row
	]
	for name in changed:
		frappe.db.set_value(doctype, name, before[name], update_modified=False)
	made = _marked(world, doctype) - known
	frappe.db.delete(doctype, {"name": ["in", [*made, ""]]})
	frappe.db.commit()
	if changed or made:
		raise Leak(f"{doctype}: {len(changed)} changed, {len(made)} copied")


@road("A stored case sent as a new one, or under the name of one's own", LOOKED_AT, proof=False)
def copied_case(visitor: Visitor, world: World) -> None:
	if visitor is world.cleared:
		return  # may see it, and so write it down anew
	case, own = world.case_of(visitor).name, world.own_of(visitor)
	mine = {
		key: value if isinstance(value, int) else value and str(value)
		for key, value in frappe.db.get_value("Complaint", own, "*", as_dict=True).items()
		if key not in ("description", "docstatus")
	}
	words = frappe.db.get_value("Complaint", own, "description")
	known = _marked(world, "Complaint")
	mine |= {"allegations": [{"allegation": "x"}], "remedies": []}
	as_new = {**mine, **dict.fromkeys(SERVER_FIELDS), **NEW, "name": case}
	for sent in (NEW, as_new, mine):
		visitor.put(f"/api/resource/Complaint/{case}", **sent)
		of = {"doctype": "Complaint", "name": case}
		visitor.call("frappe.client.set_value", **of, fieldname=sent)
		visitor.call(
			"frappe.client.bulk_update",
			docs=frappe.as_json([{**sent, "doctype": "Complaint", "docname": case}]),
		)
	frappe.db.commit()
	copies = _marked(world, "Complaint") - known
	for name in copies - {own}:
		remove_copy(name)
	frappe.db.set_value("Complaint", own, "description", words, update_modified=False)
	frappe.db.commit()
	if copies:
		raise Leak(f"its words are in {len(copies)} other cases")


def _marked(world: World, doctype: str) -> set[str]:
	"""Return all documents of a DocType with the marked word, also those in no hidden case."""
	recent = {WORDS[doctype]: ["like", f"%{world.mark}%"], "creation": [">=", world.started]}
	return set(frappe.get_all(doctype, recent, pluck="name"))


@road(
	"A row of a hidden case put among those of one's own",
	"access rule: rows stay in their document",
	proof=False,
)
def taken_row(visitor: Visitor, world: World) -> None:
	if visitor is world.cleared:
		return
	documents, own = world.case_of(visitor).documents, world.own_of(visitor)
	for doctype, field in (("Complaint Allegation", "allegations"), ("Complaint Remedy", "remedies")):
		name = documents[doctype]
		before = frappe.db.get_value(doctype, name, "parent")
		for more in ({}, {"doctype": doctype, "parent": own}):
			row = {"name": name, "allegation": "x", "details": "x", **more}
			visitor.put(f"/api/resource/Complaint/{own}", **{field: [row]})
			visitor.call("frappe.client.set_value", doctype="Complaint", name=own, fieldname={field: [row]})
		frappe.db.commit()
		if frappe.db.get_value(doctype, name, "parent") != before:
			frappe.db.set_value(doctype, name, "parent", before, update_modified=False)
			frappe.db.commit()
			raise Leak(f"{doctype} {name} is in the visitor's own case now")


@road("What hangs on a case, sent as a new one of one's own", LOOKED_AT, proof=False)
def moved_evidence(visitor: Visitor, world: World) -> None:
	if visitor is world.cleared:
		return
	own = world.own_of(visitor)
	for doctype, name in world.documents_for(visitor).items():
		if doctype != "Complaint":
			before = frappe.db.get_value(doctype, name, "modified")
			for new in ({}, NEW):
				visitor.put(f"/api/resource/{doctype}/{name}", complaint=own, parent=own, **new)
			frappe.db.commit()
			if frappe.db.get_value(doctype, name, "modified") != before:
				raise Leak(f"{doctype} {name} was changed")
