"""Refusing what would open a case to somebody who may not see it, and noting that it was tried."""

import frappe
from frappe import _

from iso10002.confidentiality import access_log
from iso10002.confidentiality.rule import case_of


def refuse(message: str, doctype: str, name: str | None, user: str | None) -> None:
	"""Raise PermissionError with `message`, and note the attempt in the access log.

	Args:
		message: what is refused and what to do instead.
		doctype, name: the document of a case that would have been opened.
		user: who would have been let in; None for everybody.
	"""
	note(message, doctype, name, user)
	frappe.throw(message, frappe.PermissionError, title=_("Kept confidential"))


def note(message: str, doctype: str, name: str | None, user: str | None) -> None:
	"""Note in the access log that the session's user tried to let `user` (None: everybody) into a case."""
	attempt = _("For {0}: {1}").format(user or _("everybody"), frappe.utils.strip_html(message))
	access_log.refused(case_of(doctype, name) or name, attempt)
