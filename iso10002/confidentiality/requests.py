"""Requests: which function one calls, and those Frappe would answer past the access rule."""

import inspect

import frappe
import frappe.handler
from frappe import _
from frappe.model.document import Document
from frappe.modules.utils import load_doctype_module
from frappe.utils import escape_html, sbool

from iso10002.confidentiality.conditions import CONCERNED
from iso10002.confidentiality.shares import belongs_to

METHODS = ("/api/method/", "/api/v1/method/", "/api/v2/method/")
DOCUMENTS = (
	"/api/resource/",
	"/api/v1/resource/",
	"/api/v2/document/",
)


def called_function() -> str:
	"""Return the dotted name of the function the request calls, where it is defined; "" if none.

	Frappe takes `cmd` before the path, drops what follows a function in the path, and finds a function under the name of
	every module that imports it. So what is asked for is the function itself, not how the request writes it.
	"""
	asked = asked_function()
	try:
		function = frappe.get_attr(asked) if "." in asked else getattr(frappe.handler, asked)
	except Exception:
		return asked  # Frappe finds no function either, or one a Server Script stands for
	function = _within_decorators(function)
	return f"{getattr(function, '__module__', '')}.{getattr(function, '__qualname__', '')}"


def _within_decorators(function: object) -> object:
	"""Return the function a decorator stands around; some of Frappe's keep neither its name nor a way to it."""
	function = inspect.unwrap(function) if callable(function) else function
	if "<locals>" not in getattr(function, "__qualname__", ""):
		return function
	kept = [cell.cell_contents for cell in function.__closure__ or ()]
	inner = next((one for one in kept if inspect.isfunction(one)), None)
	return _within_decorators(inner) if inner else function


def asked_function() -> str:
	"""Return the function as the request names it, "" if none."""
	if cmd := frappe.form_dict.get("cmd"):
		return str(cmd)
	for start in METHODS:
		if frappe.request.path.startswith(start):
			first, *others = frappe.request.path.removeprefix(start).split("/")
			if others and others[0] and "/v2/" in start:
				return _function_of_doctype(first, others[0])
			return first
	return ""


def _function_of_doctype(doctype: str, function: str) -> str:
	"""Return the dotted name of a function in the module of a DocType, as version 2 of Frappe's API names it."""
	try:
		return f"{load_doctype_module(doctype).__name__}.{function}"
	except Exception:
		return function  # there is no such DocType, and Frappe refuses it


def asked_document() -> tuple[str, tuple[str, ...]] | None:
	"""Return DocType and name of the document the path of the request stands for; None if it stands for none.

	A name may have slashes, and version 2 of Frappe's API lets more follow it: all names it may be are returned.
	"""
	path = frappe.request.path
	start = next((start for start in DOCUMENTS if path.startswith(start)), None)
	doctype, _slash, name = path.removeprefix(start).partition("/") if start else ("", "", "")
	name = name.strip("/")
	if not name:
		return None
	names = (name, name.removesuffix("/copy"), name.rpartition("/method/")[0])
	return doctype, tuple(filter(None, dict.fromkeys(names)))


def list_filters(doctype: str, given: str | list | dict | None) -> list:
	"""Return filters of a list as a request gives them, as JSON text or not, as a list of conditions.

	Args:
		doctype: what is listed.
		given: conditions (field, operator, value; maybe with their DocType before), or values by field.

	Raises:
		ValidationError: they are something else, or name a field there is not.
	"""
	advice = _("Filters: give a list of conditions, each with field, operator and value.")
	found = read_json(given, advice) or []
	if isinstance(found, dict):
		found = [
			[doctype, field, *(value if isinstance(value, list | tuple) else ("=", value))]
			for field, value in found.items()
		]
	if not isinstance(found, list) or any(not isinstance(row, list | tuple) or len(row) < 3 for row in found):
		frappe.throw(advice)
	for row in found:
		require_field(*(row[:2] if len(row) > 3 else (doctype, row[0])))
	return found


def read_json(given: object, advice: str) -> object:
	"""Return what is given as JSON text, or as it is.

	Raises:
		ValidationError: it is no JSON; says `advice`.
	"""
	try:
		return frappe.parse_json(given)
	except ValueError:
		frappe.throw(advice)


def require_field(doctype: object, field: object) -> None:
	"""Refuse a field that is in no column of a DocType; what leads over a link, Frappe 16 looks up by itself.

	Raises:
		ValidationError: names the field.
	"""
	if isinstance(doctype, str) and isinstance(field, str) and frappe.db.table_exists(doctype):
		if "." in field or field in frappe.db.get_table_columns(doctype):
			return
	frappe.throw(_("There is no field {0}. Choose another one.").format(escape_html(str(field))))


def refuse_expanded_cases() -> None:
	"""Refuse `expand_links` for a document that links to a case (hook `before_request`).

	Frappe then hands out the linked documents without asking who may see them; anybody who can write a link,
	such as that of a ToDo, could read any case.

	Raises:
		PermissionError: says what to do instead.
	"""
	if not sbool(frappe.form_dict.get("expand_links")):
		return
	doctype, names = asked_document() or (None, ())
	for name in names:
		if not frappe.db.exists(doctype, name) or not _leads_to_case(frappe.get_doc(doctype, name)):
			continue
		frappe.throw(
			_(
				"{0} leads to a complaint, and complaints are not expanded. Ask for the complaint itself."
			).format(frappe.bold(_(doctype))),
			frappe.PermissionError,
		)


def _leads_to_case(doc: Document) -> bool:
	for row in (doc, *doc.get_all_children()):
		for df in (*row.meta.get_link_fields(), *row.meta.get_dynamic_link_fields()):
			target = df.options if df.fieldtype == "Link" else row.get(df.options)
			value = row.get(df.fieldname)
			if value and target in CONCERNED and belongs_to(target, value):
				return True
	return False
