"""Requests that Frappe would answer about a case without asking the access rule: refused before it answers.

Runs once per request, looks only at requests that name a DocType of a case, and leaves all others alone. It is an
auth hook, not a `before_request` one: with an API key, only then is it known who asks.
"""

from collections.abc import Callable
from urllib.parse import unquote

import frappe
from frappe import _
from frappe.utils import cint

from iso10002.confidentiality.conditions import CONCERNED, is_on_cases
from iso10002.confidentiality.guards.grants import refuse_blind, refuse_sharing
from iso10002.confidentiality.guards.named import names_in, refuse_named
from iso10002.confidentiality.requests import asked_function, called_function
from iso10002.confidentiality.rule import CASE_DOCTYPES, may_see_document
from iso10002.confidentiality.shares import belongs_to

# Functions that answer about one document without asking who may see it, with the arguments that name it.
ABOUT_A_DOCUMENT = {
	"frappe.client.validate_link": ("doctype", "docname"),
	"frappe.client.validate_link_and_fetch": ("doctype", "docname"),
	"frappe.core.doctype.submission_queue.submission_queue.get_latest_submissions": ("doctype", "docname"),
	"frappe.desk.doctype.tag.tag.add_tag": ("dt", "dn"),
	"frappe.desk.doctype.tag.tag.add_tags": ("dt", "docs"),
	"frappe.desk.doctype.tag.tag.remove_tag": ("dt", "dn"),
	"frappe.desk.form.assign_to.close": ("doctype", "name"),
	"frappe.desk.form.assign_to.remove": ("doctype", "name"),
	"frappe.desk.form.assign_to.remove_multiple": ("doctype", "names"),
	"frappe.desk.form.document_follow.follow_document": ("doctype", "doc_name"),
	"frappe.desk.form.document_follow.get_follow_users": ("doctype", "doc_name"),
	"frappe.desk.form.document_follow.update_follow": ("doctype", "doc_name"),
	"frappe.desk.form.linked_with.get": ("doctype", "docname"),
	"frappe.desk.like.toggle_like": ("doctype", "name"),
	"frappe.desk.search.get_link_title": ("doctype", "docname"),
	"frappe.share.get_users": ("doctype", "name"),
	"frappe.social.doctype.energy_point_log.energy_point_log.get_reviews": ("doctype", "docname"),
}

# Functions that are given names alone, with their DocType and the argument.
NAMED_WITHOUT_KIND = {
	"frappe.core.api.file.zip_files": ("File", "files"),
	"frappe.desk.form.utils.update_comment": ("Comment", "name"),
	"frappe.email.inbox.create_email_flag_queue": ("Communication", "names"),
	"frappe.email.relink": ("Communication", "name"),
}
# Functions that answer about all documents of a DocType past any permission, with the argument that names it.
PAST_ALL_PERMISSIONS = {
	"frappe.email.doctype.email_group.email_group.import_from": "doctype",
	"frappe.utils.goal.get_monthly_goal_graph_data": "goal_doctype",
	"frappe.website.doctype.web_form.web_form.get_link_options": "doctype",
}


def guard_request() -> None:
	"""Look at one request (hook `auth_hooks`).

	Raises:
		PermissionError: it asks for a case the user may not see.
	"""
	arguments = frappe.local.form_dict
	method = called_function()
	_refuse_other_name(method)
	if found := ABOUT_A_DOCUMENT.get(method):
		_refuse_hidden(*(arguments.get(name) for name in found))
	elif check := CHECKS.get(method):
		check(arguments)
	elif found := NAMED_WITHOUT_KIND.get(method):
		refuse_named({"doctype": found[0], "name": arguments.get(found[1])})
	elif argument := PAST_ALL_PERMISSIONS.get(method):
		refuse_kind(arguments.get(argument))
	refuse_named(arguments)
	if arguments.get("key"):
		_refuse_key(arguments)


def _refuse_other_name(method: str) -> None:
	"""Refuse another name of a function of Frappe that this app answers instead: by that name, Frappe would answer."""
	asked = asked_function()
	stands_in = frappe.get_hooks("override_whitelisted_methods", {}).get(method, [])
	if asked != method and any(path.startswith("iso10002.") for path in stands_in):
		frappe.throw(_("Call {0} by this name.").format(method), frappe.PermissionError)


def refuse_kind(doctype: object) -> None:
	"""Refuse what answers about all documents of a DocType, whoever may see them, if there are some of cases.

	Raises:
		PermissionError: says why.
	"""
	if isinstance(doctype, str) and doctype in CONCERNED and frappe.session.user != "Administrator":
		frappe.throw(
			_("This is not for {0}: it would not ask who may see which complaint.").format(_(doctype)),
			frappe.PermissionError,
		)


def _refuse_hidden(doctype: object, names: object) -> None:
	"""Refuse where one of the named documents is of a case the user may not see; a filter is no name."""
	if not isinstance(doctype, str) or doctype not in CASE_DOCTYPES:
		return
	for name in _names(names):
		refuse_blind(doctype, name)


def _names(given: object) -> list:
	"""Return the names in an argument; None for what is no name."""
	return [name if isinstance(name, str) else None for name in names_in(given) or [None]]


def _check_prepared_report(arguments: dict) -> None:
	"""Refuse the prepared result of somebody else's report on cases; Frappe asks for the report's right only."""
	filters = arguments.get("filters")
	if isinstance(filters, str):
		try:
			filters = frappe.parse_json(filters)
		except ValueError:
			return
	named = filters.get("prepared_report_name") if isinstance(filters, dict) else None
	for name in filter(None, (named, arguments.get("prepared_report_name"), arguments.get("dn"))):
		if not isinstance(name, str) or not frappe.db.exists("Prepared Report", name):
			continue
		owner, report = frappe.db.get_value("Prepared Report", name, ["owner", "report_name"])
		if is_on_cases(report) and frappe.session.user not in (owner, "Administrator"):
			frappe.throw(
				_("This result of a report on complaints is for who had it made. Run the report yourself."),
				frappe.PermissionError,
			)


def _check_chart(arguments: dict) -> None:
	"""Have a chart on cases counted for this user: Frappe keeps one result per chart, whoever may see what.

	A heatmap is refused: Frappe computes it, and any expression in it, from all documents there are.
	"""
	name, fields = arguments.get("chart_name"), ["document_type", "type"]
	kept = (
		frappe.db.get_value("Dashboard Chart", name, fields, as_dict=True) if isinstance(name, str) else None
	)
	given = frappe.parse_json(arguments.get("chart") or "{}")
	for chart in (kept, given):
		if isinstance(chart, dict) and chart.get("document_type") in CONCERNED:
			arguments["refresh"] = 1
			if chart.get("type") == "Heatmap":
				refuse_kind(chart["document_type"])


def _search_within_rights(arguments: dict) -> None:
	"""Have a link field offer what the user may see; Frappe leaves the rights out where the browser says so."""
	if arguments.get("doctype") in CONCERNED:
		arguments["ignore_user_permissions"] = 0


def _find_within_rights(arguments: dict) -> None:
	"""Look up the document a filter stands for within the user's rights; Frappe looks among all, and then refuses or not."""
	doctype, name = arguments.get("doctype"), arguments.get("name")
	if doctype not in CONCERNED or name or not arguments.get("filters"):
		return
	found = frappe.get_list(
		doctype,
		filters=frappe.parse_json(arguments["filters"]),
		parent_doctype=arguments.get("parent"),
		pluck="name",
		limit_page_length=1,
	)
	if not found:
		raise frappe.DoesNotExistError
	arguments["name"] = found[0]


def _check_next(arguments: dict) -> None:
	"""Refuse to compare others with a hidden document: which of them is next would tell its fields bit by bit."""
	refuse_named({"doctype": arguments.get("doctype"), "name": arguments.get("value")})


def _check_notification(arguments: dict) -> None:
	"""Refuse to list the documents a Notification is due for: its condition would tell what is in them."""
	name = arguments.get("notification")
	about = (
		frappe.db.get_value("Notification", name, "document_type") if isinstance(name, str) else "Complaint"
	)
	refuse_kind(about)


def _check_web_form(arguments: dict) -> None:
	"""Refuse to show a stored document of a case in a web form to its owner without naming it."""
	if not arguments.get("docname"):
		refuse_kind(arguments.get("doctype"))


def _check_data_import(arguments: dict) -> None:
	"""Ask who may read an import of complaints, and the file it is made of; early versions of Frappe 15 do not."""
	given = arguments.get("data_import") or arguments.get("data_import_name")
	fields = ["name", "reference_doctype", "import_file"]
	found = frappe.db.get_value("Data Import", given, fields, as_dict=True) if given else None
	if found and found.reference_doctype in CONCERNED:
		frappe.get_doc("Data Import", found.name).check_permission("read")
	for address in (arguments.get("import_file"), found and found.import_file):
		if address and isinstance(address, str):
			files = frappe.get_all("File", filters={"file_url": address}, pluck="name")
			refuse_named({"doctype": "File", "names": files})


def _check_board(arguments: dict) -> None:
	"""Refuse hidden cases among the cards of a board; Frappe tells of each whether it is in the column."""
	board = arguments.get("board_name")
	doctype = (
		frappe.db.get_value("Kanban Board", board, "reference_doctype") if isinstance(board, str) else None
	)
	if doctype not in CONCERNED:
		return
	order = frappe.parse_json(arguments.get("order") or "{}")
	cards = [card for column in order.values() for card in column] if isinstance(order, dict) else []
	refuse_named({"doctype": doctype, "names": [*cards, *names_in(arguments.get("docname"))]})


def _refuse_key(arguments: dict) -> None:
	"""Refuse a key that opens a document without logging in, if it is a document of a case."""
	doctype, name = arguments.get("doctype") or arguments.get("doc"), arguments.get("name")
	if not doctype:
		doctype, _slash, name = unquote(frappe.local.request.path).strip("/").partition("/")
	known = next(
		(found for found in CASE_DOCTYPES if found.lower() == str(doctype).lower().replace("-", " ")), None
	)
	# other pages of this app have addresses that begin like that of a case
	if not known or not frappe.db.exists(known, str(name)):
		return
	if not may_see_document(frappe.session.user, known, str(name)):
		frappe.throw(_("A complaint is not opened by a link without logging in."), frappe.PermissionError)


def _check_password(arguments: dict) -> None:
	"""Refuse to hand out a field of a case as if it were a password; Frappe gives an admin any field of any document."""
	doctype, name = arguments.get("doctype"), arguments.get("name")
	if not isinstance(doctype, str) or doctype not in CONCERNED or frappe.session.user == "Administrator":
		return
	document = belongs_to(doctype, name) if isinstance(name, str) else (doctype, None)
	if document:
		refuse_blind(*document)


def _check_share(arguments: dict) -> None:
	"""Refuse to share what belongs to a case; Frappe asks for the right to share first, and the attempt would not be noted."""
	doctype, name = arguments.get("doctype"), arguments.get("name")
	if not (isinstance(doctype, str) and isinstance(name, str) and cint(arguments.get("value", 1))):
		return
	if frappe.session.user != "Guest" and doctype in CONCERNED and frappe.db.exists(doctype, name):
		user = arguments.get("user")
		refuse_sharing(doctype, name, user if isinstance(user, str) else None)


_IMPORT = "frappe.core.doctype.data_import.data_import"

CHECKS: dict[str, Callable[[dict], None]] = {
	"frappe.client.get": _find_within_rights,
	"frappe.client.get_password": _check_password,
	**dict.fromkeys(
		(
			f"{_IMPORT}.download_errored_template",
			f"{_IMPORT}.download_import_log",
			f"{_IMPORT}.form_start_import",
			f"{_IMPORT}.get_import_logs",
			f"{_IMPORT}.get_import_status",
			f"{_IMPORT}.get_preview_from_template",
		),
		_check_data_import,
	),
	"frappe.core.doctype.prepared_report.prepared_report.download_attachment": _check_prepared_report,
	"frappe.desk.doctype.dashboard_chart.dashboard_chart.get": _check_chart,
	"frappe.desk.doctype.kanban_board.kanban_board.update_order": _check_board,
	"frappe.desk.doctype.kanban_board.kanban_board.update_order_for_single_card": _check_board,
	"frappe.desk.form.utils.get_next": _check_next,
	"frappe.desk.query_report.export_query": _check_prepared_report,
	"frappe.desk.query_report.run": _check_prepared_report,
	"frappe.desk.search.search_link": _search_within_rights,
	"frappe.desk.search.search_widget": _search_within_rights,
	"frappe.email.doctype.notification.notification.get_documents_for_today": _check_notification,
	"frappe.share.add": _check_share,
	"frappe.share.set_permission": _check_share,
	"frappe.website.doctype.web_form.web_form.get_form_data": _check_web_form,
}
