"""The plain SQL for each report: what somebody would write by hand for the same figures.

Each statement ends with the number that is checked against the report's summary: a single row's first column, or the
sum of the last column over all rows. `{rule}` is the condition of the access rule, or 1=1."""

COUNTED = "`tabComplaint`.status not in ('Not a Complaint', 'Duplicate') and {rule}"
RECEIVED = f"`tabComplaint`.received_on >= %(start)s and `tabComplaint`.received_on < %(end)s and {COUNTED}"
DECIDED = (
	f"`tabComplaint`.communicated_on >= %(start)s and `tabComplaint`.communicated_on < %(end)s and {COUNTED}"
)
CLOSED = (
	f"`tabComplaint`.status = 'Closed' and `tabComplaint`.closed_on >= %(start)s and `tabComplaint`.closed_on < %(end)s "
	f"and {COUNTED}"
)
OPEN = f"`tabComplaint`.status not in ('Closed', 'Withdrawn', 'Not a Complaint', 'Duplicate') and {COUNTED}"
LATE = "`tabComplaint`.status in ('Received','Acknowledged','Assessed','Investigating','Decision Proposed','Decision Approved') and `tabComplaint`.response_due < %(now)s"
MONTH = "year({0}), month({0})"


def by_month(where: str, column: str, *figures: str) -> str:
	month = MONTH.format(column)
	return f"select {month}, {', '.join((*figures, 'count(*)'))} from `tabComplaint` where {where} group by {month}"


def first_event(kinds: str, group: str = "", figures: str = "count(*)") -> str:
	"""Cases by the first event of some kinds."""
	head = f"{group}, " if group else ""
	tail = f" group by {group}" if group else ""
	return (
		f"select {head}{figures} from `tabComplaint Event` e join `tabComplaint` on `tabComplaint`.name = e.complaint "
		f"where e.event in ({kinds}) and e.occurred_on >= %(start)s and e.occurred_on < %(end)s and {COUNTED} and not exists "
		f"(select 1 from `tabComplaint Event` f where f.complaint = e.complaint and f.event in ({kinds}) and "
		f"(f.occurred_on < e.occurred_on or (f.occurred_on = e.occurred_on and f.name < e.name))){tail}"
	)


def clocks(group: str, figures: str) -> str:
	return (
		f"select {group}, {figures}, count(*) from `tabComplaint Clock` c join `tabComplaint` on "
		f"`tabComplaint`.name = c.complaint where c.counts_on >= %(start)s and c.counts_on < %(end)s and (c.state = 'Met' or "
		f"c.breached_on is not null or (c.state = 'Running' and c.due_on < %(now)s)) and {COUNTED} and c.version not in "
		f"(select name from `tabComplaint Clock Version` where definition like '%%\"is_window\": true%%') group by {group}"
	)


def hanging(table: str, link: str, column: str, figures: str, group: str, more: str = "1=1") -> str:
	return (
		f"select {group}, {figures} from `tab{table}` r join `tabComplaint` on `tabComplaint`.name = r.{link} "
		f"where r.{column} >= %(start)s and r.{column} < %(end)s and {more} and {COUNTED} group by {group}"
	)


DAYS = "avg(timestampdiff(second, `tabComplaint`.received_on, `tabComplaint`.{0})) / 86400"
KEPT = "sum(c.breached_on is null and c.state = 'Met')"
REPEATED = (
	f"select count(*) from `tabComplaint` where {RECEIVED} and (exists (select 1 from `tabComplaint Party` p join "
	"`tabComplaint Party` q on q.email = p.email and q.role = 'Complainant' and q.complaint != p.complaint join `tabComplaint` b "
	"on b.name = q.complaint where p.complaint = `tabComplaint`.name and p.role = 'Complainant' and p.email != '' and "
	"b.received_on < `tabComplaint`.received_on and b.received_on >= date_sub(%(start)s, interval 12 month) and b.status not in "
	"('Not a Complaint', 'Duplicate')) or exists (select 1 from `tabComplaint Party` p join `tabComplaint Party` q on "
	"q.linked_name = p.linked_name and q.linked_doctype = p.linked_doctype and q.role = 'Complainant' and q.complaint != "
	"p.complaint join `tabComplaint` b on b.name = q.complaint where p.complaint = `tabComplaint`.name and p.role = 'Complainant' "
	"and p.linked_name != '' and b.received_on < `tabComplaint`.received_on and b.received_on >= "
	"date_sub(%(start)s, interval 12 month) and b.status not in ('Not a Complaint', 'Duplicate')))"
)
RECURRING = (
	"select sum(n) from (select category, ifnull(product_or_service, '') product, count(*) n from `tabComplaint` "
	f"where {RECEIVED} and ifnull(category, '') != '' group by 1, 2 having n >= 3) often"
)
CAUSES = (
	f"select sum(n) from (select cause, count(*) n from `tabComplaint` where {DECIDED} and ifnull(cause, '') != '' "
	"group by 1 having n >= 3) often"
)
OPEN_THEN = (
	f"select count(*) from `tabComplaint` where `tabComplaint`.received_on < %(end)s and (closed_on is null or closed_on >= "
	f"%(end)s) and {COUNTED} and (reopened_count = 0 or not exists (select 1 from `tabComplaint Event` e where e.complaint = "
	"`tabComplaint`.name and e.event in ('Closed','Withdrawn','Not a Complaint','Duplicate') and e.creation < %(end)s and not "
	"exists (select 1 from `tabComplaint Event` f where f.complaint = e.complaint and f.event = 'Reopened' and f.creation > "
	"e.creation and f.creation < %(end)s)))"
)
FIRST_CONTACT = "sum(first_contact = 1 and assessed_on is null)"
UPHELD = "sum(decision in ('Upheld', 'Partly upheld'))"
DECISIONS = f"select count(*), {FIRST_CONTACT}, {DAYS.format('communicated_on')}, {UPHELD} from `tabComplaint` where {DECIDED}"
REVIEWS = hanging(
	"Complaint Review",
	"complaint",
	"completed_on",
	"count(*), sum(r.outcome != 'Confirmed')",
	"1",
	"r.docstatus = 1",
)
REFERRALS = hanging(
	"Complaint Referral",
	"complaint",
	"outcome_on",
	"count(*), sum(r.outcome in ('Decided for the complainant','Decided partly for the complainant','Settled by agreement'))",
	"1",
)
REMEDIES = hanging(
	"Complaint Remedy",
	"parent",
	"performed_on",
	"sum(r.value), count(*)",
	"r.remedy_type, r.currency",
	"r.progress in ('Performed', 'Verified')",
)
ASSESSED = "'Assessed'"
CHANGED = "sum(e.complaint in (select complaint from `tabComplaint Event` where event = 'Priority Changed'))"
REJECTED = f"`tabComplaint`.rejected_on >= %(start)s and `tabComplaint`.rejected_on < %(end)s and {COUNTED}"
REFERRED = "'Referral Recorded', 'Referred'"
ANNEX_H = [
	f"select count(*) from `tabComplaint` where {RECEIVED}",
	REPEATED,
	RECURRING,
	CAUSES,
	clocks("c.purpose", KEPT),
	first_event(ASSESSED, figures=f"{CHANGED}, count(*)"),
	DECISIONS,
	f"select count(*) from `tabComplaint` where {REJECTED}",
	*(first_event(kinds) for kinds in ("'Under Review'", REFERRED, "'Reopened'")),
	REVIEWS,
	REFERRALS,
	REMEDIES,
	f"select count(*), {DAYS.format('closed_on')}, sum(acceptance = 'Rejected') from `tabComplaint` where {CLOSED}",
	OPEN_THEN,
]


def shifted(statement: str, months: int) -> str:
	"""The same statement for a period some months earlier."""
	for name in ("start", "end"):
		statement = statement.replace(f"%({name})s", f"date_sub(%({name})s, interval {months} month)")
	return statement


EMPTY = "select count(*) from `tabComplaint` where {0} and {1}"
PARTIES = "(select 1 from `tabComplaint Party` p where p.complaint = `tabComplaint`.name and p.role in ('Complainant', 'Representative')"
REACHABLE = "and (p.email != '' or p.phone != '' or p.address != ''))"
KEPT_APART = (
	"(select 1 from `tabComplaint Identity` p where p.complaint = `tabComplaint`.name and p.role in ('Complainant', 'Representative') "
	+ REACHABLE[:-1]
	+ ")"
)
COLUMNS = (
	"name, received_on, status, channel, category, product_or_service, severity, priority, handler, acknowledged_on, "
	"response_due, communicated_on, decision, acceptance, closed_on"
)

PLAIN: dict[str, list[str]] = {
	"Complaint Register": [
		f"select count(*) from `tabComplaint` where {RECEIVED}",
		f"select {COLUMNS} from `tabComplaint` where {RECEIVED} order by received_on desc limit 5000",
	],
	"Complaint Ageing and Overdue": [
		f"select floor(datediff(%(now)s, received_on) / 7), sum({LATE}), count(*) from `tabComplaint` where {OPEN} group by 1"
	],
	"Complaint Timeliness by Clock": [clocks("c.clock_name", f"{KEPT}, sum(c.extensions > 0)")],
	"Complaint First-Contact Resolution": [
		by_month(DECIDED, "`tabComplaint`.communicated_on", FIRST_CONTACT, DAYS.format("communicated_on"))
	],
	"Complaint Trends": [
		by_month(RECEIVED, "`tabComplaint`.received_on"),
		shifted(by_month(RECEIVED, "`tabComplaint`.received_on"), 12),
		by_month(
			DECIDED,
			"`tabComplaint`.communicated_on",
			FIRST_CONTACT,
			UPHELD,
			DAYS.format("communicated_on"),
		),
		by_month(CLOSED, "`tabComplaint`.closed_on"),
		clocks(MONTH.format("c.counts_on"), f"sum(c.purpose = 'Answer'), {KEPT}"),
	],
	"Complaint Pareto of Categories": [
		f"select category, count(*) from `tabComplaint` where {RECEIVED} group by category"
	],
	"Complaint Pareto of Causes": [
		f"select cause, {UPHELD} from `tabComplaint` where {DECIDED} group by cause",
	],
	"Complaint Recurring Problems": [
		f"select category, product_or_service, count(*) from `tabComplaint` where {RECEIVED} group by 1, 2",
		shifted(
			f"select category, product_or_service, count(*) from `tabComplaint` where {RECEIVED} group by 1, 2",
			12,
		),
		RECURRING,
		CAUSES,
	],
	"Complaint Repeat Complainants": [
		f"select count(*) from `tabComplaint` where {RECEIVED}",
		"select p.email, p.linked_name, `tabComplaint`.name, category, received_on from `tabComplaint` join `tabComplaint Party` p on "
		f"p.complaint = `tabComplaint`.name and p.role = 'Complainant' where {RECEIVED}",
		REPEATED,
	],
	"Complaint Wrong Priorities": [
		first_event(ASSESSED, "`tabComplaint`.category", f"count(*), {CHANGED}"),
	],
	"Complaint Remedies and Cost": [
		REMEDIES,
		REMEDIES.replace("r.remedy_type, r.currency", "r.currency"),
		REMEDIES.replace("r.remedy_type, r.currency", "1"),
	],
	"Complaint Consistency of Remedies": [
		hanging(
			"Complaint Remedy",
			"parent",
			"performed_on",
			"count(*)",
			"1",
			"r.progress in ('Performed', 'Verified')",
		)
		.replace("select 1, count(*)", "select count(*)")
		.replace(" group by 1", ""),
		hanging(
			"Complaint Remedy",
			"parent",
			"performed_on",
			"min(r.value), avg(r.value), max(r.value), count(distinct `tabComplaint`.name)",
			"category, severity, r.remedy_type, r.currency",
			"r.progress in ('Performed', 'Verified') and r.value > 0",
		),
	],
	"Complaint Reviews and External Referrals": [
		by_month(REJECTED, "`tabComplaint`.rejected_on"),
		first_event("'Under Review'", MONTH.format("e.occurred_on")),
		first_event(REFERRED, MONTH.format("e.occurred_on")),
		REVIEWS.replace("select 1,", "select month(r.completed_on),"),
		REFERRALS.replace("select 1,", "select month(r.outcome_on),"),
	],
	"Complaint Satisfaction": [
		hanging(
			"Complaint Survey",
			"complaint",
			"sent_on",
			"count(r.answered_on), avg(nullif(r.access, 0)), avg(nullif(r.informed, 0)), avg(nullif(r.treatment, 0)), "
			"avg(nullif(r.time, 0)), avg(nullif(r.outcome, 0)), count(*)",
			MONTH.format("r.sent_on"),
			"r.respondent = 'Complainant'",
		)
	],
	"Complaint Workload": [
		f"select handler, sum({LATE}), count(*) from `tabComplaint` where {OPEN} group by handler",
		first_event(ASSESSED, "`tabComplaint`.handler"),
		f"select handler, {DAYS.format('communicated_on')}, count(*) from `tabComplaint` where {DECIDED} group by handler",
		f"select handler, count(*) from `tabComplaint` where {CLOSED} group by handler",
	],
	"Complaint Monitoring Data": [
		*ANNEX_H,
		*(shifted(statement, 12) for statement in ANNEX_H),
		*(shifted(statement, 12) for statement in ANNEX_H),
	],
	"Complaint Access Log": [
		"select happened_on, user, action, complaint, document_type, document, purpose, details, address, 1 from "
		"`tabComplaint Access Log` o where happened_on >= %(start)s and happened_on < %(end)s and (complaint is null or 1 = "
		"(select 1 from `tabComplaint` where `tabComplaint`.name = o.complaint and {rule})) order by happened_on desc limit 10000"
	],
	"Complaint Data Quality": [
		f"select sum(category is null or category = '') + sum(product_or_service is null or product_or_service = '') + "
		f"sum(problem_date is null) + sum(`tabComplaint`.creation < received_on) + sum(not exists {PARTIES})) + "
		f"sum(exists {PARTIES}) and not exists {PARTIES} {REACHABLE} and not exists {KEPT_APART}) + "
		f"(select sum(severity is null or severity = '') + sum(decision in ('Upheld', 'Partly upheld') and (cause is null or "
		f"cause = '')) + sum(decision is null or decision = '') + sum(further_ways is null or further_ways = '') from "
		f"`tabComplaint` where {DECIDED}) + (select sum(acceptance is null or acceptance = '') + sum(handler is null or handler "
		f"= '') from `tabComplaint` where {CLOSED}) from `tabComplaint` where {RECEIVED}",
	],
}
