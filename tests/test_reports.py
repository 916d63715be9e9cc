"""Every report over the document API and HTTP: who may run it, what bad input gets, and that figures open their cases."""

from __future__ import annotations

import json
from collections.abc import Iterator

import frappe
import pytest
from factories import acting_as, complaint_in, make_complaint, make_party, make_user, take, user_of
from frappe.desk import query_report
from frappe.utils import add_days, get_first_day, get_last_day, now_datetime, nowdate
from over_http import user_without_a_role, words
from report_names import FIGURES, OF_CASES

from iso10002.analytics import monitoring
from iso10002.analytics.figures import Cell, Figures
from iso10002.analytics.measures import MEASURES
from iso10002.analytics.monitoring import COUNTS
from iso10002.analytics.reader import READERS
from iso10002.analytics.report import make_chart
from iso10002.roles import EXECUTIVE

EVERY = (*FIGURES, *OF_CASES)
RUN = "frappe.desk.query_report.run"
EMAIL = "marked-name@example.org"


@pytest.fixture(scope="module")
def cases(site: str) -> Iterator[None]:
	"""A few cases of this month with something in every report, committed."""
	frappe.db.rollback()
	frappe.set_user("Administrator")
	for _number in range(3):
		case = complaint_in("Closed", product_or_service="Parcel", received_on=add_days(now_datetime(), -1))
		make_party(case, full_name="Marked Name", email=EMAIL)
	late = complaint_in("Assessed", received_on=add_days(now_datetime(), -40))
	doc = frappe.get_doc("Complaint", late)
	doc.update({"priority": "Urgent", "priority_reason": "Asked for."})
	doc.save()
	with_remedy()
	for points in (1, 2, 3, 4, 5):
		survey = frappe.new_doc("Complaint Survey")
		survey.update({"complaint": late, "party": "x", "respondent": "Complainant", "sent_on": nowdate()})
		survey.update({"answered_on": nowdate(), "treatment": points, "outcome": 3})
		survey.insert()
	rejected = complaint_in("Decision Communicated")
	take(rejected, "Record Rejection")
	take(rejected, "Review")
	frappe.db.commit()
	yield


def with_remedy() -> None:
	"""A case whose remedy was performed."""
	case = complaint_in("Investigating")
	rows = (
		{"progress": "Offered"},
		{"progress": "Accepted"},
		{"progress": "Performed", "performed_on": nowdate()},
	)
	for values, steps in zip(
		rows,
		(("Propose Decision", "Approve Decision", "Communicate Decision", "Record Acceptance"), (), ()),
		strict=True,
	):
		doc = frappe.get_doc("Complaint", case)
		if not doc.remedies:
			doc.append("remedies", {"remedy_type": "Replace"})
		doc.remedies[0].update(values)
		doc.save()
		for action in steps:
			take(case, action)


def run(report: str, kind: str = "manager", **filters) -> dict:
	"""Run a report through the document API as a person of the process."""
	with acting_as(user_of(kind)):
		return query_report.run(report, filters)


def recent(**more) -> dict:
	start = get_first_day(add_days(nowdate(), -45))
	return {"from_date": str(start), "to_date": str(get_last_day(nowdate())), **more}


def over_http(http, user: str, report: str, **filters):
	return http(user).get(
		f"/api/method/{RUN}", params={"report_name": report, "filters": json.dumps(filters)}
	)


def test_there_is_no_report_without_tests():
	mine = frappe.get_all("Report", {"module": "ISO10002", "is_standard": "Yes"}, pluck="name")
	assert set(EVERY) <= set(mine)
	elsewhere = {"Complaint Access Log", "Complaint Management Figures"}
	assert set(mine) - set(EVERY) <= elsewhere, "test_access_log, test_monthly_pack"


@pytest.mark.parametrize("report", EVERY)
def test_a_manager_gets_every_report_with_rows_chart_and_summary(cases, report):
	found = run(report, **recent())
	assert found["columns"] and found["report_summary"] and found["message"]
	if report != "Complaint Consistency of Remedies":
		assert found["result"], report
		assert found["chart"]["data"]["labels"]
	fields = {column["fieldname"] for column in found["columns"]}
	assert len(fields) == len(found["columns"])
	for row in found["result"]:
		assert set(row) & fields


@pytest.mark.parametrize("report", EVERY)
@pytest.mark.parametrize("kind", ("handler", "intake", "nobody"))
def test_who_may_run_a_report_over_http(cases, http, report, kind):
	user = user_without_a_role() if kind == "nobody" else user_of(kind)
	answer = over_http(http, user, report, **recent())
	assert answer.status_code == (200 if kind == "handler" else 403), (
		f"{kind}: {answer.status_code} {words(answer)[:400]}"
	)
	assert "Marked Name" not in answer.text and EMAIL not in answer.text


def test_figures_are_for_all_readers_and_lists_of_cases_for_readers_of_cases():
	for report in EVERY:
		roles = set(frappe.get_all("Has Role", {"parenttype": "Report", "parent": report}, pluck="role"))
		assert roles == set(READERS) - ({EXECUTIVE} if report in OF_CASES else set()), report


def test_a_guest_gets_no_report(cases, http):
	assert over_http(http, "Guest", "Complaint Trends", **recent()).status_code == 403


@pytest.mark.parametrize("report", EVERY)
def test_a_period_without_data_says_so(cases, report):
	found = run(report, from_date="2001-01-01", to_date="2001-03-31")
	if report in ("Complaint Ageing and Overdue", "Complaint Workload"):
		return  # what is open now, whatever the period
	if report == "Complaint Monitoring Data":
		assert "Nothing was recorded" in found["message"]
	else:
		assert not found["result"] and "Nothing was recorded" in found["message"], found["result"]


@pytest.mark.parametrize(
	"report", ("Complaint Trends", "Complaint Pareto of Categories", "Complaint Wrong Priorities")
)
def test_an_unknown_breakdown_is_refused(cases, report):
	if report == "Complaint Trends":
		assert run(report, **recent(by="nonsense"))["result"]
		return
	with pytest.raises(frappe.ValidationError, match="not known"):
		run(report, **recent(by="nonsense` -- "))


def drills() -> list[tuple[str, str]]:
	return [
		("Complaint Wrong Priorities", "wrong_priority"),
		("Complaint First-Contact Resolution", "decided"),
		("Complaint Trends", "received"),
		("Complaint Pareto of Categories", "received"),
		("Complaint Pareto of Causes", "upheld"),
		("Complaint Recurring Problems", "received"),
		("Complaint Reviews and External Referrals", "rejected"),
		("Complaint Workload", "decided"),
		("Complaint Data Quality", "cases"),
		("Complaint Monitoring Data", "now"),
	]


@pytest.mark.parametrize(("report", "column"), drills())
def test_a_figure_opens_as_many_cases_as_it_says(cases, report, column):
	found = run(report, **recent())
	columns = {row["fieldname"]: row for row in found["columns"]}
	looked = 0
	for row in found["result"][:12]:
		value, drill = row.get(column), row.get("_drill")
		name = row.get("_measure") or columns[column]["measure"]
		if not value or not drill or (name in MEASURES and (MEASURES[name].is_share or MEASURES[name].mean)):
			continue
		if report == "Complaint Monitoring Data" and (name != "received" or "share" in row["label"]):
			continue
		opened = run("Complaint Register", measure=name, **drill)
		assert opened["report_summary"][0]["value"] == value, row
		looked += 1
	assert looked


def test_drill_down_opens_only_what_the_reader_may_see(cases):
	case = make_complaint(product_or_service="Secret of mine").name
	make_party(case, role="Person complained about", linked_doctype="User", linked_name=user_of("handler"))
	for kind, number in (("handler", 0), ("manager", 1)):
		found = run("Complaint Register", kind, **recent(product="Secret of mine"))
		assert len(found["result"]) == number


def test_repeat_complainants_have_numbers_and_no_names(cases):
	found = run("Complaint Repeat Complainants", **recent())
	assert any(row["cases"] >= 3 for row in found["result"])
	text = frappe.as_json(found)
	assert "Marked" not in text and EMAIL not in text


def test_targets_are_compared_with_the_figures(cases):
	settings = frappe.get_doc("ISO10002 Settings")
	settings.set("targets", [])
	settings.append("targets", {"measure": MEASURES["received"].label, "target": 1})
	settings.append("targets", {"measure": MEASURES["days_to_answer"].label, "target": 9999})
	settings.save()
	rows = {row["label"]: row for row in run("Complaint Monitoring Data", **recent())["result"]}
	assert rows["Received"]["met"] == "met" and rows["Days to the answer (d)"]["met"] == "met"
	assert rows["Reopened"]["met"] == ""


@pytest.mark.parametrize("name", ("rejected", "reviewed", "referred", "reviews_changed"))
def test_a_target_of_what_had_better_not_happen_is_met_by_less_of_it(name):
	lines = {}
	for number in (1, 2, 3):
		found = Figures((), (name,), total={name: Cell(number)})
		settings = frappe.get_doc("ISO10002 Settings")
		settings.set("targets", [{"measure": MEASURES[name].label, "target": 2}])
		settings.save()
		(line,) = monitoring.lines(found, [found, found])
		lines[number] = line.is_met
	assert lines == {1: True, 2: True, 3: False}


def test_time_in_stage_is_the_timeliness_by_stage(cases):
	found = run("Complaint Timeliness by Clock", **recent(by="stage"))
	assert [column["fieldname"] for column in found["columns"]] == ["stage", "days_in_stage"]
	assert {"Received", "Accepted"} <= {row["stage"] for row in found["result"]}


def test_every_count_of_the_monitoring_data_can_have_a_target():
	options = frappe.get_meta("Complaint Target").get_field("measure").options.split("\n")
	assert options == [MEASURES[name].label for name in COUNTS]


def test_rates_need_a_number_of_orders_or_customers(cases):
	found = run("Complaint Monitoring Data", **recent(volume=500))
	received = next(row for row in found["result"] if row["label"] == "Received")
	assert received["rate"] == pytest.approx(2 * received["now"])
	with pytest.raises(frappe.ValidationError, match="whole number"):
		run("Complaint Monitoring Data", **recent(volume="many"))


def test_small_figures_are_not_shown_to_executives_and_cannot_be_asked_for(cases):
	found = run("Complaint Pareto of Categories", "executive", **recent())
	for row in found["result"]:
		if "received" in row.get("_hidden", []):
			assert row["received"] is None and "share" not in row
	with pytest.raises(frappe.PermissionError):
		run("Complaint Pareto of Categories", "executive", **recent(category="Damage suffered"))
	with pytest.raises(frappe.PermissionError):
		run("Complaint Timeliness by Clock", "executive", **recent(by="handler"))


def test_fewer_than_five_answers_to_the_survey_are_shown_to_nobody(cases):
	answers = frappe.get_all("Complaint Survey", order_by="creation desc", pluck="name")
	frappe.db.delete("Complaint Survey", {"name": ("in", [*answers[5:], ""])})  # what other tests left
	row = run("Complaint Satisfaction", **recent())["result"][-1]
	assert row["satisfaction_outcome"] == 3.0 and row["satisfaction_access"] is None
	frappe.db.delete("Complaint Survey", {"name": answers[0]})
	row = run("Complaint Satisfaction", **recent())["result"][-1]
	assert row["satisfaction_outcome"] is None and "satisfaction_outcome" in row["_hidden"]


def test_a_complainant_nobody_can_reach_is_counted_apart_from_none_at_all(cases):
	def missing() -> tuple[int, int]:
		rows = run("Complaint Data Quality", **recent())["result"]
		cases_by_label = {row["what"]: row["cases"] for row in rows if isinstance(row, dict)}
		return tuple(
			cases_by_label[label] for label in ("No complainant recorded", "Complainant cannot be reached")
		)

	nobody, unreachable = missing()
	case = make_complaint().name
	assert missing() == (nobody + 1, unreachable)
	party = make_party(case, email=None)
	assert missing() == (nobody, unreachable + 1)
	party.update({"phone": "+49 30 123456"})
	party.save()
	assert missing() == (nobody, unreachable)


def test_reports_never_write(cases):
	statements, real = [], frappe.db.sql

	def watched(query, *args, **more):
		statements.append(str(query).lstrip().split(None, 1)[0].lower())
		return real(query, *args, **more)

	frappe.db.sql = watched
	try:
		for report in EVERY:
			with acting_as(user_of("manager")):
				frappe.get_doc("Report", report).execute_module(recent())
	finally:
		del frappe.db.sql
	assert set(statements) <= {"select"}, set(statements)


def test_somebody_with_two_roles_gets_figures_on_the_cases_one_may_read(cases):
	user = make_user("Complaint Executive", "Complaint Handler").name
	with acting_as(user):
		found = query_report.run("Complaint Trends", recent())
	assert "you may see" in found["message"]


@pytest.mark.parametrize("report", ("Complaint Trends", "Complaint Register"))
def test_export_is_for_who_may_export(cases, http, report):
	for kind, status in (
		("manager", 200),
		("handler", 403),
		("executive", 200 if report in FIGURES else 403),
	):
		answer = http(user_of(kind)).post(
			"/api/method/frappe.desk.query_report.export_query",
			data={
				"report_name": report,
				"filters": json.dumps(recent()),
				"file_format_type": "CSV",
				"visible_idx": "[0,1,2]",
			},
		)
		assert answer.status_code == status, f"{kind}: {answer.status_code} {answer.text[:300]}"


def test_what_is_not_known_is_no_nought_in_the_summary():
	"""A mean or a share of nothing has no value; a count of nothing is 0."""
	empty = {"from_date": "2001-01-01", "to_date": "2001-12-31"}
	for report, known in (("Complaint Satisfaction", 2), ("Complaint First-Contact Resolution", 2)):
		summary = query_report.run(report, empty)["report_summary"]
		assert {row["value"] for row in summary[:known]} == {0}, report
		assert {row["value"] for row in summary[known:]} == {"–"}, report


def test_a_chart_leaves_out_what_is_not_known():
	chart = make_chart(["May", "June", "July"], [("A", [1.5, None, 0]), ("B", [None, None, None])])
	assert chart["data"]["labels"] == ["May", "July"]
	assert [(series["name"], series["values"]) for series in chart["data"]["datasets"]] == [("A", [1.5, 0])]
	assert make_chart(["May"], [("A", [None])]) is None


def test_counts_look_like_counts_among_means_and_shares(cases):
	rows = {row["label"]: row for row in run("Complaint Monitoring Data", **recent())["result"]}
	for label in ("Received", "Staff trained", "Answered"):
		assert rows[label]["_count"] and isinstance(rows[label]["now"], int), rows[label]
	days = rows["Days to the answer (d)"]
	assert not days["_count"] and isinstance(days["now"], float)
