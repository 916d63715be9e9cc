"""Which documents a request names: in its path, in its arguments, and in the documents it sends.

Frappe looks up what a function is given before it asks for any permission, and judges a document by what the request says
of it: a filter instead of a name tells whether something meets it, another name or another case in a document sent
gets past whoever asks about the stored one. So whatever a request names is looked at as it is stored, before Frappe does.
"""

from collections import defaultdict
from collections.abc import Iterator
from operator import itemgetter

import frappe
from frappe import _
from frappe.utils import escape_html

from iso10002.confidentiality.conditions import CONCERNED, MAIL
from iso10002.confidentiality.requests import asked_document
from iso10002.confidentiality.rule import HANGS_ON_CASE, ROWS_OF, case_of, seen_among
from iso10002.confidentiality.shares import belongs_to

# How functions call the arguments that name a DocType, and those that name documents of it.
KINDS = (
	"doctype",
	"doc_type",
	"document_type",
	"dt",
	"link_doctype",
	"parenttype",
	"party_type",
	"ref_doctype",
	"reference_doctype",
	"reference_dt",
	"reference_type",
	"source_doctype",
	"voucher_type",
)
NAMES = (
	"dn",
	"doc_name",
	"docname",
	"docnames",
	"document_name",
	"link_name",
	"name",
	"names",
	"old",
	"old_name",
	"parent",
	"party",
	"ref_docname",
	"reference_doc",
	"reference_docname",
	"reference_name",
	"source",
	"source_name",
	"voucher_no",
)
# The same in a document that is sent: what it says of others is looked at where it is saved.
NAMES_IN_DOCUMENTS = ("dn", "docname", "docnames", "name", "names")
# Arguments that name documents of one DocType, whatever else is said.
OF_ONE_KIND = {"attachments": "File", "communication": "Communication", "fid": "File"}

MOST_DEPTH = 8

Named = dict[str, list]


def refuse_named(arguments: dict) -> None:
	"""Refuse a request that names a document the access rule hides from the session's user.

	Raises:
		PermissionError: a document of a hidden case, or a row about one, is named; or one is asked for by a filter.
	"""
	if frappe.session.user == "Administrator":
		return
	for doctype, names in _named(arguments).items():
		if any(not isinstance(name, str) for name in names):
			frappe.throw(
				_("{0}: you may not see what a filter stands for. Ask for it by its name.").format(
					_(doctype)
				),
				frappe.PermissionError,
			)
		for name in hidden_of(doctype, names):
			frappe.throw(
				_("You may not see {0}.").format(frappe.bold(escape_html(name))), frappe.PermissionError
			)


def hidden_of(doctype: str, names: list[str]) -> list[str]:
	"""Return those of the stored documents with these names that belong to a case hidden from the session's user."""
	if doctype == "Complaint":
		return _hidden_cases(names)
	cases = dict(_cases_of(doctype, list(dict.fromkeys(names))))
	seen = seen_among(frappe.session.user, [case for case in set(cases.values()) if case])
	return [name for name, case in cases.items() if case not in seen]


def _hidden_cases(names: list[str]) -> list[str]:
	"""Most requests are about cases the user works on: whether the others exist is asked only if there are any."""
	seen = {name.casefold() for name in seen_among(frappe.session.user, names)}
	others = [name for name in names if name.casefold() not in seen]
	return [name for name, _same in _field_of("Complaint", others, "name")]


def _cases_of(doctype: str, names: list[str]) -> Iterator[tuple[str, str | None]]:
	"""Yield the names of stored documents that belong to a case, with the case; nothing is said of others."""
	if doctype in HANGS_ON_CASE:
		# rows of the access log may be about many cases at once, and are for who reads the log
		yield from filter(itemgetter(1), _field_of(doctype, names, HANGS_ON_CASE[doctype]))
	elif doctype in ROWS_OF:
		parents = dict(_field_of(doctype, names, "parent"))
		cases = dict(_cases_of(ROWS_OF[doctype], list(set(parents.values()))))
		yield from ((name, cases.get(parent)) for name, parent in parents.items())
	elif frappe.db.table_exists(doctype):
		for name in names:
			document = belongs_to(doctype, name) if frappe.db.exists(doctype, name) else None
			if document and document[0] != MAIL:  # a mail, or what is about one, that has no case
				yield name, case_of(*document)


def _field_of(doctype: str, names: list[str], field: str) -> list[tuple[str, str | None]]:
	if not names:
		return []
	table = frappe.qb.DocType(doctype)
	rows = frappe.qb.from_(table).select(table.name, table[field]).where(table.name.isin(names)).run()
	return [(str(name), value) for name, value in rows]


def _named(arguments: dict) -> Named:
	found: Named = defaultdict(list)
	if asked := asked_document():
		doctype, names = asked
		_add(found, doctype, list(names))
	_collect(found, arguments, NAMES)
	return found


def _collect(found: Named, given: object, names: tuple[str, ...], depth: int = 0) -> None:
	"""Add what a value names, and what the values in it name."""
	given = _parsed(given)
	if depth > MOST_DEPTH:
		return
	if isinstance(given, dict):
		for kind in KINDS if names == NAMES else ("doctype",):
			if isinstance(given.get(kind), str):
				for argument in names:
					_add(found, given[kind], names_in(given.get(argument)))
		for argument, doctype in OF_ONE_KIND.items():
			named = names_in(given.get(argument))
			# an attachment may be described instead of named
			_add(
				found, doctype, [name for name in named if argument != "attachments" or isinstance(name, str)]
			)
		given = list(given.values())
	if isinstance(given, list):
		for value in given:
			if isinstance(value, dict | list) or _may_be_json(value):
				_collect(found, value, NAMES_IN_DOCUMENTS, depth + 1)


def _add(found: Named, doctype: str, names: list) -> None:
	if names and doctype in CONCERNED:
		found[doctype] += names


def names_in(given: object) -> list:
	"""Return the names in an argument: one or several; a filter stays what it is."""
	given = _parsed(given)
	if given in (None, "", [], {}):
		return []
	names = given if isinstance(given, list) else [given]
	return [str(name) if isinstance(name, str | int) else name for name in names]


def _parsed(given: object) -> object:
	if not _may_be_json(given):
		return given
	try:
		return frappe.parse_json(given)
	except ValueError:
		return given


def _may_be_json(given: object) -> bool:
	return isinstance(given, str) and given.lstrip()[:1] in ("[", "{", '"')
