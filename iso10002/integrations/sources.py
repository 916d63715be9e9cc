"""Records of this site a complaint may come from: what it starts with, its files, and the way back.

The link goes out of the complaint only. What leads from a record to its complaints is looked up here, under the
access rule. What a record of an app has to say is in `integrations/<app>/describe.py`.
"""

from importlib import import_module

import frappe
from frappe import _
from frappe.model.document import Document
from frappe.utils import cstr

from iso10002.handling import events, likeness
from iso10002.handling.errors import IntakeError
from iso10002.handling.validation import fields_with_values
from iso10002.integrations import copies, hosts
from iso10002.integrations.kinds import PERSONS, SOURCES, TICKETS

SHOWN = ("name", "status", "received_on", "product_or_service", "priority")
MOST_SHOWN = 50


@frappe.whitelist()
def offer(doctype: str, name: str) -> dict:
	"""Return what a complaint about a record starts with; nothing is written.

	Args:
		doctype: one of SOURCES.
		name: of the record.

	Returns:
		`case` and `party`: fields with values; `products`: what was bought, where there are several; `files`: dicts with
		`name`, `file_name` and, where it cannot be taken over, `refused` (why); `before`: complaints about this record
		the user may see; `alike`: others that may be the same one.

	Raises:
		PermissionError: the user may not register complaints, or not read the record.
		DoesNotExistError: there is no such record.
	"""
	frappe.has_permission("Complaint", "create", throw=True)
	doc = opened(doctype, name)
	said = _describe(doc)
	before = complaints_about(doc)
	party, case = said["party"], said["case"]
	alike = likeness.like(
		email=party.get("email"),
		phone=party.get("phone"),
		number=case.get("product_reference") or case.get("reference_name"),
		words=case.get("description"),
	)
	known = {row["name"] for row in before}
	return {
		**said,
		"files": copies.offered(doc),
		"before": before,
		"alike": [row for row in alike if row["name"] not in known],
	}


@frappe.whitelist(methods=["POST"])
def make(
	doctype: str,
	name: str,
	values: dict | str | None = None,
	files: list | str | None = None,
	again: bool = False,
) -> dict:
	"""Register a complaint about a record, with its party, words and files.

	Args:
		doctype, name: the record, as for `offer`.
		values: fields of the complaint that are to be others than `offer` says, or `party` with those of the party.
		files: names of the files to take over, as `offer` lists them; all that can be taken if not given.
		again: register another one although there is a complaint about the record.

	Returns:
		`complaint`: its reference; `left`: names of files that could not be taken over.

	Raises:
		IntakeError: there is a complaint about this record already, or a rule of the case refuses it.
		PermissionError, DoesNotExistError: as `offer`.
	"""
	offered, given = offer(doctype, name), fields_with_values(values)
	if offered["before"] and not frappe.utils.sbool(again) and doctype not in PERSONS:
		frappe.throw(
			_("{0} {1} has a complaint already: {2}. Open it, or ask for another one.").format(
				_(doctype), name, ", ".join(row["name"] for row in offered["before"])
			),
			IntakeError,
		)
	party = {**offered["party"], **fields_with_values(given.pop("party", None))}
	chosen = frappe.parse_json(files) if files is not None else None
	if chosen is None:
		chosen = [row["name"] for row in offered["files"] if not row.get("refused")]
	case = frappe.new_doc("Complaint")
	case.update({**offered["case"], **given})
	case.parties = [{"role": "Complainant", **party}] if party else []
	case.source = {"doctype": doctype, "name": name, "files": chosen}
	case.insert()
	return {"complaint": case.name, "left": case.flags.files_left or []}


@frappe.whitelist()
def beside(doctype: str, name: str) -> dict:
	"""Return what the form of a record shows of complaints.

	Args:
		doctype, name: the record, as for `offer`.

	Returns:
		`start`: whether the user may register a complaint about it; `complaints`: those about it, or of this person or
		organisation, that the user may see, newest first; for a ticket `proposal`: that of a rule, for who may decide it.
		Nothing for who may read no complaints, or with the app switched off.

	Raises:
		PermissionError, DoesNotExistError: the record cannot be read.
	"""
	if not is_active(doctype):
		return {"start": False, "complaints": []}
	doc = opened(doctype, name)
	from iso10002.integrations import proposals  # it calls `make` of this module

	found = {
		"start": bool(frappe.has_permission("Complaint", "create")),
		"complaints": complaints_about(doc),
	}
	if doctype in TICKETS and (proposal := proposals.of_ticket(doctype, cstr(name))):
		found["proposal"] = proposal
	return found


def is_active(doctype: str) -> bool:
	"""Whether complaints may come from records of a DocType on this site."""
	app = SOURCES.get(doctype)
	return app == "core" or (app is not None and hosts.active(app))


def opened(doctype: str, name: str) -> Document:
	"""Return a record the user may read.

	Raises:
		IntakeError: complaints do not come from such records here.
		PermissionError, DoesNotExistError: it cannot be read.
	"""
	if not is_active(cstr(doctype)):
		frappe.throw(
			_("Complaints do not come from records of the kind {0} on this site.").format(
				frappe.bold(frappe.utils.escape_html(cstr(doctype)))
			),
			IntakeError,
		)
	if not frappe.has_permission(doctype, "read"):
		raise frappe.PermissionError(_("You may not read records of the kind {0}.").format(_(doctype)))
	doc = frappe.get_doc(doctype, cstr(name))
	doc.check_permission("read")
	return doc


def complaints_about(doc: Document) -> list[dict]:
	"""Return the complaints about a record the session's user may see, newest first."""
	if not frappe.has_permission("Complaint", "read"):
		return []
	if doc.doctype in PERSONS:
		return complaints_of(doc)
	return _seen({"reference_doctype": doc.doctype, "reference_name": cstr(doc.name)})


def complaints_of(person: Document) -> list[dict]:
	"""Return the complaints in which a person or organisation is the complainant, newest first."""
	return cases_of(person, SHOWN, MOST_SHOWN)


def cases_of(person: Document, fields: tuple[str, ...], most: int = 0) -> list[frappe._dict]:
	"""Return the cases in which a person or organisation is the complainant, as far as the user may see that.

	Args:
		person: a record of PERSONS.
		fields: of the case.
		most: how many at most, the newest; 0 for all.
	"""
	if not frappe.has_permission("Complaint", "read") or not frappe.has_permission("Complaint Party", "read"):
		return []
	filters = {"linked_doctype": person.doctype, "linked_name": person.name, "role": "Complainant"}
	cases = frappe.get_list("Complaint Party", filters=filters, pluck="complaint", limit_page_length=0)
	return _seen({"name": ["in", cases]}, fields, most) if cases else []


def _seen(filters: dict, fields: tuple[str, ...] = SHOWN, most: int = MOST_SHOWN) -> list[frappe._dict]:
	return frappe.get_list(
		"Complaint", filters=filters, fields=list(fields), order_by="received_on desc", limit_page_length=most
	)


def _describe(doc: Document) -> dict:
	"""Ask the app of a record what a complaint about it starts with; drop what is empty or unknown here."""
	said = import_module(f"iso10002.integrations.{SOURCES[doc.doctype]}.describe").describe(doc)
	case = {field: value for field, value in said["case"].items() if value}
	if doc.doctype not in PERSONS:
		case.update({"reference_doctype": doc.doctype, "reference_name": cstr(doc.name)})
	meta = frappe.get_meta("Complaint")
	if case.get("channel") and not frappe.db.exists(
		"Complaint Channel", {"name": case["channel"], "disabled": 0}
	):
		del case["channel"]
	return {
		"case": {field: value for field, value in case.items() if meta.has_field(field)},
		"party": {field: value for field, value in said["party"].items() if value},
		"products": said.get("products") or [],
	}


def take_over(case: Document, method: str | None = None) -> None:
	"""Copy the chosen files of the record a new case comes from (doc_events hook of Complaint, `after_insert`).

	The transient key `source` of the case says which: `doctype`, `name`, and `files` as a list of names.

	Raises:
		IntakeError: the key is not of this form.
		PermissionError: the user may not read the record.
	"""
	source = case.get("source")
	if not source:
		return
	if not isinstance(source, dict) or not isinstance(source.get("files") or [], list):
		frappe.throw(
			_("Source: give doctype, name and files of the record the complaint comes from."), IntakeError
		)
	doc = opened(source.get("doctype"), source.get("name"))
	case.delete_key("source")
	taken, left = copies.take(case.name, doc, source.get("files") or [])
	case.flags.files_left = left
	record = _(doc.doctype) if doc.doctype in PERSONS else f"{_(doc.doctype)} {doc.name}"
	events.append(
		case.name, "Taken Over", details={"record": record, "files": taken, "files_left": len(left)}
	)
