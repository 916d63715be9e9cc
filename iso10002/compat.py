"""What differs between Frappe 15 and 16."""

import frappe
from frappe.utils import nestedset

MAJOR = int(frappe.__version__.split(".")[0])

# What a `has_permission` hook answers that leaves the decision to others. Frappe 15 takes the first answer that is
# not None as the last word, 16 takes None for a no.
NO_OPINION = None if MAJOR < 16 else True


def rebuild_tree(doctype: str) -> None:
	"""Number the nodes of a tree. Early versions of Frappe 15 ask for the field that names the parent, 16 refuses it."""
	if MAJOR < 16:
		nestedset.rebuild_tree(doctype, f"parent_{frappe.scrub(doctype)}")
	else:
		nestedset.rebuild_tree(doctype)
