"""Checks of what comes from outside that no field type does for us, with messages that name the field."""

import frappe
from frappe import _
from frappe.model.document import Document
from frappe.utils import validate_email_address, validate_phone_number

from iso10002.handling.errors import IntakeError

# Characters. The database would cut or refuse a text above its own limit without saying which field it was.
MOST_CHARACTERS = {"Data": 140, "Small Text": 10_000, "Text": 15_000, "Long Text": 100_000}


def fields_with_values(values: dict | str | None) -> dict:
	"""Return what a caller gave for fields, as a dict or as JSON text.

	Raises:
		IntakeError: it is anything else.
	"""
	try:
		found = frappe.parse_json(values) if values else {}
	except ValueError:
		found = None
	if not isinstance(found, dict):
		frappe.throw(_("Values: give the names of fields, each with its value."), IntakeError)
	return found


def refuse_submission(doc: Document) -> None:
	"""Refuse a doc status: stages are the only progress there is; a submitted case could not be moved on.

	Raises:
		IntakeError: the document was to be submitted or cancelled.
	"""
	if doc.docstatus:
		frappe.throw(
			_("{0} is neither submitted nor cancelled. Use the steps of the complaint.").format(
				_(doc.doctype)
			),
			IntakeError,
		)


def refuse_alone(row: Document) -> None:
	"""Refuse to write or delete a row of a case on its own, past the rules of the case.

	Frappe runs a row's controller only then; saved with its case, a row is written without it.

	Raises:
		IntakeError: always.
	"""
	frappe.throw(
		_("{0}: change it in its complaint, and save the complaint.").format(_(row.doctype)), IntakeError
	)


def validate_texts(doc: Document) -> None:
	"""Refuse texts that are too long, in the document and in the rows of its tables.

	Raises:
		IntakeError: names the field, its length and the limit.
	"""
	for part in (doc, *doc.get_all_children()):
		for df in part.meta.fields:
			limit = MOST_CHARACTERS.get(df.fieldtype)
			value = part.get(df.fieldname)
			if limit and not df.read_only and isinstance(value, str) and len(value) > limit:
				where = _("row {0}").format(part.idx) + ", " if part is not doc else ""
				frappe.throw(
					_(
						"{0}{1} has {2} characters; at most {3} fit. Shorten it, or attach the text as a file."
					).format(where, frappe.bold(_(df.label)), len(value), limit),
					IntakeError,
				)


def validate_reachability(doc: Document) -> None:
	"""Refuse an e-mail address or phone number that cannot be right.

	Raises:
		IntakeError: names the field and shows what an entry looks like.
	"""
	for df in doc.meta.fields:
		value = (doc.get(df.fieldname) or "").strip() if df.fieldtype == "Data" else None
		if not value:
			continue
		if df.options == "Email" and not validate_email_address(value):
			_refuse(df, value, _("Enter one address such as name@example.com."))
		if df.options == "Phone" and not validate_phone_number(value):
			_refuse(df, value, _("Enter digits, spaces and + - ( ) only, such as +49 30 123456."))


def validate_officer(doc: Document, field: str, roles: tuple[str, ...]) -> None:
	"""Refuse a newly named officer who is disabled or has none of `roles`.

	Raises:
		IntakeError: names the field, the user and the roles.
	"""
	user, before = doc.get(field), doc.get_doc_before_save()
	if not user or (before and before.get(field) == user):
		return
	if not frappe.get_cached_value("User", user, "enabled") or not set(roles) & set(frappe.get_roles(user)):
		frappe.throw(
			_("{0}: {1} is disabled or has none of these roles: {2}").format(
				frappe.bold(_(doc.meta.get_label(field))), user, ", ".join(_(role) for role in roles)
			),
			IntakeError,
		)


def _refuse(df: Document, value: str, advice: str) -> None:
	frappe.throw(
		_("{0}: {1} is not valid. {2}").format(
			frappe.bold(_(df.label)), frappe.utils.escape_html(value), advice
		),
		IntakeError,
	)
