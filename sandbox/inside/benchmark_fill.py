"""Very many complaints for benchmark.py, made once: demo cases, copied within the database with all that hangs on them.

1,000 demo cases become a block of 32,000, in which levels, handlers, rows of access, persons complained about and
surveys are spread; copies of the block follow until there are enough. Each copy lies some minutes before the other,
has its own events, deadlines, parties, remedies, reviews and referrals, and its own complainants."""

from __future__ import annotations

import contextlib
import re
import time
from collections.abc import Iterator

import frappe

ORIGINALS, DOUBLINGS = 1000, 5
BLOCK = ORIGINALS << DOUBLINGS
MINUTES_BETWEEN_COPIES, SECONDS_BETWEEN_BLOCKS = 40, 71
USERS = 5000
UNFINISHED = "benchmark_filling"
# DocType: the columns that hold its case, and those that have to differ between copies.
COPIED: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
	"Complaint": (("name",), ("external_reference",)),
	"Complaint Allegation": (("parent",), ("name",)),
	"Complaint Remedy": (("parent",), ("name",)),
	"Complaint Party": (("complaint",), ("name", "email")),
	"Complaint Event": (("complaint",), ("name",)),
	"Complaint Clock": (("complaint",), ("name",)),
	"Complaint Review": (("complaint",), ("name",)),
	"Complaint Referral": (("complaint",), ("name",)),
	"Complaint Survey": (("complaint",), ("name",)),
	"Complaint Access": (("complaint",), ("name",)),
}
OF_LATER_BLOCKS = "DEMO-____-____-%"


def fill(complaints: int, handler: str) -> None:
	"""Have at least so many complaints, in whole blocks. What is there is kept, and added to if it is too little."""
	if frappe.defaults.get_global_default(UNFINISHED):
		raise SystemExit("Filling the site was interrupted. Make it anew with --fresh.")
	have = frappe.db.count("Complaint")
	if have >= complaints:
		add_openings()
		return
	note_unfinished("1")
	start = time.monotonic()
	if not have:
		from iso10002.setup.demo.load import load

		load(ORIGINALS, force=True)
		add_surveys()
		frappe.db.commit()
		tell(start, f"{ORIGINALS} demo cases")
	with without_indexes():
		if not have:
			make_block(handler)
			have = BLOCK
			tell(start, f"a block of {BLOCK} cases")
		make_copies_of_block(complaints, have, start)
	tell(start, "indexes")
	for doctype in COPIED:
		run(f"analyze table `tab{doctype}`")
	add_openings()
	note_unfinished("")
	tell(start, f"{frappe.db.count('Complaint')} complaints, {frappe.db.count('Complaint Event')} events")


def make_block(handler: str) -> None:
	"""Double the demo cases; then spread over them what the measurements need."""
	for number in range(DOUBLINGS):
		for doctype, (of_case, own) in COPIED.items():
			named = {column: f"concat(`{column}`, '~{number}')" for column in of_case + own}
			seconds = 60 * MINUTES_BETWEEN_COPIES << number
			copy(doctype, f"tab{doctype}", named, seconds)
		frappe.db.commit()
	spread_cases(handler)
	add_access_rows(handler)
	add_persons()
	frappe.db.commit()


def make_copies_of_block(complaints: int, have: int, start: float) -> None:
	for doctype, (of_case, _own) in COPIED.items():
		define(f"drop table if exists `block {doctype}`")
		define(
			f"create table `block {doctype}` as select * from `tab{doctype}` "
			f"where `{of_case[0]}` not like '{OF_LATER_BLOCKS}'"
		)
	for number in range(have // BLOCK, -(-complaints // BLOCK)):
		for doctype, (of_case, own) in COPIED.items():
			named = {column: f"concat('DEMO-{number:04}', substr(`{column}`, 5))" for column in of_case}
			named.update({column: f"concat('{number:04}', `{column}`)" for column in own})
			copy(doctype, f"block {doctype}", named, SECONDS_BETWEEN_BLOCKS * number)
		frappe.db.commit()
		tell(start, f"{(number + 1) * BLOCK} cases")
	for doctype in COPIED:
		define(f"drop table `block {doctype}`")


def copy(doctype: str, source: str, named: dict[str, str], seconds: int) -> None:
	"""Copy all rows of a table, with new values for some columns and all times some seconds earlier."""
	columns = run(
		"select column_name, data_type from information_schema.columns where table_schema = database() "
		"and table_name = %s",
		f"tab{doctype}",
	)
	picked = []
	for column, kind in columns:
		moved = f"date_sub(`{column}`, interval {seconds} second)" if kind == "datetime" else f"`{column}`"
		picked.append(named.get(column, moved))
	into = ", ".join(f"`{column}`" for column, _kind in columns)
	run(f"insert into `tab{doctype}` ({into}) select {', '.join(picked)} from `{source}`")


@contextlib.contextmanager
def without_indexes() -> Iterator[None]:
	"""Take the indexes away for the block and make them again after it: sorted at once, not row by row."""
	definitions = {}
	for doctype in COPIED:
		text = run(f"show create table `tab{doctype}`")[0][1]
		definitions[doctype] = re.findall(r"^\s*((?:UNIQUE )?KEY (`\w+`) .*?),?$", text, re.MULTILINE)
		change(doctype, [f"drop index {name}" for _definition, name in definitions[doctype]])
	yield
	for doctype, found in definitions.items():
		change(doctype, [f"add {definition}" for definition, _name in found])


def change(doctype: str, changes: list[str]) -> None:
	if changes:
		define(f"alter table `tab{doctype}` {', '.join(changes)}")


# What is spread over the block


def number_of(column: str, salt: str) -> str:
	"""A number that is the same whenever it is asked for, and has nothing to do with that of another salt."""
	return f"crc32(md5(concat('{salt}', {column})))"


def spread_cases(handler: str) -> None:
	"""Levels (2 % restricted, 4 % confidential), and handlers: one case in 211 is that of the user measured."""
	level, whose = number_of("name", "level"), number_of("name", "handler")
	run(
		f"update `tabComplaint` set confidentiality_level = case when mod({level}, 100) < 2 then 'Restricted' "
		f"when mod({level}, 100) < 6 then 'Confidential' else 'Standard' end, handler = if(handler is null, null, "
		f"if(mod({whose}, 211) = 0, %s, concat('user', mod({whose}, {USERS}), '@example.com')))",
		handler,
	)


def add_access_rows(handler: str) -> None:
	"""A row of access for every 20th case: nine of ten allow, the others deny; half of them expired."""
	picked, kind, until, who = (number_of("name", salt) for salt in ("row", "kind", "until", "who"))
	run(
		"insert into `tabComplaint Access` (name, creation, modified, complaint, access, capacity, user, role, valid_until, "
		f"reason) select substr(md5(name), 1, 12), now(), now(), name, if(mod({kind}, 10) = 0, 'Deny', 'Allow'), 'Other', "
		f"if(mod({who}, 20) = 3, null, if(mod({who}, 200) = 0, %s, concat('user', mod({who}, {USERS}), '@example.com'))), "
		f"if(mod({who}, 20) = 3, 'Complaint Auditor', null), date_add(now(), interval if(mod({until}, 2), 300, -30) day), "
		f"'Benchmark' from `tabComplaint` where mod({picked}, 20) = 7",
		handler,
	)


def add_persons() -> None:
	"""In every tenth case a person is complained about who is a user."""
	picked, who = number_of("name", "person"), number_of("name", "about")
	address = f"concat('user', mod({who}, {USERS}), '@example.com')"
	run(
		"insert into `tabComplaint Party` (name, creation, modified, complaint, role, identity, linked_doctype, linked_name, "
		f"email) select substr(md5(concat('p', name)), 1, 12), creation, creation, name, 'Person complained about', 'Open', "
		f"'User', {address}, {address} from `tabComplaint` where mod({picked}, 10) = 1"
	)


def add_surveys() -> None:
	"""A survey three days after each answer; one in three is answered."""
	answered, points = number_of("name", "answered"), number_of("name", "points")
	yes = f"mod({answered}, 3) = 0"
	fields = ("access", "informed", "treatment", "time", "outcome")
	given = ", ".join(f"if({yes}, 1 + mod({points} + {number}, 5), 0)" for number in range(len(fields)))
	run(
		f"insert into `tabComplaint Survey` (name, creation, modified, complaint, respondent, sent_on, answered_on, "
		f"`{'`, `'.join(fields)}`) select substr(md5(concat('s', name)), 1, 12), communicated_on, communicated_on, name, "
		f"'Complainant', date(date_add(communicated_on, interval 3 day)), "
		f"if({yes}, date(date_add(communicated_on, interval 9 day)), null), {given} "
		"from `tabComplaint` where communicated_on < date_sub(now(), interval 10 day)"
	)


def add_openings() -> None:
	"""Each case was opened by its handler two hours after it came in."""
	if frappe.db.count("Complaint Access Log"):
		return
	run(
		"insert into `tabComplaint Access Log` (name, creation, modified, happened_on, user, action, complaint, document_type, "
		"document) select substr(md5(concat('o', name)), 1, 12), opened, opened, opened, handler, 'Opened', name, 'Complaint', "
		"name from (select name, handler, date_add(received_on, interval 2 hour) opened from `tabComplaint` where handler != '') c"
	)
	frappe.db.commit()
	run("analyze table `tabComplaint Access Log`")


# Help


def run(statement: str, *values: object) -> tuple:
	return frappe.db.sql(statement, values)


def define(statement: str) -> None:
	frappe.db.sql_ddl(statement)  # commits what was written before


def note_unfinished(text: str) -> None:
	frappe.defaults.set_global_default(UNFINISHED, text)
	frappe.db.commit()


def tell(start: float, what: str) -> None:
	print(f"    {time.monotonic() - start:6.0f} s  {what}", flush=True)
