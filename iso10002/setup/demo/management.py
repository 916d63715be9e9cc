"""Who answers for a demo case, and what management was told of it, as `handling.significance` would have done."""

import json
from datetime import timedelta

import frappe

from iso10002.handling import significance
from iso10002.setup.demo.casefile import CaseFile


def tell_management(case: CaseFile, managers: list[str], executives: list[str]) -> None:
	"""Say who answers for a case, and enter the notice of a significant one where it was assessed."""
	representative = frappe.get_cached_doc("ISO10002 Settings").representative
	case.fields["accountable"] = case.get("handler") or representative or case.get("received_by")
	because = significance.reasons(frappe._dict(case.fields))
	case.fields["significant"] = int(bool(because))
	if not because:
		return
	weighed = [row for row in case.events if row["event"] in ("Assessed", "Assessment Changed")]
	at = weighed[-1]["creation"] + timedelta(seconds=1)
	case.fields["significance_noticed_on"] = at
	case.note_by_sweep(
		at,
		significance.NOTICED,
		{
			"because": sorted(because),
			"managers": sorted(managers),
			"top_management": sorted(executives),
			"minutes_since_receipt": significance.minutes_between(case.get("received_on"), at),
		},
	)
	_write_to_closing_record(case)


def _write_to_closing_record(case: CaseFile) -> None:
	if not case.get("closing_record"):
		return
	record = json.loads(case.get("closing_record"))
	for entry in record:
		for check in entry["checks"]:
			if check["name"] == "management_told":
				check["label"] = significance.shown(frappe._dict(case.fields))
	case.fields["closing_record"] = json.dumps(record, ensure_ascii=False)
