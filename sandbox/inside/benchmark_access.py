"""What the access rule costs: the list of complaints and opening one, with and without it. Part of benchmark.py."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable
from datetime import timedelta
from typing import Any
from unittest import mock

import frappe
from frappe.utils import now_datetime
from pypika import Case, CustomFunction
from pypika.terms import ValueWrapper
from werkzeug.test import EnvironBuilder
from werkzeug.wrappers import Request

MOST_TIMES_WITHOUT_RULE = 1.3
MOST_STATEMENTS_TO_OPEN = 3
ROUNDS = 41
USERS = 5000
STAGES = ("Received", "Acknowledged", "Assessed", "Investigating", "Decision Proposed")
COLUMNS = ["name", "status", "priority", "handler", "response_due", "product_or_service", "modified"]

crc32 = CustomFunction("crc32", ["text"])
mod = CustomFunction("mod", ["number", "by"])
from_unixtime = CustomFunction("from_unixtime", ["seconds"])
concat = CustomFunction("concat", ["a", "b"])
md5 = CustomFunction("md5", ["text"])


def measure_access(report: Any, rows: int, handler: str, counting: Callable) -> None:
	"""Measure on the complaints there are; `rows` rows of access are spread over them and over 5,000 users."""
	spread(handler)
	add_access_rows(rows)
	add_persons()
	for doctype in ("Complaint", "Complaint Access", "Complaint Party", "Complaint Event"):
		frappe.db.sql(f"analyze table `tab{doctype}`")
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
	name = frappe.db.get_value("Complaint", {"confidentiality_level": "Standard", "handler": handler})
	added = statements_to_open(name, handler, counting)
	report.line("statements that rule and log add to opening a case", added, "", MOST_STATEMENTS_TO_OPEN)


def measure_list(report: Any, what: str, filters: list, order: str, handler: str) -> None:
	queries = [query_of(filters, order, user) for user in (handler, "Administrator")]
	assert ["Complaint Access" in query for query in queries] == [True, False]
	with_rule, without = in_turns(*queries)
	report.line(f"list: {what}, with the rule", with_rule, "ms")
	report.line(f"list: {what}, without it", without, "ms")
	report.line("compared", with_rule / without, "times", MOST_TIMES_WITHOUT_RULE)
	plan = frappe.db.sql(f"explain {queries[0]}", as_dict=True)
	for row in plan:
		print(
			f"    {row.id} {row.select_type:<20} {row.table:<24} {row.type or '':<14} {row.key or '-':<24} {row.rows}"
		)
	if any(row.table == "tabComplaint" and not row.key for row in plan):
		print("ERROR: the list reads the whole table", flush=True)
		report.failed += 1


def query_of(filters: list, order: str, user: str) -> str:
	"""Return the statement Frappe runs for a page of the list as `user`."""
	frappe.set_user(user)
	try:
		return frappe.get_list(
			"Complaint", filters=filters, fields=COLUMNS, order_by=order, limit_page_length=20, run=False
		)
	finally:
		frappe.set_user("Administrator")


def in_turns(*queries: str) -> list[float]:
	"""Return the median milliseconds of each query; in turns, so that what else the machine does hits all."""
	found: list[list[float]] = []
	for _round in range(ROUNDS):
		row = []
		for query in queries:
			start = time.perf_counter()
			frappe.db.sql(query)
			row.append(1000 * (time.perf_counter() - start))
		found.append(row)
	return [statistics.median(column) for column in zip(*found[5:], strict=True)]


def statements_to_open(name: str, user: str, counting: Callable) -> int:
	"""Return how many statements more it takes to open a case in the form than with neither rule nor log."""
	from frappe.desk.form.load import getdoc

	from iso10002.confidentiality import access_log, rule

	def statements() -> int:
		frappe.local.response = frappe._dict(docs=[])
		with counting() as found:
			getdoc("Complaint", name)
		return len(found)

	frappe.set_user(user)
	frappe.local.request = Request(EnvironBuilder(method="GET").get_environ())
	try:
		statements()  # fills the caches
		with_rule = statements()
		with mock.patch.object(rule, "visible", lambda user: None), mock.patch.object(access_log, "note"):
			return with_rule - statements()
	finally:
		del frappe.local.request
		frappe.db.rollback()
		frappe.set_user("Administrator")


# The site


def spread(handler: str) -> None:
	"""Give the copied complaints times over three years, levels (2 % restricted, 4 % confidential), stages, handlers."""
	case = frappe.qb.DocType("Complaint")
	number = crc32(md5(case.name))
	hundred = mod(number, 100)
	level = Case().when(hundred < 2, "Restricted").when(hundred < 6, "Confidential").else_("Standard")
	stage = Case()
	for position, name in enumerate(STAGES):
		stage = stage.when(mod(number, 37) == position, name)
	somebody = concat(concat("user", mod(number, USERS)), "@example.com")
	end = int(now_datetime().timestamp())
	(
		frappe.qb.update(case)
		.set(case.confidentiality_level, level)
		.set(case.status, stage.else_("Closed"))
		.set(case.handler, Case().when(mod(number, 211) == 0, handler).else_(somebody))
		.set(case.received_on, from_unixtime(end - mod(number, 3 * 365 * 86400)))
		.set(case.response_due, from_unixtime(end - mod(number, 3 * 365 * 86400) + 28 * 86400))
		.where(case.name.like("BENCH-%"))
		.run()
	)
	frappe.db.commit()


def add_access_rows(rows: int) -> None:
	"""Have so many rows of access: nine of ten allow a user a case, the others deny one; half of them expired."""
	have = frappe.db.count("Complaint Access")
	if have >= rows:
		return
	case = frappe.qb.DocType("Complaint")
	names = frappe.qb.from_(case).select(case.name).where(case.name.like("BENCH-%")).limit(rows - have).run()
	now = now_datetime()
	columns = ["name", "creation", "complaint", "access", "capacity", "user", "role", "valid_until", "reason"]
	values = []
	for number, (name,) in enumerate(names):
		until = now + timedelta(days=30 if number % 2 else -30)
		who = (None, "Complaint Auditor") if number % 20 == 3 else (f"user{number % USERS}@example.com", None)
		access = "Deny" if number % 10 == 0 else "Allow"
		values.append((f"BENCH-{have + number}", now, name, access, "Other", *who, until, "Benchmark"))
	frappe.db.bulk_insert("Complaint Access", columns, values)
	frappe.db.commit()


def add_persons() -> None:
	"""Have a person complained about in every tenth case: each the user of somebody."""
	if frappe.db.exists("Complaint Party", {"name": ("like", "BENCH-%")}):
		return
	party, case = frappe.qb.DocType("Complaint Party"), frappe.qb.DocType("Complaint")
	number = crc32(md5(case.name))
	address = concat(concat("user", mod(number, USERS)), "@example.com")
	columns = ("name", "complaint", "role", "identity", "linked_doctype", "linked_name", "email")
	(
		frappe.qb.into(party)
		.columns(*columns)
		.from_(case)
		.select(
			case.name,
			case.name,
			*map(ValueWrapper, ("Person complained about", "Open", "User")),
			address,
			address,
		)
		.where(case.name.like("BENCH-%") & (mod(number, 10) == 1))
		.run()
	)
	frappe.db.commit()
