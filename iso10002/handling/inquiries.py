"""Lines of enquiry of an investigation; a question to somebody else is a task (ToDo) that says only its number.

Source: ISO 10002:2018 clause 7.6.
"""

import frappe
from frappe import _
from frappe.model.document import Document
from frappe.utils import format_date, getdate, now_datetime, nowdate

from iso10002.handling import events, notify
from iso10002.handling.errors import DocumentError, IndependenceError


def validate(doc: Document, case: Document) -> None:
	"""Check every question: its point, whom it is asked of, until when, and who answered it.

	Raises:
		DocumentError: names the row and what to do.
		IndependenceError: the person asked may not see the case.
	"""
	before = {row.name: row for row in (doc.get_doc_before_save() or frappe._dict(inquiries=[])).inquiries}
	for row in doc.inquiries:
		old = before.get(row.name) or frappe._dict()
		if row.point and row.point > len(doc.findings):
			_refuse(row, _("there is no point {0}.").format(row.point))
		if row.asked_of and not row.due_on:
			_refuse(row, _("enter by when the answer is needed."))
		asked_anew = row.asked_of != old.asked_of or str(row.due_on) != str(old.due_on)
		if row.asked_of and asked_anew and not row.answer and getdate(row.due_on) < getdate(nowdate()):
			_refuse(row, _("the day the answer is needed by lies in the past."))
		if row.asked_of and row.asked_of != old.asked_of and not may_be_asked(case, row.asked_of):
			frappe.throw(
				_("Questions, row {0}: {1} may not see this case and cannot be asked in it.").format(
					row.idx, frappe.bold(frappe.utils.escape_html(row.asked_of))
				),
				IndependenceError,
			)
		row.todo = old.todo
		_stamp(row, old, is_amendment=bool(doc.amended_from and not doc.get_doc_before_save()))


def may_be_asked(case: Document, user: str) -> bool:
	"""Whether a user may see the case and the questions in it."""
	return bool(
		frappe.has_permission("Complaint", "read", doc=case, user=user)
		and frappe.has_permission("Complaint Investigation", "read", user=user)
	)


def missing(doc: Document) -> list[str]:
	"""Return the questions without an answer, as sentences."""
	return [_("Question {0}: enter the answer.").format(row.idx) for row in doc.inquiries if not row.answer]


def follow_tasks(doc: Document) -> None:
	"""Make a task for every question asked of somebody, close it when the answer is there or the question gone."""
	wanted = {
		row.todo: row
		for row in doc.inquiries
		if row.todo and row.asked_of and not row.answer and doc.docstatus < 2
	}
	before = doc.get_doc_before_save()
	earlier = {row.todo: row for row in (before.inquiries if before else ()) if row.todo}
	for name, row in earlier.items():
		if name not in wanted or wanted[name].asked_of != row.asked_of:
			_close(name)
			if name in wanted:
				wanted[name].db_set("todo", None)
	if doc.docstatus:
		return
	for row in doc.inquiries:
		if row.asked_of and not row.answer and not row.todo:
			row.db_set("todo", _open(doc, row))


@frappe.whitelist(methods=["POST"])
def answer_question(investigation: str, row: str, answer: str) -> str:
	"""Answer a question one was asked; other parts of the investigation stay as they are.

	Args:
		investigation: the number of the investigation.
		row: the name of the row of the question.
		answer: the answer, in plain text.

	Returns:
		When the answer was recorded, in the site's time zone.

	Raises:
		PermissionError: the user may not see the case, or the question was asked of somebody else.
		DocumentError: no answer was given, or the question is answered already.
	"""
	doc = frappe.get_doc("Complaint Investigation", investigation, for_update=True)
	doc.check_permission("read")
	question = next((found for found in doc.inquiries if found.name == row), None)
	if not question or question.asked_of != frappe.session.user:
		frappe.throw(_("This question was not asked of you."), frappe.PermissionError)
	if question.answer or doc.docstatus:
		frappe.throw(_("This question is answered already."), DocumentError)
	if not (answer or "").strip():
		frappe.throw(_("Answer: enter your answer."), DocumentError)
	question.answer = answer
	doc.flags.answering = True
	# Safe: the user was asked this question and may read the case; only the answer is changed.
	doc.save(ignore_permissions=True)
	return str(question.answered_on)


def _stamp(row: Document, old: Document, is_amendment: bool) -> None:
	"""Who answered and when is kept by the server."""
	if is_amendment:
		return
	row.answered_by, row.answered_on = old.answered_by, old.answered_on
	if (row.answer or "") != (old.answer or ""):
		row.answered_by = frappe.session.user if row.answer else None
		row.answered_on = now_datetime() if row.answer else None


def _open(doc: Document, row: Document) -> str:
	todo = frappe.new_doc("ToDo")
	todo.update(
		{
			"allocated_to": row.asked_of,
			"assigned_by": frappe.session.user,
			"date": row.due_on,
			"reference_type": doc.doctype,
			"reference_name": doc.name,
			# A task is read in many places: it says the number of the question and nothing of the case.
			"description": _("{0}: question {1}").format(doc.name, row.idx),
		}
	)
	todo.insert()
	_tell(doc, row)
	events.append(doc.complaint, "Input Requested", details={"document": doc.name, "question": row.idx})
	return todo.name


def _tell(doc: Document, row: Document) -> None:
	"""Tell the person asked that a question waits; what it is about is read where the access rule holds."""
	if row.asked_of == frappe.session.user:
		return
	desk = notify.Desk()
	subject = _("{0}: question {1} waits for your answer until {2}").format(
		doc.name, row.idx, format_date(row.due_on)
	)
	notify.tell({row.asked_of: desk.address(row.asked_of)}, subject, desk, doc.doctype, doc.name)


def _close(name: str) -> None:
	if frappe.db.exists("ToDo", name):
		todo = frappe.get_doc("ToDo", name)
		if todo.status == "Open":
			todo.status = "Closed"
			# Safe: the task belongs to a question of a document the user may write, or has just answered.
			todo.save(ignore_permissions=True)


def _refuse(row: Document, what: str) -> None:
	frappe.throw(_("Questions, row {0}: {1}").format(row.idx, what), DocumentError)
