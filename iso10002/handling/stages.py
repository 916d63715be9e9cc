"""The stages of a case and the moves between them: the vocabulary every rule reasons about.

`status` holds a stage. An admin's Workflow maps its own states to stages (*Update Field* `status`), so
states may be renamed, split, added or dropped and everything here still holds. What must be true to
enter a stage is in `checks.py`.

Source: ISO 10002:2018 clauses 7.2 to 7.9 and annex G; the vocabulary is ours.
"""

from collections.abc import Collection, Iterator
from dataclasses import dataclass

from frappe import _

from iso10002.roles import APPROVER, HANDLER, INTAKE, INVESTIGATOR, MANAGER, REVIEWER

RECEIVED = "Received"
ACKNOWLEDGED = "Acknowledged"
ASSESSED = "Assessed"
INVESTIGATING = "Investigating"
PROPOSED = "Decision Proposed"
APPROVED = "Decision Approved"
COMMUNICATED = "Decision Communicated"
ACCEPTED = "Accepted"
REJECTED = "Rejected"
UNDER_REVIEW = "Under Review"
REFERRED = "Referred"
REMEDY = "Remedy in Progress"
CLOSED = "Closed"
WITHDRAWN = "Withdrawn"
NOT_A_COMPLAINT = "Not a Complaint"
DUPLICATE = "Duplicate"

ENDED = (CLOSED, WITHDRAWN, NOT_A_COMPLAINT, DUPLICATE)
BEFORE_ASSESSMENT = (RECEIVED, ACKNOWLEDGED)
BEFORE_DECISION = (RECEIVED, ACKNOWLEDGED, ASSESSED, INVESTIGATING, PROPOSED, APPROVED)

_INVESTIGATION_RECORD = ("investigation_summary", "cause")
_DECISION = ("decision", "decision_reasons")
_COMMUNICATION = (
	"communicated_on",
	"communicated_by",
	"communication_channel",
	"communication_text",
	"further_ways",
)
_ANSWER = ("acceptance", "acceptance_on", "acceptance_words")
_PROPOSAL_STAMP = ("proposed_by", "proposed_on")
_APPROVAL_STAMP = ("approved_by", "approved_on")
_REVIEW = ("review_outcome", "review_reasons")
_CLOSING_STAMP = (("closed_by", "closed_on"),)
_CLOSING = ("closed_by", "closed_on", "closing_record", "ending_reason", "exhaustion_reason")


@dataclass(frozen=True)
class Stage:
	"""One stage of a case.

	Attributes:
		name: value of `Complaint.status`.
		asks: fields a person fills in on the way into this stage; the form's dialog shows them.
		stamps: pairs of fields (user, time) the server sets on entry where they are empty.
		freezes: fields that may no longer be edited once the stage was passed (corrections are events).
		clears: fields of an earlier round that are emptied on entry; the event keeps what they held.
		forgets: stages that count as not passed any more (their frozen fields open up again).
		happened: field that says when it happened; otherwise the event happens when it is recorded.
		channel: field that says through which channel.
		remark: field whose text goes into the event.
	"""

	name: str
	asks: tuple[str, ...] = ()
	stamps: tuple[tuple[str | None, str | None], ...] = ()
	freezes: tuple[str, ...] = ()
	clears: tuple[str, ...] = ()
	forgets: tuple[str, ...] = ()
	happened: str | None = None
	channel: str | None = None
	remark: str | None = None


@dataclass(frozen=True)
class Move:
	"""A step a person takes: `action` brings a case from one of `sources` to `target`.

	`roles` may take it while no workflow is active; an active workflow's transitions say it instead.
	"""

	action: str
	sources: tuple[str, ...]
	target: str
	roles: tuple[str, ...]


STAGES: dict[str, Stage] = {
	stage.name: stage
	for stage in (
		Stage(
			RECEIVED,
			freezes=("description", "received_on", "received_by", "channel", "aware_on"),
			happened="received_on",
			channel="channel",
		),
		Stage(
			ACKNOWLEDGED,
			asks=("acknowledged_on", "acknowledgement_channel", "acknowledged_by", "acknowledgement_note"),
			stamps=(("acknowledged_by", None),),
			freezes=("acknowledged_on", "acknowledgement_channel", "acknowledged_by", "acknowledgement_note"),
			happened="acknowledged_on",
			channel="acknowledgement_channel",
			remark="acknowledgement_note",
		),
		Stage(
			ASSESSED,
			asks=(
				"handler",
				"category",
				"severity",
				"impact",
				"complexity",
				"safety_implication",
				"immediate_action_needed",
				"immediate_action_possible",
				"compensation_likely",
			),
			stamps=(("assessed_by", "assessed_on"),),
			clears=(
				*_DECISION,
				*_PROPOSAL_STAMP,
				*_APPROVAL_STAMP,
				"first_contact",
				*_COMMUNICATION,
				*_ANSWER,
				"review_request",
				"review_grounds",
				"reviewer",
				*_REVIEW,
				*_CLOSING,
				"duplicate_of",
			),
			forgets=(
				INVESTIGATING,
				PROPOSED,
				APPROVED,
				COMMUNICATED,
				ACCEPTED,
				REJECTED,
				UNDER_REVIEW,
				REFERRED,
				REMEDY,
				*ENDED,
			),
		),
		Stage(
			INVESTIGATING,
			asks=("investigator",),
			stamps=((None, "investigation_started_on"),),
			clears=_PROPOSAL_STAMP,
			forgets=(PROPOSED,),
		),
		Stage(
			PROPOSED,
			asks=("investigation_summary", "cause", *_DECISION),
			stamps=(_PROPOSAL_STAMP,),
			freezes=_INVESTIGATION_RECORD,
			clears=("sent_back_reason",),
		),
		Stage(APPROVED, stamps=(_APPROVAL_STAMP,), freezes=_DECISION),
		Stage(
			COMMUNICATED,
			asks=_COMMUNICATION,
			stamps=(("communicated_by", None),),
			freezes=(*_COMMUNICATION, *_DECISION, "first_contact"),
			happened="communicated_on",
			channel="communication_channel",
		),
		Stage(ACCEPTED, asks=_ANSWER, freezes=_ANSWER, happened="acceptance_on", remark="acceptance_words"),
		Stage(REJECTED, asks=_ANSWER, freezes=_ANSWER, happened="acceptance_on", remark="acceptance_words"),
		Stage(
			UNDER_REVIEW,
			asks=("review_request", "review_grounds", "reviewer"),
			freezes=("review_request", "review_grounds"),  # a reviewer with a conflict can be replaced
			clears=(*_COMMUNICATION, *_ANSWER, *_REVIEW),
			forgets=(COMMUNICATED, ACCEPTED, REJECTED),
			remark="review_grounds",
		),
		Stage(
			REFERRED,
			happened="outside_referred_on",
		),
		Stage(REMEDY),
		Stage(
			CLOSED,
			asks=("acceptance", "review_request", "exhaustion_reason"),
			stamps=_CLOSING_STAMP,
			freezes=("exhaustion_reason", "acceptance"),
			clears=("reopening_reason",),
			remark="exhaustion_reason",
		),
		*(
			Stage(
				name,
				asks=asks,
				stamps=_CLOSING_STAMP,
				freezes=asks,
				clears=("reopening_reason",),
				remark="ending_reason",
			)
			for name, asks in (
				(WITHDRAWN, ("ending_reason",)),
				(NOT_A_COMPLAINT, ("ending_reason",)),
				(DUPLICATE, ("duplicate_of", "ending_reason")),
			)
		),
	)
}

MOVES: tuple[Move, ...] = (
	Move("Acknowledge", (RECEIVED,), ACKNOWLEDGED, (INTAKE, HANDLER)),
	Move("Assess", (ACKNOWLEDGED,), ASSESSED, (HANDLER,)),
	Move("Investigate", (ASSESSED,), INVESTIGATING, (HANDLER,)),
	Move("Propose Decision", (INVESTIGATING,), PROPOSED, (INVESTIGATOR, HANDLER)),
	Move("Approve Decision", (PROPOSED,), APPROVED, (APPROVER,)),
	Move("Send Back", (PROPOSED,), INVESTIGATING, (APPROVER,)),
	Move("Communicate Decision", (APPROVED, UNDER_REVIEW), COMMUNICATED, (HANDLER,)),
	Move("Answer at First Contact", BEFORE_ASSESSMENT, COMMUNICATED, (INTAKE, HANDLER)),
	Move("Record Acceptance", (COMMUNICATED,), ACCEPTED, (HANDLER,)),
	Move("Record Rejection", (COMMUNICATED,), REJECTED, (HANDLER,)),
	Move("Review", (REJECTED,), UNDER_REVIEW, (HANDLER, REVIEWER)),
	Move("Refer to Outside Body", (REJECTED,), REFERRED, (HANDLER,)),
	Move("Carry Out Remedy", (ACCEPTED, REFERRED), REMEDY, (HANDLER,)),
	Move("Close", (ACCEPTED, REMEDY, REFERRED, REJECTED, COMMUNICATED), CLOSED, (HANDLER, MANAGER)),
	Move("Withdraw", (*BEFORE_DECISION, COMMUNICATED, REJECTED, UNDER_REVIEW), WITHDRAWN, (HANDLER,)),
	Move("Not a Complaint", (*BEFORE_ASSESSMENT, ASSESSED, INVESTIGATING), NOT_A_COMPLAINT, (HANDLER,)),
	Move("Mark as Duplicate", (*BEFORE_ASSESSMENT, ASSESSED, INVESTIGATING), DUPLICATE, (HANDLER,)),
	Move("Reopen", ENDED, ASSESSED, (HANDLER, MANAGER)),
)


def moves_from(stage: str) -> list[Move]:
	"""Return the moves that lead out of `stage`, in the order of the table."""
	return [move for move in MOVES if stage in move.sources]


def routes(source: str, target: str, absent: Collection[str] = ()) -> Iterator[tuple[str, ...]]:
	"""Yield the ways from `source` to `target`, shortest first, each without its start.

	A way leads over stages in between only where those are `absent`: stages the active workflow has no
	state for. Their checks still have to hold, so a dropped state drops no rule.
	"""
	waiting: list[tuple[str, ...]] = [(source,)]
	while waiting:
		way = waiting.pop(0)
		for move in moves_from(way[-1]):
			if move.target == target:
				yield (*way[1:], target)
			elif move.target in absent and move.target not in way:
				waiting.append((*way, move.target))


def named(stage: str) -> str:
	"""Return the name of a stage in the reader's language; "Duplicate" and the like mean other things elsewhere."""
	return _(stage, context="Complaint")
