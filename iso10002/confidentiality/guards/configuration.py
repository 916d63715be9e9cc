"""Settings of a site that would carry words of a case past the access rule: refused where somebody makes them.

Each check returns what is wrong, or None; the hooks refuse it, and the leak check asks the same of what is there.
"""

from collections.abc import Callable, Iterator

import frappe
from frappe import _
from frappe.model.document import Document
from frappe.utils import cint
from jinja2 import TemplateSyntaxError, nodes

from iso10002.confidentiality.conditions import is_on_cases
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
	"""A Notification on a case says nothing but its number, stage and deadlines: it goes to whoever is named in it."""
	if notification.document_type not in CASE_DOCTYPES:
		return None
	if cint(notification.attach_print):
		return _("Attach Print: a print of a complaint is not sent with a notification.")
	for label, source in ((_("Subject"), notification.subject), (_("Message"), notification.message)):
		try:
			said = sorted({*_said(frappe.get_jenv().parse(source or ""))})
		except TemplateSyntaxError:
			continue  # Frappe refuses it by itself
		if said:
			return _(
				"{0}: {1} is not said in a notification about a complaint, which anybody may get. Use {2}."
			).format(label, ", ".join(said), ", ".join(f"doc.{field}" for field in SAYABLE))
	return None


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
	"""Mails of a workflow carry the whole document as an attachment, and links that need no login."""
	if workflow.document_type in CASE_DOCTYPES and cint(workflow.send_email_alert):
		return _(
			"Send Email Alert: switch it off. It would mail the whole document; the app tells who is concerned."
		)
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
	"""No words of a case are copied into indexes, titles and previews."""
	if (
		setter.doc_type in CASE_DOCTYPES
		and setter.property in COPYING
		and setter.value not in (None, "", "0", 0)
	):
		return _("{0}: it would copy words of complaints to where everybody finds them.").format(
			setter.property
		)
	return None


def custom_field_problem(field: Document) -> str | None:
	"""Nothing links to a case: Frappe opens, counts and lists what a readable document links to."""
	if field.dt in CASE_DOCTYPES:
		if cint(field.in_global_search):
			return _("In Global Search: it would copy words of complaints to where everybody finds them.")
	elif field.fieldtype == "Link" and field.options in CASE_DOCTYPES:
		return _(
			"Options: whoever reads {0} would read what it links to. Refer from the complaint to the {0} instead."
		).format(_(field.dt))
	return None


def milestone_problem(tracker: Document) -> str | None:
	"""Milestones keep every value a field of a document ever had, for whoever reads milestones."""
	if tracker.document_type in CASE_DOCTYPES and tracker.track_field not in SAYABLE:
		return _("Field to Track: milestones of a complaint are kept of {0} only.").format(", ".join(SAYABLE))
	return None


PROBLEM_OF: dict[str, Callable[[Document], str | None]] = {
	"Auto Email Report": auto_email_problem,
	"Custom Field": custom_field_problem,
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
