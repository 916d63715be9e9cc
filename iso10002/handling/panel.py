"""What the form of a case shows beside its fields: what is missing, the next steps, parties and timeline."""

import frappe
from frappe.model.document import Document

from iso10002.confidentiality import levels, retention
from iso10002.handling import corrections, events, independence, letters, moves
from iso10002.handling.clocks import actions
from iso10002.handling.stages import ENDED

PARTY_FIELDS = (
	"name",
	"role",
	"party_type",
	"full_name",
	"organisation",
	"email",
	"phone",
	"preferred_channel",
	"assistance_needed",
	"acts_for",
	"identity",
	"heard_on",
	"not_heard_reason",
)

DOCUMENT_FIELDS = {
	"Complaint Investigation": ("status", "depth", "investigator"),
	"Complaint Review": ("status", "outcome", "reviewer"),
	"Complaint Referral": ("body", "referred_on", "outcome"),
	"Complaint Evidence": ("description", "source", "obtained_on"),
}


def case_panel(case: Document) -> dict:
	"""Return what the panels of the form show, for a reader who has the case open.

	Keys: `steps` (see `moves.next_steps`), `frozen` and `correctable` (field names), `parties`,
	`timeline`, `clocks` (see `clocks.actions.shown`), `documents` (rows by DocType, of those the reader may read),
	`letters` (purposes there is a template for), `levels` (of confidentiality it may be brought to), `people` (full
	names of the users in all this), `defaults` (what the dialogs propose), `ended`, `conflicts` (users whose declared
	conflict stands), `hold` (see `retention.hold_on`).
	"""
	may_write = case.has_permission("write")
	frozen = moves.frozen_fields(case)
	timeline = events.timeline(case.name)
	hold = retention.hold_on(case)
	return {
		"steps": moves.next_steps(case) if may_write else [],
		"frozen": sorted(frozen),
		"correctable": sorted(corrections.CORRECTABLE & frozen) if may_write else [],
		"parties": frappe.get_list(
			"Complaint Party",
			filters={"complaint": case.name},
			fields=list(PARTY_FIELDS),
			order_by="creation asc",
			limit_page_length=0,
		),
		"timeline": timeline,
		"clocks": actions.shown(case),
		"documents": _documents(case),
		"letters": _letters() if may_write else [],
		"levels": levels.allowed_changes(case) if may_write else [],
		"people": _full_names(case, [*timeline, hold] if hold else timeline),
		"defaults": {"further_ways": frappe.get_cached_doc("ISO10002 Settings").further_ways},
		"ended": case.status in ENDED,
		"conflicts": sorted(independence.declared_conflicts(case)) if may_write else [],
		"hold": hold,
	}


def _documents(case: Document) -> dict[str, list[frappe._dict]]:
	"""Return what belongs to the case, oldest first, by DocType."""
	return {
		doctype: frappe.get_list(
			doctype,
			filters={"complaint": case.name},
			fields=["name", "docstatus", *fields],
			order_by="creation asc",
			limit_page_length=0,
		)
		for doctype, fields in DOCUMENT_FIELDS.items()
		if frappe.has_permission(doctype, "read")
	}


def _letters() -> list[str]:
	"""Return the purposes there is a letter for, in the order of the settings."""
	rows = frappe.get_cached_doc("ISO10002 Settings").get("letters") or []
	return list(dict.fromkeys(row.purpose for row in rows if row.purpose not in letters.AUTOMATIC))


def _full_names(case: Document, timeline: list[frappe._dict]) -> dict[str, str]:
	"""Return the full names of everybody who did something in the case or has an office in it."""
	users = {row.user for row in timeline} | {
		case.get(df.fieldname) for df in case.meta.get_link_fields() if df.options == "User"
	}
	user = frappe.qb.DocType("User")
	found = (
		frappe.qb.from_(user)
		.select(user.name, user.full_name)
		.where(user.name.isin(sorted(filter(None, users)) or [""]))
		.run()
	)
	return {name: full_name or name for name, full_name in found}
