"""The interface for other systems, version 1: hand in a complaint, read its public status.

Described in `public/openapi.json`. The same rules, limits and checks hold as on the pages; nobody logs in. Answers
are in `message`, as everywhere in Frappe.
"""

import base64
import binascii

import frappe
from frappe import _
from frappe.utils import strip_html

from iso10002.handling.errors import IntakeError
from iso10002.portal import follow, languages, protection, status, take_in, uploads

SHORTEST_KEY, LONGEST_KEY = 16, 200


@frappe.whitelist(allow_guest=True, methods=["POST"])
def complaints() -> dict:
	"""Hand in a complaint: POST /api/method/iso10002.portal.v1.complaints with a header Idempotency-Key.

	The body is a JSON object with the fields of `take_in.FIELDS`, the ticks of `take_in.TICKS`, `language`
	and `files` (a list of objects with `name` and `content` in base64). The same request under the same key makes one
	complaint, however often it comes, and gets the same answer.

	Returns:
		201, or 200 for a request that came before: `reference`, `receipt_code`.

	Errors:
		404 closed, 409 the key was used for another complaint, 422 with `errors` by field, 429 too many.
	"""
	settings, where = protection.settings(), protection.address()
	if not settings.open:
		return _answer(404, error=_("Complaints cannot be handed in here at present"))
	try:
		protection.spend("attempt", where, settings.complaints_an_hour * protection.ATTEMPTS)
		if protection.spent("complaint", where, settings.complaints_an_hour):
			raise protection.Refused("busy", 429)
	except protection.Refused as refused:
		return _answer(refused.status, error=_("Too many requests. Try again in an hour."))
	given = frappe.local.request.get_json(silent=True) or {}
	key = frappe.get_request_header("Idempotency-Key") or ""
	if not isinstance(given, dict) or not SHORTEST_KEY <= len(key) <= LONGEST_KEY:
		return _answer(422, errors={"Idempotency-Key": _("Give a header with 16 to 200 characters.")})
	try:
		_check_kinds(given)
		language = given.get("language") or None
		frappe.local.lang = language or frappe.local.lang
		taken = take_in.take_in(
			take_in.clean(given),
			_files(given.get("files") or []),
			channel=settings.web_channel,
			language=language,
			key=f"v1 {key}",
		)
	except take_in.FormError as error:
		return _answer(422, errors=error.errors)
	except uploads.FileTypeError as error:
		frappe.clear_messages()
		return _answer(422, errors={"files": strip_html(str(error))})
	except IntakeError as error:
		frappe.db.rollback()
		frappe.clear_messages()
		return _answer(409, error=strip_html(str(error)))
	if not taken.again:
		protection.note("complaint", where)
	return _answer(200 if taken.again else 201, reference=taken.reference, receipt_code=taken.code)


@frappe.whitelist(allow_guest=True, methods=["POST"])
def complaint_status() -> dict:
	"""Read the public status of a complaint: POST /api/method/iso10002.portal.v1.complaint_status.

	The body is a JSON object with `reference` and `receipt_code`. A POST, so that the code is in no address and log.

	Returns:
		200 with what `status.view` returns; 403 if they do not belong together, 422 if one is missing, 429.
	"""
	given = frappe.local.request.get_json(silent=True) or {}
	reference, code = (
		given.get(field) if isinstance(given, dict) else None for field in ("reference", "receipt_code")
	)
	if not isinstance(reference, str) or not isinstance(code, str) or not reference or not code:
		return _answer(422, errors={"reference": _("Give reference and receipt code.")})
	try:
		if not follow.open_with_code(reference, code):
			return _answer(403, error=_("This reference and this receipt code do not belong together."))
	except protection.Refused as refused:
		return _answer(refused.status, error=_("Too many requests. Try again in an hour."))
	return _answer(200, **status.view(reference.strip().upper()))


def _answer(code: int, **values: object) -> dict:
	frappe.local.response.http_status_code = code
	return values


def _check_kinds(given: dict) -> None:
	"""Refuse values that are not of the kind their field has.

	Raises:
		FormError: names the fields.
	"""
	errors = {}
	for field in (*take_in.FIELDS, "language"):
		if given.get(field) is not None and not isinstance(given[field], str):
			errors[field] = _("This has to be a text.")
	for field in take_in.TICKS:
		if given.get(field) is not None and not isinstance(given[field], bool):
			errors[field] = _("This has to be true or false.")
	if not errors and given.get("language") and given["language"] not in languages.LANGUAGES:
		errors["language"] = _("Please choose one of the answers.")
	known = {*take_in.FIELDS, *take_in.TICKS, "language", "files"}
	errors.update({str(field)[:140]: _("There is no such field.") for field in given if field not in known})
	if errors:
		raise take_in.FormError(errors)


def _files(given: object) -> list[dict]:
	wrong = take_in.FormError({"files": _("Give a list of files, each with name and content in base64.")})
	if not isinstance(given, list):
		raise wrong
	if len(given) > protection.settings().most_files:
		frappe.throw(
			_("At most {0} files can be sent at once.").format(protection.settings().most_files),
			uploads.FileTypeError,
		)
	found = []
	for file in given:
		if not isinstance(file, dict) or not all(
			isinstance(file.get(part), str) for part in ("name", "content")
		):
			raise wrong
		try:
			content = base64.b64decode(file["content"], validate=True)
		except (binascii.Error, ValueError) as error:
			raise wrong from error
		found.append(uploads.check(uploads.tidy(file["name"]), content))
	return found
