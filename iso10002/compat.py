"""What differs between Frappe 15 and 16, and the databases they run on."""

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


def wait_for_locks() -> None:
	"""Let this connection wait where another holds a row, and go on with the row as it then is.

	From version 11.6.2 on, MariaDB refuses to lock a row that changed since the transaction began: of two complaints
	recorded at the same time one would get no reference. Earlier ones take the setting for a comment.
	"""
	if frappe.db.db_type == "mariadb":  # a setting: the query builder has no form for it
		frappe.db.sql("set /*M!110602 innodb_snapshot_isolation = off, */ @iso10002_waits = 1")
