"""What the second stage leaves behind in a demo case: the review, and the referral to an outside body."""

import random
from datetime import date

from frappe import _
from frappe.utils import format_date

from iso10002.handling.declarations import COMPLETED, IN_PROGRESS, NONE
from iso10002.setup.demo import texts
from iso10002.setup.demo.casefile import CaseFile
from iso10002.setup.demo.investigation import state_with

REVIEW = "Complaint Review"
# What a review makes of a decision that is varied or overturned.
VARIED = {
	"Not upheld": "Partly upheld",
	"Could not be determined": "Partly upheld",
	"Partly upheld": "Partly upheld",
}
FOR_COMPLAINANT = (
	"Decided for the complainant",
	"Decided partly for the complainant",
	"Settled by agreement",
)
FOR_US = ("Decided for the organisation", "Decided for the organisation", "Not taken up")


def open_review(case: CaseFile, reviewer: str) -> dict:
	"""Open the review now and declare that there is no conflict of interest; return its row."""
	name = f"{case.name}-REV-{len(case.reviews) + 1}"
	case.note("Review Opened", reviewer, details={"document": name, "amends": None})
	row = case.add_row(
		case.reviews,
		"review",
		reviewer,
		{
			"complaint": case.name,
			"reviewer": reviewer,
			"status": IN_PROGRESS,
			"grounds": case.get("review_grounds"),
			"conflict_declaration": NONE,
			"declared_by": reviewer,
			"declared_on": case.now,
			"first_decision": case.get("decision"),
			"first_decision_reasons": case.get("decision_reasons"),
			"workflow_state": state_with(REVIEW, "0"),
			"docstatus": 0,
		},
	)
	row["name"] = name
	case.note("No Conflict Declared", reviewer, details={"document": name})
	return row


def complete_review(case: CaseFile, review: dict, outcome: str) -> None:
	"""Complete the review now and write its outcome to the case, with the new decision if there is one."""
	reviewer, reasons = review["reviewer"], texts.REVIEWED[outcome]
	details = {"document": review["name"], "amends": None, "outcome": outcome}
	old, old_reasons = case.get("decision"), case.get("decision_reasons")
	new = VARIED.get(old, old) if outcome == "Varied" else "Upheld"
	review.update(
		{
			"status": COMPLETED,
			"docstatus": 1,
			"workflow_state": state_with(REVIEW, "1"),
			"looked_at": texts.LOOKED_AT,
			"outcome": outcome,
			"reasons": reasons,
			"completed_by": reviewer,
			"completed_on": case.now,
			"modified": case.now,
		}
	)
	case.fields.update({"review_outcome": outcome, "review_reasons": reasons})
	if outcome != "Confirmed":
		review.update({"new_decision": new, "new_decision_reasons": reasons})
		details.update({"decision": [old, new], "decision_reasons": [old_reasons, reasons]})
		case.fields.update({"decision": new, "decision_reasons": reasons})
	case.note("Review Completed", reviewer, details=details)


def possible_outcome(case: CaseFile, wanted: str) -> str:
	"""Return the outcome of a review: what was upheld in full cannot be overturned for the complainant."""
	return "Varied" if wanted == "Overturned" and case.get("decision") == "Upheld" else wanted


def record_referral(case: CaseFile, user: str, chance: random.Random, body: str, reference: str) -> dict:
	"""Record now that the case went to an outside body; return the row."""
	name = f"{case.name}-REF-{len(case.referrals) + 1}"
	case.note("Referral Recorded", user, details={"document": name, "body": body, "reference": reference})
	row = case.add_row(
		case.referrals,
		"referral",
		user,
		{
			"complaint": case.name,
			"body": body,
			"method": chance.choice(("Facilitative", "Advisory", "Determinative")),
			"referred_on": case.now.date(),
			"reference": reference,
			"documents_sent": texts.DOCUMENTS_SENT,
		},
	)
	row["name"] = name
	return row


def record_outcome(
	case: CaseFile, user: str, chance: random.Random, referral: dict, favourable: bool
) -> None:
	"""Record now what came out at the outside body."""
	today: date = case.now.date()
	outcome = chance.choice(FOR_COMPLAINANT if favourable else FOR_US)
	words = texts.OUTSIDE_OUTCOMES[favourable]
	referral.update(
		{
			"outcome": outcome,
			"outcome_on": today,
			"outcome_text": words,
			"modified": case.now,
			"modified_by": user,
		}
	)
	line = _("{0}, {1}: {2}.").format(referral["body"], format_date(today), _(outcome))
	case.fields["outside_outcome"] = f"{line} {words}"
	details = {"document": referral["name"], "body": referral["body"], "outcome": outcome, "binding": False}
	case.note("Referral Outcome", user, details=details)
