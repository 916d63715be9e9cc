"""Receiving a complaint: its reference, its receipt, its parties and the words that stay as they were given.

Source: ISO 10002:2018 clause 7.2, annexes C and E.
"""

from datetime import datetime, timedelta

import frappe
from frappe import _
from frappe.model.document import Document
from frappe.model.naming import NamingSeries
from frappe.utils import add_days, add_to_date, get_datetime, getdate, now_datetime, nowdate

from iso10002.compat import wait_for_locks
from iso10002.handling.errors import IntakeError
from iso10002.handling.stages import RECEIVED

# Clocks of browsers differ a little and forms send no fractions of seconds; what is this close is the same time.
CLOCK_SKEW = timedelta(minutes=1)

HAPPENED = (
	"received_on",
	"aware_on",
	"problem_date",
	"acknowledged_on",
	"communicated_on",
	"acceptance_on",
	"outside_referred_on",
)
NOT_AFTER_RECEIPT = ("aware_on", "problem_date")
NOT_BEFORE_RECEIPT = ("acknowledged_on", "communicated_on")


def prepare(case: Document) -> None:
	"""Make a new case start at its beginning, with the next reference and nothing decided yet.

	Raises:
		IntakeError: the caller gave a later stage, or a series of his own.
	"""
	wait_for_locks()  # others may take a reference at the same time
	case.name = None  # the reference is ours to give, also in an import
	case.delete_key("__newname")  # and Frappe takes a name from here first
	# Frappe checks every Select but this one
	if case.naming_series and case.naming_series not in _series():
		frappe.throw(
			_("Series: leave it empty, or choose one of: {0}").format(", ".join(_series())), IntakeError
		)
	if case.status and case.status != RECEIVED:
		frappe.throw(
			_("Stage: a complaint starts as {0}. Record it first, then move it on.").format(_(RECEIVED)),
			IntakeError,
		)
	case.status = RECEIVED
	case.received_on = case.received_on or now_datetime()
	case.received_by = case.received_by or frappe.session.user


def validate_times(case: Document) -> None:
	"""Check that nothing happened in the future and that things happened in a possible order.

	Raises:
		IntakeError: names the field and what to do.
	"""
	now = now_datetime()
	for field in HAPPENED:
		if not case.get(field):
			continue
		moment = _moment(case, field)
		if moment > now + CLOCK_SKEW:
			_refuse(case, field, _("lies in the future. Enter when it really happened."))
	received = get_datetime(case.received_on)
	for field in NOT_AFTER_RECEIPT:
		if case.get(field) and _moment(case, field) > received + CLOCK_SKEW:
			_refuse(case, field, _("cannot be after the receipt of the complaint."))
	for field in NOT_BEFORE_RECEIPT:
		if case.get(field) and _moment(case, field) < received - CLOCK_SKEW:
			_refuse(case, field, _("cannot be before the receipt of the complaint."))
	if case.acceptance_on and case.communicated_on:
		if getdate(case.acceptance_on) < getdate(case.communicated_on):
			_refuse(case, "acceptance_on", _("cannot be before the decision was communicated."))


def set_due(case: Document) -> None:
	"""Derive the times to acknowledge and to answer by from the receipt, in calendar days (clause 7.2)."""
	settings = frappe.get_cached_doc("ISO10002 Settings")
	received = get_datetime(case.received_on)
	case.acknowledge_due = add_to_date(received, days=settings.acknowledge_within_days or 0)
	case.response_due = add_to_date(received, days=settings.respond_within_days or 0)


def create_parties(case: Document) -> None:
	"""Write the rows of the transient key `parties` as Complaint Party, in the transaction of the case.

	`parties` is a list of dicts with fields of Complaint Party. It is how form, API, import and portal hand in
	the complainant together with the complaint; nothing of it is stored on the case itself.

	Raises:
		IntakeError: `parties` is not a list of rows; whatever Complaint Party refuses.
	"""
	rows = case.get("parties") or []
	if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
		frappe.throw(_("Parties: give a list of parties, each with its fields."), IntakeError)
	for row in rows:
		party = frappe.new_doc("Complaint Party")
		party.update({key: value for key, value in row.items() if key not in ("name", "doctype")})
		party.complaint = case.name
		party.flags.comes_with_the_case = True
		# safe: as the case itself was; only the complainant's own page and mailbox write it without a right
		party.insert(ignore_permissions=case.flags.ignore_permissions)
	case.delete_key("parties")
	if rows:
		case.accountable = frappe.db.get_value("Complaint", case.name, "accountable")


def prepare_series() -> None:
	"""Make the counters of this and the next year, so that the first complaints of a year do not collide.

	Two first inserts at once would both try to create the counter; one would fail. Runs daily.
	"""
	counter = frappe.qb.DocType("Series")
	for series in _series():
		for day in (nowdate(), add_days(nowdate(), 366)):
			prefix = _prefix(series, getdate(day))
			known = frappe.qb.from_(counter).select(counter.name).where(counter.name == prefix).run()
			if not known:
				frappe.qb.into(counter).columns(counter.name, counter.current).insert(prefix, 0).run()


def _series() -> list[str]:
	"""Return the series a reference may come from; an admin may have added some."""
	options = frappe.get_meta("Complaint").get_field("naming_series").options or ""
	return [series for series in options.split("\n") if series]


def _prefix(series: str, day: datetime) -> str:
	"""Return the counter's key for a series on a day, as Frappe builds it from the parts before the digits."""
	years = {"YYYY": day.strftime("%Y"), "YY": day.strftime("%y")}
	head = series.split(".#")[0]
	if any(part in head for part in ("MM", "DD", "WW", "FY", "{")):
		return NamingSeries(series).get_prefix()
	return "".join(years.get(part, part) for part in head.split("."))


def _moment(case: Document, field: str) -> datetime:
	return get_datetime(case.get(field))


def _refuse(case: Document, field: str, what: str) -> None:
	frappe.throw(f"{frappe.bold(_(case.meta.get_label(field)))} {what}", IntakeError)
