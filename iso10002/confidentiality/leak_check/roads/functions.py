"""What all other apps on the site let a browser call: their functions, tried one after the other with a hidden document.

They are found in the text of the apps, so one that comes with an update or with another app is tried without a word here.
"""

import ast
import json
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import frappe

from iso10002.confidentiality.guards.named import KINDS, NAMES
from iso10002.confidentiality.leak_check.people import Visitor
from iso10002.confidentiality.leak_check.registry import Leak, NotApplicable, road
from iso10002.confidentiality.leak_check.web import Answer
from iso10002.confidentiality.leak_check.world import Case, World, seen_by

LISTS = {"docnames", "names"}
# What other arguments that have to be given may be.
OTHERS = {
	"action": "Read",
	"add": "Yes",
	"content": "x",
	"field": "description",
	"fieldname": "description",
	"fields": '["name", "description"]',
	"filters": "{}",
	"ignore_permissions": 1,
	"limit": 20,
	"page_len": 20,
	"page_length": 20,
	"perm_type": "read",
	"reason": "x",
	"searchfield": "name",
	"sender": "x@leak-check.invalid",
	"start": 0,
	"status": "Closed",
	"subject": "x",
	"txt": "",
	"value": "x",
}
# An argument that says by its name what it wants.
NAMED = {
	"comment": "Comment",
	"communication": "Communication",
	"customer": "Customer",
	"file": "File",
	"issue": "Issue",
	"ticket": "HD Ticket",
	"ticket_id": "HD Ticket",
	"ticket_name": "HD Ticket",
	"todo": "ToDo",
}
# What functions are tried with that take any document.
PAIRED = ("Complaint", "Communication", "ToDo")
# What is looked at, after each function, in the rows about a case that people work with.
CHANGEABLE = {
	"Communication": ("reference_doctype", "reference_name", "status", "email_status", "_seen"),
	"File": ("attached_to_doctype", "attached_to_name", "is_private"),
	"ToDo": ("reference_type", "reference_name", "status"),
}
# Functions that only read, by how their names begin. What takes nothing but a DocType is called only if it is one.
READS = ("can_", "check_", "fetch", "find", "get", "has_", "is_", "list", "load", "preview", "search", "show")  # fmt: skip
OUR_OWN = "iso10002"  # has roads of its own
# Leaves a job that would run when the users of the check are gone; the job asks for the permission itself.
LEAVES_A_JOB = ("frappe.utils.print_format.download_multi_pdf_async",)


@dataclass(frozen=True)
class Function:
	"""A whitelisted function: its address, the names of its arguments, and which of them have to be given."""

	path: str
	arguments: tuple[str, ...]
	required: tuple[str, ...]

	@property
	def reads(self) -> bool:
		return self.path.rpartition(".")[2].startswith(READS)


@road(
	"Every function of the other apps that takes a document, called with a hidden one", "access rule; guards"
)
def functions_of_apps(visitor: Visitor, world: World) -> None:
	"""In process, where all it does is rolled back; what answers there with hidden words is asked over HTTP."""
	case = world.case_of(visitor)
	before = _state(case)
	for function in whitelisted(tuple(frappe.get_installed_apps())):
		if visitor is world.cleared and not function.reads:
			continue
		for arguments in _guesses(function, case, {"user": visitor.user, "assign_to": world.cleared.user}):
			answer, after = _tried(visitor, function, arguments, case)
			if after not in (None, before) or seen_by(world, answer):
				visitor.call(function.path, **arguments)
				visitor.get(f"/api/method/{function.path}", **arguments)
				frappe.db.commit()  # see what the request wrote
				if visitor is not world.cleared and _state(case) != before:
					raise Leak(f"{function.path} changes something in the hidden case: {arguments}")


@road("An e-mail of the case made into a lead, an opportunity or a ticket", "guard: endpoints", proof=False)
def made_of_mail(visitor: Visitor, world: World) -> None:
	if visitor is world.cleared:
		return  # takes the mail out of the case, which is that user's to decide
	mail = world.case_of(visitor).traces["Communication"]
	functions = [
		function
		for function in whitelisted(tuple(frappe.get_installed_apps()))
		if function.path.endswith("_from_communication") and function.required == ("communication",)
	]
	if not functions:
		raise NotApplicable("neither ERPNext nor another app with such a function is on this site")
	for function in functions:
		answer = visitor.call(function.path, communication=mail)
		if answer.ok:
			raise Leak(f"{function.path} {answer.status}: {answer.text[:200]}")


def _state(case: Case) -> list:
	"""Return what functions could change of a case past all permissions: itself, and a row about it of each kind."""
	values = [frappe.db.get_value("Complaint", case.name, ("modified", "_assign", "_liked_by", "_user_tags"))]
	return values + [
		frappe.db.get_value(doctype, case.traces[doctype], fields) for doctype, fields in CHANGEABLE.items()
	]


@cache
def whitelisted(apps: tuple[str, ...]) -> list[Function]:
	"""Return the whitelisted functions of apps, but ours, in the order of their addresses."""
	found = []
	for app in apps:
		if app != OUR_OWN:
			root = Path(frappe.get_app_path(app)).resolve()
			for path in sorted(root.rglob("*.py")):
				module = path.relative_to(root.parent).with_suffix("").parts
				if not any(part in ("patches", "tests") or part.startswith("test_") for part in module):
					found += _of_module(".".join(module).removesuffix(".__init__"), path.read_text())
	return found


def _of_module(module: str, text: str) -> Iterator[Function]:
	if "whitelist(" not in text:
		return
	for node in ast.parse(text).body:
		if isinstance(node, ast.FunctionDef) and any(
			"whitelist" in ast.unparse(d) for d in node.decorator_list
		):
			names = tuple(row.arg for row in (*node.args.posonlyargs, *node.args.args))
			yield Function(f"{module}.{node.name}", names, names[: len(names) - len(node.args.defaults)])


def _guesses(function: Function, case: Case, people: dict[str, str]) -> Iterator[dict]:
	"""Yield arguments that name something of a hidden case or a record it came from; none where that cannot be guessed."""
	documents = {**case.documents, **case.traces, **case.host_records}
	for target in _targets(function, documents):
		values = {
			**OTHERS,
			**people,
			**dict.fromkeys(KINDS, target),
			**dict.fromkeys(NAMES, documents[target]),
			**dict.fromkeys(LISTS, frappe.as_json([documents[target]], indent=None)),
			**{name: documents[kind] for name, kind in NAMED.items() if kind in documents},
		}
		if values.keys() >= set(function.required):
			naming = {*function.required, *KINDS, *NAMES, *NAMED, "ignore_permissions"}
			yield {name: values[name] for name in function.arguments if name in naming and name in values}


def _targets(function: Function, documents: dict[str, str | int]) -> tuple[str, ...]:
	"""Return the DocTypes a function is tried with: those it may be given, that an argument is called after, or its own."""
	if function.path in LEAVES_A_JOB:
		return ()
	takes_name = not set(NAMES).isdisjoint(function.arguments)
	if not set(KINDS).isdisjoint(function.arguments):
		return PAIRED if takes_name else ("Complaint",) if function.reads else ()
	named = [NAMED[name] for name in function.arguments if NAMED.get(name) in documents]
	own = [doctype for doctype in documents if frappe.scrub(doctype) in function.path.split(".")]
	return tuple((named or own if takes_name else named)[:1])


def _tried(visitor: Visitor, function: Function, arguments: dict, case: Case) -> tuple[Answer, list | None]:
	"""Call a function in process; return its answer and, of one that writes, what it made of the case. All is rolled back.

	Whatever goes wrong in it is no answer, and what it sets for the rest of a request is gone with it.
	"""
	frappe.set_user(visitor.user)
	flags = frappe.local.flags.copy()
	frappe.local.form_dict = frappe._dict(arguments)
	frappe.local.response = frappe._dict(docs=[])
	try:
		answer = frappe.call(frappe.get_attr(function.path), **arguments)
		text = json.dumps([answer, frappe.local.response], default=str)
	except Exception:
		text = ""
	finally:
		after = None if function.reads else _state(case)
		frappe.db.rollback()
		frappe.set_user("Administrator")
		frappe.clear_messages()
		frappe.local.flags = flags
	return Answer(200, text, str(arguments)), after
