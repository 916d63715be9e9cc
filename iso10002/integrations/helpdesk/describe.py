"""What a complaint about a record of Helpdesk starts with."""

from frappe.model.document import Document

from iso10002.integrations.core.describe import as_known, of_contact
from iso10002.integrations.words import plain, point


def describe(doc: Document) -> dict:
	"""Return `case` and `party` for a ticket or a customer of Helpdesk."""
	if doc.doctype == "HD Customer":
		party = {"party_type": "Organisation", "organisation": doc.customer_name or doc.name}
		return {"case": {}, "party": {**party, **as_known(doc)}}
	words = plain(doc.description)
	said = point(doc.subject, words)
	party = {"organisation": doc.customer, **of_contact(doc.contact)}
	party["email"] = party.get("email") or doc.raised_by
	known = {"linked_doctype": "HD Customer", "linked_name": doc.customer} if doc.customer else {}
	return {
		"case": {
			"channel": "Web form" if doc.via_customer_portal else "E-mail",
			"received_on": doc.creation,
			"description": words or said,
			"allegations": [{"allegation": said}],
		},
		"party": {**party, **known},
	}
