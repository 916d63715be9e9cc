"""Expressions of a Workflow: Frappe lets them look up any document, and its forms tell what came of it."""

import ast
import unicodedata

from iso10002.confidentiality.conditions import CONCERNED

LOOKING_UP = ("get_value", "get_list")
HARMLESS = ("session", "utils")


def looks_up_cases(expression: str | None, own: str) -> bool:
	"""Whether an expression looks up documents of cases, or may: what it looks up is not written in it.

	Args:
		expression: in Python, as Frappe evaluates it; one that is wrong looks up nothing.
		own: the DocType of the document it is asked of, which `doc.doctype` stands for.
	"""
	try:
		# Frappe reads it in this form too: what looks like a dot becomes one
		tree = ast.parse(unicodedata.normalize("NFKC", expression or "").strip(), mode="eval")
	except (SyntaxError, ValueError):
		return False
	nodes = list(ast.walk(tree))
	attribute = {node.value: node for node in nodes if isinstance(node, ast.Attribute)}
	call = {node.func: node for node in nodes if isinstance(node, ast.Call)}
	for node in nodes:
		if not isinstance(node, ast.Name) or node.id != "frappe":
			continue
		part = attribute.get(node)
		if part and part.attr in HARMLESS:
			continue
		function = attribute.get(part) if part and part.attr == "db" else None
		if not function or function.attr not in LOOKING_UP or _kind(call.get(function), own) in CONCERNED:
			return True
	return False


def _kind(call: ast.Call | None, own: str) -> str:
	"""Return the DocType a call looks up; where it is not written there, one of a case."""
	if call:
		given = [*call.args[:1], *(word.value for word in call.keywords if word.arg == "doctype")]
		for kind in given[:1]:
			if isinstance(kind, ast.Constant):
				return str(kind.value)
			if ast.unparse(kind) in ("doc.doctype", "doc['doctype']", "doc.get('doctype')"):
				return own
	return "Complaint"
