"""What things cost: benchmark.py SITE [options], from the sites directory. Prints a table, ends with 1 over a limit.

Measured on the site as it is, which grows: run it on a site of its own, as sandbox/benchmark does."""

from __future__ import annotations

import argparse
import cProfile
import pstats
import sys
import time
from datetime import timedelta

import frappe
from benchmark_access import measure_access, measure_usual_lists
from benchmark_figures import READER, make_readers, measure_figures
from benchmark_fill import fill as fill_large
from benchmark_portal import measure_portal
from benchmark_tools import COMPLAINT, Report, complaint, counting, handler, medians, tables, timed
from frappe.query_builder.functions import Concat
from frappe.utils import now_datetime

MOST_STATEMENTS = 45
MOST_TIMES_BARE = 2.5
MOST_TIMES_ALONE = 3.0
BARE = "Benchmark Bare Document"
BARE_WITH_WORKFLOW = "Benchmark Bare Document in Workflow"
PARTS = ("creation", "sweep", "portal", "access", "figures")
NOT_STORED = ("Section Break", "Column Break", "Tab Break", "HTML", "Table", "Button", "Heading")

# Creating a complaint


def bare_doctype(name: str) -> None:
	"""A DocType without any code that has as many fields of the same kinds as Complaint."""
	if frappe.db.exists("DocType", name):
		return
	fields = []
	for df in frappe.get_meta("Complaint").fields:
		if df.fieldtype not in NOT_STORED and df.fieldname != "naming_series":
			kept = {
				"fieldname": df.fieldname,
				"label": df.label,
				"fieldtype": df.fieldtype,
				"options": df.options,
			}
			fields.append(kept)
	frappe.get_doc(
		{
			"doctype": "DocType",
			"name": name,
			"module": "Custom",
			"custom": 1,
			"autoname": "hash",
			"fields": fields,
			"permissions": [{"role": "System Manager", "read": 1, "write": 1, "create": 1}],
		}
	).insert()


def bare_workflow() -> None:
	"""The workflow of Complaint, on the bare DocType too."""
	if frappe.db.exists("Workflow", {"document_type": BARE_WITH_WORKFLOW}):
		return
	ours = frappe.get_doc(
		"Workflow", frappe.db.get_value("Workflow", {"document_type": "Complaint", "is_active": 1})
	)
	same = frappe.copy_doc(ours)
	same.update({"workflow_name": BARE_WITH_WORKFLOW, "document_type": BARE_WITH_WORKFLOW, "is_active": 1})
	same.insert()


def bare(doctype: str = BARE):
	return frappe.get_doc(
		{**COMPLAINT, "doctype": doctype, "received_on": now_datetime(), "received_by": "Administrator"}
	).insert()


def bare_with_workflow():
	return bare(BARE_WITH_WORKFLOW)


def switch_workflow(active: int) -> None:
	name = frappe.db.get_value("Workflow", {"document_type": "Complaint"})
	doc = frappe.get_doc("Workflow", name)
	doc.is_active = active
	doc.save()
	frappe.db.commit()


def measure_creation(report: Report, number: int, verbose: bool) -> None:
	bare_doctype(BARE)
	bare_doctype(BARE_WITH_WORKFLOW)
	bare_workflow()
	frappe.db.commit()
	ours, plain, same = medians(number, complaint, bare, bare_with_workflow)
	with counting() as statements:
		complaint()
	frappe.db.commit()
	with counting() as of_bare:
		bare()
	frappe.db.commit()
	what = "create a complaint with party, 2 points, events, clocks"
	report.line(f"statements to {what}", len(statements), "", MOST_STATEMENTS)
	report.line("statements to create a bare document with as many fields", len(of_bare), "")
	report.line(f"time to {what}", ours, "ms")
	report.line("time to create the bare document", plain, "ms")
	report.line("time to create it under the same workflow", same, "ms")
	report.line("complaint compared to the bare document", ours / plain, "times", MOST_TIMES_BARE)
	report.line("complaint compared to the bare document under the workflow", ours / same, "times")
	if verbose:
		print(tables(statements), flush=True)
		with cProfile.Profile() as profile:
			for _number in range(10):
				timed(complaint)
		pstats.Stats(profile).sort_stats("cumulative").print_stats(r"iso10002|document.py|workflow", 60)
	switch_workflow(0)
	ours, plain = medians(number, complaint, bare)
	switch_workflow(1)
	report.line("without a workflow: complaint compared to the bare document", ours / plain, "times")


# The sweep


def fill(cases: int) -> None:
	"""Have at least so many complaints with their deadlines, as copies of one; none of their notices is due."""
	have = frappe.db.count("Complaint", {"name": ("like", "BENCH-%")})
	if not have:
		copy_one(min(cases, 1000))
		have = min(cases, 1000)
	while have < cases:
		double(have)
		have *= 2


def copy_one(cases: int) -> None:
	one = complaint(handler=handler())
	frappe.db.commit()
	fresh = [f"BENCH-{number}" for number in range(cases)]
	for doctype, filters in (("Complaint", {"name": one.name}), ("Complaint Clock", {"complaint": one.name})):
		templates = frappe.db.get_all(doctype, filters, ["*"])
		values = []
		for name in fresh:
			for number, template in enumerate(templates):
				own = {"name": f"{name}-{number}", "complaint": name}
				own = {"name": name} if doctype == "Complaint" else own
				values.append(list({**template, **own}.values()))
		frappe.db.bulk_insert(doctype, list(templates[0]), values)
	frappe.db.commit()


def double(have: int) -> None:
	"""Copy all copies within the database."""
	for doctype in ("Complaint", "Complaint Clock"):
		table = frappe.qb.DocType(doctype)
		columns = frappe.db.get_table_columns(doctype)
		other = {"name", "complaint"} if doctype == "Complaint Clock" else {"name"}
		picked = [
			Concat(table[column], f"-{have}") if column in other else table[column] for column in columns
		]
		query = frappe.qb.into(table).columns(*columns).from_(table).select(*picked)
		query.where(table.name.like("BENCH-%")).run()
	frappe.db.commit()


def make_due(number: int) -> None:
	"""Make the answers of some cases, spread over all, due a little while ago and not told yet."""
	clock = frappe.qb.DocType("Complaint Clock")
	running = frappe.qb.from_(clock).select(clock.name).where(clock.clock_name == "Answer")
	names = [name for (name,) in running.where(clock.next_due_on > now_datetime()).run()]
	chosen = names[:: max(len(names) // number, 1)][:number]
	due = now_datetime().replace(microsecond=0) - timedelta(hours=1)
	values = {"started_on": due - timedelta(days=28), "due_on": due, "first_due_on": due, "warned_level": 2}
	query = frappe.qb.update(clock).set(clock.next_due_on, due).where(clock.name.isin(chosen))
	for field, value in values.items():
		query = query.set(clock[field], value)
	query.run()
	frappe.db.delete("Complaint Clock Notice", {"clock": ("in", chosen)})  # of an earlier sweep
	frappe.db.commit()


def sweep_once() -> tuple[float, int, int]:
	"""Return seconds, handled clocks and statements of one sweep."""
	from iso10002.handling.clocks.sweep import sweep

	with counting() as statements:
		start = time.perf_counter()
		handled = sweep(seconds=3600)
		seconds = time.perf_counter() - start
	return seconds, handled, len(statements)


def measure_sweep(report: Report, cases: int, due: int) -> None:
	frappe.local.conf["mail_server"] = "127.0.0.1"  # mails are queued; no worker sends them
	fill(due)
	make_due(min(due, 50))
	sweep_once()  # warm
	make_due(due)
	alone, handled, statements = sweep_once()
	report.line(f"sweep of {handled} due clocks alone", alone, "s")
	report.line("statements for each of them", statements / max(handled, 1), "")
	fill(cases)
	make_due(due)
	among, handled_among, statements_among = sweep_once()
	idle, none, statements_idle = sweep_once()
	report.line(
		f"sweep of {handled_among} due clocks among {frappe.db.count('Complaint')} complaints", among, "s"
	)
	report.line("statements for each of them", statements_among / max(handled_among, 1), "")
	report.line("compared to the same number alone", among / alone, "times", MOST_TIMES_ALONE)
	report.line(f"sweep with nothing due ({none} handled)", 1000 * idle, "ms")
	report.line("statements of a sweep with nothing due", statements_idle, "", 3)
	if handled != due or handled_among != due:
		print(f"ERROR: {due} clocks were to be due, {handled} and {handled_among} were handled", flush=True)
		report.failed += 1


def main() -> int:
	parser = argparse.ArgumentParser(prog="benchmark")
	parser.add_argument("site")
	parser.add_argument("--cases", type=int, default=100_000, help="complaints on the site for the sweep")
	parser.add_argument("--due", type=int, default=1000, help="clocks that are due in the sweep")
	parser.add_argument("--inserts", type=int, default=100, help="complaints to create one by one")
	parser.add_argument("--parts", nargs="+", choices=PARTS, required=True)
	parser.add_argument("--complaints", type=int, help="complaints on the site for access rule and reports")
	parser.add_argument("--runs", type=int, default=3, help="how often each report runs")
	parser.add_argument("--months", type=int, default=12, help="how many months the reports are over")
	parser.add_argument("--report", nargs="+", help="only reports with one of these in their name")
	parser.add_argument("--verbose", action="store_true", help="also the statements by table and a profile")
	options = parser.parse_args()
	frappe.init(site=options.site)
	frappe.connect()
	report = Report()
	try:
		if "creation" in options.parts:
			measure_creation(report, options.inserts, options.verbose)
		if "sweep" in options.parts:
			measure_sweep(report, options.cases, options.due)
		if "portal" in options.parts:
			measure_portal(report, options.inserts)
		if {"access", "figures"} & set(options.parts):
			fill_large(options.complaints, handler())
		if "access" in options.parts:
			measure_access(report, handler())
			make_readers()
			measure_usual_lists(report, handler(), READER)
		if "figures" in options.parts:
			measure_figures(report, options.runs, options.report, options.months)
	finally:
		frappe.destroy()
	return 1 if report.failed else 0


if __name__ == "__main__":
	sys.exit(main())
