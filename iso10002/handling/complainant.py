"""What complainants do in their own case: write, answer the decision, ask for a review, withdraw.

They have no user and no role. Whoever calls has made sure that the person holds the key to this case (see
`receipts`). The stage rules hold as for everybody else: only the question for a role is left out, because these steps
are nobody else's to take. Source: ISO 10002:2018 clauses 4.4, 7.1 and 7.9.
"""

import frappe
from frappe import _
from frappe.model.document import Document
from frappe.utils import nowdate

from iso10002.confidentiality.rule import may_see
from iso10002.handling import events, workflows
from iso10002.handling.clocks.notices import Desk
from iso10002.handling.errors import StageError
from iso10002.handling.stages import (
	ACCEPTED,
	ACKNOWLEDGED,
	COMMUNICATED,
	ENDED,
	MOVES,
	REJECTED,
	WITHDRAWN,
	named,
)
from iso10002.roles import MANAGER

# Stages a case may enter without a person who has a role.
WITHOUT_A_ROLE = (ACKNOWLEDGED, ACCEPTED, REJECTED, WITHDRAWN)


def write(complaint: str, text: str, channel: str | None, files: list[dict] | None = None) -> str:
	"""Append a message of the complainant to the journal, tell whoever answers for the case, return the event."""
	details = {"files": files} if files else None
	event = events.append(complaint, "Message Received", channel=channel, remark=text, details=details)
	_tell_team(complaint, _("{0}: the complainant wrote").format(complaint))
	return event


def answer(complaint: str, accepted: bool, words: str | None) -> None:
	"""Record the complainant's answer to the decision, with today's date.

	Raises:
		StageError: there is no decision to answer now.
	"""
	case = _case(complaint)
	if not may_answer(case):
		frappe.throw(_("There is no decision to answer at present."), StageError)
	values = {
		"acceptance": "Accepted" if accepted else "Rejected",
		"acceptance_on": nowdate(),
		"acceptance_words": words,
	}
	enter(case, ACCEPTED if accepted else REJECTED, values)
	_tell_team(complaint, _("{0}: the complainant answered the decision").format(complaint))


def ask_for_review(complaint: str, grounds: str) -> None:
	"""Record that the complainant asks for a review of a decision that was not accepted.

	The review starts when a reviewer without an earlier part was named; that is a step of the handler.

	Raises:
		StageError: there is no rejected decision that can be reviewed.
	"""
	case = _case(complaint)
	if not may_ask_for_review(case):
		frappe.throw(_("A review can be asked for once, after a decision was not accepted."), StageError)
	case.update({"review_request": "Asked for", "review_grounds": grounds})
	_save(case)
	events.append(complaint, "Review Requested", remark=grounds)
	_tell_team(complaint, _("{0}: the complainant asks for a review").format(complaint))


def withdraw(complaint: str, reason: str) -> bool:
	"""Withdraw a complaint for the complainant; returns whether the case has ended by that.

	Where safety is concerned the case goes on: the wish is noted, and a person decides.

	Raises:
		StageError: the case has ended already.
	"""
	case = _case(complaint)
	if case.status in ENDED:
		frappe.throw(_("This complaint has ended already."), StageError)
	at_once = may_withdraw_at_once(case)
	if at_once:
		enter(case, WITHDRAWN, {"ending_reason": reason})
	else:
		events.append(complaint, "Withdrawal Requested", remark=reason)
	_tell_team(complaint, _("{0}: the complainant withdraws the complaint").format(complaint))
	return at_once


def may_answer(case: Document) -> bool:
	"""Whether the decision waits for the complainant's answer."""
	return case.status == COMMUNICATED and not case.acceptance and _leads_to(case, ACCEPTED)


def may_ask_for_review(case: Document) -> bool:
	"""Whether the complainant can ask for a review now."""
	return case.status == REJECTED and not case.review_outcome and case.review_request != "Asked for"


def may_withdraw_at_once(case: Document) -> bool:
	"""Whether a withdrawal ends the case without somebody looking at it first."""
	return case.safety_implication != "Yes" and _leads_to(case, WITHDRAWN)


def enter(case: Document, target: str, values: dict) -> None:
	"""Enter one of the stages a case may enter without a person who has a role; all its checks hold.

	Raises:
		StageError: the stage is none of them, does not follow, or something is missing.
	"""
	if target not in WITHOUT_A_ROLE or not _leads_to(case, target):
		frappe.throw(
			_("A case cannot go from {0} to {1}.").format(named(case.status), named(target)),
			StageError,
		)
	workflow = workflows.active_workflow()
	if workflow:
		case.workflow_state = workflows.state_towards(case, workflow, target)
	case.update(values)
	case.status = target
	_save(case)


def _case(complaint: str) -> Document:
	return frappe.get_doc("Complaint", complaint, for_update=True)


def _leads_to(case: Document, target: str) -> bool:
	"""Whether one step leads from where the case is to `target`: of the workflow, else of the table."""
	if workflow := workflows.active_workflow():
		return bool(workflows.state_towards(case, workflow, target))
	return any(case.status in move.sources and move.target == target for move in MOVES)


def _save(case: Document) -> None:
	case.flags.asks_no_role = True
	# Safe: only the fields of the step were set, the caller holds the key to this case, and every rule of saving holds.
	case.save(ignore_permissions=True)


def _tell_team(complaint: str, subject: str) -> None:
	"""Notify the handler in the desk, else the managers, of those who may see the case; the number only."""
	desk = Desk()
	handler = frappe.db.get_value("Complaint", complaint, "handler")
	found = [user for user in (handler,) if desk.address(user)] or list(desk.with_role(MANAGER))
	for user in found:
		if may_see(user, complaint):
			log = frappe.new_doc("Notification Log")
			log.update(
				{
					"subject": subject,
					"for_user": user,
					"from_user": "Administrator",
					"type": "Alert",
					"document_type": "Complaint",
					"document_name": complaint,
				}
			)
			log.insert(ignore_permissions=True)  # safe: to a user who may see the case, with its number only
