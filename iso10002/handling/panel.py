"""What the form of a case shows beside its fields: what is missing, the next steps, parties and timeline."""

import frappe
from frappe.model.document import Document

from iso10002.handling import corrections, events, moves
from iso10002.handling.stages import ENDED

PARTY_FIELDS = (
	"name",
	"role",
	"party_type",
	"full_name",
	"organisation",
	"email",
	"phone",
	"assistance_needed",
)


def case_panel(case: Document) -> dict:
	"""Return what the panels of the form show, for a reader who has the case open.

	Keys: `steps` (see `moves.next_steps`), `frozen` and `correctable` (field names), `parties`,
	`timeline`, `ended`.
	"""
	may_write = case.has_permission("write")
	frozen = moves.frozen_fields(case)
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
		"timeline": events.timeline(case.name),
		"ended": case.status in ENDED,
	}
