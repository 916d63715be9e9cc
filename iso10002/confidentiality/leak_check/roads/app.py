"""What this app itself offers: its functions, the complainant's pages, its figures."""

import inspect
import pkgutil
from collections.abc import Callable
from importlib import import_module

import frappe
from frappe.utils import add_months, get_first_day, get_last_day, nowdate

import iso10002
from iso10002.confidentiality.leak_check.people import Visitor
from iso10002.confidentiality.leak_check.registry import Leak, road
from iso10002.confidentiality.leak_check.world import Case, World

# Functions for visitors without an account, which ask for a key; they have a road of their own.
PUBLIC = "iso10002.portal.v1"
BEFORE_FRAPPE = "iso10002.confidentiality.guards."  # answers in Frappe's name, on the roads of Frappe
ON_PAPER = (
	"iso10002.analytics.register_paper"  # a PDF takes seconds and cannot be searched: a road of its own
)
# Which document an argument of one of our functions names.
NAMES = {
	"access": "Complaint Access",
	"clock": "Complaint Clock",
	"complaint": "Complaint",
	"evidence": "Complaint Evidence",
	"investigation": "Complaint Investigation",
	"party": "Complaint Party",
	"row": "Complaint Inquiry",
}


@road("Every function of the app, asked for a hidden case", "each asks the access rule", proof=False)
def own_functions(visitor: Visitor, world: World) -> None:
	if visitor is world.cleared:
		return  # what they do for people who may has tests of its own
	case = world.case_of(visitor)
	before = _state(case)
	for function in _functions():
		visitor.call(f"{function.__module__}.{function.__name__}", **_arguments(function, case, visitor))
	if _state(case) != before:
		raise Leak("something in the hidden case was changed")


@road(
	"Pages and interface for complainants, without a receipt code", "receipt code or signed link", proof=False
)
def public_pages(visitor: Visitor, world: World) -> None:
	case = world.case_of(visitor).name
	guessed = {"reference": case, "receipt_code": "AAAA-AAAA-AAAA"}
	visitor.post(f"/api/method/{PUBLIC}.complaint_status", **guessed)
	visitor.get("/complaint/status", reference=case, key="x")
	visitor.get("/complaint/survey", reference=case, key="x")
	visitor.get("/complaint/figures")
	visitor.get(f"/complaint/{case}")


@road("The register on paper", "the report asks the access rule")
def register_on_paper(visitor: Visitor, world: World) -> None:
	from iso10002.analytics.register_paper import page

	visitor.inside(page, {})


@road("Management report: figures only", "figures are counted, and small ones left out", proof=False)
def management_report(visitor: Visitor, world: World) -> None:
	from iso10002.analytics.pack import collect

	month = add_months(nowdate(), -1)  # one of the hidden cases was received in it
	visitor.inside(collect, str(get_first_day(month)), str(get_last_day(month)))
	visitor.get("/api/resource/Complaint Management Report", fields=["*"], limit_page_length="20")


def _functions() -> list[Callable]:
	for module in pkgutil.walk_packages(iso10002.__path__, "iso10002."):
		if not module.name.startswith("iso10002.patches"):
			import_module(module.name)
	return [
		function
		for function in sorted(frappe.whitelisted, key=lambda found: (found.__module__, found.__qualname__))
		if function.__module__.startswith("iso10002.")
		and not function.__module__.startswith((PUBLIC, BEFORE_FRAPPE, ON_PAPER))
	]


def _arguments(function: Callable, case: Case, visitor: Visitor) -> dict:
	given = {}
	for name, parameter in inspect.signature(function).parameters.items():
		if name in NAMES:
			given[name] = case.documents.get(NAMES[name], case.name)
		elif name == "user":
			given[name] = visitor.user
		elif parameter.default is parameter.empty and parameter.kind is parameter.POSITIONAL_OR_KEYWORD:
			given[name] = "Leak check"
	return given


def _state(case: Case) -> list:
	frappe.db.commit()
	return [frappe.db.get_value(doctype, name, "modified") for doctype, name in case.documents.items()]
