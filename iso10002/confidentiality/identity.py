"""Protected identities: kept apart from the party, masked everywhere else, opened for a stated purpose only.

The party of a protected identity holds a neutral label instead of the name and nothing else that tells who it is.
So lists, titles, search, filters, sorting, prints, mails, exports and versions have nothing to give away. What was
entered is in Complaint Identity, on which no role has a right, and comes out by `reveal`.

Source: ISO 10002:2018 clause 4.10.
"""

import frappe
from frappe import _
from frappe.model.document import Document
from frappe.utils import add_to_date, escape_html, now_datetime

from iso10002 import roles
from iso10002.confidentiality import access_log
from iso10002.confidentiality.black import blacken, parts
from iso10002.confidentiality.rule import is_in_team, may_see
from iso10002.handling import events

OPEN, CONFIDENTIAL, ANONYMOUS = "Open", "Confidential", "Anonymous"
PARTY, VAULT = "Complaint Party", "Complaint Identity"

NAMES = ("full_name", "organisation", "linked_doctype", "linked_name")
REACH = ("email", "phone", "address", "postal_code", "city")
IDENTIFYING = (*NAMES, *REACH)
# How long a letter may be printed with the name after the identity was opened for a purpose.
OPENED_FOR_HOURS = 24


class IdentityError(frappe.ValidationError):
	"""A protected identity was to be opened without a purpose, or changed past the action for it."""


@frappe.whitelist(methods=["POST"])
def reveal(party: str, purpose: str) -> dict:
	"""Show who a protected party is, and log for which purpose.

	Args:
		party: name of the Complaint Party.
		purpose: what the identity is needed for; kept in the log.

	Returns:
		the fields of IDENTIFYING that are known.

	Raises:
		PermissionError: the user may not see the case, or is neither of its team nor its manager or the
			privacy officer.
		IdentityError: no purpose was stated, or the identity is not protected.
	"""
	doc = frappe.get_doc(PARTY, str(party))
	_validate_cleared(doc, "reveal")
	if doc.identity == OPEN:
		frappe.throw(_("This identity is not protected; it stands in the party."), IdentityError)
	if not isinstance(purpose, str) or len(purpose.strip()) < 5:
		frappe.throw(_("Purpose: say in a few words what you need the identity for."), IdentityError)
	access_log.note(access_log.REVEALED, doc.complaint, PARTY, doc.name, purpose=purpose.strip())
	return {field: value for field, value in stored(doc.name).items() if value}


@frappe.whitelist(methods=["POST"])
def open_identity(party: str, reason: str) -> None:
	"""End the protection of an identity: it stands in the party again, for all who see the case.

	Args:
		party: name of the Complaint Party.
		reason: why, for example that the person agreed; kept in the journal and in the log.

	Raises:
		PermissionError: see `reveal`; also who may not change the party.
		IdentityError: no reason was given, the identity is not protected, or a complainant whose identity is
			confidential did not consent.
	"""
	doc = frappe.get_doc(PARTY, str(party), for_update=True)
	doc.check_permission("write")
	_validate_cleared(doc, "open_identity")
	if doc.identity == OPEN:
		frappe.throw(_("This identity is not protected; it stands in the party."), IdentityError)
	if not isinstance(reason, str) or len(reason.strip()) < 5:
		frappe.throw(_("Reason: say in a few words why the identity is opened."), IdentityError)
	if doc.role == "Complainant" and not (doc.consent_to_disclose and doc.consent_on and doc.consent_scope):
		frappe.throw(
			_(
				"Consent to disclose: enter first that the complainant agreed, on which day, to whom and for what."
			),
			IdentityError,
		)
	doc.update({**stored(doc.name), "identity": OPEN})
	doc.flags.opening_identity = True
	doc.save()
	_forget(doc.name)
	access_log.note(access_log.REVEALED, doc.complaint, PARTY, doc.name, purpose=reason.strip())
	details = {"party": doc.name, "role": doc.role}
	events.append(doc.complaint, "Identity Opened", remark=reason.strip(), details=details)


def protect(party: Document) -> None:
	"""Take what tells who it is out of a party that is being saved, if its identity is protected.

	Last step of validating the party, so what was given has been checked. `keep` stores it.

	Raises:
		IdentityError: protection was taken away by saving, or an anonymous party was given a name.
	"""
	before = party.get_doc_before_save()
	was = (before.identity or OPEN) if before else OPEN
	party.identity = party.identity or OPEN
	if party.identity == OPEN:
		if was != OPEN and not party.flags.opening_identity:
			frappe.throw(_("Identity: use 'Open identity' and give a reason."), IdentityError)
		return
	given = {field: party.get(field) for field in IDENTIFYING if party.get(field)}
	if given.get("full_name") == label_of(party):
		del given["full_name"]
	if party.identity == ANONYMOUS:
		becomes = before and was != ANONYMOUS  # then the name known so far is dropped
		if not becomes and any(given.get(field) for field in NAMES):
			_refuse_names()
		given = {field: value for field, value in given.items() if field in REACH}
	party.flags.identity = given
	party.update({**dict.fromkeys(IDENTIFYING), "full_name": label_of(party)})
	party.flags.ignore_version = True


def keep(party: Document) -> None:
	"""Store what `protect` took out of a party, after the party itself was saved."""
	if party.identity == OPEN:
		return
	before = party.get_doc_before_save()
	known = frappe.db.exists(VAULT, party.name)
	vault = frappe.get_doc(VAULT, party.name) if known else frappe.new_doc(VAULT)
	if party.identity == ANONYMOUS:
		vault.update(dict.fromkeys(NAMES))
	vault.update(
		{
			**(party.flags.identity or {}),
			"party": party.name,
			"complaint": party.complaint,
			"role": party.role,
		}
	)
	vault.flags.written_with_party = True
	vault.flags.ignore_links = True  # checked with the party
	# Safe: nobody has a right on this DocType; who may write the party was checked when it was saved.
	vault.save(ignore_permissions=True)
	if not before or (before.identity or OPEN) != party.identity:
		_purge_copies(party.name)
		if before:
			_black_out_letters(before)
		details = {"party": party.name, "role": party.role, "identity": party.identity}
		events.append(party.complaint, "Identity Protected", details=details)


def forget(party: Document) -> None:
	"""Remove the stored identity of a party that is being removed."""
	_forget(party.name)


def stored(party: str) -> dict:
	"""Return what is stored of a protected identity, for the server's own work. Never hand it out unlogged."""
	return frappe.db.get_value(VAULT, party, list(IDENTIFYING), as_dict=True) or {}


def with_identities(parties: list[frappe._dict]) -> list[frappe._dict]:
	"""Put the stored identities into rows of parties (with `name`), for the server's own work.

	Only the columns a row has are filled in. Never hand the result out unlogged.
	"""
	names = [party.name for party in parties]
	found = (
		frappe.get_all(VAULT, filters={"name": ("in", names)}, fields=["name", *IDENTIFYING]) if names else []
	)
	by_name = {row.name: row for row in found}
	for party in parties:
		if row := by_name.get(party.name):
			party.update({field: row[field] for field in IDENTIFYING if field in party})
	return parties


def label_of(party: Document) -> str:
	"""Return the neutral label of a party: its role, stored untranslated like every role."""
	return party.role


def is_cleared(user: str, complaint: str) -> bool:
	"""Whether `user` may open protected identities of a case: its team, its manager and the privacy officer."""
	if not may_see(user, complaint):
		return False
	return bool({roles.MANAGER, roles.PRIVACY_OFFICER}.intersection(frappe.get_roles(user))) or is_in_team(
		user, complaint
	)


def has_opened(user: str, party: str, complaint: str) -> bool:
	"""Whether `user` may open protected identities of a case and has opened this one, for a stated purpose, within a day."""
	if not is_cleared(user, complaint):
		return False
	rows = {"user": user, "document": party, "action": access_log.REVEALED}
	since = add_to_date(now_datetime(), hours=-OPENED_FOR_HOURS)
	return bool(frappe.db.exists("Complaint Access Log", {**rows, "happened_on": (">=", since)}))


def _validate_cleared(party: Document, attempt: str) -> None:
	party.check_permission("read")
	if not is_cleared(frappe.session.user, party.complaint):
		access_log.refused(party.complaint, f"{attempt} {party.name}")
		frappe.throw(
			_("Protected identities are for the people the case was given to. Ask the manager for access."),
			frappe.PermissionError,
		)


def _refuse_names() -> None:
	frappe.throw(
		_("Name, Organisation, Record: leave them empty for somebody anonymous, or choose Confidential."),
		IdentityError,
	)


def _purge_copies(party: str) -> None:
	"""Delete the versions of a party, which hold the values from before it was protected."""
	version = frappe.qb.DocType("Version")
	frappe.qb.from_(version).delete().where((version.ref_doctype == PARTY) & (version.docname == party)).run()


def _black_out_letters(party: Document) -> None:
	"""Black out in the letters to a party, which the journal keeps as they were sent, who it was before it was protected."""
	names = {party.get(field) for field in IDENTIFYING if field != "linked_doctype"} - {
		None,
		"",
		label_of(party),
	}
	if party.full_name in names:
		names.update(parts(party.full_name))
	words = names | set(map(escape_html, names))
	letters = {"complaint": party.complaint, "event": ("in", ("Contact", "Reminder"))}
	for row in frappe.get_all("Complaint Event", letters, ["name", "remark", "details"]):
		details = frappe.parse_json(row.details or "{}")
		if details.get("party") == party.name:
			details.update({key: blacken(details.get(key), words) for key in ("subject", "message")})
			values = {"remark": blacken(row.remark, words), "details": events.as_json(details)}
			frappe.db.set_value("Complaint Event", row.name, values, update_modified=False)


def _forget(party: str) -> None:
	vault = frappe.qb.DocType(VAULT)
	frappe.qb.from_(vault).delete().where(vault.name == party).run()
