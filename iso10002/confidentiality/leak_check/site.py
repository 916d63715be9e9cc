"""What has to be true of the site itself: whose hooks decide, and what its admins have set."""

from collections.abc import Callable
from dataclasses import dataclass

import frappe
from frappe.model.rename_doc import get_link_fields

from iso10002.compat import MAJOR
from iso10002.confidentiality.conditions import ABOUT, ROWS_OF_ABOUT
from iso10002.confidentiality.guards.configuration import COPYING, PROBLEM_OF
from iso10002.confidentiality.leak_check.people import DOMAIN
from iso10002.confidentiality.leak_check.world import World, also_hanging
from iso10002.confidentiality.rule import CASE_DOCTYPES, HANGS_ON_CASE

APP = "iso10002."
DOCUMENTS = sorted(
	{"Complaint", *(doctype for doctype, field in HANGS_ON_CASE.items() if field == "complaint")}
)


@dataclass(frozen=True)
class Check:
	"""One thing about the site, whether it is as it should be, and what is wrong or was looked at."""

	name: str
	title: str
	ok: bool
	why: str = ""


_checks: dict[str, tuple[str, Callable[[World], list[str]]]] = {}


def check(title: str) -> Callable:
	"""Register a function (world) -> what is wrong."""

	def register(function: Callable) -> Callable:
		_checks[function.__name__] = (title, function)
		return function

	return register


def check_site(world: World) -> list[Check]:
	"""Return all checks with what they found."""
	found = []
	for name, (title, function) in _checks.items():
		wrong = function(world)
		found.append(Check(name, title, not wrong, "; ".join(wrong)))
	return found


def titles() -> list[str]:
	"""Return what is checked, for the documentation."""
	return [title for title, _function in _checks.values()]


@check("Our answer decides who opens a document: no hook of another app comes before it")
def hook_order(world: World) -> list[str]:
	hooks = frappe.get_hooks("has_permission")
	wrong = [f"a hook for every DocType answers first: {path}" for path in hooks.get("*", []) if MAJOR < 16]
	for doctype in (*DOCUMENTS, *ABOUT, "Prepared Report"):
		if not frappe.db.exists("DocType", doctype):
			continue
		methods = hooks.get(doctype, [])
		if not any(path.startswith(APP) for path in methods):
			wrong.append(f"{doctype}: the access rule is not asked")
		elif MAJOR < 16 and not methods[-1].startswith(
			APP
		):  # the first answer wins there, asked from the end
			wrong.append(f"{doctype}: {methods[-1]} answers first")
	return wrong


@check("The permission check of Frappe says no for every visitor and every hidden document")
def says_no(world: World) -> list[str]:
	wrong = []
	for case in world.cases:
		for doctype in (*DOCUMENTS, *also_hanging()):
			doc = frappe.get_doc(doctype, case.documents[doctype])
			for visitor in world.visitors[1:]:
				if frappe.has_permission(doctype, "read", doc=doc, user=visitor.user):
					wrong.append(f"{visitor.label} may read {doctype} ({case.reason})")
	return wrong


@check("Lists are narrowed by the access rule for every DocType of a case")
def list_conditions(world: World) -> list[str]:
	hooks = frappe.get_hooks("permission_query_conditions")
	return [
		f"{doctype} has no condition"
		for doctype in (*sorted(CASE_DOCTYPES), *ABOUT, *ROWS_OF_ABOUT)
		if frappe.db.exists("DocType", doctype)
		and not any(path.startswith(APP) for path in hooks.get(doctype, []))
	]


@check("No other app has taken over the functions and searches this app answers")
def overrides(world: World) -> list[str]:
	wrong = [
		f"{name} is answered by {paths[-1]}"
		for name, paths in frappe.get_hooks("override_whitelisted_methods").items()
		if any(path.startswith(APP) for path in paths) and not paths[-1].startswith(APP)
	]
	searches = frappe.get_hooks("standard_queries")
	for doctype in CASE_DOCTYPES:
		found = searches.get(doctype) or ["Frappe"]
		found = [found] if isinstance(found, str) else found
		wrong += [f"search for {doctype} is answered by {path}" for path in found if not path.startswith(APP)]
	return wrong


@check("No complaint is shared, followed or opened by a key")
def grants(world: World) -> list[str]:
	wrong = []
	for doctype in ("DocShare", "Document Follow", "Document Share Key"):
		row, (kind, _name) = frappe.qb.DocType(doctype), ABOUT[doctype]
		query = frappe.qb.from_(row).select(row.name).where(row[kind].isin(sorted(CASE_DOCTYPES)))
		found = query.where(row.owner.not_like(f"%@{DOMAIN}")).limit(1).run()
		wrong += [f"{doctype} {name}" for (name,) in found]
	return wrong


@check("Files of complaints are private, and nobody keeps one for having uploaded it")
def files(world: World) -> list[str]:
	row = frappe.qb.DocType("File")
	query = frappe.qb.from_(row).select(row.name).where(row.attached_to_doctype.isin(sorted(CASE_DOCTYPES)))
	found = query.where((row.is_private == 0) | (row.owner != "Administrator")).limit(5).run()
	return [f"File {name}" for (name,) in found]


@check(
	"Notifications, mailed reports, workflows, web forms, fields and properties carry no words of a complaint"
)
def configuration(world: World) -> list[str]:
	wrong = []
	for doctype, problem_of in PROBLEM_OF.items():
		if not frappe.db.exists("DocType", doctype):
			continue  # not every version of Frappe has all of them
		for name in frappe.get_all(doctype, pluck="name"):
			if problem := problem_of(frappe.get_doc(doctype, name)):
				wrong.append(f"{doctype} {name}: {problem}")
	return wrong


@check("No field of a complaint is indexed for everybody, or shown instead of its number")
def copying(world: World) -> list[str]:
	wrong = []
	for doctype in sorted(CASE_DOCTYPES):
		meta = frappe.get_meta(doctype)
		wrong += [
			f"{doctype}.{df.fieldname} is in the global search" for df in meta.fields if df.in_global_search
		]
		wrong += [f"{doctype}: {setting}" for setting in COPYING[1:] if meta.get(setting)]
	return wrong


@check("Nothing links to a complaint from outside: Frappe would open, count and list it")
def links(world: World) -> list[str]:
	return [
		f"{link['parent']}.{link['fieldname']} links to {doctype}"
		for doctype in DOCUMENTS
		for link in get_link_fields(doctype)
		if link["parent"] not in {*CASE_DOCTYPES, *also_hanging()}
	]


@check("System Settings: Allow Older Web View Links is off")
def old_links(world: World) -> list[str]:
	field = "allow_older_web_view_links"
	# gone in Frappe 16, and the links with it
	there = frappe.get_meta("System Settings").has_field(field)
	return ["it is on"] if there and frappe.db.get_single_value("System Settings", field) else []
