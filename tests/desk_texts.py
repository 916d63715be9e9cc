"""Every text people at work may read: of the forms, lists, reports, messages, and the choices shown in them.

Read from the app's files alone, so that the answer is the same on every site and version of Frappe.
"""

import csv
import json
from functools import cache
from pathlib import Path

import frappe
from babel.messages.pofile import read_po
from frappe.translate import get_messages_from_file
from portal_texts import GENERIC

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


def desk_entries() -> set[tuple[None, str]]:
	"""Return what a catalogue may have for them, as (no context, text): not what other apps may mean otherwise."""
	return {(None, text) for text in desk_texts() - GENERIC}


def words_of_frappe(language: str) -> set[tuple[None, str]]:
	"""Return what the Frappe at hand translates itself: left to it, so that nothing else on a site changes."""
	found = set()
	old = Path(frappe.get_app_path("frappe", "translations", f"{language}.csv"))
	if old.exists():
		with old.open(encoding="utf-8") as file:
			found |= {row[0] for row in csv.reader(file) if len(row) == 2 or (len(row) > 2 and not row[2])}
	new = Path(frappe.get_app_path("frappe", "locale", f"{language}.po"))
	if new.exists():
		with new.open("rb") as file:
			found |= {row.id for row in read_po(file) if row.id and row.string and not row.context}
	return {(None, text) for text in found if isinstance(text, str)}


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
		found |= set((value.get("options") or "").split("\n"))
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
