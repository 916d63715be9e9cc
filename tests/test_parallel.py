"""References under load: eight processes record complaints at once; no number twice, none left out."""

import os
import subprocess
import sys

import frappe
from frappe.utils import getdate

PROCESSES, EACH = 8, 5

# Inserts complaints and takes back every third one, as a failing request does.
WORKER = """
import frappe, os
frappe.init(os.environ["ISO10002_SITE"], sites_path=os.environ["ISO10002_SITES"])
frappe.connect()
made = []
while len(made) < %d:
	for keep in (True, True, False):
		case = frappe.get_doc({"doctype": "Complaint", "channel": "Phone", "description": "Parallel"}).insert()
		if keep:
			frappe.db.commit()
			made.append(case.name)
		else:
			frappe.db.rollback()
print(" ".join(made))
frappe.destroy()
"""


def test_references_are_unique_and_without_gaps_when_many_record_at_once():
	frappe.db.commit()
	counter = f"CMP-{getdate().year}-"
	first = frappe.db.get_value("Series", counter, "current", order_by=None) or 0
	workers = [
		subprocess.Popen(
			[sys.executable, "-W", "ignore", "-c", WORKER % EACH],
			cwd=os.environ["ISO10002_SITES"],
			stdout=subprocess.PIPE,
			stderr=subprocess.PIPE,
			text=True,
		)
		for _ in range(PROCESSES)
	]
	names: list[str] = []
	for worker in workers:
		out, errors = worker.communicate(timeout=300)
		assert worker.returncode == 0, errors[-2000:]
		names += out.split()
	numbers = sorted(int(name.removeprefix(counter)) for name in names)
	assert numbers == list(range(first + 1, first + 1 + len(names)))
	frappe.db.rollback()
	assert frappe.db.count("Complaint", {"name": ["in", names]}) == len(names)
	assert frappe.db.count("Complaint Event", {"complaint": ["in", names], "event": "Received"}) == len(names)


def test_the_counters_of_this_and_the_next_year_are_there_before_they_are_needed():
	from iso10002.handling.intake import prepare_series

	year = getdate().year
	frappe.db.delete("Series", {"name": f"CMP-{year + 1}-"})
	prepare_series()
	prepare_series()
	counter = frappe.qb.DocType("Series")
	found = frappe.qb.from_(counter).select(counter.name).where(counter.name.like("CMP-%")).run(pluck=True)
	assert {f"CMP-{year}-", f"CMP-{year + 1}-"} <= set(found)
