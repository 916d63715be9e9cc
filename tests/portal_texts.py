"""Every text complainants may read: of the pages, the mails, the letters, and the choices shown in them."""

import ast
import re
from pathlib import Path

import frappe

import iso10002
from iso10002.portal.languages import CONTEXT
from iso10002.setup import letters, masters
from iso10002.setup.portal import VISITORS_WORDS

APP = Path(iso10002.__file__).parent
IN_TEMPLATE = re.compile(r"""_\(\s*"((?:[^"\\]|\\.)*)"\s*\)""")
CHOICES = (
	("Complaint", "status"),
	("Complaint", "decision"),
	("Complaint", "acceptance"),
	("Complaint", "review_outcome"),
	("Complaint Party", "authority"),
)


# What other apps call by the same word and may mean otherwise: on our pages only.
GENERIC = {
	"Closed",
	"Accepted",
	"Rejected",
	"Received",
	"Duplicate",
	"Confirmed",
	"Other",
	"Withdrawn",
	"Referred",
}
GENERIC |= {
	"Information",
	"Refund",
	"Replace",
	"Deliver",
	"Quality",
	"Money",
	"Price",
	"Contract",
	"Supply",
	"Conduct",
}


def entries() -> set[tuple[str | None, str]]:
	"""Return what a catalogue has to have, as (context, text).

	Words and pairs of words are translated for the pages alone, so that nothing else on a site changes; names of
	stages and the like also stand in letters.
	"""
	named = names()
	wanted = set()
	for text in texts():
		short = len(text.split()) <= 2 and "{" not in text
		if short:
			wanted.add((CONTEXT, text))
		if not short or (text in named and text not in GENERIC):
			wanted.add((None, text))
	return wanted


def texts() -> list[str]:
	"""Return them all, sorted, as they are written in English."""
	found = names() | set(VISITORS_WORDS.values())
	for path in (APP / "portal").glob("*.py"):
		found |= _called(path)
	found |= _called(APP / "handling" / "complainant.py") | _called(APP / "confidentiality" / "files.py")
	for path in (APP / "templates" / "portal").glob("*.html"):
		found |= set(IN_TEMPLATE.findall(path.read_text()))
	for subject, body in letters.LETTERS.values():
		found |= set(IN_TEMPLATE.findall(subject)) | set(IN_TEMPLATE.findall(body))
	return sorted(found)


def names() -> set[str]:
	"""Return the names of stages, decisions, categories and remedies the app brings."""
	found = set()
	for doctype, field in CHOICES:
		options = frappe.get_meta(doctype).get_field(field).options
		found |= {option for option in options.split("\n") if option}
	for group, leaves in masters.CATEGORIES.items():
		found |= {group, *leaves}
	return found | set(masters.REMEDIES)


def _called(path: Path) -> set[str]:
	"""Return the constants a Python file hands to `_`."""
	return {
		node.args[0].value
		for node in ast.walk(ast.parse(path.read_text()))
		if isinstance(node, ast.Call)
		and getattr(node.func, "id", "") == "_"
		and node.args
		and isinstance(node.args[0], ast.Constant)
	}
