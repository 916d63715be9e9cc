"""Taking in a complaint from outside: the page, other systems and the mailbox all end here.

This is the one place where a complaint is written for somebody without an account. What may be set is the list
`FIELDS`; everything else about the case is decided by the app. Source: ISO 10002:2018 clauses 4.3, 7.2 and annex C.
"""

import hashlib
import json
import re
from dataclasses import dataclass

import frappe
from frappe.utils import getdate, nowdate, validate_email_address, validate_phone_number

from iso10002.confidentiality import identity
from iso10002.handling import receipts
from iso10002.handling.errors import IntakeError
from iso10002.portal import uploads
from iso10002.portal.languages import _
from iso10002.portal.protection import settings

# field: (of what, its field there, most characters). `case` is the complaint, the others are parties.
FIELDS = {
	"description": ("case", "description", 20_000),
	"category": ("case", "category", 140),
	"problem_date": ("case", "problem_date", 10),
	"happened_before": ("case", "happened_before", 3),
	"product": ("case", "product_or_service", 140),
	"product_reference": ("case", "product_reference", 140),
	"unit": ("case", "unit_concerned", 140),
	"remedy_requested": ("case", "remedy_requested", 3),
	"remedy_sought": ("case", "remedy_sought", 2_000),
	"name": ("complainant", "full_name", 140),
	"organisation": ("complainant", "organisation", 140),
	"email": ("complainant", "email", 140),
	"phone": ("complainant", "phone", 40),
	"address": ("complainant", "address", 300),
	"postal_code": ("complainant", "postal_code", 20),
	"city": ("complainant", "city", 100),
	"country": ("complainant", "country", 140),
	"assistance": ("complainant", "assistance_needed", 1_000),
	"representative_name": ("representative", "full_name", 140),
	"representative_organisation": ("representative", "organisation", 140),
	"representative_email": ("representative", "email", 140),
	"representative_phone": ("representative", "phone", 40),
	"authority": ("representative", "authority", 40),
}
EMAILS = ("email", "representative_email")
PHONES = ("phone", "representative_phone")
WAYS_TO_REACH = ("email", "phone", "address", "representative_email", "representative_phone")
WHO = ("name", "organisation", *WAYS_TO_REACH)
CHOICES = {"happened_before": ("Yes", "No"), "remedy_requested": ("Yes", "No")}
TICKS = ("consent", "may_disclose", "protect_name", "anonymous")
UNPRINTABLE = re.compile("[\x00-\x08\x0b-\x1f\x7f\ud800-\udfff]")


class FormError(IntakeError):
	"""What was sent needs a correction; `errors` has a sentence per field."""

	def __init__(self, errors: dict[str, str]):
		super().__init__(" ".join(errors.values()))
		self.errors = errors


@dataclass(frozen=True)
class Taken:
	"""A complaint taken in: its reference, its receipt code, and whether the same request came before."""

	reference: str
	code: str
	again: bool


def clean(values: dict) -> dict:
	"""Return the known fields with their texts tidied, and check each.

	Args:
		values: texts by the names of `FIELDS`, and the ticks of `TICKS`.

	Raises:
		FormError: names each field that needs a correction and says what to do.
	"""
	tidy = {field: clean_text(values.get(field)) for field in FIELDS}
	tidy.update({field: _ticked(values.get(field)) for field in TICKS})
	errors = {}
	for field, (_party, _target, most) in FIELDS.items():
		if len(tidy[field]) > most:
			errors[field] = _(
				"This text is too long: at most {0} characters. You can attach it as a file."
			).format(most)
	for field in (*EMAILS, *PHONES):
		if tidy[field] and field not in errors and not _is_way(field, tidy[field]):
			errors[field] = _wrong_way(field)
	if not tidy["description"]:
		errors["description"] = _("Please tell us what happened.")
	for field, known in CHOICES.items():
		if tidy[field] and tidy[field] not in known:
			errors[field] = _("Please choose one of the answers.")
	errors.update(_wrong_choices(tidy))
	if tidy["problem_date"] and not _is_past_day(tidy["problem_date"]):
		errors["problem_date"] = _("Please give a day that is not in the future.")
	errors.update(_missing_contact(tidy))
	if settings().consent_required and not tidy["consent"]:
		errors["consent"] = _(
			"Without your agreement we cannot take the complaint here. Please contact us in another way."
		)
	if errors:
		raise FormError(errors)
	return tidy


def take_in(
	tidy: dict, files: list[dict], *, channel: str, language: str | None, key: str, **more: object
) -> Taken:
	"""Write a complaint with its parties, files and receipt, or find the one the same request made before.

	Args:
		tidy: what `clean` returned.
		files: what `uploads.read` returned.
		channel: a Complaint Channel.
		language: of the visitor.
		key: the key of the request; what comes again under it makes no second complaint.
		more: further fields of the case, from the app itself.

	Raises:
		IntakeError: the key was used for another complaint, or a rule of the case refuses it.
	"""
	sent = _fingerprint(tidy, files)
	if found := _taken_before(key, sent):
		return found
	code = receipts.make_code(f"{key}.{sent}")
	language = language if language and frappe.db.exists("Language", language) else None
	case = frappe.new_doc("Complaint")
	case.update(_fields_of("case", tidy))
	case.update({"channel": channel, "language": language, **more})
	case.allegations = []
	case.append("allegations", {"allegation": _point(tidy), "category": tidy["category"] or None})
	if files:
		case.enclosures = "\n".join(file["name"] for file in files)
	case.parties = _parties(tidy, language)
	# Safe: only fields of FIELDS come from outside, and all rules of a new case hold. Nothing is read by this.
	case.insert(ignore_permissions=True)
	try:
		receipts.create(case.name, code, language, key, sent)
	except (frappe.UniqueValidationError, frappe.DuplicateEntryError):
		frappe.db.rollback()  # the same request came at the same moment and was faster
		return _taken_before(key, sent)
	uploads.store(case.name, files)
	return Taken(case.name, receipts.shown(code), False)


def _taken_before(key: str, sent: str) -> Taken | None:
	row = frappe.db.get_value("Complaint Receipt", {"request_key": key}, ["complaint", "request_hash"])
	if not row:
		return None
	if row[1] != sent:
		frappe.throw(_("This request was used for another complaint. Start a new one."), IntakeError)
	return Taken(row[0], receipts.shown(receipts.make_code(f"{key}.{sent}")), True)


def _fingerprint(tidy: dict, files: list[dict]) -> str:
	parts = [tidy, [(file["name"], hashlib.sha256(file["content"]).hexdigest()) for file in files]]
	return hashlib.sha256(json.dumps(parts, sort_keys=True).encode()).hexdigest()


def _point(tidy: dict) -> str:
	"""Return the point complained about: the beginning of the words, up to a sentence or a line."""
	return (
		re.split(r"(?<=[.!?])\s|\n", tidy["description"], maxsplit=1)[0][:500].strip()
		or tidy["description"][:500]
	)


def _parties(tidy: dict, language: str | None) -> list[dict]:
	parties = []
	for role in ("complainant", "representative"):
		values = _fields_of(role, tidy)
		if not values:
			continue
		party = {"role": role.title(), "language": language, **values}
		if not values.get("full_name") and values.get("organisation"):
			party["party_type"] = "Organisation"
		if role == "complainant" and tidy["may_disclose"]:
			party.update(
				{
					"consent_to_disclose": 1,
					"consent_on": nowdate(),
					"consent_scope": _(
						"To the people concerned, as far as answering the complaint needs it."
					),
				}
			)
		if tidy["protect_name"]:
			party["identity"] = identity.CONFIDENTIAL
		parties.append(party)
	return parties


def _fields_of(part: str, tidy: dict) -> dict:
	return {
		target: tidy[field]
		for field, (whose, target, _most) in FIELDS.items()
		if whose == part and tidy[field]
	}


def clean_text(value: object) -> str:
	text = "" if value is None else str(value)
	return UNPRINTABLE.sub("", text.replace("\r\n", "\n").replace("\r", "\n")).strip()


def _ticked(value: object) -> bool:
	return str(value or "").lower() in ("1", "on", "true", "yes")


def _is_way(field: str, value: str) -> bool:
	if field in EMAILS:
		return bool(validate_email_address(value)) and "," not in value and "\n" not in value
	return bool(validate_phone_number(value))


def _wrong_way(field: str) -> str:
	if field in EMAILS:
		return _("Please give one e-mail address such as name@example.com, or leave this empty.")
	return _("Please give digits, spaces and + - ( ) only, or leave this empty.")


def _is_past_day(value: str) -> bool:
	try:
		return bool(re.fullmatch(r"\d{4}-\d\d-\d\d", value)) and getdate(value) <= getdate()
	except (ValueError, frappe.ValidationError):
		return False


def _wrong_choices(tidy: dict) -> dict[str, str]:
	"""Return the fields that name a record which is not offered."""
	wrong = {}
	if tidy["category"] and not frappe.db.exists(
		"Complaint Category", {"name": tidy["category"], "disabled": 0, "is_group": 0}
	):
		wrong["category"] = _("Please choose one of the answers.")
	if tidy["country"] and not frappe.db.exists("Country", tidy["country"]):
		wrong["country"] = _("Please choose one of the answers.")
	if tidy["authority"] and tidy["authority"] not in authorities():
		wrong["authority"] = _("Please choose one of the answers.")
	return wrong


def authorities() -> list[str]:
	"""Return what a representative's authority may be."""
	options = frappe.get_meta("Complaint Party").get_field("authority").options or ""
	return [option for option in options.split("\n") if option]


def _missing_contact(tidy: dict) -> dict[str, str]:
	reachable = any(tidy[field] for field in WAYS_TO_REACH)
	if reachable:
		return {}
	if tidy["anonymous"] and settings().allow_anonymous:
		return {}
	if settings().allow_anonymous:
		return {"email": _("Please give a way to reach you, or choose to complain without one.")}
	return {
		"email": _("Please give a way to reach you: an e-mail address, a phone number or a postal address.")
	}
