"""Each report over one year beside the plain SQL that gives the same figures, on many complaints.

The cases are the demo cases, copied within the database until there are enough: each copy has its own events,
deadlines, parties, remedies, reviews and referrals."""

from __future__ import annotations

import resource
import statistics
import time
from collections.abc import Callable

import frappe
from benchmark_plain import PLAIN
from frappe.query_builder.functions import Concat
from frappe.utils import add_days, get_first_day, get_last_day, getdate, now_datetime

MOST_TIMES_PLAIN = 2.0
MOST_MEGABYTES = 300
ORIGINALS = 1500
READER, EXECUTIVE = "benchmark-manager@example.com", "benchmark-executive@example.com"
ROLES = {READER: "Complaint Manager", EXECUTIVE: "Complaint Executive"}
FOR_CASE_READERS = (
	"Complaint Register",
	"Complaint Repeat Complainants",
	"Complaint Consistency of Remedies",
	"Complaint Workload",
	"Complaint Data Quality",
)
# Table: columns that hold its own name or that of its case, or that have to differ between copies.
COPIED = {
	"Complaint": ("name", "external_reference"),
	"Complaint Allegation": ("name", "parent"),
	"Complaint Remedy": ("name", "parent"),
	"Complaint Party": ("name", "complaint", "email"),
	"Complaint Event": ("name", "complaint"),
	"Complaint Clock": ("name", "complaint"),
	"Complaint Review": ("name", "complaint"),
	"Complaint Referral": ("name", "complaint"),
}


def fill_with_cases(number: int) -> None:
	"""Have at least so many cases with everything that hangs on them, spread over the last 24 months."""
	from iso10002.setup.demo import made
	from iso10002.setup.demo.load import load

	if not made.count_cases(demo=True):
		load(ORIGINALS, force=True)
		frappe.db.commit()
	have, copy = made.count_cases(demo=True), frappe.db.count("Complaint", {"name": ("like", "DEMO-%~%")})
	while not copy and have < number:  # an earlier run has filled it
		for doctype, changed in COPIED.items():
			double(doctype, changed, have)
		frappe.db.commit()
		have *= 2
	for doctype in COPIED:
		frappe.db.sql(f"analyze table `tab{doctype}`")


def double(doctype: str, changed: tuple[str, ...], mark: int) -> None:
	table = frappe.qb.DocType(doctype)
	columns = frappe.db.get_table_columns(doctype)
	picked = [Concat(table[name], f"~{mark}") if name in changed else table[name] for name in columns]
	query = frappe.qb.into(table).columns(*columns).from_(table).select(*picked)
	query.where(table[changed[1] if changed[1] in ("parent", "complaint") else "name"].like("DEMO-%")).run()


def make_readers() -> None:
	"""A manager, who sees cases by the access rule, and an executive, who sees figures on all of them."""
	for user, role in ROLES.items():
		if not frappe.db.exists("User", user):
			doc = frappe.new_doc("User")
			doc.update({"email": user, "first_name": "Benchmark", "send_welcome_email": 0})
			doc.append("roles", {"role": role})
			doc.insert()
	frappe.db.commit()


def last_year() -> dict[str, object]:
	end = get_last_day(add_days(get_first_day(now_datetime()), -1))
	start = get_first_day(add_days(end, -360))
	return {"start": getdate(start), "end": add_days(getdate(end), 1), "to_date": getdate(end)}


def in_turns(number: int, *actions: Callable[[], object]) -> list[float]:
	"""Return the median milliseconds of each; in turns, so that what else the machine does hits all."""
	for action in actions:
		action()
	found: list[list[float]] = [[] for _action in actions]
	for _number in range(number):
		for times, action in zip(found, actions, strict=True):
			start = time.perf_counter()
			action()
			times.append(1000 * (time.perf_counter() - start))
	return [statistics.median(times) for times in found]


def measure_figures(report, cases: int, runs: int, only: str | None) -> None:
	from iso10002.confidentiality import rule

	fill_with_cases(cases)
	year = last_year()
	make_readers()
	rows = frappe.db.count("Complaint"), frappe.db.count("Complaint Event")
	print(
		f"{rows[0]} complaints with {rows[1]} events; year {year['start']} to {year['to_date']}", flush=True
	)
	for name, statements in PLAIN.items():
		if only and only.lower() not in name.lower():
			continue
		for who, condition in ((READER, rule.case_condition(READER)), (EXECUTIVE, "1=1")):
			frappe.set_user(who)
			texts = [text.format(rule=condition.replace("%", "%%")) for text in statements]
			values = {**year, "now": now_datetime()}

			def plain(texts=texts, values=values) -> list:
				return [frappe.db.sql(text, values) for text in texts]

			def ours(name=name) -> tuple:
				filters = {"from_date": str(year["start"]), "to_date": str(year["to_date"])}
				return frappe.get_doc("Report", name).execute_module(filters)

			if who == EXECUTIVE and name in FOR_CASE_READERS:
				continue
			if who == READER:
				check(report, name, plain(), ours())
			sql, script = in_turns(runs, plain, ours)
			kind = "all cases" if who == EXECUTIVE else "access rule"
			report.line(
				f"{name} ({kind}): plain {sql:.0f} ms, report {script:.0f} ms",
				script / sql,
				"times",
				MOST_TIMES_PLAIN,
			)
	frappe.set_user("Administrator")
	used = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
	report.line("memory of the process at its highest", used, "MB", MOST_MEGABYTES)


def check(report, name: str, plain: list, ours: tuple) -> None:
	"""The first number of the plain SQL is one of the summary of the report: both count the same."""
	numbers = {float(row["value"]) for row in ours[4] if isinstance(row["value"], int | float)}
	first = float(plain[0][0][0] or 0) if len(plain[0]) == 1 else float(sum(row[-1] or 0 for row in plain[0]))
	if not any(abs(first - number) < 0.6 for number in numbers):
		print(f"ERROR: {name}: the plain SQL says {first}, the report {sorted(numbers)}", flush=True)
		report.failed += 1
