"""Frappe's requests for personal data, where they meet cases (hook `override_doctype_class`).

Download: Frappe collects whole rows of every DocType that holds personal data, for whatever address is asked for.
Whoever registered complaints would get them all, and a person complained about the party that says so. So cases are
left out; a complainant's own record is handed out by `own_record`, without what concerns others.

Deletion: what a case under a legal hold says of the person is evidence, and stays until the hold ends.
"""

import json

import frappe
from frappe import _
from frappe.website.doctype.personal_data_deletion_request.personal_data_deletion_request import (
	PersonalDataDeletionRequest,
)
from frappe.website.doctype.personal_data_download_request.personal_data_download_request import (
	PersonalDataDownloadRequest,
)

from iso10002.confidentiality.conditions import ABOUT, case_document_of
from iso10002.confidentiality.identity import PARTY, VAULT
from iso10002.confidentiality.rule import CASE_DOCTYPES


class DownloadWithoutCases(PersonalDataDownloadRequest):
	"""Frappe's request with one change: rows of cases and about cases are not in the file."""

	def generate_file_and_send_mail(self, personal_data: str) -> None:
		collected = json.loads(personal_data)
		kept = {doctype: _without_cases(doctype, rows) for doctype, rows in collected.items()}
		kept = {doctype: rows for doctype, rows in kept.items() if rows}
		super().generate_file_and_send_mail(json.dumps(kept, indent=2))


class DeletionUnlessHeld(PersonalDataDeletionRequest):
	"""Frappe's request with one change: it waits (On Hold) while a case of the person is under a legal hold."""

	@frappe.whitelist()
	def trigger_data_deletion(self) -> None:
		self.validate_data_anonymization()
		if is_held(self.email):
			self.put_on_hold()
			frappe.msgprint(
				_(
					"A complaint this person is named in is under a legal hold. The request waits; delete the data when the hold has ended."
				)
			)
			return
		super().trigger_data_deletion()


def _without_cases(doctype: str, rows: list[dict]) -> list[dict]:
	if doctype in CASE_DOCTYPES:
		return []
	if doctype not in ABOUT:
		return rows
	return [row for row in rows if not case_document_of(*(row.get(field) for field in ABOUT[doctype]))]


def is_held(address: str) -> bool:
	"""Whether somebody with this e-mail address is named in a case under a legal hold."""
	case = frappe.qb.DocType("Complaint")
	for doctype in (PARTY, VAULT):
		person = frappe.qb.DocType(doctype)
		query = frappe.qb.from_(person).join(case).on(case.name == person.complaint).select(case.name)
		if query.where((person.email == address) & (case.legal_hold == 1)).limit(1).run():
			return True
	return False
