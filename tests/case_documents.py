"""Plain functions that make the documents of a case: investigations, evidence, reviews, referrals."""

from __future__ import annotations

from typing import Any

import frappe
from factories import acting_as, complaint_in, make_complaint, take, unique, user_of

from iso10002.handling import stages as stage
from iso10002.handling.investigation import make_investigation
from iso10002.handling.referral import make_referral
from iso10002.handling.review import make_review


def hours_ago(hours: float) -> str:
	return frappe.utils.add_to_date(frappe.utils.now(), hours=-hours)


def case_under_investigation(severity: str = "Moderate", **overrides: Any) -> str:
	"""Return the reference of a case that is being investigated."""
	case = make_complaint(as_user=user_of("intake"), **overrides).name
	take(case, "Acknowledge")
	take(case, "Assess", severity=severity)
	take(case, "Investigate")
	return case


def start(case: str, declare: bool = True, as_user: str = "investigator", **values: Any):
	"""Return a saved investigation of a case; with the declaration of no conflict if not said otherwise."""
	with acting_as(user_of(as_user)):
		doc = make_investigation(case)
		if declare:
			doc.conflict_declaration = "No conflict of interest"
		doc.update(values)
		return doc.insert()


def fill(doc: Any) -> None:
	"""Enter all an investigation needs to be completed, in memory."""
	for row in doc.steps:
		row.update({"done_on": frappe.utils.nowdate(), "result": "Nothing unusual."})
	for row in doc.findings:
		row.update({"outcome": "Upheld", "finding": "The box was crushed."})
	if not doc.causes:
		doc.append("causes", {"cause": "Packaging or transport", "explanation": "Thin cardboard."})
	doc.conclusion = doc.conclusion or "The packaging was too weak."


def complete(doc: Any, as_user: str | None = None):
	"""Fill in an investigation and submit it as its investigator."""
	with acting_as(as_user or doc.investigator):
		fill(doc)
		doc.submit()
	return doc


def investigate(case: str, **values: Any):
	"""Return a completed investigation of a case."""
	return complete(start(case, **values))


def make_file(content: str | bytes = "a photo", as_user: str | None = None, **overrides: Any):
	"""Return a private file that is attached to nothing yet."""
	with acting_as(as_user):
		values = {"file_name": f"{unique('photo')}.txt", "content": content, "is_private": 1, **overrides}
		return frappe.get_doc({"doctype": "File", **values}).insert()


def make_evidence(case: str, as_user: str | None = None, content: str | None = None, **overrides: Any):
	"""Return saved evidence with a file of its own."""
	user = as_user or user_of("investigator")
	with acting_as(user):
		values = {
			"doctype": "Complaint Evidence",
			"complaint": case,
			"description": "Photo of the parcel",
			"source": "Complainant",
			**overrides,
		}
		if "file" not in overrides:
			values["file"] = make_file(content or unique("content")).file_url
		return frappe.get_doc(values).insert()


def case_under_review(**overrides: Any) -> str:
	"""Return the reference of a rejected case that is under review."""
	case = complaint_in(stage.COMMUNICATED, **overrides)
	take(case, "Record Rejection")
	take(case, "Review")
	return case


def open_review(case: str, declare: bool = True, **values: Any):
	"""Return a saved review by the reviewer of the case."""
	with acting_as(user_of("reviewer")):
		doc = make_review(case)
		if declare:
			doc.conflict_declaration = "No conflict of interest"
		doc.update(values)
		return doc.insert()


def review(case: str, **values: Any):
	"""Return a completed review of a case; the decision is confirmed if not said otherwise."""
	doc = open_review(case)
	said = {"looked_at": "The whole file.", "outcome": "Confirmed", "reasons": "The decision was right."}
	with acting_as(doc.reviewer):
		doc.update({**said, **values})
		doc.submit()
	return doc


def outside_body(**overrides: Any) -> str:
	"""Return the name of a new outside body."""
	values = {"doctype": "Dispute Resolution Body", "body_name": unique("Board"), "method": "Determinative"}
	return frappe.get_doc({**values, **overrides}).insert().name


def refer(case: str, as_user: str = "handler", **values: Any):
	"""Return a saved referral of a case to a new outside body."""
	body = values.pop("body", None) or outside_body()
	with acting_as(user_of(as_user)):
		doc = make_referral(case)
		doc.update({"body": body, **values})
		return doc.insert()
