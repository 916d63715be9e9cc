"""Print views, PDF and links that open without logging in."""

import frappe

from iso10002.confidentiality.leak_check.people import Visitor
from iso10002.confidentiality.leak_check.registry import Leak, NotApplicable, road
from iso10002.confidentiality.leak_check.world import World
from iso10002.confidentiality.rule import CASE_DOCTYPES


@road("Print view and its HTML", "access rule: has_permission")
def print_view(visitor: Visitor, world: World) -> None:
	for doctype in ("Complaint", "Complaint Party"):
		name = world.case_of(visitor).documents[doctype]
		visitor.get("/printview", doctype=doctype, name=name)
		visitor.get("/api/method/frappe.www.printview.get_html_and_style", doc=doctype, name=name)
		visitor.get(f"/{doctype}/{name}")


@road("PDF, one or several", "access rule: has_permission", proof=False)
def pdf(visitor: Visitor, world: World) -> None:
	case = world.case_of(visitor).name
	if visitor is world.cleared:
		return  # a PDF may take seconds, and shows nothing as text
	for method, arguments in (
		("download_pdf", {"doctype": "Complaint", "name": case}),
		(
			"download_multi_pdf",
			{"doctype": "Complaint", "name": frappe.as_json([case]), "format": "Standard"},
		),
	):
		answer = visitor.get(f"/api/method/frappe.utils.print_format.{method}", **arguments)
		if answer.ok and answer.text.startswith("%PDF") and method == "download_pdf":
			raise Leak("a PDF of the case was made")


@road("Print view with a key that was given out", "guard: keys open no case; none are made")
def share_key(visitor: Visitor, world: World) -> None:
	case = world.case_of(visitor)
	key = frappe.db.get_value("Document Share Key", case.traces.get("Document Share Key"), "key")
	if not key:
		raise NotApplicable("this version of Frappe has no such keys")
	visitor.get("/printview", doctype="Complaint", name=case.name, key=key)
	visitor.get(f"/Complaint/{case.name}", key=key)
	visitor.get(f"/complaint/{case.name}", key=key)
	visitor.get(
		"/api/method/frappe.www.printview.get_html_and_style", doc="Complaint", name=case.name, key=key
	)
	visitor.get(
		"/api/method/frappe.utils.print_format.download_pdf",
		doctype="Complaint",
		name=case.name,
		key=key,
		no_letterhead="1",
	)


@road(
	"Print view with a signature of older versions", "setting: Allow older web view links is off", proof=False
)
def old_signature(visitor: Visitor, world: World) -> None:
	case = world.case_of(visitor).name
	signature = frappe.get_doc("Complaint", case).get_signature()
	visitor.get("/printview", doctype="Complaint", name=case, key=signature)
	visitor.get(f"/Complaint/{case}", key=signature)


@road(
	"A new key, asked for by somebody who may see the case", "guard: no keys are made for cases", proof=False
)
def new_key(visitor: Visitor, world: World) -> None:
	party = frappe.get_doc("Complaint Party", world.case_of(visitor).documents["Complaint Party"])
	try:
		party.get_document_share_key()
	except frappe.PermissionError:
		frappe.db.rollback()
		frappe.clear_messages()
		return
	frappe.db.commit()
	key = frappe.db.get_value("Document Share Key", {"reference_docname": party.name}, "key")
	if key:
		visitor.get("/printview", doctype=party.doctype, name=party.name, key=key)


@road(
	"Web forms: data of a document and lists",
	"access rule; guard: web forms on cases only for new ones",
	proof=False,
)
def web_form(visitor: Visitor, world: World) -> None:
	case = world.case_of(visitor).name
	web = "frappe.website.doctype.web_form.web_form"
	# forms on cases only: another one would take what is sent as a new record
	for form in [
		*frappe.get_all("Web Form", {"doc_type": ["in", sorted(CASE_DOCTYPES)]}, pluck="name"),
		"none",
	]:
		visitor.call(f"{web}.get_form_data", doctype="Complaint", docname=case, web_form_name=form)
		visitor.call(f"{web}.accept", web_form=form, data={"doctype": "Complaint", "name": case})
	visitor.call(f"{web}.get_link_options", web_form_name="none", doctype="Complaint")


@road(
	"A web form for its owner: a case that is hidden by now", "guard: endpoints look at what a request names"
)
def web_form_of_owner(visitor: Visitor, world: World) -> None:
	if visitor.user == "Guest":
		raise NotApplicable("a guest owns nothing")
	case = world.case_of(visitor).name
	owner = frappe.db.get_value("Complaint", case, "owner")
	_give(case, visitor.user)
	try:
		for form in frappe.get_all("Web Form", {"login_required": 1}, pluck="name"):
			for name in (case, None):
				visitor.call(
					"frappe.website.doctype.web_form.web_form.get_form_data",
					doctype="Complaint",
					docname=name,
					web_form_name=form,
				)
	finally:
		_give(case, owner)


def _give(case: str, owner: str) -> None:
	frappe.db.set_value("Complaint", case, "owner", owner, update_modified=False)
	frappe.db.commit()


@road(
	"Printing a document sent under the name of a case",
	"access rule: what is stored counts, not what is sent",
)
def forged_print(visitor: Visitor, world: World) -> None:
	case = world.case_of(visitor)
	for doctype in ("Complaint", "Complaint Evidence"):
		formats = frappe.get_all("Print Format", {"doc_type": doctype, "disabled": 0}, pluck="name")
		for complaint in (case.name, world.own_of(visitor)):
			sent = {
				"doctype": doctype,
				"name": case.documents[doctype],
				"complaint": complaint,
				"__islocal": 1,
			}
			for shown in ("Standard", *formats):
				_print(visitor, sent, shown)
	papers = frappe.get_all("Print Format", {"doc_type": "Complaint", "module": "ISO10002"}, pluck="name")
	other = {"doctype": "ToDo", "name": case.name, "__islocal": 1, "allocated_to": visitor.user}
	for paper in papers:
		_print(visitor, {**other, "allegations": [], "remedies": []}, paper)


def _print(visitor: Visitor, sent: dict, shown: str) -> None:
	visitor.call("frappe.www.printview.get_html_and_style", doc=frappe.as_json(sent), print_format=shown)
