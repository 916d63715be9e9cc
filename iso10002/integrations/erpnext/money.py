"""From an accepted remedy to the draft in ERPNext that carries it out: money and goods.

The draft is made with the rights the user has in ERPNext, and everything after it happens there. The link goes from the
remedy to the draft alone; nothing in ERPNext leads back to the case. Source: ISO 10002:2018 clauses 7.7 and 7.9.
"""

import math
from dataclasses import asdict, dataclass

import frappe
from frappe import _
from frappe.model.document import Document
from frappe.utils import flt, fmt_money

from iso10002.confidentiality.rule import STANDARD
from iso10002.handling import events, remedies
from iso10002.handling.errors import AuthorityError
from iso10002.integrations import hosts
from iso10002.integrations.erpnext import drafts, sources
from iso10002.integrations.erpnext.drafts import KINDS, Kind, Wish
from iso10002.integrations.erpnext.errors import RemedyDocumentError

HOST = "erpnext"
# Of the remedy type: the name of a kind; a custom field, there beside ERPNext only.
MAKES = "makes_document"


@dataclass(frozen=True)
class Offer:
	"""What the form shows for one remedy.

	Attributes:
		remedy: name of the row.
		kind: what can be made for it now; None where nothing can.
		doctype: of what can be made.
		sources: DocTypes it can be made from.
		document_type, document, state: what was made for it.
		may_open: whether the reader may open that in ERPNext.
	"""

	remedy: str
	remedy_type: str
	idx: int
	kind: str | None
	doctype: str | None
	sources: tuple[str, ...]
	value: float
	currency: str
	document_type: str | None
	document: str | None
	state: str | None
	may_open: bool


@frappe.whitelist()
def offers(complaint: str) -> list[dict]:
	"""Return what was made in ERPNext for the remedies of a case, and what can be made (see `Offer`).

	Args:
		complaint: the reference of the case.

	Returns:
		One dict for each remedy that has a document, or for which the user may make one; none without ERPNext.

	Raises:
		PermissionError: the user may not see this case.
	"""
	case = frappe.get_doc("Complaint", complaint)
	case.check_permission("read")
	if not hosts.active(HOST):
		return []
	may_write = case.has_permission("write")
	found = [_offer(row, may_write) for row in case.remedies]
	return [asdict(offer) for offer in found if offer.kind or offer.document]


@frappe.whitelist()
def proposal(complaint: str, remedy: str) -> dict:
	"""Return what the dialog for a remedy proposes, of what the user may read in ERPNext.

	Args:
		complaint: the reference of the case.
		remedy: name of the row of the remedy.

	Returns:
		dict with `sources` (DocType and names of what it could be made from), `rows` of each source,
		`customer` and `company` as far as the case tells them.

	Raises:
		PermissionError: the user may not change this case.
		RemedyDocumentError: nothing can be made for this remedy.
	"""
	case, _row, kind = _asked(complaint, remedy)
	return sources.proposal(case, kind)


@frappe.whitelist(methods=["POST"])
def make_document(
	complaint: str,
	remedy: str,
	source: str | None = None,
	source_doctype: str | None = None,
	amount: float | str | None = None,
	rows: list | str | None = None,
	company: str | None = None,
	customer: str | None = None,
	account: str | None = None,
) -> dict:
	"""Make the draft in ERPNext that carries out an accepted remedy, with the user's own rights there.

	Args:
		complaint: the reference of the case.
		remedy: name of the row of the remedy. Its type says what is made (see `drafts.KINDS`).
		source: the document it is made from; the one the case refers to if it fits and nothing is given.
		source_doctype: where a remedy can be made from several kinds.
		amount: in the currency of the remedy; its whole value if not given.
		rows: names of the rows of the source that are meant; all if not given.
		company, customer: for what is made from no document; those of the case if not given.
		account: for what is made from no document: what the amount is charged to.

	Returns:
		dict with `doctype` and `name` of the draft.

	Raises:
		PermissionError: the user may not change this case, read the source or make such a document.
		AuthorityError: the amount is beyond the authority of all who decided, and of the user.
		RemedyDocumentError: the remedy is not accepted, has its document, or the draft cannot be made.
	"""
	case, row, kind = _asked(complaint, remedy, for_update=True)
	wanted = _amount(row, amount, kind)
	wish = Wish(
		amount=wanted,
		currency=currency_of(row),
		**sources.given(case, kind, source, source_doctype, rows, company, customer, account),
	)
	draft = _make(case, kind, wish)
	_check_authority(case, row, drafts.worth(draft) if kind.of_money else wanted)
	_link(case, row, draft)
	return {"doctype": draft.doctype, "name": draft.name}


def currency_of(row: Document) -> str:
	"""Return the currency of a remedy's value: the site's where the remedy says none."""
	return row.currency or frappe.db.get_default("currency")


def _offer(row: Document, may_write: bool) -> Offer:
	made = frappe.get_cached_doc("Complaint Remedy Type", row.remedy_type).get(MAKES)
	kind = KINDS.get(made)
	open_to_user = (
		may_write
		and kind
		and row.progress == "Accepted"
		and not remedies.has_document(row)
		and frappe.has_permission(kind.doctype, "create")
	)
	there = row.document_name and frappe.db.exists(row.document_type, row.document_name)
	return Offer(
		remedy=row.name,
		remedy_type=row.remedy_type,
		idx=row.idx,
		kind=made if open_to_user else None,
		doctype=kind.doctype if open_to_user else None,
		sources=kind.sources if open_to_user else (),
		value=flt(row.value),
		currency=currency_of(row),
		document_type=row.document_type,
		document=row.document_name,
		state=row.document_state,
		may_open=bool(there and frappe.has_permission(row.document_type, "read", doc=row.document_name)),
	)


def _asked(complaint: str, remedy: str, for_update: bool = False) -> tuple[Document, Document, Kind]:
	"""Return the case, the remedy and the kind of document asked for, after checking that it may be made."""
	case = frappe.get_doc("Complaint", complaint, for_update=for_update)
	case.check_permission("write")
	if not hosts.active(HOST):
		frappe.throw(
			_("ERPNext is not on this site, or not switched on in the settings."), RemedyDocumentError
		)
	row = next((row for row in case.remedies if row.name == remedy), None)
	if not row:
		frappe.throw(_("Remedy: choose a remedy of this complaint."), RemedyDocumentError)
	kind = KINDS.get(frappe.get_cached_doc("Complaint Remedy Type", row.remedy_type).get(MAKES))
	if not kind:
		_refuse(row, _("no document is made for remedies of this type."))
	if row.progress != "Accepted":
		_refuse(row, _("only an accepted remedy that is not yet performed is carried out."))
	if remedies.has_document(row):
		_refuse(
			row, _("{0} {1} was made for it.").format(_(row.document_type), frappe.bold(row.document_name))
		)
	if not frappe.has_permission(kind.doctype, "create"):
		frappe.throw(
			_("You may not make a {0} in ERPNext. Ask somebody who may.").format(_(kind.doctype)),
			frappe.PermissionError,
		)
	return case, row, kind


def _amount(row: Document, amount: float | str | None, kind: Kind) -> float:
	"""Return the amount asked for: not above the value of the remedy, and something where money moves."""
	try:
		wanted = flt(row.value) if amount in (None, "") else float(amount)
	except ValueError:
		wanted = math.nan
	if not math.isfinite(wanted) or wanted < 0 or (kind.of_money and not wanted):
		_refuse(row, _("enter an amount above 0."))
	if flt(wanted - flt(row.value), drafts.PLACES) > 0:
		_refuse(
			row,
			_("{0} is above what was accepted, {1}.").format(
				fmt_money(wanted, currency=currency_of(row)), fmt_money(row.value, currency=currency_of(row))
			),
		)
	return wanted


def _check_authority(case: Document, row: Document, amount: float) -> None:
	"""Refuse an amount that today none of those who decided may approve, nor the user (annex F)."""
	people = (row.authorised_by, case.approved_by, case.proposed_by, frappe.session.user)
	if not any(remedies.may_approve(user, row.remedy_type, amount) for user in people):
		frappe.throw(
			_("Remedies, row {0}: {1} of this value is beyond your authority. {2}").format(
				row.idx,
				frappe.bold(row.remedy_type),
				_("Somebody with sufficient authority must make the document."),
			),
			AuthorityError,
		)


def _make(case: Document, kind: Kind, wish: Wish) -> Document:
	"""Return the saved draft. What ERPNext says is passed on; what breaks in it is said in words and logged."""
	try:
		draft = kind.make(wish)
		if kind.of_money and drafts.currency_of(draft) != wish.currency:
			frappe.throw(
				_("The remedy is in {0}, the document would be in {1}. Choose another document.").format(
					wish.currency, drafts.currency_of(draft)
				),
				RemedyDocumentError,
			)
		_say_reference(case, kind, draft)
		draft.flags.ignore_permissions = False
		draft.insert()
	except (frappe.ValidationError, frappe.PermissionError, frappe.DoesNotExistError):
		raise
	except Exception:
		# an ERPNext that is half installed or set up fails in any way; the user gets words, the admin the trace
		frappe.log_error(f"ERPNext: {kind.doctype} for a remedy", defer_insert=True)
		frappe.throw(
			_("ERPNext could not make the {0}. Ask your admin: the Error Log says why.").format(
				_(kind.doctype)
			),
			RemedyDocumentError,
		)
	if kind.of_money and flt(drafts.worth(draft) - wish.amount, drafts.PLACES) > 0:
		frappe.throw(_("ERPNext makes more of it than was accepted."), RemedyDocumentError)
	return draft


def _say_reference(case: Document, kind: Kind, draft: Document) -> None:
	"""Write the number of the case into the remarks where the settings want it and the level allows it."""
	wanted = frappe.get_cached_doc("ISO10002 Settings").get("erpnext_reference")
	if wanted and kind.remarks and case.confidentiality_level == STANDARD:
		draft.set(kind.remarks, case.name)
		if draft.meta.has_field("custom_remarks"):
			draft.custom_remarks = 1


def _link(case: Document, row: Document, draft: Document) -> None:
	row.update({"document_type": draft.doctype, "document_name": draft.name, "document_state": "Draft"})
	case.flags.following_document = True
	case.save()
	events.append(
		case.name,
		"Document Made",
		details={
			"remedy": row.remedy_type,
			"document_type": draft.doctype,
			"document": draft.name,
			"state": "Draft",
			"amount": drafts.worth(draft),
			"currency": drafts.currency_of(draft),
		},
	)


def _refuse(row: Document, what: str) -> None:
	frappe.throw(
		_("Remedies, row {0} ({1}): {2}").format(row.idx, frappe.bold(row.remedy_type), what),
		RemedyDocumentError,
	)
