"""The record a confidential complaint came from: emptied, closed to a team, or asked about, as the settings say.

A ticket is read by every agent. Emptying moves what was said into the case: texts and comments as a file, e-mails with their
case, files as copies; a neutral line stays. What an app keeps where is in `integrations/<app>/emptying.py`.
"""

from importlib import import_module
from types import ModuleType

import frappe
from frappe import _
from frappe.model.document import Document
from frappe.utils import cstr

from iso10002.confidentiality.conditions import case_document_of
from iso10002.confidentiality.rule import STANDARD, case_of
from iso10002.handling import events
from iso10002.handling.errors import IntakeError
from iso10002.integrations import copies, hosts, sources
from iso10002.integrations.kinds import SOURCES
from iso10002.integrations.words import plain

EMPTIED, CLOSED_TEAM, LEFT = "emptied", "closed team", "left as it is"
WAYS = (EMPTIED, CLOSED_TEAM, LEFT)
BY_SETTING = {"is emptied": EMPTIED, "goes to a closed team": CLOSED_TEAM}
# Records whose words can be taken away. An order or invoice stays what it is.
READ_BY_MANY = ("HD Ticket", "Issue", "Warranty Claim", "Communication")
EVENT = "Source Dealt With"


def validate_source(case: Document, method: str | None = None) -> None:
	"""Refuse as the source of a case a record whose words may be moved into it and which the user may not read
	(doc_events hook of Complaint, `validate`).

	Raises:
		PermissionError: the user may not read the record.
	"""
	fields = ("reference_doctype", "reference_name")
	if case.flags.ignore_permissions or not all(case.get(field) for field in fields):
		return
	doctype, name = (case.get(field) for field in fields)
	if any(map(case.has_value_changed, fields)) and doctype in READ_BY_MANY and sources.is_active(doctype):
		sources.opened(doctype, name)


def on_insert(case: Document, method: str | None = None) -> None:
	"""Protect the source of a new case that is confidential from the start (doc_events hook, after `take_over`)."""
	if case.confidentiality_level != STANDARD:
		protect(case.name)


def protect(complaint: str) -> None:
	"""Do with the source of a confidential case what the settings say; where they ask, or it fails, the form asks."""
	source = source_of(complaint)
	way = BY_SETTING.get(frappe.get_cached_doc("Complaint Ticket Settings").confidential_source)
	if not source or not way:
		return
	frappe.db.savepoint("protect_source")
	try:
		_deal_with(complaint, source, way)
	except Exception:
		frappe.db.rollback(save_point="protect_source")
		# without the values of variables, which would be the words of the case
		frappe.log_error(title=f"{complaint}: its source was not protected", message=frappe.get_traceback())


@frappe.whitelist()
def exposed(complaint: str) -> dict:
	"""Return what is still to be decided about the source of a case.

	Args:
		complaint: the reference.

	Returns:
		Nothing for a Standard case, or where it was dealt with. Else `doctype`, `name`, and `ways`: what can be done.

	Raises:
		PermissionError: the user may not see the case.
	"""
	case = frappe.get_doc("Complaint", cstr(complaint))
	case.check_permission("read")
	source = source_of(case.name)
	if not source or _dealt_with(case.name):
		return {}
	ways = [way for way in WAYS if way != CLOSED_TEAM or _can_be_closed(source)]
	return {"doctype": source.doctype, "name": cstr(source.name), "ways": ways}


@frappe.whitelist(methods=["POST"])
def deal_with(complaint: str, way: str) -> None:
	"""Do something about the source of a confidential case.

	Args:
		complaint: the reference.
		way: one of those `exposed` returns.

	Raises:
		PermissionError: the user may not change the case, or not the record.
		IntakeError: there is nothing to be done, or not in this way.
	"""
	case = frappe.get_doc("Complaint", cstr(complaint))
	case.check_permission("write")
	offered = exposed(case.name)
	if way not in offered.get("ways", ()):
		frappe.throw(
			_("Choose one of: {0}").format(", ".join(_(name) for name in offered.get("ways", ())))
			if offered
			else _("There is nothing to be done about the record this complaint came from."),
			IntakeError,
		)
	source = source_of(case.name)
	if way != LEFT:
		source.check_permission("write")
	_deal_with(case.name, source, way)


def source_of(complaint: str) -> Document | None:
	"""Return the record a case above Standard came from, if it is one whose words many read and is there.

	An e-mail of another case is under the rule of that case, and stays there.
	"""
	fields = ["reference_doctype", "reference_name", "confidentiality_level"]
	case = frappe.db.get_value("Complaint", complaint, fields, as_dict=True)
	if not case or case.confidentiality_level == STANDARD or case.reference_doctype not in READ_BY_MANY:
		return None
	app = SOURCES[case.reference_doctype]
	if app != "core" and not hosts.active(app):
		return None
	if not frappe.db.exists(case.reference_doctype, case.reference_name):
		return None
	document = case_document_of(case.reference_doctype, case.reference_name)
	if document and case_of(*document) != complaint:
		return None
	return frappe.get_doc(case.reference_doctype, case.reference_name)


def follow(mail: Document, method: str | None = None) -> None:
	"""Take a later e-mail about an emptied record into its case (doc_events hook of Communication, `after_insert`)."""
	if mail.reference_doctype not in READ_BY_MANY or mail.flags.of_emptied:
		return
	filters = {
		"reference_doctype": mail.reference_doctype,
		"reference_name": cstr(mail.reference_name),
		"confidentiality_level": ["!=", STANDARD],
	}
	for complaint in frappe.get_all("Complaint", filters=filters, pluck="name"):
		if _dealt_with(complaint, EMPTIED):
			_move_mails(complaint, [mail.name])
			mail.update({"reference_doctype": "Complaint", "reference_name": complaint})
			return


def _deal_with(complaint: str, source: Document, way: str) -> None:
	if way == CLOSED_TEAM:
		if not _can_be_closed(source):
			return  # the form asks
		_app(source).close_to_team(source, frappe.get_cached_doc("Complaint Ticket Settings").closed_team)
	elif way == EMPTIED:
		for record in _app(source).with_copies(source) if source.doctype != "Communication" else [source]:
			_empty(complaint, record)
	record = f"{_(source.doctype)} {source.name}"
	events.append(complaint, EVENT, details={"way": way, "record": record})


def _empty(complaint: str, source: Document) -> None:
	if source.doctype == "Communication":
		_move_mails(complaint, [source.name])
		return
	said = [f"{_(source.doctype)} {source.name}"]
	said += [f"{_(label)}: {plain(cstr(text))}" for label, text in _app(source).words(source)]
	about = {"reference_doctype": source.doctype, "reference_name": cstr(source.name)}
	comments = frappe.get_all("Comment", about, ["creation", "comment_email", "content"], order_by="creation")
	said += [f"{row.creation} {row.comment_email or ''}: {plain(row.content)}" for row in comments]
	versions = {"ref_doctype": source.doctype, "docname": cstr(source.name)}
	for row in frappe.get_all("Version", versions, ["creation", "owner", "data"], order_by="creation"):
		said.append(f"{row.creation} {row.owner}: {row.data}")
	_keep(complaint, source, "\n\n".join(said))
	_move_files(complaint, source)
	_move_mails(complaint, frappe.get_all("Communication", about, pluck="name"))
	_app(source).empty(source)
	frappe.db.delete("Comment", about)
	frappe.db.delete("Version", versions)
	for doctype, fields in {
		"Notification Log": ("document_type", "document_name"),
		"Tag Link": ("document_type", "document_name"),
	}.items():
		frappe.db.delete(doctype, dict(zip(fields, (source.doctype, cstr(source.name)), strict=True)))
	frappe.clear_document_cache(source.doctype, source.name)


def _keep(complaint: str, source: Document, text: str) -> None:
	"""Keep what was said as a file of the case."""
	file = frappe.new_doc("File")
	file.update(
		{
			"file_name": f"{complaint}-{frappe.scrub(source.doctype)}-{source.name}.txt",
			"attached_to_doctype": "Complaint",
			"attached_to_name": complaint,
			"is_private": 1,
			"content": text.encode(),
		}
	)
	file.insert(ignore_permissions=True)  # safe: into the case only, whose level asks for it


def _move_files(complaint: str, source: Document) -> None:
	"""Copy the files into the case and take them off the record; one that cannot be a file of a case stays and is told."""
	wanted = [row["name"] for row in copies.offered(source) if not row.get("refused")]
	copies.take(complaint, source, [name for name in wanted if not copies.is_held(complaint, name)])
	for name in wanted:
		for same in copies.same_content(source, name):
			# safe: a copy is in the case; nothing of it stays in the bin either
			frappe.delete_doc("File", same, ignore_permissions=True, delete_permanently=True, force=True)


def _move_mails(complaint: str, mails: list[str]) -> None:
	"""Make e-mails those of the case: under its rule, and on nobody's timeline any more."""
	if not mails:
		return
	to_case = {"reference_doctype": "Complaint", "reference_name": complaint}
	mail, queue = frappe.qb.DocType("Communication"), frappe.qb.DocType("Email Queue")
	for table, key in ((mail, mail.name), (queue, queue.communication)):
		query = frappe.qb.update(table)
		for field, value in to_case.items():
			query = query.set(table[field], value)
		query.where(key.isin(mails)).run()
	frappe.db.delete("Communication Link", {"parent": ["in", mails]})


def _dealt_with(complaint: str, way: str | None = None) -> bool:
	filters = {"complaint": complaint, "event": EVENT}
	raised = frappe.get_all(
		"Complaint Event",
		{"complaint": complaint, "event": "Level Raised"},
		pluck="creation",
		order_by="creation desc",
	)
	if raised and not way:  # what was left as it is at one level is asked again at the next
		filters["creation"] = [">=", raised[0]]
	if way:
		filters["details"] = ["like", f'%"way": "{way}"%']
	return bool(frappe.db.exists("Complaint Event", filters))


def _can_be_closed(source: Document) -> bool:
	if source.doctype == "Communication":
		return False
	return _app(source).can_be_closed(source, frappe.get_cached_doc("Complaint Ticket Settings").closed_team)


def _app(source: Document) -> ModuleType:
	return import_module(f"iso10002.integrations.{SOURCES[source.doctype]}.emptying")
