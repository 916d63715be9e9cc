"""Who somebody is: protected identities in a case one may see, and what Frappe keeps ready about a person."""

from contextlib import suppress

import frappe
from frappe.website.doctype.personal_data_download_request.personal_data_download_request import get_user_data

from iso10002.confidentiality.leak_check.people import Visitor
from iso10002.confidentiality.leak_check.registry import road
from iso10002.confidentiality.leak_check.world import World

MASKED = "guard: a protected identity is stored apart"
PARTY, VAULT = "Complaint Party", "Complaint Identity"


@road("Protected identities in a case one sees: form, title, search, print", MASKED, proof=False)
def protected_in_form(visitor: Visitor, world: World) -> None:
	case, parties = world.own_of(visitor), world.protected[visitor.label]
	for doctype, name in (("Complaint", case), *((PARTY, party) for party in parties)):
		of = {"doctype": doctype, "name": name}
		visitor.get(f"/api/resource/{doctype}/{name}", expand_links="1")
		visitor.get("/api/method/frappe.desk.form.load.getdoc", **of)
		visitor.get("/api/method/frappe.desk.form.load.get_docinfo", **of)
		visitor.get("/printview", **of)
		visitor.get("/api/method/frappe.www.printview.get_html_and_style", doc=doctype, name=name)
		visitor.call("frappe.desk.search.get_link_title", doctype=doctype, docname=name)
		visitor.get("/api/method/frappe.desk.link_preview.get_preview_data", doctype=doctype, docname=name)
	query = {"query": "iso10002.handling.search.parties", "filters": {"complaint": case}}
	visitor.call("frappe.desk.search.search_link", doctype=PARTY, txt="", **query)
	visitor.call("frappe.utils.global_search.search", text=world.mark)


@road("Protected identities in a case one sees: lists, filters, export", MASKED, proof=False)
def protected_in_lists(visitor: Visitor, world: World) -> None:
	parties = world.protected[visitor.label]
	own = [[PARTY, "name", "in", parties]]
	visitor.call("frappe.desk.reportview.get", doctype=PARTY, fields=["*"], filters=own, page_length=100)
	for field in ("full_name", "email", "linked_name"):
		visitor.get(f"/api/resource/{PARTY}", fields=["name", field], filters=own, order_by=f"{field} desc")
		asked = [[PARTY, field, "like", f"%{world.mark}%"]]
		visitor.call("frappe.desk.reportview.get_count", doctype=PARTY, filters=asked)
		visitor.call("frappe.desk.reportview.get", doctype=PARTY, fields=["name"], filters=asked)
	visitor.send(
		"/api/method/frappe.desk.reportview.export_query",
		doctype=PARTY,
		title=PARTY,
		file_format_type="CSV",
		fields=frappe.as_json([f"`tab{PARTY}`.`full_name`", f"`tab{PARTY}`.`email`"]),
		filters=frappe.as_json(own),
	)


@road("Protected identities without a purpose, or without being cleared", "identity.reveal")
def revealed(visitor: Visitor, world: World) -> None:
	for party in world.protected[visitor.label]:
		for doctype in (PARTY, VAULT):
			visitor.get(f"/api/resource/{doctype}/{party}")
		visitor.get("/api/method/frappe.client.get_value", doctype=VAULT, fieldname="*", filters=party)
		visitor.call("iso10002.confidentiality.identity.reveal", party=party, purpose="")
		visitor.call("iso10002.confidentiality.own_record.download", party=party, purpose=" ")
		if visitor is world.cleared:
			visitor.call("iso10002.confidentiality.identity.reveal", party=party, purpose="The leak check")
	hidden = world.case_of(visitor).documents[PARTY]
	visitor.call("iso10002.confidentiality.identity.reveal", party=hidden, purpose="The leak check")


@road(
	"Personal data of oneself or somebody else, as Frappe collects it",
	"guard: cases are left out; iso10002 hands out the own record",
	proof=False,
)
def personal_data(visitor: Visitor, world: World) -> None:
	for user in {visitor.user, world.cleared.user}:
		visitor.inside(_download, user)


def _download(user: str) -> str:
	"""Do what Frappe's job does for a Personal Data Download Request, which anybody may make for any address."""
	request = frappe.new_doc("Personal Data Download Request")
	request.update({"user": user, "user_name": "Leak check", "name": frappe.generate_hash(length=10)})
	# the file is there before the mail could fail; both are rolled back
	with suppress(frappe.ValidationError, frappe.OutgoingEmailError):
		request.generate_file_and_send_mail(get_user_data(user))
	content = frappe.get_last_doc("File", {"attached_to_name": request.name}).get_content()
	return content if isinstance(content, str) else content.decode()
