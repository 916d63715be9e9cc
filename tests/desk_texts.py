"""Every text people at work may read: of the forms, lists, reports, messages, and the choices shown in them.

Read from the app's files alone, so that the answer is the same on every site and version of Frappe.
"""

import json
import re
from functools import cache
from pathlib import Path

import frappe
from frappe.translate import get_messages_from_file

import iso10002
from iso10002 import roles
from iso10002.analytics.measures import MEASURES
from iso10002.handling.stages import MOVES, STAGES
from iso10002.setup import clock_rules, desk, document_workflows, masters, workflow

APP = Path(iso10002.__file__).parent
# Keys of standard documents whose values are shown.
SHOWN = frozenset(
	"label description title subtitle success_message report_name chart_name print_format_name "
	"action_label report_description placeholder".split()
)
NAMED = frozenset(
	{"DocType", "Report", "Page", "Print Format", "Dashboard Chart", "Number Card", "Workspace"}
)
NOT_SHOWN = (
	"portal/",
	"templates/portal/",
	"public/dist/",
	"setup/demo/",
	"commands.py",
	"confidentiality/leak_check/",
)

# Our texts which Frappe also has, or ERPNext with another meaning: not ours to translate for a whole site.
OTHERS = Path(__file__).parent / "data" / "words_of_others.txt"
# Names of fields and operators, offered as they are.
CODE = re.compile(r"[a-z]+(_[a-z]+)+|complaint-work|in|is|like|not in|not like")


def desk_entries() -> set[tuple[str | None, str]]:
	"""Return what a catalogue has to have for them, as (context, text).

	What Frappe says as well, or ERPNext says and means otherwise, is left to them, so that nothing else on a site changes;
	of these only labels and choices of our forms are translated, for the form alone (Frappe, from late versions of 15 on,
	asks for them with the DocType as context).
	"""
	others = set(OTHERS.read_text().splitlines())
	entries = {(None, text) for text in desk_texts() - others if not CODE.fullmatch(text)}
	return entries | {(doctype, text) for doctype, text in _of_forms() if text in others}


@cache
def desk_texts() -> frozenset[str]:
	"""Return them all, as they are written in English."""
	found = _of_code() | _of_records() | _of_tables()
	return {text.strip() for text in found if text and any(letter.isalpha() for letter in text)}


def _of_code() -> set[str]:
	frappe.flags.scanned_files = set()
	found = set()
	for path in sorted(APP.rglob("*")):
		if path.suffix in (".py", ".js", ".html") and not str(path.relative_to(APP)).startswith(NOT_SHOWN):
			found |= {row[1] for row in get_messages_from_file(str(path))}
	return found


def _of_forms() -> set[tuple[str, str]]:
	"""Return (DocType, label or choice) of every field."""
	found = set()
	for path in (APP / "iso10002" / "doctype").rglob("*.json"):
		record = json.loads(path.read_text())
		for field in record.get("fields", ()) if isinstance(record, dict) else ():
			said = [field.get("label"), *(_choices(field) if field["fieldtype"] == "Select" else ())]
			found |= {(record["name"], text) for text in said if text}
	return found


def _choices(field: dict) -> list[str]:
	return [text for text in (field.get("options") or "").split("\n") if text]


def _of_records() -> set[str]:
	found = set()
	for path in (APP / "iso10002").rglob("*.json"):
		record = json.loads(path.read_text())
		if not isinstance(record, dict) or "doctype" not in record:
			continue
		if record["doctype"] in NAMED:
			found.add(record["name"])
		found |= _shown(record)
	return found


def _shown(value: object) -> set[str]:
	"""Return the texts of a record and of the rows in it."""
	if isinstance(value, list):
		return set().union(*(_shown(row) for row in value)) if value else set()
	if not isinstance(value, dict):
		return set()
	found = {said for key, said in value.items() if key in SHOWN and isinstance(said, str)}
	if value.get("fieldtype") == "Select":
		found |= set(_choices(value))
	if value.get("doctype") == "Workspace":
		blocks = json.loads(value["content"])
		found |= {frappe.utils.strip_html(block["data"].get("text", "")) for block in blocks}
	for inner in value.values():
		found |= _shown(inner)
	return found


def _of_tables() -> set[str]:
	"""Return what code has in tables and translates where it is shown."""
	found = {measure.label for measure in MEASURES.values()} | set(STAGES) | set(roles.ALL_ROLES)
	found |= {move.action for move in MOVES} | {workflow.state_of(stage) for stage in STAGES}
	found |= set(document_workflows.STATES) | {step[1] for step in document_workflows.STEPS}
	found |= set(desk.FILTERS) | {desk.BOARD}
	for table in (masters.CATEGORIES, masters.CAUSES):
		for group, leaves in table.items():
			found |= {group, *leaves}
	found |= set(masters.CHANNELS) | set(masters.REMEDIES) | set(masters.STEPS)
	return found | {clock["clock_name"] for rule in clock_rules.RULES for clock in rule["clocks"]}
