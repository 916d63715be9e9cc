"""Records of Frappe by which a case would be opened to somebody, or told to somebody: shares, follows, keys, tags.

Who sees a case is said by its level and by Complaint Access alone. A share would go on opening it when the access
ends, a follower would go on getting mails: so there are none for cases, whoever asks.
"""

import frappe
from frappe import _
from frappe.model.document import Document
from frappe.utils import escape_html

from iso10002.confidentiality import shares
from iso10002.confidentiality.guards.refusal import refuse
from iso10002.confidentiality.rule import CASE_DOCTYPES, may_see_document


def refuse_share(share: Document, method: str | None = None) -> None:
	"""Refuse to share a case, what hangs on it or a row about it, with anybody (doc_events hook of DocShare,
	`before_validate`).

	Raises:
		PermissionError: says where access is given instead.
	"""
	refuse_sharing(share.share_doctype, share.share_name, None if share.everyone else share.user)


def refuse_sharing(doctype: str, name: str, user: str | None) -> None:
	"""Refuse that a document is shared with `user` (None: everybody) if it belongs to a case; the attempt is noted.

	Raises:
		PermissionError: says where access is given instead.
	"""
	if document := shares.belongs_to(doctype, name):
		refuse(
			_(
				"{0}: what belongs to a complaint is not shared. Give access in the complaint, under Access."
			).format(_shown(name)),
			*document,
			user,
		)


def refuse_share_key(key: Document, method: str | None = None) -> None:
	"""Refuse a link that opens a case without logging in (doc_events hook of Document Share Key, `before_insert`).

	Raises:
		PermissionError: says what to do instead.
	"""
	if key.reference_doctype in CASE_DOCTYPES:
		refuse(
			_(
				"{0}: a complaint is not opened by a link without logging in. Send a letter from the complaint."
			).format(_shown(key.reference_docname)),
			key.reference_doctype,
			key.reference_docname,
			None,
		)


def refuse_follow(follow: Document, method: str | None = None) -> None:
	"""Refuse that somebody follows a case he may not see (doc_events hook of Document Follow, `validate`).

	Raises:
		PermissionError: names the user.
	"""
	if follow.ref_doctype in CASE_DOCTYPES and not _sees(follow.user, follow.ref_doctype, follow.ref_docname):
		refuse(
			_("{0} may not see {1} and cannot follow it.").format(
				_shown(follow.user), _shown(follow.ref_docname)
			),
			follow.ref_doctype,
			follow.ref_docname,
			follow.user,
		)


def drop_follow(follow: Document, method: str | None = None) -> None:
	"""Take back that somebody follows a case (doc_events hook of Document Follow, `after_insert`).

	Digests carry every change out of the access rule, by mail, for as long as the row is there. Not refused,
	because Frappe follows by itself what a user creates, likes or comments on, and that has to go on.
	"""
	if follow.ref_doctype in CASE_DOCTYPES:
		frappe.db.delete("Document Follow", {"name": follow.name})
		frappe.msgprint(
			_(
				"Complaints are not followed by e-mail. What is due is told by the deadlines of the complaint."
			),
			alert=True,
		)


def refuse_tag(link: Document, method: str | None = None) -> None:
	"""Refuse a tag on a case the user may not see (doc_events hook of Tag Link, `validate`).

	Raises:
		PermissionError: the user may not see the case.
	"""
	if link.document_type in CASE_DOCTYPES:
		refuse_blind(link.document_type, link.document_name)


def refuse_blind(doctype: str, name: str) -> None:
	"""Refuse that the session's user does anything with a document of a case the user may not see.

	Raises:
		PermissionError: in the same words whether the document exists or not.
	"""
	if not _sees(frappe.session.user, doctype, name):
		frappe.throw(_("You may not see {0}.").format(_shown(name)), frappe.PermissionError)


def _sees(user: str, doctype: str, name: str) -> bool:
	return user == "Administrator" or may_see_document(user, doctype, name)


def _shown(text: str | None) -> str:
	return frappe.bold(escape_html(str(text)))
