"""Checks of what comes from outside that no field type does for us, with messages that name the field."""

import math
import re
from collections.abc import Callable
from datetime import date
from numbers import Number

import frappe
from frappe import _
from frappe.model import no_value_fields
from frappe.model.document import Document
from frappe.utils import escape_html, get_datetime, validate_email_address, validate_phone_number

from iso10002.handling.errors import IntakeError

# Characters. The database would cut or refuse a text above its own limit without saying which field it was.
MOST_CHARACTERS = {"Data": 140, "Small Text": 10_000, "Text": 15_000, "Long Text": 100_000}
CHOICES = ("Link", "Dynamic Link", "Select")
NUMBERS = ("Int", "Float", "Currency", "Percent", "Check")

# What no keyboard writes: control characters except tab and line breaks, and halves of characters.
UNPRINTABLE = re.compile("[\x00-\x08\x0e-\x1f\x7f\ud800-\udfff]")
ISO_TIME = re.compile(r"\d{4}-\d\d-\d\d([ T]\d\d:\d\d(:\d\d(\.\d{1,6})?)?)?")


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


def validate_kinds(doc: Document) -> None:
	"""Refuse values that are not of the kind of their field, in the document and in the rows of its tables.

	Has to run before Frappe looks up links: it takes a dict as a filter and answers with what it finds, unseen
	by any access rule.

	Raises:
		IntakeError: names the field and shows what an entry looks like.
	"""
	for part in (doc, *doc.get_all_children()):
		for df in part.meta.fields:
			value = part.get(df.fieldname)
			if value in (None, "") or df.fieldtype in no_value_fields:
				continue
			if advice := _wrong_kind(df, value):
				frappe.throw(f"{_where(doc, part)}{frappe.bold(_(df.label))}: {advice}", IntakeError)


def validate_links(doc: Document, look_up: Callable[[], None]) -> None:
	"""Let Frappe look up the links of a document, and say what to do where one leads nowhere.

	Raises:
		LinkValidationError: names the fields and their values.
	"""
	try:
		look_up()
	except frappe.LinkValidationError as error:
		frappe.clear_last_message()
		frappe.throw(
			_("{0}. Choose a record that exists.").format(escape_html(str(error))), frappe.LinkValidationError
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
				frappe.throw(
					_(
						"{0}{1} has {2} characters; at most {3} fit. Shorten it, or attach the text as a file."
					).format(_where(doc, part), frappe.bold(_(df.label)), len(value), limit),
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


def _wrong_kind(df: Document, value: object) -> str | None:
	"""Return what to enter instead of a value that is not of the kind of its field."""
	if not isinstance(value, str | Number | date):
		return _("enter a single value.")
	if isinstance(value, str) and UNPRINTABLE.search(value):
		return _("it contains characters that cannot be shown. Remove them.")
	if df.fieldtype in CHOICES and len(str(value)) > MOST_CHARACTERS["Data"]:
		return _("this is too long for a choice. Choose one from the list.")
	if df.fieldtype in ("Date", "Datetime") and not _is_time(value):
		return _(
			"enter a day such as 2026-12-31, with a time such as 2026-12-31 23:59:00 where one is asked for."
		)
	if df.fieldtype in NUMBERS and not _is_number(value):
		return _("enter a number such as 12.50.")
	return None


def _is_time(value: object) -> bool:
	if not isinstance(value, str):
		return isinstance(value, date)
	try:
		return bool(ISO_TIME.fullmatch(value) and get_datetime(value))
	except ValueError:
		return False


def _is_number(value: object) -> bool:
	try:
		return math.isfinite(float(value))
	except (TypeError, ValueError):
		return False


def _where(doc: Document, part: Document) -> str:
	"""Return the words that say in which row a field is."""
	return "" if part is doc else _("row {0}").format(part.idx) + ", "


def _refuse(df: Document, value: str, advice: str) -> None:
	frappe.throw(
		_("{0}: {1} is not valid. {2}").format(frappe.bold(_(df.label)), escape_html(value), advice),
		IntakeError,
	)
