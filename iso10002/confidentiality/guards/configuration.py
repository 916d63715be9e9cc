"""Settings of a site that would carry words of a case past the access rule: refused where somebody makes them.

Each check returns what is wrong, or None; the hooks refuse it, and the leak check asks the same of what is there.
"""

import ast
import re
import unicodedata
from collections.abc import Callable, Iterator

import frappe
from frappe import _
from frappe.model.document import Document
from frappe.utils import cint
from jinja2 import TemplateSyntaxError, nodes

from iso10002.confidentiality.conditions import MAIL, is_on_cases
from iso10002.confidentiality.guards import fields
from iso10002.confidentiality.guards.expressions import looks_up_cases
from iso10002.confidentiality.rule import CASE_DOCTYPES

# What a message about a case may say; it leaves the site.
SAYABLE = (
	"acknowledge_due",
	"clock_name",
	"complaint",
	"confidentiality_level",
	"doctype",
	"due_on",
	"event",
	"name",
	"next_due_on",
	"priority",
	"received_on",
	"response_due",
	"stage_since",
	"state",
	"status",
	"workflow_state",
)
CALLABLE = (
	"_",
	"frappe.format_date",
	"frappe.utils.format_date",
	"frappe.utils.format_datetime",
	"frappe.utils.get_url",
	"frappe.utils.get_url_to_form",
	"nowdate",
)
# By which field a notification waits for something to happen.
WAITS_FOR = {
	"Value Change": "value_changed",
	"Days Before": "date_changed",
	"Days After": "date_changed",
	"Minutes Before": "datetime_changed",  # Frappe 16, as the filters
	"Minutes After": "datetime_changed",
}
FROZEN_FIGURES = "Complaint Management Figures"
# Switches of a web form that show what is stored, or let it be changed without the form of the case.
OPEN_SWITCHES = (
	"allow_edit",
	"show_list",
	"allow_print",
	"allow_delete",
	"allow_comments",
	"show_attachments",
)
# Properties by which Frappe would copy words of a case into indexes, titles and previews.
COPYING = ("in_global_search", "show_title_field_in_link", "title_field", "show_preview_popup", "image_field")


class ConfidentialityError(frappe.ValidationError):
	"""A setting would carry words of a case past the access rule."""


def notification_problem(notification: Document) -> str | None:
	"""A Notification on a case says nothing but its number, stage and deadlines: it goes to whoever is named in it. It
	asks for nothing else either: that it comes is an answer too."""
	if notification.document_type not in {*CASE_DOCTYPES, MAIL}:
		return None
	if cint(notification.attach_print) or notification.get("attach_files"):
		return _("Attach Print: nothing of a complaint is sent with a notification. Switch it off.")
	if notification.get("set_property_after_alert"):
		return _("Set Property After Alert: a notification changes nothing in a complaint. Leave it empty.")
	for label, source in _templates(notification):
		try:
			said = sorted({*_said(frappe.get_jenv().parse(source or ""))})
		except TemplateSyntaxError:
			continue  # Frappe refuses it by itself
		if said:
			return _(
				"{0}: {1} is not said in a notification about a complaint, which anybody may get. Use {2}."
			).format(label, ", ".join(said), ", ".join(f"doc.{field}" for field in SAYABLE))
	for label, asked in _questions(notification):
		if asked:
			return _("{0}: a notification about a complaint asks for nothing but {1}; not for {2}.").format(
				label, ", ".join(SAYABLE), ", ".join(asked)
			)
	return None


def _templates(notification: Document) -> Iterator[tuple[str, str | None]]:
	yield _("Subject"), notification.subject
	yield _("Message"), notification.message
	for row in notification.recipients:
		yield _("CC"), row.cc
		yield _("BCC"), row.bcc


def _questions(notification: Document) -> Iterator[tuple[str, list[str]]]:
	"""Yield the fields by which a notification asks for something, each with what it asks for and may not."""
	waits_for = WAITS_FOR.get(notification.event)
	field = waits_for and notification.get(waits_for)
	# when something was made or changed says nothing of what it is
	if field and field not in (*SAYABLE, "creation", "modified"):
		yield _(notification.meta.get_label(waits_for)), [field]
	for row in (notification, *notification.recipients):
		yield _("Condition"), sorted({*_asked(row.condition or "")})
	asked = frappe.parse_json(notification.get("filters") or "[]")
	names = asked if isinstance(asked, dict) else [row[1] if len(row) > 3 else row[0] for row in asked]
	yield _("Filters"), [name for name in names if name not in SAYABLE]


def auto_email_problem(mail: Document) -> str | None:
	"""A report on cases is mailed only to the user with whose rights it is made; frozen figures, which are the same for
	all, to whoever may open them."""
	if mail.report == FROZEN_FIGURES:
		return _stranger_problem(mail) if mail.enabled else None
	if not is_on_cases(mail.report):
		return None
	own = (frappe.db.get_value("User", mail.user, "email") or "").lower()
	others = [
		address for address in (mail.email_to or "").replace(",", " ").split() if address.lower() != own
	]
	if others:
		return _(
			"Email To: {0} would get what {1} may see. Make one mailing for each reader, as the user."
		).format(", ".join(others), mail.user)
	return None


def _stranger_problem(mail: Document) -> str | None:
	"""Frozen figures go to users who may open the report themselves."""
	allowed = set(frappe.get_all("Has Role", {"parenttype": "Report", "parent": mail.report}, pluck="role"))
	for address in (mail.email_to or "").replace(",", " ").split():
		user = frappe.db.get_value("User", {"email": address, "enabled": 1})
		if user != "Administrator" and not (user and allowed.intersection(frappe.get_roles(user))):
			return _(
				"Email To: {0} is no user who may open this report. Give the user one of these roles first: {1}"
			).format(address, ", ".join(_(role) for role in sorted(allowed)))
	return None


def workflow_problem(workflow: Document) -> str | None:
	"""Mails of a workflow carry the whole document as an attachment, and links that need no login. On whatever it is, a
	workflow asks no complaints: which actions its documents have would be the answer."""
	if workflow.document_type in CASE_DOCTYPES and cint(workflow.send_email_alert):
		return _(
			"Send Email Alert: switch it off. It would mail the whole document; the app tells who is concerned."
		)
	asked = [(_("Condition"), row.condition) for row in workflow.transitions]
	asked += [
		(_("Update Value"), row.update_value)
		for row in workflow.states
		if cint(row.get("evaluate_as_expression"))  # Frappe 16
	]
	for label, expression in asked:
		if looks_up_cases(expression, workflow.document_type):
			return _(
				"{0}: {1} looks up complaints, or what it looks up is not written there. Ask {2} only, or name another DocType."
			).format(label, expression, "doc")
	return None


def web_form_problem(form: Document) -> str | None:
	"""A web form takes in new complaints and shows none."""
	if form.doc_type not in CASE_DOCTYPES:
		return None
	for field in OPEN_SWITCHES:
		if cint(form.get(field)):
			return _("{0}: switch it off. A web form takes in complaints and shows none.").format(
				_(form.meta.get_label(field))
			)
	return None


def property_problem(setter: Document) -> str | None:
	"""No words of a case are copied into indexes, titles and previews, or into other fields."""
	if (
		setter.doc_type in CASE_DOCTYPES
		and setter.property in COPYING
		and setter.value not in (None, "", "0", 0)
	):
		return _("{0}: it would copy words of complaints to where everybody finds them.").format(
			setter.property
		)
	if setter.doc_type in CASE_DOCTYPES and setter.property == "allow_auto_repeat" and cint(setter.value):
		return _not_repeated(setter.property)
	names_documents = setter.property == "autoname" or setter.field_name == "naming_series"
	if setter.doc_type in CASE_DOCTYPES and names_documents:
		return _naming_problem(setter.property, setter.doc_type, setter.value)
	return fields.setter_problem(setter, SAYABLE)


def custom_field_problem(field: Document) -> str | None:
	"""Nothing links to a case, and nothing is copied from one: Frappe opens, counts and lists what a readable document
	links to."""
	if field.dt in CASE_DOCTYPES and cint(field.in_global_search):
		return _("In Global Search: it would copy words of complaints to where everybody finds them.")
	return fields.custom_field_problem(field, SAYABLE)


def doctype_problem(doctype: Document) -> str | None:
	"""The same for the fields of a DocType that is not of this app."""
	return fields.doctype_problem(doctype, SAYABLE)


def milestone_problem(tracker: Document) -> str | None:
	"""Milestones keep every value a field of a document ever had, for whoever reads milestones."""
	if tracker.document_type in CASE_DOCTYPES and tracker.track_field not in SAYABLE:
		return _("Field to Track: milestones of a complaint are kept of {0} only.").format(", ".join(SAYABLE))
	return None


def naming_problem(rule: Document) -> str | None:
	"""The number of a case carries no words of it, and a rule counts none that are like this or that."""
	if rule.document_type not in CASE_DOCTYPES:
		return None
	if rule.conditions:
		return _("Conditions: which complaints are like this would be counted. Leave them out.")
	return _naming_problem(_("Prefix"), rule.document_type, rule.prefix)


def _naming_problem(label: str, doctype: str, series: str | None) -> str | None:
	meta = frappe.get_meta(doctype)
	parts = re.findall(r"\w+", series or "")
	named = sorted(
		{part for part in parts if meta.has_field(part) and part not in (*SAYABLE, "naming_series")}
	)
	if not named:
		return None
	return _("{0}: the number of a complaint is seen by everybody. Take {1} out of it.").format(
		label, ", ".join(named)
	)


def energy_point_problem(rule: Document) -> str | None:
	"""Points are added up for everybody: they tell that there was a case, and with a condition what is in it."""
	if rule.reference_doctype not in {*CASE_DOCTYPES, MAIL}:
		return None
	return _("Reference Document Type: there are no points for complaints. Choose another one.")


def repeat_problem(repeat: Document) -> str | None:
	"""Frappe writes into what is repeated and copies it, whoever may see it."""
	return _not_repeated(_("Reference Document Type")) if repeat.reference_doctype in CASE_DOCTYPES else None


def _not_repeated(label: str) -> str:
	return _("{0}: a complaint is not repeated. Record a new one.").format(label)


PROBLEM_OF: dict[str, Callable[[Document], str | None]] = {
	"Auto Email Report": auto_email_problem,
	"Auto Repeat": repeat_problem,
	"Custom Field": custom_field_problem,
	"DocType": doctype_problem,
	"Document Naming Rule": naming_problem,
	"Energy Point Rule": energy_point_problem,
	"Milestone Tracker": milestone_problem,
	"Notification": notification_problem,
	"Property Setter": property_problem,
	"Web Form": web_form_problem,
	"Workflow": workflow_problem,
}


def refuse_problem(doc: Document, method: str | None = None) -> None:
	"""Refuse a setting that would carry words of a case past the access rule (doc_events hook, `validate`).

	Raises:
		ConfidentialityError: names the field and what to do instead.
	"""
	if problem := PROBLEM_OF[doc.doctype](doc):
		frappe.throw(problem, ConfidentialityError, title=_("Kept confidential"))


def refuse_doctype(doctype: Document, method: str | None = None) -> None:
	"""Refuse a DocType with fields that lead to cases (doc_events hook of DocType, `validate`).

	What apps bring along is not stopped half way; the leak check names it.

	Raises:
		ConfidentialityError: names the field and what to do instead.
	"""
	if not (frappe.flags.in_install or frappe.flags.in_migrate or frappe.flags.in_patch):
		refuse_problem(doctype)


def _said(node: nodes.Node) -> Iterator[str]:
	"""Yield what a template uses and may not: values by their dotted path."""
	path = _path(node)
	if path is None:
		for child in node.iter_child_nodes():
			yield from _said(child)
	elif path not in CALLABLE and path not in [f"doc.{field}" for field in SAYABLE]:
		yield path


def _path(node: nodes.Node) -> str | None:
	if isinstance(node, nodes.Name):
		return node.name
	if isinstance(node, nodes.Getattr):
		before, last = _path(node.node), node.attr
	elif isinstance(node, nodes.Getitem) and isinstance(node.arg, nodes.Const):
		before, last = _path(node.node), node.arg.value
	else:
		return None
	return f"{before}.{last}" if before else None


def _asked(condition: str) -> Iterator[str]:
	"""Yield what a condition in Python asks of a document and may not, by its dotted path."""
	# Frappe reads it in this form too: what looks like a dot becomes one
	text = unicodedata.normalize("NFKC", condition).strip()
	if not text:
		return
	try:
		yield from _asks(ast.parse(text, mode="eval").body)
	except SyntaxError:
		yield text


def _asks(node: ast.AST) -> Iterator[str]:
	"""Yield what an expression takes of the document and of Frappe and may not; all else in it can only come from there."""
	root, path = _taken(node)
	if root == "doc" and path in SAYABLE:
		# doc.get("status", ...): what stands in for it
		others = [*node.args[1:], *node.keywords] if isinstance(node, ast.Call) else []
	elif root == "frappe" and path.startswith("utils.") and path.count(".") == 1:
		return
	elif root and (not path or "." not in path):
		yield f"{root}.{path}".rstrip(".")
		return
	else:
		others = ast.iter_child_nodes(node)
	for other in others:
		yield from _asks(other)


def _taken(node: ast.AST) -> tuple[str, str]:
	"""Return of what an expression takes something, the document (doc) or Frappe, and the path to it; empty if of neither."""
	if isinstance(node, ast.Name):
		return (node.id, "") if node.id in ("doc", "frappe") else ("", "")
	if isinstance(node, ast.Attribute):
		of, name = node.value, node.attr
	elif isinstance(node, ast.Subscript) and isinstance(node.slice, ast.Constant):
		of, name = node.value, str(node.slice.value)
	elif isinstance(node, ast.Call) and node.args and isinstance(node.args[0], ast.Constant):
		root, path = _taken(node.func)
		return (root, str(node.args[0].value)) if (root, path) == ("doc", "get") else ("", "")
	else:
		return "", ""
	root, before = _taken(of)
	return (root, f"{before}.{name}".lstrip(".")) if root else ("", "")
