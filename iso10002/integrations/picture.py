"""A customer's complaints at a glance, on the form of a Customer, Contact or HD Customer: what the reader may see."""

from collections import Counter

import frappe
from frappe.utils import add_months, cint, date_diff, nowdate

from iso10002.handling.stages import ENDED
from iso10002.integrations import sources
from iso10002.integrations.kinds import PERSONS

NEVER = "never"
FIELDS = ("name", "status", "received_on", "communicated_on", "decision", "vulnerable", "product_or_service")


@frappe.whitelist()
def of(doctype: str, name: str) -> dict:
	"""Return the complaints of a person or organisation, as far as the user may see them.

	Args:
		doctype: one of PERSONS; name: of the record.

	Returns:
		`open`, `past`: how many; `upheld`: how many of the decided ones were, in whole or in part; `decided`; `days`: mean
		from receipt to the answer, None without one; `often`: the product complained about most and how often;
		`vulnerable`: whether one of the cases says that the person may be, where the settings ask for that hint.
		All nought for who may see none.

	Raises:
		PermissionError, DoesNotExistError: the record cannot be read.
		IntakeError: it is of another kind, or its app is switched off.
	"""
	doc = sources.opened(doctype if doctype in PERSONS else "", name)
	cases = sources.cases_of(doc, FIELDS)
	decided = [case for case in cases if case.communicated_on]
	products = Counter(case.product_or_service for case in cases if case.product_or_service).most_common(1)
	return {
		"open": sum(case.status not in ENDED for case in cases),
		"past": sum(case.status in ENDED for case in cases),
		"decided": len(decided),
		"upheld": sum(case.decision in ("Upheld", "Partly upheld") for case in decided),
		"days": round(
			sum(date_diff(case.communicated_on, case.received_on) for case in decided) / len(decided), 1
		)
		if decided
		else None,
		"often": products[0] if products and products[0][1] > 1 else None,
		"vulnerable": _may_be_vulnerable(cases),
	}


def _may_be_vulnerable(cases: list[frappe._dict]) -> bool:
	settings = frappe.get_cached_doc("Complaint Ticket Settings")
	if settings.vulnerability_hint == NEVER:
		return False
	months = cint(settings.vulnerability_months)
	since = _day(add_months(nowdate(), -months)) if months else ""
	return any(case.vulnerable and _day(case.received_on) >= since for case in cases)


def _day(moment: object) -> str:
	"""Return a day or time as a text of the day, to compare."""
	return str(moment)[:10]
