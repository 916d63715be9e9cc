"""Sites from before a case said who answers for it, and before the matrix said what is significant."""

import frappe
from frappe.query_builder.functions import Coalesce, NullIf

from iso10002.setup.masters import seed_significance


def execute() -> None:
	"""Let the handler, else whoever received it, answer for each case; mark what is significant."""
	seed_significance()
	case = frappe.qb.DocType("Complaint")
	(
		frappe.qb.update(case)
		.set(case.accountable, Coalesce(NullIf(case.handler, ""), case.received_by))
		.where(case.accountable.isnull() | (case.accountable == ""))
		.run()
	)
