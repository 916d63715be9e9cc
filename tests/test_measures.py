"""The measures: documented as they are, true to who may see what, and clear about bad input."""

from __future__ import annotations

import datetime
from pathlib import Path

import frappe
import pytest
from factories import acting_as, complaint_in, edit, make_complaint, make_party, take, unique, user_of
from frappe.utils import add_days, add_months, get_first_day, get_last_day, nowdate

from iso10002.analytics import documentation, reader
from iso10002.analytics.dimensions import OF_CASES, dimensions
from iso10002.analytics.errors import FilterError
from iso10002.analytics.figures import figures
from iso10002.analytics.measures import MEASURES
from iso10002.analytics.selection import FILTERS, Selection
from iso10002.analytics.sources import SOURCES

ROOT = Path(__file__).resolve().parents[1]


def as_reader(kind: str) -> reader.Reader:
	with acting_as(user_of(kind)):
		return reader.current()


def this_month(**more) -> dict:
	return {"from_date": str(get_first_day(nowdate())), "to_date": str(get_last_day(nowdate())), **more}


def total(name: str, who: reader.Reader, **filters) -> float | None:
	return figures([name], Selection.read(this_month(**filters), who), who).value(name)


def test_the_page_of_measures_is_made_from_the_measures():
	assert (ROOT / "docs" / "measures.md").read_text() == documentation.text()


def test_every_measure_says_its_unit_formula_clause_and_source():
	for measure in MEASURES.values():
		assert measure.unit and measure.formula and measure.clause and measure.source in SOURCES, measure.name
		if measure.is_share:
			assert MEASURES[measure.part].source and MEASURES[measure.whole].source
	assert len({measure.label for measure in MEASURES.values()}) == len(MEASURES)


@pytest.mark.parametrize("name", sorted(MEASURES))
def test_every_measure_can_be_broken_down_by_all_its_records_have(name):
	who = reader.Reader("Administrator", True)
	chosen = Selection.read(this_month(), who)
	parts = (MEASURES[name].part, MEASURES[name].whole) if MEASURES[name].is_share else (name,)
	for dimension in dimensions().values():
		if all(dimension.fits(SOURCES[MEASURES[part].source]) for part in parts):
			found = figures([name], chosen, who, [dimension.name, "period"])
			assert found.total[parts[0]].number == sum(row[parts[0]].number for row in found.rows.values())


def test_who_reads_cases_gets_figures_on_those_and_no_other():
	readers = [as_reader(kind) for kind in ("manager", "executive", "handler")]
	before = [total("received", who) for who in readers]
	case = make_complaint(as_user=user_of("intake")).name
	make_party(case, role="Person complained about", linked_doctype="User", linked_name=user_of("manager"))
	manager, executive, handler = (total("received", who) for who in readers)
	assert (manager, executive, handler) == (before[0], before[1] + 1, before[2] + 1)


def test_user_permissions_narrow_figures_as_they_narrow_lists():
	handler = as_reader("handler")
	make_complaint(category="Price")
	frappe.get_doc(
		{
			"doctype": "User Permission",
			"user": user_of("handler"),
			"allow": "Complaint Category",
			"for_value": "Price",
		}
	).insert()
	frappe.clear_cache(user=user_of("handler"))
	with acting_as(user_of("handler")):
		listed = frappe.get_list(
			"Complaint",
			{"received_on": [">=", get_first_day(nowdate())], "status": ["!=", "Duplicate"]},
			limit=0,
		)
	assert total("received", handler) == len(listed)
	frappe.db.rollback()
	frappe.clear_cache(user=user_of("handler"))


@pytest.mark.parametrize("kind", ("intake",))
def test_figures_are_not_for_intake_and_outsiders(kind):
	with acting_as(user_of(kind)), pytest.raises(frappe.PermissionError, match="Executive"):
		reader.current()
	with acting_as("Guest"), pytest.raises(frappe.PermissionError):
		reader.current()


def test_executives_get_no_figures_by_a_name_or_by_two_things_that_identify():
	executive = as_reader("executive")
	chosen = Selection.read(this_month(), executive)
	for by in (["handler"], ["category", "product"]):
		with pytest.raises(frappe.PermissionError):
			figures(["received"], chosen, executive, by)
	for dimension in OF_CASES:
		if dimension.identifies and dimension.name in FILTERS:
			value = {
				"category": "Price",
				"handler": user_of("handler"),
				"severity": "Minor",
				"cause": "Mistake",
			}
			with pytest.raises(frappe.PermissionError):
				Selection.read(
					{
						dimension.name: value.get(
							dimension.name, "Upheld" if dimension.name == "decision" else "x"
						)
					},
					executive,
				)


def test_a_case_is_as_old_as_days_have_begun_since_its_receipt():
	who, today = (
		reader.Reader("Administrator", True),
		datetime.datetime.combine(datetime.date.today(), datetime.time()),
	)
	borders = ((0, "0-7"), (7, "0-7"), (8, "8-14"), (14, "8-14"), (15, "15-28"), (28, "15-28"), (29, "29-56"))
	for days, label in (*borders, (56, "29-56"), (57, "57+")):
		for of_the_day in ("00:00:00", "23:59:59"):
			product = unique("Product")
			day = str(add_days(today, -days))[:10] if days else nowdate()
			at = f"{day} {of_the_day if days else '00:00:00'}"
			make_complaint(product_or_service=product, received_on=at)
			chosen = Selection.read({"product": product}, who)
			assert list(figures(["open_now"], chosen, who, ["age"]).rows) == [(label,)], at


def test_executives_get_whole_months():
	chosen = Selection.read(
		{"from_date": "2026-03-05", "to_date": "2026-04-02", "grain": "Day"}, as_reader("executive")
	)
	assert (str(chosen.start), str(chosen.end), chosen.grain) == ("2026-03-01", "2026-04-30", "Month")


def test_readers_of_cases_see_small_figures():
	make_complaint(category="Price")
	manager = as_reader("manager")
	found = figures(["received"], Selection.read(this_month(), manager), manager, ["category"])
	assert not any(found.is_hidden("received", key) for key in found.rows)


def test_a_group_that_is_spelled_in_several_ways_is_one_row_for_all_measures():
	"""MariaDB names a group by any spelling of it, another one in each statement."""
	product = unique("Café")
	for spelling in (product.upper(), product.lower().replace("é", "e"), f"{product} "):
		case = complaint_in("Assessed", product_or_service=product)
		frappe.db.set_value("Complaint", case, "product_or_service", spelling)
	edit(case, priority="Urgent", priority_reason="A minister asked.")
	who = reader.Reader("Administrator", True)
	chosen = Selection.read(this_month(product=product), who)
	names = ["assessed", "wrong_priority", "wrong_priority_share"]
	found = figures(names, chosen, who, ["product", "period"])
	assert [[found.value(name, key) for name in names] for key in found.rows] == [
		[3, 1, pytest.approx(100 / 3)]
	]


@pytest.mark.parametrize(
	("values", "words"),
	(
		({"from_date": "2026-05-02", "to_date": "2026-05-01"}, "Exchange"),
		({"from_date": "yesterday"}, "not a day"),
		({"from_date": "2026-02-31"}, "not a day"),
		({"from_date": "1990-01-01", "to_date": "2026-01-01"}, "at most"),
		({"grain": "Second"}, "not known"),
		({"category": "Nothing of ours"}, "not known"),
		({"channel": "' OR 1=1 -- "}, "not known"),
		({"severity": "Worst"}, "not known"),
		({"handler": "nobody@example.com"}, "not known"),
		({"clock_rule": "No rule"}, "not known"),
		({"category": ["Price", "Quality"]}, "not known"),
		({"from_date": "2020-01-01", "to_date": "2026-01-01", "grain": "Day"}, "too fine"),
	),
)
def test_bad_filters_are_refused_in_words(values, words):
	with pytest.raises(FilterError, match=words):
		Selection.read(values, reader.Reader("Administrator", True))


def test_sql_in_a_free_filter_is_only_compared():
	who = reader.Reader("Administrator", True)
	evil = "x' OR '1'='1'; DROP TABLE `tabComplaint`; -- %s %(a)s"
	assert total("received", who, product=evil) == 0
	assert frappe.db.table_exists("Complaint")


@pytest.mark.parametrize(
	("start", "end", "before"),
	(
		("2025-02-15", "2025-02-28", ("2024-02-15", "2024-02-28")),
		("2025-02-28", "2025-02-28", ("2024-02-28", "2024-02-28")),
		("2025-02-01", "2025-02-28", ("2024-02-01", "2024-02-29")),
		("2024-02-01", "2024-02-29", ("2023-02-01", "2023-02-28")),
	),
)
def test_the_year_before_has_the_same_days_and_whole_months_stay_whole(start, end, before):
	found = Selection(datetime.date.fromisoformat(start), datetime.date.fromisoformat(end)).year_before()
	assert (str(found.start), str(found.end)) == before


def test_the_period_before_and_the_year_before_are_as_long():
	chosen = Selection(datetime.date(2026, 2, 1), datetime.date(2026, 2, 28))
	assert str(chosen.before().start) == "2026-01-01" and str(chosen.before().end) == "2026-01-31"
	assert str(chosen.year_before().start) == "2025-02-01" and str(chosen.year_before().end) == "2025-02-28"
	days = Selection(datetime.date(2026, 2, 10), datetime.date(2026, 2, 12)).before()
	assert (str(days.start), str(days.end)) == ("2026-02-07", "2026-02-09")


def test_a_category_counts_what_is_below_it_in_the_tree():
	who = reader.Reader("Administrator", True)
	before = total("received", who, category="Money")
	make_complaint(category="Price")
	assert total("received", who, category="Money") == before + 1


def test_open_at_the_end_of_a_past_month_is_what_was_open_then():
	who = reader.Reader("Administrator", True)
	past = {"from_date": str(add_months(nowdate(), -2)), "to_date": str(add_days(nowdate(), -1))}
	before = figures(["open"], Selection.read(past, who), who).value("open")
	case = complaint_in("Closed", received_on=add_days(nowdate(), -5))
	assert figures(["open"], Selection.read(past, who), who).value("open") == before + 1
	assert total("open", who) == figures(["open_now"], Selection.read(this_month(), who), who).value(
		"open_now"
	)
	take(case, "Reopen", reopening_reason="New facts.")
	assert figures(["open"], Selection.read(past, who), who).value("open") == before + 1
