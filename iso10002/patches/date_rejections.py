"""Cases from before a case said on which day a decision was first rejected."""

import frappe

from iso10002.handling.clocks.derive import facts_of
from iso10002.handling.clocks.keep import journal
from iso10002.handling.stages import REJECTED


def execute() -> None:
	"""Enter the day the journal has, as it was corrected; what is entered already stays."""
	case, event = frappe.qb.DocType("Complaint"), frappe.qb.DocType("Complaint Event")
	undated = (
		frappe.qb.from_(event)
		.join(case)
		.on(case.name == event.complaint)
		.select(case.name)
		.distinct()
		.where(event.event == REJECTED)
		.where(case.rejected_on.isnull())
		.run(pluck=True)
	)
	for name in undated:
		first = next(fact.on for fact in facts_of(journal(name)) if fact.kind == REJECTED)
		frappe.db.set_value("Complaint", name, "rejected_on", first.date(), update_modified=False)
