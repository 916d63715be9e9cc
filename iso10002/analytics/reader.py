"""Who asks for figures, and on which cases they are.

Two kinds of readers (docs/measures.md says why):

- Who may read complaints gets figures on the cases the access rule shows, and on no other. Nothing is hidden in
  them: everything counted can be opened.
- Who may read none (Executive) gets figures on all cases, for whole months, and never by a name. Broken down by
  something that could identify, small figures are hidden.
"""

from dataclasses import dataclass

import frappe
from frappe import _
from frappe.query_builder import Criterion
from pypika.queries import Table

from iso10002 import roles
from iso10002.confidentiality import rule

FIGURES_ONLY = roles.EXECUTIVE
# Who may ask for figures. Intake sees its own cases until they are assessed: figures on those say nothing.
READERS = (
	roles.HANDLER,
	roles.INVESTIGATOR,
	roles.REVIEWER,
	roles.APPROVER,
	roles.MANAGER,
	roles.PRIVACY_OFFICER,
	roles.AUDITOR,
	roles.EXECUTIVE,
)
SMALLEST_SHOWN = 5


@dataclass(frozen=True)
class Reader:
	"""Somebody who asks for figures. `user` is None for the organisation itself (papers for many readers)."""

	user: str | None
	sees_cases: bool

	@property
	def condition(self) -> Criterion | None:
		"""The condition on `Complaint` that says which cases are counted; None for all."""
		return _condition(self.user) if self.sees_cases else None

	def smallest(self) -> int:
		"""Return the smallest number of cases a figure is shown for where it could identify; 0 for no limit."""
		if self.sees_cases:
			return 0
		stored = frappe.get_cached_doc("ISO10002 Settings").smallest_figure
		return SMALLEST_SHOWN if stored is None else int(stored)


ORGANISATION = Reader(None, False)


def current() -> Reader:
	"""Return the session's user as a reader; jobs, which run as Administrator, get what the organisation may publish.

	Raises:
		PermissionError: the user has no role that may see figures.
	"""
	user = frappe.session.user
	if user == "Administrator" and not getattr(frappe.local, "request", None):
		return ORGANISATION  # a job, such as an Auto Email Report: what it sends has many readers
	mine = set(frappe.get_roles(user))
	if user != "Administrator" and not mine.intersection(READERS):
		frappe.throw(
			_("Figures on complaints are for: {0}").format(", ".join(_(role) for role in READERS)),
			frappe.PermissionError,
		)
	return Reader(user, sees_cases=user == "Administrator" or mine.intersection(READERS) != {FIGURES_ONLY})


def _condition(user: str) -> Criterion | None:
	found = [part for part in (rule.visible(user), _user_permissions(user)) if part is not None]
	return Criterion.all(found) if found else None


def _user_permissions(user: str) -> Criterion | None:
	"""Return the condition of Frappe's User Permissions on Complaint and its link fields, as its lists apply them."""
	if user == "Administrator":
		return None
	case: Table = frappe.qb.DocType("Complaint")
	allowed = frappe.permissions.get_user_permissions(user)
	strict = frappe.get_system_settings("apply_strict_user_permissions")
	found = []
	itself = frappe._dict(options="Complaint", fieldname="name")
	for df in (*frappe.get_meta("Complaint").get_link_fields(), itself):
		rows = [row for row in allowed.get(df.options, ()) if row.applicable_for in (None, "", "Complaint")]
		if not rows or df.ignore_user_permissions:
			continue
		fits = case[df.fieldname].isin([row.doc for row in rows])
		found.append(fits if strict else fits | case[df.fieldname].isnull() | (case[df.fieldname] == ""))
	return Criterion.all(found) if found else None
