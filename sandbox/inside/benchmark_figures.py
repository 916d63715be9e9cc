"""Each report over one year beside the plain SQL that gives the same figures, on many complaints. Part of benchmark.py.

benchmark_figures.py SITE runs every report once and prints the memory that took: a process of its own, so that it is
only theirs."""

from __future__ import annotations

import re
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import frappe
from benchmark_plain import PLAIN
from benchmark_tools import counting, in_turns
from frappe.utils import add_days, add_months, get_first_day, get_last_day, getdate, now_datetime

MOST_TIMES_PLAIN = 2.0
MOST_MEGABYTES = 300
MOST_PER_CARD = 1
ENOUGH_SECONDS = 1.0
READER, EXECUTIVE = "benchmark-manager@example.com", "benchmark-executive@example.com"
ROLES = {READER: "Complaint Manager", EXECUTIVE: "Complaint Executive"}
FOR_CASE_READERS = (
	"Complaint Register",
	"Complaint Repeat Complainants",
	"Complaint Consistency of Remedies",
	"Complaint Workload",
	"Complaint Access Log",
	"Complaint Data Quality",
)


def make_readers() -> None:
	"""A manager, who sees cases by the access rule, and an executive, who sees figures on all of them."""
	for user, role in ROLES.items():
		if not frappe.db.exists("User", user):
			doc = frappe.new_doc("User")
			doc.update({"email": user, "first_name": "Benchmark", "send_welcome_email": 0})
			doc.append("roles", {"role": role})
			doc.insert()
	frappe.db.commit()


def last_months(months: int = 12) -> dict[str, object]:
	"""Return the whole months that ended last: their first day, the day after their last, and their last."""
	end = get_last_day(add_days(get_first_day(now_datetime()), -1))
	start = get_first_day(add_months(end, 1 - months))
	return {"start": getdate(start), "end": add_days(getdate(end), 1), "to_date": getdate(end)}


def run_report(name: str, year: dict[str, object]) -> tuple:
	"""Run a report as the session's user."""
	filters = {"from_date": str(year["start"]), "to_date": str(year["to_date"])}
	return frappe.get_doc("Report", name).execute_module(filters)


def seconds_of(action: Callable[[], object]) -> tuple[float, object]:
	start = time.perf_counter()
	found = action()
	return time.perf_counter() - start, found


def measure_figures(report, runs: int, only: list[str] | None, months: int) -> None:
	from iso10002.confidentiality import rule

	year = last_months(months)
	make_readers()
	rows = frappe.db.count("Complaint"), frappe.db.count("Complaint Event")
	print(f"{rows[0]} complaints with {rows[1]} events; {year['start']} to {year['to_date']}", flush=True)
	names = [name for name in PLAIN if not only or any(part.lower() in name.lower() for part in only)]
	for name in names:
		for who, condition in ((READER, rule.case_condition(READER)), (EXECUTIVE, "1=1")):
			if who == READER or name not in FOR_CASE_READERS:
				frappe.set_user(who)
				measure_report(report, name, who, condition, year, runs)
	frappe.set_user("Administrator")
	measure_cards(report)
	measure_memory(report, names)


def measure_report(report, name: str, who: str, condition: str, year: dict, runs: int) -> None:
	"""Time a report and its plain SQL in turns, and compare what they count."""
	texts = [text.format(rule=condition.replace("%", "%%")) for text in PLAIN[name]]
	values = {**year, "now": now_datetime()}

	def plain() -> list:
		return [frappe.db.sql(text, values) for text in texts]

	def ours() -> tuple:
		return run_report(name, year)

	results: dict[Callable, object] = {}

	def kept(action: Callable[[], object]) -> Callable[[], None]:
		return lambda: results.update({action: action()})

	sql, script = in_turns(1, kept(plain), kept(ours))
	if who == READER:
		check(report, name, results[plain], results[ours])
	results.clear()
	if sql[0] < ENOUGH_SECONDS:  # else once is enough: caches make no difference any more
		sql, script = in_turns(runs, plain, ours)
	kind = "all cases" if who == EXECUTIVE else "access rule"
	report.line(
		f"{name} ({kind}): plain {1000 * sql[0]:.0f} ms, report {1000 * script[0]:.0f} ms "
		f"(on the clock {sql[1]:.1f} and {script[1]:.1f} s)",
		script[0] / sql[0],
		"times",
		MOST_TIMES_PLAIN,
	)


def measure_cards(report) -> None:
	"""Each card of the workspace as a manager opens it: one statement on complaints and what hangs on them."""
	from frappe.desk.doctype.number_card.number_card import get_result

	frappe.set_user(READER)
	for name in frappe.get_all("Number Card", {"module": "ISO10002"}, pluck="name", order_by="name"):
		card = frappe.get_doc("Number Card", name)

		def opened(card=card) -> object:
			if card.type == "Custom":
				return frappe.get_attr(card.method)()
			filters = frappe.parse_json(card.filters_json or "[]")
			for doctype, field, how, value in frappe.parse_json(card.dynamic_filters_json or "[]"):
				value = READER if "user" in value else now_datetime()  # the browser puts in who asks and when
				filters.append([doctype, field, how, value])
			return get_result(card.as_dict(), filters)

		opened()  # fills the caches
		with counting() as statements:
			seconds, _found = seconds_of(opened)
		asked = [text for text in statements if "tabComplaint" in text]
		report.line(
			f"statements of the card {card.label} ({1000 * seconds:.0f} ms)", len(asked), "", MOST_PER_CARD
		)
	frappe.set_user("Administrator")


def check(report, name: str, plain: list, ours: tuple) -> None:
	"""The first number of the plain SQL is one of the summary of the report: both count the same."""
	numbers = {float(row["value"]) for row in ours[4] if isinstance(row["value"], int | float)}
	first = float(plain[0][0][0] or 0) if len(plain[0]) == 1 else float(sum(row[-1] or 0 for row in plain[0]))
	if not any(abs(first - number) < 0.6 for number in numbers):
		print(f"ERROR: {name}: the plain SQL says {first}, the report {sorted(numbers)}", flush=True)
		report.failed += 1


def measure_memory(report, names: list[str]) -> None:
	command = [sys.executable, __file__, frappe.local.site, *names]
	used = subprocess.run(command, check=True, capture_output=True, text=True).stdout.split()
	report.line("memory of a process that has loaded Frappe and the app", float(used[-2]), "MB")
	report.line("memory of it after all these reports, at its highest", float(used[-1]), "MB", MOST_MEGABYTES)


def most_megabytes() -> float:
	"""Return the most memory this process had; unlike what `resource` says, without that of the process that started it."""
	status = Path("/proc/self/status").read_text()
	return int(re.search(r"VmHWM:\s+(\d+) kB", status)[1]) / 1024


def main() -> None:
	"""Print the megabytes this process took before the reports and after them."""
	site, *names = sys.argv[1:]
	frappe.init(site=site)
	frappe.connect()
	frappe.set_user(READER)
	used = [most_megabytes()]
	for name in names:
		run_report(name, last_months())
	used.append(most_megabytes())
	frappe.destroy()
	print(*used)


if __name__ == "__main__":
	main()
