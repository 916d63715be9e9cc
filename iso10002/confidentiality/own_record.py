"""What the organisation holds about somebody who complained, as a file for that person.

It tells the person's own data, what the person said and what the person was answered. It leaves out everybody else:
other parties, the staff, internal notes and the investigation; where a text names one of them, the name is blacked out.

Source: ISO 10002:2018 clause 8.1.
"""

import json

import frappe
from frappe import _
from frappe.model.document import Document
from frappe.utils import cstr

from iso10002 import roles
from iso10002.confidentiality import access_log, identity
from iso10002.confidentiality.black import blacken, parts
from iso10002.handling import events

# Parties that may ask; a person complained about asks under other rules and gets nothing of the complainant.
MAY_ASK = ("Complainant", "Representative", "Contact person")

OF_CASE = (
	"received_on",
	"channel",
	"description",
	"problem_date",
	"product_or_service",
	"product_reference",
	"remedy_sought",
	"status",
	"acknowledged_on",
	"decision",
	"decision_reasons",
	"communicated_on",
	"communication_text",
	"further_ways",
	"acceptance",
	"acceptance_on",
	"acceptance_words",
	"review_grounds",
	"review_outcome",
	"review_reasons",
	"closed_on",
)
OF_PARTY = (
	*identity.IDENTIFYING,
	"role",
	"country",
	"language",
	"preferred_channel",
	"assistance_needed",
	"assistance_given",
	"circumstances",
	"consent_to_disclose",
	"consent_on",
	"consent_scope",
)
OF_POINT = ("allegation", "category", "outcome", "finding")
OF_REMEDY = ("remedy_type", "details", "due_on", "progress", "performed_on")


@frappe.whitelist(methods=["POST"])
def download(party: str, purpose: str) -> None:
	"""Answer with the record of a complainant as a JSON file, and log that it was handed out.

	Args:
		party: name of the Complaint Party of the person who asks.
		purpose: the request it answers, for example its date and how the person was identified.

	Raises:
		PermissionError: the user is neither manager nor privacy officer, or may not see the case.
		IdentityError: no purpose was given, or the party is not one who complained.
	"""
	frappe.only_for((roles.MANAGER, roles.PRIVACY_OFFICER))
	doc = frappe.get_doc("Complaint Party", str(party))
	doc.check_permission("read")
	if doc.role not in MAY_ASK:
		frappe.throw(
			_("This record is for people who complained, not for: {0}").format(_(doc.role)),
			identity.IdentityError,
		)
	if not isinstance(purpose, str) or len(purpose.strip()) < 5:
		frappe.throw(_("Purpose: name the request this answers."), identity.IdentityError)
	content = json.dumps(record(doc), indent=1, ensure_ascii=False, default=cstr)
	access_log.note(
		access_log.HANDED_OUT, doc.complaint, "Complaint Party", doc.name, purpose=purpose.strip()
	)
	events.append(doc.complaint, "Record Handed Out", remark=purpose.strip(), details={"party": doc.name})
	frappe.local.response.update(
		{"type": "download", "filename": f"{doc.complaint}.json", "filecontent": content.encode()}
	)


def record(party: Document) -> dict:
	"""Return what is held about a party who complained, without the data of anybody else."""
	case = frappe.get_doc("Complaint", party.complaint)
	own = {**{field: party.get(field) for field in OF_PARTY}, **identity.stored(party.name)}
	found = {
		"reference": case.name,
		"complaint": {field: case.get(field) for field in OF_CASE if case.get(field)},
		"points": [{field: row.get(field) for field in OF_POINT} for row in case.allegations],
		"remedies": [{field: row.get(field) for field in OF_REMEDY} for row in case.remedies],
		"steps": _steps(case.name),
		"letters": _letters(case.name, party.name),
	}
	blacked = blacken(found, _words_of_others(case, party, own))
	return {**blacked, "you": {field: value for field, value in own.items() if value}}


def _steps(complaint: str) -> list[dict]:
	"""Return the stages with their times, without who took them."""
	return [{"stage": row.event, "on": row.occurred_on} for row in events.entries(complaint)]


def _letters(complaint: str, party: str) -> list[dict]:
	rows = frappe.get_all(
		"Complaint Event",
		filters={"complaint": complaint, "event": ("in", ("Contact", "Reminder"))},
		fields=["occurred_on", "details"],
		order_by="occurred_on asc",
	)
	letters = []
	for row in rows:
		details = json.loads(row.details or "{}")
		if details.get("party") == party:
			letters.append(
				{"on": row.occurred_on, **{key: details.get(key) for key in ("subject", "message")}}
			)
	return letters


def _words_of_others(case: Document, party: Document, own: dict) -> list[str]:
	"""Return the names and addresses of everybody else in the case, longest first; also parts of names."""
	others = identity.with_identities(
		frappe.get_all(
			"Complaint Party",
			filters={"complaint": case.name, "name": ("!=", party.name)},
			fields=["name", "role", *identity.IDENTIFYING],
		)
	)
	values = [row[field] for row in others for field in identity.IDENTIFYING if field != "linked_doctype"]
	values = [value for value in values if value and value not in {row.role for row in others}]
	users = set(frappe.get_all("Complaint Event", filters={"complaint": case.name}, pluck="user"))
	users |= {case.get(df.fieldname) for df in case.meta.get_link_fields() if df.options == "User"}
	staff = frappe.get_all(
		"User", filters={"name": ("in", list(filter(None, users)))}, fields=["name", "full_name"]
	)
	values += [value for row in staff for value in (row.name, row.full_name) if value]
	mine = {word.lower() for value in own.values() if isinstance(value, str) for word in parts(value)}
	words = {part for value in values for part in (value, *parts(value)) if part.lower() not in mine}
	return sorted(words, key=len, reverse=True)
