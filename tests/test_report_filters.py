"""Filters of every report: each narrows what is counted, and bad ones get a clear answer, over HTTP too."""

from __future__ import annotations

import json
from collections.abc import Iterator

import frappe
import pytest
from factories import acting_as, complaint_in, make_complaint, make_party, user_of
from frappe.desk import query_report
from frappe.utils import add_months, get_first_day, get_last_day, nowdate
from over_http import user_without_a_role, words
from report_names import FIGURES, OF_CASES

from iso10002.analytics.dimensions import dimensions
from iso10002.analytics.figures import figures
from iso10002.analytics.measures import MEASURES
from iso10002.analytics.reader import Reader
from iso10002.analytics.report import UNKNOWN
from iso10002.analytics.selection import FILTERS, Selection

EVERYTHING = Reader("Administrator", True)
RUN = "/api/method/frappe.desk.query_report.run"
EXPORT = "/api/method/frappe.desk.query_report.export_query"
REPORTS = sorted((*FIGURES, *OF_CASES))
MARK = "Filtered thing"


@pytest.fixture(scope="module")
def marked(site: str) -> Iterator[dict[str, str]]:
	"""Two cases with a value in everything one can filter by, and the filters that find exactly them; committed."""
	frappe.db.rollback()
	own = {"product_or_service": MARK, "customer_type": "Marked group", "receiving_unit": "Marked unit"}
	for _number in range(2):
		case = complaint_in("Closed", market_segment="Marked segment", **own)
		make_party(case, full_name="Marked Name")
	frappe.db.commit()
	doc = frappe.get_doc("Complaint", case)
	rules = frappe.get_all("Complaint Clock", {"complaint": case}, pluck="rule")
	yield {
		"product": MARK,
		"customer_group": "Marked group",
		"unit": "Marked unit",
		"market_segment": "Marked segment",
		"category": frappe.db.get_value("Complaint Category", doc.category, "parent_complaint_category"),
		"channel": doc.channel,
		"severity": doc.severity,
		"handler": doc.handler,
		"clock_rule": rules[0],
	}


def period(**more: str) -> dict:
	return {"from_date": str(get_first_day(nowdate())), "to_date": str(get_last_day(nowdate())), **more}


def run(report: str, kind: str = "manager", **filters: str) -> dict:
	with acting_as(user_of(kind)):
		return query_report.run(report, filters)


@pytest.mark.parametrize("report", REPORTS)
def test_every_report_takes_every_filter(marked, report):
	found = run(report, **period(**marked))
	assert found["columns"] and found["message"]
	for row in found["result"]:
		if drill := row.get("_drill"):
			assert marked.items() <= drill.items(), "a drill-down keeps what was asked for"


def test_the_register_has_exactly_the_cases_a_filter_names(marked):
	for names in (["product"], ["customer_group"], ["unit"], list(marked)):
		found = run("Complaint Register", **period(**{name: marked[name] for name in names}))
		assert {row["product_or_service"] for row in found["result"]} == {MARK} and len(found["result"]) == 2


def test_a_filter_counts_what_the_breakdown_has_for_its_value(marked):
	chosen = Selection.read(period(), EVERYTHING)
	known, looked = dimensions(), 0
	for name in FILTERS:
		if name not in known or known[name].of_row or name == "category":
			continue
		parts = figures(["received", "decided"], chosen, EVERYTHING, [name])
		for (value,), row in list(parts.rows.items())[:3]:
			if value:
				one = figures(
					["received", "decided"], Selection.read(period(**{name: value}), EVERYTHING), EVERYTHING
				)
				assert {key: cell.number for key, cell in one.total.items()} == {
					key: cell.number for key, cell in row.items()
				}, (name, value)
				looked += 1
	assert looked > 8


BAD = (
	({"from_date": "2026-05-02", "to_date": "2026-05-01"}, "Exchange"),
	({"category": "Nothing of ours"}, "not known"),
	({"channel": "x' UNION SELECT password FROM __Auth -- "}, "not known"),
	({"severity": "' OR 1=1"}, "not known"),
	({"from_date": "'; DROP TABLE tabComplaint; --"}, "not a day"),
	({"handler": ["in", ["a", "b"]]}, "not known"),
	({"from_date": "2026-01-31rubbish"}, "not a day"),
	({"from_date": "9999-12-01", "to_date": "9999-12-31"}, "between the years"),
	({"from_date": "0001-01-01", "to_date": "0001-01-31"}, "between the years"),
	({"age": "very old"}, "not known"),
	({"product_or_service": "A field, no filter"}, "cannot be filtered"),
)


@pytest.mark.parametrize("report", REPORTS)
def test_bad_filters_get_a_clear_answer_over_http(http, report):
	session = http(user_of("manager"))
	for bad, expected in BAD[:2] if report in OF_CASES else BAD[2:4]:
		asked = {"report_name": report, "filters": json.dumps({**period(), **bad})}
		answer = session.get(RUN, params=asked)
		assert answer.status_code == 417 and expected in words(answer), f"{bad}: {words(answer)[:400]}"
		assert "Traceback" not in words(answer)
	for bad, expected in BAD:
		with pytest.raises(frappe.ValidationError, match=expected):
			run(report, **{**period(), **bad})


@pytest.mark.parametrize("report", REPORTS)
def test_sql_in_a_free_filter_finds_nothing_and_breaks_nothing(report):
	found = run(report, **period(product="x' OR '1'='1'; DROP TABLE `tabComplaint`; -- %s %(a)s"))
	counted = [row for row in found["report_summary"] if row["label"] not in ("Improvements made",)]
	assert all(not row["value"] or row["value"] in ("not shown", "0.0", "0", UNKNOWN) for row in counted), (
		counted
	)
	assert frappe.db.table_exists("Complaint")


OWN = (
	("Complaint Pareto of Categories", {"by": ["category"]}, "not known"),
	("Complaint Wrong Priorities", {"by": {"category": 1}}, "not known"),
	("Complaint Register", {"measure": ["received"]}, "not known"),
	("Complaint Register", {"measure": "upheld_share"}, "not known"),
	("Complaint Register", {"measure": "surveys_answered"}, "not known"),
	("Complaint Monitoring Data", {"volume": "²"}, "whole number"),
	("Complaint Monitoring Data", {"volume": "-1"}, "whole number"),
	("Complaint Access Log", {"action": "Nonsense"}, "not known"),
	("Complaint Access Log", {"action": ["Opened"]}, "not known"),
	("Complaint Access Log", {"from_date": "9999-12-31", "to_date": "9999-12-31"}, "between the years"),
	# of records that lack it a breakdown would show 0, of what is open now it would leave out the older ones
	("Complaint Reviews and External Referrals", {"by": "body"}, "broken down"),
	("Complaint Reviews and External Referrals", {"by": "review_outcome"}, "broken down"),
	("Complaint Ageing and Overdue", {"by": "period"}, "broken down"),
	("Complaint Workload", {"by": "period"}, "broken down"),
)


@pytest.mark.parametrize(("report", "bad", "expected"), OWN)
def test_what_only_one_report_asks_is_refused_as_clearly(http, report, bad, expected):
	asked = {"report_name": report, "filters": json.dumps({**period(), **bad})}
	answer = http(user_of("privacy")).get(RUN, params=asked)
	assert answer.status_code == 417 and expected in words(answer), words(answer)[:400]
	assert "Traceback" not in words(answer)


@pytest.mark.parametrize("report", ("Complaint Pareto of Categories", "Complaint Pareto of Causes"))
def test_a_pareto_of_months_leaves_out_those_without_a_case(report):
	found = run(report, **{**period(by="period"), "from_date": "2019-01-01"})
	assert all(row["received" if "received" in row else "upheld"] for row in found["result"])


@pytest.mark.parametrize("report", ("Complaint Trends", "Complaint Access Log"))
def test_a_day_may_be_given_with_its_time(report):
	assert run(report, "privacy", from_date="2026-01-31 10:00:00", to_date="2026-02-28")["columns"]


# Executives: figures and nothing else


@pytest.mark.parametrize("report", REPORTS)
def test_an_executive_gets_figures_only_by_report_drill_down_and_export(marked, http, report):
	session, allowed = http(user_of("executive")), report not in OF_CASES
	recent = period(from_date=str(get_first_day(add_months(nowdate(), -2))))
	asked = {"report_name": report, "filters": json.dumps(recent)}
	file = {**asked, "file_format_type": "CSV", "visible_idx": "[0,1,2,3,4,5]"}
	for answer in (session.get(RUN, params=asked), session.post(EXPORT, data=file)):
		assert answer.status_code == (200 if allowed else 403), words(answer)[:300]
		for told in ("CMP-", "Marked Name", MARK, user_of("handler")):
			assert told not in answer.text, told
	if allowed:
		rows = session.get(RUN, params=asked).json()["message"]["result"]
		assert not any(row.get("_drill") for row in rows)
		for name in ("product", "handler", "unit", "customer_group"):
			narrow = {**asked, "filters": json.dumps(period(**{name: marked[name]}))}
			assert session.get(RUN, params=narrow).status_code == 403, name


def test_an_executive_narrows_no_figure_to_an_age_or_one_category():
	for narrow in ({"age": "57+"}, {"category_only": "Price"}, {"category_only": "Not recorded"}):
		with pytest.raises(frappe.PermissionError):
			run("Complaint Ageing and Overdue", "executive", **period(**narrow))


def test_what_a_figure_was_made_of_is_opened_by_no_executive(marked, http):
	session = http(user_of("executive"))
	for measure in ("received", "surveys_answered", "improvements", "quality_cause"):
		asked = {"report_name": "Complaint Register", "filters": json.dumps(period(measure=measure))}
		assert session.get(RUN, params=asked).status_code == 403
	for path in ("Complaint", "Complaint Event", "Complaint Survey"):
		assert session.get(f"/api/resource/{path}").status_code == 403


def test_who_answered_a_survey_is_opened_by_nobody():
	for name in MEASURES:
		if MEASURES[name].source == "surveys":
			with pytest.raises(frappe.ValidationError, match="not known"):
				run("Complaint Register", **period(measure=name))
	columns = run("Complaint Satisfaction", **period())["columns"]
	assert not any(column.get("measure") for column in columns)


def test_cases_hidden_from_the_reader_move_no_report():
	"""Everything every report answers is the same before and after: a Confidential case moves no figure by a name."""

	def told() -> str:
		answers = [run(report, "handler", **period()) for report in REPORTS]
		return frappe.as_json([{**answer, "execution_time": 0} for answer in answers])

	before, hidden = told(), []
	for level in ("Confidential", "Restricted"):
		hidden.append(make_complaint(product_or_service="Secret thing").name)
		frappe.db.set_value("Complaint", hidden[-1], "confidentiality_level", level)
	hidden.append(complaint_in("Closed", product_or_service="Secret thing"))
	who = {"linked_doctype": "User", "linked_name": user_of("handler")}
	make_party(hidden[-1], role="Person complained about", **who)
	for case in hidden:
		make_party(case, full_name="Marked Name", email="marked@example.org")
	after = told()
	assert "Secret thing" not in after and not any(case in after for case in hidden)
	assert before == after


# Cards


def test_a_person_without_a_role_gets_no_card(http):
	session = http(user_without_a_role())
	assert session.get("/api/method/iso10002.analytics.cards.received").status_code == 403
