"""Cases from before a deadline that stands still or was taken away stopped being overdue."""

import frappe
from pypika.terms import ExistsCriterion

from iso10002.handling.clocks.derive import RUNNING
from iso10002.handling.clocks.keep import DUE_FIELDS, STILL_TO_COME
from iso10002.setup.letters import LETTERS, template_name

SENTENCES = (
	"You will have our answer by {0} at the latest. If we need more time, we will tell you why.",
	"You will have our answer by {0}.",
)


def execute() -> None:
	"""Empty the due times no running deadline stands behind; letters leave out the sentence on such a day."""
	for purpose, field in DUE_FIELDS.items():
		_empty(purpose, field)
	for purpose in LETTERS:
		_leave_out_what_is_empty(template_name(purpose))


def _empty(purpose: str, field: str) -> None:
	case, clock = frappe.qb.DocType("Complaint"), frappe.qb.DocType("Complaint Clock")
	started = (
		frappe.qb.from_(clock)
		.select(clock.name)
		.where(clock.complaint == case.name)
		.where(clock.purpose == purpose)
		.where(clock.due_on.isnotnull())
	)
	(
		frappe.qb.update(case)
		.set(case[field], None)
		.where(case.status.isin(STILL_TO_COME[purpose]))
		.where(case[field].isnotnull())
		.where(ExistsCriterion(started))
		.where(ExistsCriterion(started.where(clock.state == RUNNING)).negate())
		.run()
	)


def _leave_out_what_is_empty(template: str) -> None:
	"""Only where the sentence stands as it was shipped."""
	html = frappe.db.get_value("Email Template", template, "response_html") or ""
	for sentence in SENTENCES:
		old = f'<p>{{{{ _("{sentence}").format(answer_by) }}}}</p>'
		new = f"{{% if answer_by %}}{old}{{% endif %}}"
		if old in html and new not in html:
			frappe.db.set_value("Email Template", template, "response_html", html.replace(old, new))
