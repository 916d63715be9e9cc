"""What the access rule costs: the list of complaints and opening one, with and without it. Part of benchmark.py."""

from __future__ import annotations

import json
from collections.abc import Callable
from unittest import mock

import frappe
from benchmark_tools import Report, counting, in_turns
from werkzeug.test import EnvironBuilder
from werkzeug.wrappers import Request

MOST_TIMES_WITHOUT_RULE = 1.3
MOST_STATEMENTS_TO_OPEN = 3
ROUNDS = 15
STAGES = ("Received", "Acknowledged", "Assessed", "Investigating", "Decision Proposed")
LEAST_ROWS = 10_000
ENDED = ("Closed", "Withdrawn", "Not a Complaint", "Duplicate")
COLUMNS = ["name", "status", "priority", "handler", "response_due", "product_or_service", "modified"]


def measure_access(report: Report, handler: str) -> None:
	"""Measure on the complaints there are, as a handler who has some of them."""
	print(
		f"{frappe.db.count('Complaint')} complaints, "
		f"{frappe.db.count('Complaint', {'confidentiality_level': 'Restricted'})} of them restricted, "
		f"{frappe.db.count('Complaint Access')} rows of access, {frappe.db.count('Complaint Party')} parties",
		flush=True,
	)
	open_stages = ["status", "in", STAGES]
	for what, filters, order in (
		("newest 20", [], "received_on desc"),
		("newest 20 in an open stage", [open_stages], "received_on desc"),
		("20 of mine, most urgent first", [["handler", "=", handler], open_stages], "response_due asc"),
	):
		measure_list(report, what, filters, order, handler)
		measure_page(report, what, filters, order, handler)
	name = frappe.db.get_value("Complaint", {"confidentiality_level": "Standard", "handler": handler})
	added = statements_to_open(name, handler)
	report.line("statements that rule and log add to opening a case", added, "", MOST_STATEMENTS_TO_OPEN)


def measure_list(report: Report, what: str, filters: list, order: str, handler: str) -> None:
	"""The statement alone, without its making and without Frappe's; a page costs more than twice as much in all."""
	queries = [query_of(filters, order, user) for user in (handler, "Administrator")]
	assert ["Complaint Access" in query for query in queries] == [True, False]
	in_turns(3, *(ten_times(query) for query in queries))
	with_rule, without = in_turns(ROUNDS, *(ten_times(query) for query in queries))
	for how, (processor, clock) in (("with the rule", with_rule), ("without it", without)):
		report.line(f"statement: {what}, {how} ({100 * clock:.1f} ms on the clock)", 100 * processor, "ms")
	report.line("compared", with_rule[0] / without[0], "times")
	plan = plan_of(queries[0])
	for row in plan:
		print(
			f"    {row.id} {row.select_type:<20} {row.table:<24} {row.type or '':<14} {row.key or '-':<24} {row.rows}"
		)
	if any(row.id == 1 and not row.key for row in plan):
		print("ERROR: the list reads the whole table", flush=True)
		report.failed += 1


def measure_page(report: Report, what: str, filters: list, order: str, handler: str) -> None:
	"""The page as the list view asks for it: with Frappe's checks of fields and permissions, and its answer made."""
	from frappe.desk import reportview

	from iso10002.confidentiality import rule

	field, direction = order.split()

	def page() -> None:
		for _time in range(10):
			frappe.local.form_dict = frappe._dict(
				doctype="Complaint",
				fields=json.dumps([f"`tabComplaint`.`{name}`" for name in COLUMNS]),
				filters=json.dumps([["Complaint", *one] for one in filters]),
				order_by=f"`tabComplaint`.`{field}` {direction}",
				start=0,
				page_length=20,
				view="List",
			)
			reportview.get()

	def page_without() -> None:
		with mock.patch.object(rule, "visible", lambda user: None):
			page()

	frappe.set_user(handler)
	in_turns(3, page, page_without)
	with_rule, without = in_turns(ROUNDS, page, page_without)
	frappe.set_user("Administrator")
	report.line(f"page of the list view: {what}, with the rule", 100 * with_rule[0], "ms")
	report.line(f"page of the list view: {what}, without it", 100 * without[0], "ms")
	report.line("compared", with_rule[0] / without[0], "times", MOST_TIMES_WITHOUT_RULE)


def query_of(filters: list, order: str, user: str, doctype: str = "Complaint") -> str:
	"""Return the statement Frappe runs for a page of the list as `user`."""
	columns = COLUMNS if doctype == "Complaint" else ["*"]
	frappe.set_user(user)
	try:
		return frappe.get_list(
			doctype, filters=filters, fields=columns, order_by=order, limit_page_length=20, run=False
		)
	finally:
		frappe.set_user("Administrator")


def measure_usual_lists(report: Report, handler: str, manager: str) -> None:
	"""The first page of the lists people open, sorted and filtered the usual ways: each reads its table by an index."""
	case = frappe.db.get_value("Complaint", {"handler": handler, "confidentiality_level": "Standard"})
	category = frappe.db.get_value("Complaint", case, "category")
	open_stages, ended = ["status", "in", STAGES], ["status", "not in", ENDED]
	newest, changed, urgent = "received_on desc", "modified desc", "response_due asc"
	now = frappe.utils.now()
	lists: list[tuple[str, str, list, str]] = [
		(handler, "Complaint", [], newest),
		(handler, "Complaint", [], changed),
		(handler, "Complaint", [], "name desc"),
		(handler, "Complaint", [["status", "=", "Received"]], newest),
		(handler, "Complaint", [open_stages], urgent),
		(
			handler,
			"Complaint",
			[open_stages, ["response_due", "is", "set"], ["response_due", "<", now]],
			urgent,
		),
		(handler, "Complaint", [["priority", "=", "Urgent"], ended], newest),
		(handler, "Complaint", [["status", "in", ("Rejected", "Under Review", "Referred")]], newest),
		(handler, "Complaint", [["handler", "=", handler]], changed),
		(handler, "Complaint", [["investigator", "=", handler], ended], newest),
		(handler, "Complaint", [["reviewer", "=", handler], ended], newest),
		(handler, "Complaint", [["category", "=", category]], newest),
		(handler, "Complaint", [["name", "like", f"{case[:12]}%"]], newest),
		(handler, "Complaint Event", [["complaint", "=", case]], "creation asc"),
		(manager, "Complaint Event", [], "occurred_on desc"),
		(handler, "Complaint Clock", [["state", "=", "Running"]], "due_on asc"),
		(handler, "Complaint Party", [["complaint", "=", case]], "creation asc"),
		(manager, "Complaint Party", [], "creation asc"),
		(manager, "Complaint Access", [], "creation desc"),
		(manager, "Complaint Review", [], "creation desc"),
		(manager, "Complaint Referral", [], "creation desc"),
	]
	for user, doctype, filters, order in lists:
		query = query_of(filters, order, user, doctype)
		((processor, _clock),) = in_turns(1, ten_times(query))
		found = [row for row in plan_of(query) if row.id == 1 and row.table == f"tab{doctype}"]
		keys = ", ".join(str(row.key or "no index") for row in found)
		asked = " and ".join(f"{field} {how} {what}" for field, how, what in filters)[:60] or "all"
		report.line(f"{doctype}: {asked}, {order} ({keys})", 100 * processor, "ms")
		if about_rows(doctype) >= LEAST_ROWS and not any(row.key for row in found):
			print("ERROR: the list reads the whole table", flush=True)
			report.failed += 1


def about_rows(doctype: str) -> int:
	((rows,),) = frappe.db.sql(
		"select table_rows from information_schema.tables where table_schema = database() and table_name = %s",
		f"tab{doctype}",
	)
	return rows


def ten_times(query: str) -> Callable[[], None]:
	def action() -> None:
		for _time in range(10):
			frappe.db.sql(query)

	return action


def plan_of(query: str) -> list:
	return frappe.db.sql(f"explain {query}", as_dict=True)


def statements_to_open(name: str, user: str) -> int:
	"""Return how many statements more it takes to open a case in the form than with neither rule nor log."""
	from frappe.desk.form.load import getdoc

	from iso10002.confidentiality import access_log, rule
	from iso10002.confidentiality.guards.endpoints import guard_request

	path = "/api/method/frappe.desk.form.load.getdoc"
	asked = frappe._dict(doctype="Complaint", name=name)

	def statements(guard: Callable[[], None] = guard_request) -> int:
		frappe.local.response = frappe._dict(docs=[])
		with counting() as found:
			guard()
			getdoc("Complaint", name)
		return len(found)

	frappe.set_user(user)
	frappe.local.request = Request(EnvironBuilder(method="GET", path=path).get_environ())
	frappe.local.form_dict = asked
	try:
		statements()  # fills the caches
		with_rule = statements()
		with mock.patch.object(rule, "visible", lambda user: None), mock.patch.object(access_log, "note"):
			return with_rule - statements(lambda: None)
	finally:
		del frappe.local.request
		frappe.db.rollback()
		frappe.set_user("Administrator")
