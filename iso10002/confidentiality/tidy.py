"""Taking back what opened a case, or told of it, to people who may not see it any more.

Frappe lets a share open what a rule hides, keeps sending mails to followers, and lets whoever uploaded a file
download it for ever. So whenever somebody loses sight of a case, this runs for the case.
"""

from collections.abc import Iterable, Iterator

import frappe
from frappe.query_builder import DocType
from frappe.query_builder.functions import Cast_
from pypika.queries import QueryBuilder
from pypika.terms import Criterion, Field, ValueWrapper

from iso10002.confidentiality.rule import CASE_DOCTYPES, HANGS_ON_CASE, may_see, rows_of_all
from iso10002.handling import receipts

# What opens a case to a person or tells the person of it: DocType, fields with the other DocType, name and person.
HELD_BY = {
	"DocShare": ("share_doctype", "share_name", "user"),
	"ToDo": ("reference_type", "reference_name", "allocated_to"),
	"Document Follow": ("ref_doctype", "ref_docname", "user"),
	"Notification Log": ("document_type", "document_name", "for_user"),
	"File": ("attached_to_doctype", "attached_to_name", "owner"),
	"Workflow Action": ("reference_doctype", "reference_name", "user"),
}
# What opens a case to anybody who has it, or shows to anybody that there is one.
HELD_BY_ANYBODY = {
	"Document Share Key": ("reference_doctype", "reference_docname"),
	"Tag Link": ("document_type", "document_name"),
}


def take_back(complaint: str) -> dict[str, list[str]]:
	"""Take a case and all that hangs on it back from those who may not see it, and from nobody else.

	Shares (those with everybody too), tasks, follows, workflow actions and notices are removed, files get the
	Administrator as their owner, and a receipt code they gave out ends. Safe without asking for rights: it only narrows.

	Returns:
		the users who lost something, by DocType.
	"""
	documents = documents_of(complaint)
	lost: dict[str, list[str]] = {}
	seeing: dict[str, bool] = {"Administrator": True}
	for doctype, (of, name, person) in HELD_BY.items():
		table = frappe.qb.DocType(doctype)
		held = (
			frappe.qb.from_(table)
			.select(table.name, table[person])
			.where(_about(table[of], table[name], documents))
		)
		for row, user in held.run():
			user = user or ""
			if user not in seeing:
				seeing[user] = bool(user) and may_see(user, complaint)
			if not seeing[user]:
				_take_one(doctype, row)
				lost.setdefault(doctype, []).append(user)
	if lost.get("ToDo"):
		_forget_assigned(documents)
	receipts.end_code_of_others(complaint)
	return lost


def take_back_open_roads(complaint: str) -> None:
	"""Remove what opens a case without asking for a person (print keys), or shows it to everybody (tags).

	Charts on cases that keep their figures are made to count anew. Called when a level is raised.
	"""
	documents = documents_of(complaint)
	for doctype, (of, name) in HELD_BY_ANYBODY.items():
		table = frappe.qb.DocType(doctype)
		frappe.qb.from_(table).delete().where(_about(table[of], table[name], documents)).run()
	for doctype in documents:
		if frappe.db.has_column(doctype, "_user_tags"):
			table = frappe.qb.DocType(doctype)
			frappe.qb.update(table).set(table._user_tags, None).where(
				table.name.isin(documents[doctype])
			).run()
	forget_charts()


def forget_charts() -> None:
	"""Drop the kept figures of charts on cases; Frappe keeps one copy for all users."""
	charts = frappe.get_all(
		"Dashboard Chart", filters={"document_type": ("in", list(CASE_DOCTYPES))}, pluck="name"
	)
	for chart in charts:
		frappe.cache.delete_key(f"chart-data:{chart}")


def documents_of(complaint: str) -> dict[str, list[str]]:
	"""Return the names of the case and of all documents that hang on it, by DocType."""
	found = {"Complaint": [complaint]}
	hanging = rows_of_all(_hanging_on(complaint)).as_("hanging")
	for doctype, name in frappe.qb.from_(hanging).select(Field("kind"), Field("document")).run():
		found.setdefault(doctype, []).append(name)
	return found


def _hanging_on(complaint: str) -> Iterator[QueryBuilder]:
	"""Yield a query of DocType and name for each kind of document that hangs on a case by a field of its own."""
	for doctype, field in HANGS_ON_CASE.items():
		if field == "complaint":
			table = frappe.qb.DocType(doctype)
			# as text: the names of some kinds are numbers
			document = Cast_(table.name, "varchar").as_("document")
			query = frappe.qb.from_(table).select(ValueWrapper(doctype).as_("kind"), document)
			yield query.where(table.complaint == complaint)


def _about(of: DocType, name: DocType, documents: dict[str, Iterable[str]]) -> Criterion:
	return Criterion.any([(of == doctype) & name.isin(names) for doctype, names in documents.items()])


def _take_one(doctype: str, name: str) -> None:
	table = frappe.qb.DocType(doctype)
	if doctype == "File":
		frappe.qb.update(table).set(table.owner, "Administrator").where(table.name == name).run()
	else:
		frappe.qb.from_(table).delete().where(table.name == name).run()


def _forget_assigned(documents: dict[str, list[str]]) -> None:
	"""Write into each document who is still assigned; Frappe keeps a copy of the tasks there."""
	for doctype, names in documents.items():
		for name in names:
			open_tasks = frappe.get_all(
				"ToDo",
				filters={
					"reference_type": doctype,
					"reference_name": name,
					"status": ("not in", ("Cancelled", "Closed")),
				},
				pluck="allocated_to",
			)
			value = frappe.as_json(open_tasks, indent=None) if open_tasks else ""
			table = frappe.qb.DocType(doctype)
			frappe.qb.update(table).set(table._assign, value).where(table.name == name).run()
