"""The access rule as hooks of Frappe: one condition per DocType, and the answer for one document.

A function per DocType, because early versions of Frappe 15 do not say which one they ask for.
"""

from collections.abc import Callable

import frappe
from frappe.model.document import Document
from frappe.query_builder.functions import Cast_, Coalesce
from pypika import Table
from pypika.functions import NullIf
from pypika.queries import QueryBuilder
from pypika.terms import Case, Criterion, ExistsCriterion, ValueWrapper

from iso10002.compat import NO_OPINION
from iso10002.confidentiality.rule import (
	CASE_DOCTYPES,
	HANGS_ON_CASE,
	Viewer,
	as_sql,
	for_both,
	hanging_condition,
	may_see,
	may_see_document,
	seen_by,
	seen_parent,
	viewer_or_nobody,
)
from iso10002.confidentiality.written import Written, written_once

# DocTypes whose reports show cases: those of a case, and what the reports of this app are reports of.
REPORTED = CASE_DOCTYPES | {"Complaint Management Report"}

# What Frappe writes about documents: DocType, its field with the other's DocType, its field with the name. Not every
# version of Frappe has all of them.
ABOUT = {
	"Communication": ("reference_doctype", "reference_name"),
	"Comment": ("reference_doctype", "reference_name"),
	"File": ("attached_to_doctype", "attached_to_name"),
	"ToDo": ("reference_type", "reference_name"),
	"Version": ("ref_doctype", "docname"),
	"Notification Log": ("document_type", "document_name"),
	"Tag Link": ("document_type", "document_name"),
	"View Log": ("reference_doctype", "reference_name"),
	"Document Follow": ("ref_doctype", "ref_docname"),
	"DocShare": ("share_doctype", "share_name"),
	"Document Share Key": ("reference_doctype", "reference_docname"),
	"Workflow Action": ("reference_doctype", "reference_name"),
	"Activity Log": ("reference_doctype", "reference_name"),
	"Access Log": ("export_from", "reference_document"),
	"Deleted Document": ("deleted_doctype", "deleted_name"),
	"Email Queue": ("reference_doctype", "reference_name"),
	"Email Unsubscribe": ("reference_doctype", "reference_name"),
	"Energy Point Log": ("reference_doctype", "reference_name"),
	"Error Log": ("reference_doctype", "reference_name"),
	"Integration Request": ("reference_doctype", "reference_docname"),
	"Milestone": ("reference_type", "reference_name"),
	"Submission Queue": ("ref_doctype", "ref_docname"),
}

# Rows of these, which Frappe lists by themselves to who may read what they are rows of.
ROWS_OF_ABOUT = {"Communication Link": "Communication", "Email Queue Recipient": "Email Queue"}
LINKED = {"Communication Link": ("link_doctype", "link_name")}

# Rows about a case that others are about in turn: the versions, files and views of its mails, tasks and comments.
TOLD_OF = ("Comment", "Communication", "File", "ToDo")
MOST_HANDS = 3

# All DocTypes with rows that belong to a case. Mails in a mailbox for complaints become part of one, or name one.
MAIL = "Complaint Mail"
CONCERNED = frozenset({*CASE_DOCTYPES, *ABOUT, *ROWS_OF_ABOUT, MAIL, "Prepared Report"})

# What a mail is about that only the Administrator reads in the queue: of a case nobody sees. With the name of the case,
# its readers could follow it there, and Frappe would put an answer into the case without asking whom it is from.
OF_SOME_CASE = {"reference_doctype": "Complaint", "reference_name": "-"}


def _of_case(doctype: str) -> Callable[[str | None], str]:
	def condition(user: str | None = None) -> str:
		return hanging_condition(doctype, user)

	return condition


def _about_case(doctype: str) -> Callable[[str | None], str]:
	def condition(user: str | None = None) -> str:
		return about_condition(doctype, user)

	return condition


allegation_condition = _of_case("Complaint Allegation")
remedy_condition = _of_case("Complaint Remedy")
party_condition = _of_case("Complaint Party")
access_row_condition = _of_case("Complaint Access")
log_condition = _of_case("Complaint Access Log")
identity_condition = _of_case("Complaint Identity")
event_condition = _of_case("Complaint Event")
clock_condition = _of_case("Complaint Clock")
clock_notice_condition = _of_case("Complaint Clock Notice")
investigation_condition = _of_case("Complaint Investigation")
step_condition = _of_case("Complaint Investigation Step")
inquiry_condition = _of_case("Complaint Inquiry")
interview_condition = _of_case("Complaint Interview")
relied_evidence_condition = _of_case("Complaint Investigation Evidence")
finding_condition = _of_case("Complaint Finding")
cause_condition = _of_case("Complaint Investigation Cause")
review_condition = _of_case("Complaint Review")
referral_condition = _of_case("Complaint Referral")
evidence_condition = _of_case("Complaint Evidence")
survey_condition = _of_case("Complaint Survey")
receipt_condition = _of_case("Complaint Receipt")

communication_condition = _about_case("Communication")
comment_condition = _about_case("Comment")
file_condition = _about_case("File")
todo_condition = _about_case("ToDo")
version_condition = _about_case("Version")
notification_log_condition = _about_case("Notification Log")
tag_link_condition = _about_case("Tag Link")
view_log_condition = _about_case("View Log")
document_follow_condition = _about_case("Document Follow")
docshare_condition = _about_case("DocShare")
share_key_condition = _about_case("Document Share Key")
workflow_action_condition = _about_case("Workflow Action")
activity_log_condition = _about_case("Activity Log")
access_log_condition = _about_case("Access Log")
deleted_document_condition = _about_case("Deleted Document")
email_queue_condition = _about_case("Email Queue")
unsubscribe_condition = _about_case("Email Unsubscribe")
energy_point_condition = _about_case("Energy Point Log")
error_log_condition = _about_case("Error Log")
integration_request_condition = _about_case("Integration Request")
milestone_condition = _about_case("Milestone")
submission_condition = _about_case("Submission Queue")
communication_link_condition = _about_case("Communication Link")
email_recipient_condition = _about_case("Email Queue Recipient")


def about_condition(doctype: str, user: str | None = None) -> str:
	"""Return the condition for lists of a DocType of ABOUT, or of ROWS_OF_ABOUT (hook `permission_query_conditions`)."""
	user = user or frappe.session.user
	if user != frappe.session.user:
		# a list made with somebody's rights for others, such as an Auto Email Report
		return as_sql(_condition(doctype, None))
	condition = listed(doctype, user)
	return "" if condition is None else as_sql(condition)


def listed(doctype: str, user: str) -> Written | None:
	"""Return the condition on a DocType of ABOUT: rows about a case as the case is, others as they were.

	None where everything is visible (Administrator).
	"""
	return None if user == "Administrator" else _condition(doctype, viewer_or_nobody(user))


def _condition(doctype: str, who: Viewer | None) -> Written:
	if doctype not in ROWS_OF_ABOUT:
		return _listed(doctype, who)
	return _rows_listed(doctype, who, "int" in frappe.db.get_column_type(ROWS_OF_ABOUT[doctype], "name"))


@written_once
def _rows_listed(doctype: str, who: Viewer | None, is_numbered: bool) -> Criterion:
	"""Rows of what is not listed are not listed; nor are those that link to what is not seen.

	Where the parent has a number for a name, the row has it as text: compared as it is, no index would be used.
	"""
	kind = ROWS_OF_ABOUT[doctype]
	row, parent = frappe.qb.DocType(doctype), frappe.qb.DocType(kind)
	name = Cast_(row.parent, "signed" if frappe.db.db_type == "mariadb" else "bigint")
	found = frappe.qb.from_(parent).select(1).where(parent.name == (name if is_numbered else row.parent))
	found = found.where(_listed(kind, who))
	seen = (row.parenttype != kind) | (ValueWrapper(1) == found)  # compared, as `rule._is_found`
	return seen & _listed(doctype, who) if doctype in LINKED else seen


@written_once
def _listed(doctype: str, who: Viewer | None) -> Criterion:
	"""These are lists of the whole site, so the rule is in them once, whatever kind of document a row is about."""
	row = frappe.qb.DocType(doctype)
	doctype_field, name_field = (ABOUT | LINKED)[doctype]
	of, name = row[doctype_field], row[name_field]
	elsewhere = of.isnull() | of.notin(sorted(CASE_DOCTYPES))
	case, reference = frappe.qb.DocType("Complaint"), Case().when(of == "Complaint", name)
	for kind, field in HANGS_ON_CASE.items():
		if field == "complaint":
			document = frappe.qb.DocType(kind)
			found = frappe.qb.from_(document).select(document.complaint).where(document.name == name)
			reference = reference.when(of == kind, found)
	found = frappe.qb.from_(case).select(1).where(case.name == reference).where(seen_by(who))
	about = elsewhere | ExistsCriterion(found)
	mail = frappe.qb.DocType(MAIL)
	mails = frappe.qb.from_(mail).select(mail.name).where(_mails_listed(who))
	about &= of.isnull() | (of != MAIL) | name.isin(mails)
	for kind in TOLD_OF:
		about &= ExistsCriterion(
			_told_of_case(kind).where((of == kind) & (_alias(kind).name == name))
		).negate()
	if doctype == "Deleted Document":
		kept = [row.data.like(f'%"{ABOUT[kind][0]}": "Complaint%') for kind in TOLD_OF]
		about &= (of.notin(TOLD_OF) | Criterion.any(kept).negate()) | row.data.isnull()
	return about


def _told_of_case(kind: str) -> QueryBuilder:
	"""Return the query of the rows of a kind of TOLD_OF that are about a case, hidden or not.

	What is about these in turn is in no list of the whole site, whoever asks. That keeps the rule in these lists once; one
	such document opens to who may see the case.
	"""
	row = _alias(kind)
	return frappe.qb.from_(row).select(1).where(row[ABOUT[kind][0]].isin(sorted({*CASE_DOCTYPES, MAIL})))


def mail_condition(user: str | None = None) -> str:
	"""Return the condition for lists of Complaint Mail (hook `permission_query_conditions`)."""

	def condition(user: str) -> Written | None:
		return None if user == "Administrator" else _mails_listed(viewer_or_nobody(user))

	return for_both(user, condition)


@written_once
def _mails_listed(who: Viewer | None) -> Criterion:
	"""Mails go with the case they became part of, or else with the one they name; others are for all who have to do with cases."""
	mail = frappe.qb.DocType(MAIL)
	if who is None:
		return mail.name.isnull()
	case = Coalesce(NullIf(mail.complaint, ""), NullIf(mail.about, ""))
	return case.isnull() | seen_parent("Complaint", case, seen_by(who))


def may_open_mail(doc: Document, ptype: str | None = None, user: str | None = None) -> bool:
	"""Answer for one Complaint Mail (hook `has_permission`), as it is in hand and as it is stored under its name."""
	user = user or frappe.session.user
	cases = {doc.complaint or doc.about, case_of_mail(doc.name)} - {None, ""}
	return all(may_see(user, case) for case in cases)


def case_of_mail(name: str | None) -> str | None:
	"""Return the case a Complaint Mail became part of, or else the one it names; None if none."""
	found = frappe.db.get_value(MAIL, name, ["complaint", "about"]) if name else None
	return next(filter(None, found or ()), None)


def may_see_told(user: str, doctype: str, name: str | None) -> bool:
	"""Whether `user` may see what `case_document_of` returned: a document of a case, or a mail that has none."""
	if doctype == MAIL:
		return user == "Administrator" or viewer_or_nobody(user) is not None
	return may_see_document(user, doctype, name)


def _alias(kind: str) -> Table:
	return frappe.qb.DocType(kind).as_(f"about_{frappe.scrub(kind)}")


def case_document_of(doctype: str | None, name: str | None) -> tuple[str, str | None] | None:
	"""Return the document of a case that a document of any kind is, or is about at whatever hand; None if none.

	A mail in a mailbox for complaints stands for its case, or for itself as long as it has none.
	"""
	for _hand in range(MOST_HANDS):
		if doctype in ROWS_OF_ABOUT:
			doctype, name = ROWS_OF_ABOUT[doctype], frappe.db.get_value(doctype, name, "parent")
		if doctype not in ABOUT:
			break
		doctype, name = frappe.db.get_value(doctype, name, ABOUT[doctype]) or (None, None)
	if doctype == MAIL and name:
		case = case_of_mail(name)
		return ("Complaint", case) if case else (MAIL, name)
	return (doctype, name) if doctype in CASE_DOCTYPES else None


def told_of(doc: Document) -> tuple[str, str | None] | None:
	"""Return the document of a case that a row of ABOUT, stored or not yet, is about; None if none."""
	of, name = (doc.get(field) for field in ABOUT[doc.doctype])
	if doc.doctype == "Deleted Document" and of in ABOUT:
		kept = frappe.parse_json(doc.data or "{}")
		of, name = (kept.get(field) for field in ABOUT[of])
	return case_document_of(of, name)


def is_on_cases(report: str | None) -> bool:
	"""Whether a report shows cases; what it shows is then for the user whose rights it was made with."""
	return bool(report) and frappe.db.get_value("Report", report, "ref_doctype") in REPORTED


def prepared_report_condition(user: str | None = None) -> str:
	"""Return the condition for lists of Prepared Report: of reports on cases, everybody has the own ones only."""
	user = user or frappe.session.user
	if user == "Administrator":
		return ""
	row, report = frappe.qb.DocType("Prepared Report"), frappe.qb.DocType("Report")
	on_cases = frappe.qb.from_(report).select(report.name).where(report.ref_doctype.isin(sorted(REPORTED)))
	return as_sql(row.report_name.notin(on_cases) | (row.owner == user))


def may_open_about(doc: Document, ptype: str | None = None, user: str | None = None) -> bool | None:
	"""Answer for one document of ABOUT (hook `has_permission`): no if it is about a case the user may not see."""
	return False if is_about_hidden(doc, user or frappe.session.user) else NO_OPINION


def is_about_hidden(doc: Document, user: str) -> bool:
	"""Whether a document of ABOUT, as it is in hand or as it is stored under its name, is about a case hidden from `user`.

	What a request sends may give one row the name of another, or say that it is about something else.
	"""
	if user == "Administrator":
		return False
	documents = {told_of(doc), case_document_of(doc.doctype, doc.name) if doc.name else None} - {None}
	return not all(may_see_told(user, *document) for document in documents)


def may_open_prepared_report(doc: Document, ptype: str | None = None, user: str | None = None) -> bool | None:
	"""Answer for one Prepared Report (hook `has_permission`): a report on cases is for who had it made."""
	user = user or frappe.session.user
	return False if is_on_cases(doc.report_name) and user not in (doc.owner, "Administrator") else NO_OPINION
