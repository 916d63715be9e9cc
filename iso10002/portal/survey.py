"""The survey after closing: how complainants, and people complained about, felt treated (clause 8.3, annex D).

Handling and outcome are asked apart. One answer to each invitation, by a signed link. Nobody reads single answers:
figures are given from five answers on, and which answer belongs to which case is in no list.
"""

import hashlib
import hmac
import random
import time

import frappe
from frappe.utils import add_days, cint, escape_html, flt, get_url, nowdate
from frappe.utils.password import get_encryption_key
from werkzeug.wrappers import Response

from iso10002 import roles
from iso10002.analytics import reader as readers
from iso10002.analytics.figures import figures, records
from iso10002.analytics.measures import MEASURES
from iso10002.analytics.report import rounded
from iso10002.analytics.satisfaction import ASKED, mean_of
from iso10002.analytics.selection import Selection
from iso10002.confidentiality.rule import PERSON_COMPLAINED_ABOUT
from iso10002.handling import letters
from iso10002.handling.stages import CLOSED
from iso10002.portal import follow, pages, protection, take_in
from iso10002.portal.languages import _

SURVEY = "Complaint Survey"
OPEN_FOR_DAYS = 60
LOOKED_BACK_DAYS = 7
HANDLING = ("access", "informed", "treatment", "time")
OF_COMPLAINANT = (*HANDLING, "outcome")
OF_PERSON = ("treatment", "informed")
READERS = (roles.MANAGER, roles.AUDITOR, roles.EXECUTIVE)
# Words may name people, so they are not for who sees figures only.
READERS_OF_WORDS = {roles.MANAGER, roles.AUDITOR}
SCALE = range(1, 6)


def questions(respondent: str) -> dict[str, str]:
	"""Return the questions by field."""
	if respondent == PERSON_COMPLAINED_ABOUT:
		return {
			"treatment": _("Were you treated fairly and with respect?"),
			"informed": _("Were you told early and completely what it was about?"),
		}
	return {
		"access": _("Was it easy to complain?"),
		"informed": _("Were you kept informed?"),
		"treatment": _("Were you treated fairly and with respect?"),
		"time": _("Was it dealt with quickly enough?"),
		"outcome": _("Whatever the handling was like: are you content with the outcome?"),
	}


def invite() -> None:
	"""Invite to the survey for the cases that were closed some days ago, as far as they are drawn (daily job)."""
	settings = protection.settings()
	if not settings.survey or not letters._can_mail():
		return
	last = add_days(nowdate(), -cint(settings.survey_after_days))
	for complaint in _closed_between(add_days(last, -LOOKED_BACK_DAYS), last):
		if is_drawn(complaint, flt(settings.survey_share)):
			_invite_to(complaint, bool(settings.survey_people))
			frappe.db.commit()  # an invitation that went out stays noted if a later one fails


def is_drawn(complaint: str, share: float) -> bool:
	"""Whether a case is in the sample of `share` percent: at random, but always the same for one case."""
	drawn = hmac.new(get_encryption_key().encode(), f"survey sample {complaint}".encode(), "sha256").digest()
	return int.from_bytes(drawn[:4], "big") / 2**32 * 100 < share


def page() -> Response:
	"""Show the questions of an invitation, or take the answers."""
	request = frappe.local.request
	given = request.form if request.method == "POST" else request.args
	invitation = _opened(given.get("id") or "", given.get("key") or "")
	if not invitation:
		where = protection.address()
		protection.spend("wrong address", where, protection.settings().codes_an_hour)
		return pages.message_page(_("This link does not work any more"), _("It may be too old."), 403)
	if invitation.answered_on:
		return pages.message_page(_("Thank you"), _("Your answer has been recorded. It can be given once."))
	if request.method == "POST":
		return _take(invitation, request.form)
	return _show(invitation, {}, {})


@frappe.whitelist()
def results(
	from_date: str | None = None, to_date: str | None = None, filters: str | dict | None = None
) -> dict:
	"""Return what the survey says, as the report Complaint Satisfaction does: without names, from five answers on.

	Args:
		from_date, to_date: days the surveys were sent, whole months for executives; the last twelve months if not given.
		filters: those of the report.

	Returns:
		By respondent: `invited`, `answered` (None where it is not shown), and if it is `means` (field: 1 to 5, None
		where it is not shown) and, for who may read complaints, `words` (texts in no order).

	Raises:
		PermissionError: the user is no manager, auditor or executive, or may not use a filter.
		FilterError: From lies after To, or a filter is not known.
	"""
	frappe.only_for(READERS)
	reader = readers.current()
	asked = {**(frappe.parse_json(filters) or {}), "from_date": from_date, "to_date": to_date}
	selection = Selection.read(asked, reader)
	return {respondent: _results_of(respondent, selection, reader) for respondent in ASKED}


def link(name: str) -> str:
	"""Return the link of an invitation."""
	return get_url(
		f"/complaint/survey?id={name}&key={_signature(name, int(time.time()) + OPEN_FOR_DAYS * 86400)}"
	)


def _closed_between(first: str, last: str) -> list[str]:
	case, survey = frappe.qb.DocType("Complaint"), frappe.qb.DocType(SURVEY)
	return [
		name
		for (name,) in (
			frappe.qb.from_(case)
			.left_join(survey)
			.on(survey.complaint == case.name)
			.select(case.name)
			.where(case.status == CLOSED)
			.where(case.closed_on >= first)
			.where(case.closed_on < add_days(last, 1))
			.where(survey.name.isnull())
			.run()
		)
	]


def _invite_to(complaint: str, people_too: bool) -> None:
	case = frappe.get_doc("Complaint", complaint)
	asked = [("Complainant", letters.addressee(case))]
	if people_too:
		persons = frappe.get_all(
			"Complaint Party",
			{"complaint": complaint, "role": PERSON_COMPLAINED_ABOUT},
			["name", "role", "full_name", "organisation", "email", "language"],
		)
		asked += [(PERSON_COMPLAINED_ABOUT, person) for person in persons]
	for respondent, party in asked:
		if not party or not party.email:
			continue
		survey = frappe.new_doc(SURVEY)
		survey.update(
			{"complaint": complaint, "party": party.name, "respondent": respondent, "sent_on": nowdate()}
		)
		survey.insert(ignore_permissions=True)  # safe: written by the daily job, readable by nobody
		letters.send_survey(case, party, link(survey.name))


def _opened(name: str, key: str) -> frappe._dict | None:
	until = key.partition(".")[0]
	# what is not signed may be anything: digits that are no number, or more of them than can be one
	if not hmac.compare_digest(_signature(name, until).encode(), key.encode()) or int(until) < time.time():
		return None
	fields = ["name", "complaint", "respondent", "answered_on"]
	return frappe.db.get_value(SURVEY, {"name": name}, fields, as_dict=True)


def _signature(name: str, until: int | str) -> str:
	text = f"iso10002\nsurvey\n{name}\n{until}"
	return (
		f"{until}.{hmac.new(get_encryption_key().encode(), text.encode(), hashlib.sha256).hexdigest()[:40]}"
	)


def _show(invitation: frappe._dict, values: dict, errors: dict) -> Response:
	given = frappe.local.request.values
	return pages.send(
		"survey",
		422 if errors else 200,
		name=given["id"],
		key=given["key"],
		questions=questions(invitation.respondent),
		scale=SCALE,
		values=values,
		errors=errors,
		longest=follow.LONGEST_TEXT,
	)


def _take(invitation: frappe._dict, form: dict) -> Response:
	fields = OF_PERSON if invitation.respondent == PERSON_COMPLAINED_ABOUT else OF_COMPLAINANT
	answers = {field: cint(form.get(field)) for field in fields if cint(form.get(field)) in SCALE}
	if not answers:
		return _show(invitation, form, {fields[0]: _("Please answer at least one question.")})
	survey = frappe.get_doc(SURVEY, invitation.name, for_update=True)
	if not survey.answered_on:
		words = take_in.clean_text(form.get("words"))[: follow.LONGEST_TEXT]
		survey.update({**answers, "words": words, "answered_on": nowdate()})
		survey.save(ignore_permissions=True)  # safe: whoever holds the signed link answers, once
	return pages.message_page(_("Thank you"), _("Your answer has been recorded. It can be given once."))


def _results_of(respondent: str, selection: Selection, reader: readers.Reader) -> dict:
	prefix, _words_before, questions = ASKED[respondent]
	sent, answered = f"{prefix}surveys", f"{prefix}surveys_answered"
	means = {field: mean_of(respondent, field) for field in questions}
	said = figures([sent, answered, *means.values()], selection, reader)
	found = {"invited": said.value(sent), "answered": said.value(answered)}
	if not found["answered"]:
		return found
	found["means"] = {field: rounded(said.value(name)) for field, name in means.items()}
	if reader.sees_cases and READERS_OF_WORDS.intersection(frappe.get_roles()):
		tables = records(MEASURES[answered], selection, reader)
		texts = [escape_html(text) for (text,) in tables.query.select(tables.row.words).run() if text]
		random.shuffle(texts)
		found["words"] = texts
	return found
