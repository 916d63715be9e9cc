"""The investigation of a case: plan, steps by depth, questions, interviews, evidence, findings, causes, conclusion.

Several investigations may run in one case, each by one investigator. What a completed one found is written to
the case in the name of the person who completes it.

Source: ISO 10002:2018 clause 7.6, annex D.
"""

import frappe
from frappe import _
from frappe.model.document import Document
from frappe.utils import cint, getdate, now_datetime, nowdate

from iso10002.handling import declarations, derived, documents, events, inquiries, interviews
from iso10002.handling.errors import DocumentError
from iso10002.handling.stages import ASSESSED, INVESTIGATING, named

FOUNDED = ("Upheld", "Partly upheld")


@frappe.whitelist()
def make_investigation(complaint: str) -> Document:
	"""Return a new, unsaved investigation of a case with its points, the depth asked for and the steps.

	Raises:
		PermissionError: the user may not see the case or make investigations.
	"""
	case = frappe.get_doc("Complaint", complaint)
	case.check_permission("read")
	frappe.has_permission("Complaint Investigation", "create", throw=True)
	doc = frappe.new_doc("Complaint Investigation")
	doc.update({"complaint": case.name, "investigator": case.investigator})
	prepare(doc, case)
	return doc


def prepare(doc: Document, case: Document) -> None:
	"""Fill in what follows from the case: depth, points, required steps. Keeps what is there."""
	doc.required_depth = documents.required_depth(case.severity)
	doc.depth = doc.depth or doc.required_depth
	doc.investigator = doc.investigator or case.investigator
	_set_points(doc, case)
	_set_steps(doc)


def validate_start(doc: Document, case: Document) -> None:
	"""An investigation starts between assessment and decision.

	Raises:
		DocumentError: says in which stage the case is.
	"""
	if case.status not in (ASSESSED, INVESTIGATING):
		frappe.throw(
			_(
				"{0} is in the stage {1}. An investigation starts after the assessment and before the decision."
			).format(frappe.bold(case.name), frappe.bold(named(case.status))),
			DocumentError,
		)


def validate_depth(doc: Document) -> None:
	"""Less depth than the severity asks for needs a reason (clause 7.6: as deep as the matter is serious).

	Raises:
		DocumentError: the reason is missing.
	"""
	if not documents.is_less_deep(doc.depth, doc.required_depth):
		doc.depth_reason = None
	elif not (doc.depth_reason or "").strip():
		frappe.throw(
			_(
				"Reason for less: the severity of this case asks for the depth {0}. Say why {1} is enough."
			).format(frappe.bold(_(doc.required_depth)), frappe.bold(_(doc.depth))),
			DocumentError,
		)


def validate_steps(doc: Document) -> None:
	"""A step is done, with its result, or left out with a reason, never both; nothing is done in the future.

	Raises:
		DocumentError: names the row.
	"""
	for row in doc.steps:
		if row.done_on and row.skipped_because:
			_refuse(_("Steps"), row, _("it is either done or left out."))
		if row.done_on and getdate(row.done_on) > getdate(nowdate()):
			_refuse(_("Steps"), row, _("the day it was done lies in the future."))
		if row.done_on and not row.result:
			_refuse(_("Steps"), row, _("enter what it showed."))
		if row.result and not row.done_on:
			_refuse(_("Steps"), row, _("enter when it was done."))


def validate_findings(doc: Document, case: Document) -> None:
	"""Findings answer the points of this case; an outcome says what was found.

	Raises:
		DocumentError: names the row.
	"""
	known = {row.name for row in case.allegations}
	for row in doc.findings:
		if row.point_row not in known:
			_refuse(_("Findings"), row, _("this is no point complained about in the case."))
		if bool(row.outcome) != bool(row.finding):
			_refuse(_("Findings"), row, _("enter both the outcome and what was found."))


def validate_causes(doc: Document) -> None:
	"""Causes are ranked from 1, each rank and each cause once; empty ranks follow the order of the rows.

	Raises:
		DocumentError: names the row.
	"""
	ranks: set[int] = set()
	causes: set[str] = set()
	for row in doc.causes:
		row.rank = cint(row.rank) or row.idx
		if row.rank in ranks:
			_refuse(_("Causes"), row, _("another cause has this rank."))
		if row.cause in causes:
			_refuse(_("Causes"), row, _("this cause is there already."))
		ranks.add(row.rank)
		causes.add(row.cause)


def validate_evidence(doc: Document) -> None:
	"""Evidence is of this case; the row keeps the hash the file had when it was relied on.

	Raises:
		DocumentError: names the row.
	"""
	for row in doc.evidence:
		found = frappe.db.get_value("Complaint Evidence", row.evidence, ["complaint", "sha256"], as_dict=True)
		if not found or found.complaint != doc.complaint:
			_refuse(_("Evidence"), row, _("choose evidence of this case."))
		row.sha256 = found.sha256


def holds_work(doc: Document) -> bool:
	"""Whether anything was recorded that only an investigator without a conflict may record."""
	return bool(
		doc.conclusion
		or doc.recommendation
		or doc.causes
		or doc.evidence
		or doc.interviews
		or any(row.done_on or row.result or row.skipped_because for row in doc.steps)
		or any(row.answer for row in doc.inquiries)
		or any(row.outcome or row.finding for row in doc.findings)
	)


def missing(doc: Document) -> list[str]:
	"""Return what an investigation still needs to be completed, as sentences."""
	found = []
	if doc.conflict_declaration != declarations.NONE:
		found.append(_("Declare whether there is a conflict of interest."))
	for row in doc.steps:
		if row.required and not (row.done_on or row.skipped_because):
			found.append(_("Step '{0}': do it, or say why it is left out.").format(row.step))
	found += inquiries.missing(doc)
	found += interviews.missing(doc)
	for row in doc.findings:
		if not (row.outcome and row.finding):
			found.append(_("Finding {0}: enter the outcome and what was found.").format(row.idx))
	if not doc.findings:
		found.append(_("Findings: the case has no point complained about yet."))
	if any(row.outcome in FOUNDED for row in doc.findings) and not doc.causes:
		found.append(_("Causes: a point is upheld, choose at least one cause."))
	if not doc.conclusion:
		found.append(_("Conclusion: sum up what was found."))
	return found


def validate_completion(doc: Document, case: Document) -> None:
	"""Hold what a completed investigation needs; all that is missing is said at once.

	Raises:
		DocumentError: the case is not being investigated, another person completes it, or parts are missing.
	"""
	if case.status != INVESTIGATING:
		frappe.throw(
			_(
				"{0} is in the stage {1}. An investigation is completed while the case is investigated."
			).format(frappe.bold(case.name), frappe.bold(named(case.status))),
			DocumentError,
		)
	if frappe.session.user != doc.investigator:
		frappe.throw(
			_("Only the investigator {0} completes this investigation.").format(
				frappe.bold(doc.investigator)
			),
			DocumentError,
		)
	if open_points := missing(doc):
		frappe.throw(open_points, DocumentError, title=_("Missing in the investigation"), as_list=True)
	doc.completed_by, doc.completed_on = frappe.session.user, now_datetime()


def write_to_case(doc: Document) -> None:
	"""Write findings, main cause and conclusion of a completed investigation to the case."""
	case = frappe.get_doc("Complaint", doc.complaint, for_update=True)
	case.check_permission("write")
	points = {row.name: row for row in case.allegations}
	replaced = {}
	for row in doc.findings:
		point = points[row.point_row]
		if point.outcome and (point.outcome, point.finding) != (row.outcome, row.finding):
			replaced[point.idx] = [point.outcome, point.finding]
		point.update({"outcome": row.outcome, "finding": row.finding})
	if doc.causes:
		case.cause = min(doc.causes, key=lambda row: row.rank).cause
	case.investigation_summary = _summary(doc)
	derived.save(case)
	events.append(
		case.name,
		"Investigation Completed",
		remark=doc.amendment_reason or doc.depth_reason,
		details={
			"document": doc.name,
			"amends": doc.amended_from,
			"depth": doc.depth,
			"required_depth": doc.required_depth,
			"depth_reason": doc.depth_reason,
			"outcomes": {row.idx: row.outcome for row in doc.findings},
			"causes": [row.cause for row in sorted(doc.causes, key=lambda row: row.rank)],
			"replaced": replaced,
		},
	)


def validate_cancellation(doc: Document) -> None:
	"""A completed investigation is taken back only while the decision does not rest on it.

	Raises:
		DocumentError: the case is decided.
	"""
	case = documents.case_of(doc)
	if case.status != INVESTIGATING:
		frappe.throw(
			_(
				"{0} is in the stage {1}: its decision rests on this investigation. Send it back or reopen it first."
			).format(frappe.bold(case.name), frappe.bold(named(case.status))),
			DocumentError,
		)


def _summary(doc: Document) -> str:
	"""Return the conclusion; with several investigations each under its number."""
	rows = [row for row in documents.completed_investigations(doc.complaint) if row.name != doc.name]
	if not rows:
		return doc.conclusion
	return "\n\n".join(f"{row.name}: {row.conclusion}" for row in (*rows, doc))


def _set_points(doc: Document, case: Document) -> None:
	"""A row for every point of the case, in its words; also for points that were added later."""
	rows = {row.point_row: row for row in doc.findings}
	for point in case.allegations:
		if point.name not in rows:
			rows[point.name] = doc.append("findings", {"point_row": point.name})
		rows[point.name].allegation = point.allegation


def _set_steps(doc: Document) -> None:
	"""The steps this depth requires, in the order of the settings; more may be added by hand."""
	rules = frappe.get_cached_doc("ISO10002 Settings").get("depth_steps") or []
	required = [row.step for row in rules if not documents.is_less_deep(doc.depth, row.from_depth)]
	known = {row.step for row in rules}
	kept = [
		row
		for row in doc.steps
		if row.step in required or row.step not in known or row.done_on or row.skipped_because
	]
	doc.set("steps", kept)
	for step in required:
		if step not in {row.step for row in kept}:
			doc.append("steps", {"step": step})
	for number, row in enumerate(doc.steps, 1):
		row.idx = number
		row.required = 1 if row.step in required else 0


def _refuse(table: str, row: Document, what: str) -> None:
	frappe.throw(_("{0}, row {1}: {2}").format(table, row.idx, what), DocumentError)
