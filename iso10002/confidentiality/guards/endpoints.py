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
from iso10002.confidentiality.requests import called_function
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

# How functions of apps call the arguments that name a DocType, and those that name documents of it.
KINDS = (
	"doctype",
	"document_type",
	"dt",
	"link_doctype",
	"party_type",
	"ref_doctype",
	"reference_doctype",
	"reference_type",
	"source_doctype",
	"voucher_type",
)
NAMES = (
	"dn",
	"doc_name",
	"docname",
	"docnames",
	"document_name",
	"link_name",
	"name",
	"names",
	"party",
	"ref_docname",
	"reference_name",
	"source",
	"source_name",
	"voucher_no",
)
# Of these each function is looked after by itself, above and in the hook `override_whitelisted_methods`.
KNOWN_APPS = ("", "frappe", "iso10002")


def guard_request() -> None:
	"""Look at one request (hook `auth_hooks`).

	Raises:
		PermissionError: it asks for a case the user may not see.
	"""
	arguments = frappe.local.form_dict
	method = called_function()
	if found := ABOUT_A_DOCUMENT.get(method):
		_refuse_hidden(*(arguments.get(name) for name in found))
	elif check := CHECKS.get(method):
		check(arguments)
	if method.partition(".")[0] not in KNOWN_APPS:
		_refuse_other_apps(arguments)
	if arguments.get("key"):
		_refuse_key(arguments)


def _refuse_hidden(doctype: object, names: object) -> None:
	"""Refuse where one of the named documents is of a case the user may not see; a filter is no name."""
	if not isinstance(doctype, str) or doctype not in CASE_DOCTYPES:
		return
	for name in _names(names):
		refuse_blind(doctype, name)


def _refuse_other_apps(arguments: dict) -> None:
	"""Refuse that a function of another app is called about a hidden case, or about a mail or another row of one.

	Such functions often ask for no permission, or for that on the DocType; what they write may copy the document.
	"""
	for doctype in {arguments[kind] for kind in KINDS if isinstance(arguments.get(kind), str)} & CONCERNED:
		for argument in NAMES:
			_refuse_about_hidden(doctype, arguments.get(argument))
	_refuse_about_hidden("Communication", arguments.get("communication"))


def _refuse_about_hidden(doctype: str, names: object) -> None:
	"""Refuse where one of the documents is of a hidden case or a row about one; names of nothing are left alone."""
	if names is None:
		return
	for name in _names(names):
		if name is None:  # a filter is no name
			refuse_blind("Complaint", None)
		elif frappe.db.exists(doctype, name) and (document := belongs_to(doctype, name)):
			refuse_blind(*document)


def _names(given: object) -> list:
	"""Return the names in an argument: one, a list, or either as JSON."""
	if isinstance(given, str) and given[:1] in ("[", "{", '"'):
		try:
			given = frappe.parse_json(given)
		except ValueError:
			pass
	names = given if isinstance(given, list) else [given]
	return [str(name) if isinstance(name, str | int) else None for name in names]


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


def _count_anew(arguments: dict) -> None:
	"""Have a chart on cases counted for this user: Frappe keeps one result per chart, whoever may see what."""
	chart = arguments.get("chart_name")
	kept = (
		frappe.db.get_value("Dashboard Chart", chart, "document_type")
		if isinstance(chart, str) and chart
		else None
	)
	given = frappe.parse_json(arguments.get("chart") or "{}") if not kept else {}
	if (kept or (given.get("document_type") if isinstance(given, dict) else None)) in CASE_DOCTYPES:
		arguments["refresh"] = 1


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


def _check_mails(arguments: dict) -> None:
	"""Refuse that mails of a hidden case are moved or marked; early versions of Frappe 15 let everybody do that with any."""
	for argument in ("communication", "names"):
		_refuse_about_hidden("Communication", arguments.get(argument))


def _check_relink(arguments: dict) -> None:
	"""Refuse that a mail is taken out of a hidden case, or put into one; Frappe lets everybody do both, with any mail."""
	_refuse_about_hidden("Communication", arguments.get("name"))
	to = arguments.get("reference_doctype")
	if isinstance(to, str) and to in CONCERNED:
		_refuse_about_hidden(to, arguments.get("reference_name"))


def _check_share(arguments: dict) -> None:
	"""Refuse to share what belongs to a case; Frappe asks for the right to share first, and the attempt would not be noted."""
	doctype, name = arguments.get("doctype"), arguments.get("name")
	if not (isinstance(doctype, str) and isinstance(name, str) and cint(arguments.get("value", 1))):
		return
	if frappe.session.user != "Guest" and doctype in CONCERNED and frappe.db.exists(doctype, name):
		user = arguments.get("user")
		refuse_sharing(doctype, name, user if isinstance(user, str) else None)


CHECKS: dict[str, Callable[[dict], None]] = {
	"frappe.client.get_password": _check_password,
	"frappe.core.doctype.prepared_report.prepared_report.download_attachment": _check_prepared_report,
	"frappe.desk.doctype.dashboard_chart.dashboard_chart.get": _count_anew,
	"frappe.desk.query_report.export_query": _check_prepared_report,
	"frappe.desk.query_report.run": _check_prepared_report,
	"frappe.email.inbox.create_email_flag_queue": _check_mails,
	"frappe.email.inbox.mark_as_closed_open": _check_mails,
	"frappe.email.inbox.mark_as_spam": _check_mails,
	"frappe.email.inbox.mark_as_trash": _check_mails,
	"frappe.email.inbox.move_email": _check_mails,
	"frappe.email.relink": _check_relink,
	"frappe.share.add": _check_share,
	"frappe.share.set_permission": _check_share,
}
