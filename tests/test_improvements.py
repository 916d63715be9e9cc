"""Improvements and trainings: complete, true, named by their cases alone, and counted in the figures."""

from __future__ import annotations

from typing import Any

import frappe
import pytest
from factories import acting_as, complaint_in, make_complaint, make_party, put, unique, user_of
from frappe.utils import add_days, get_first_day, get_last_day, nowdate
from over_http import assert_refused, user_without_a_role, words

from iso10002.analytics.figures import figures
from iso10002.analytics.reader import ORGANISATION, Reader
from iso10002.analytics.selection import Selection
from iso10002.handling import improvements
from iso10002.handling.errors import ImprovementError

EVERYTHING = Reader("Administrator", True)


def values_of(**overrides: Any) -> dict:
	return {
		"doctype": "Complaint Improvement",
		"subject": "Parcels are weighed at the counter",
		"action": "A scale at every counter, and a line in the instructions.",
		"responsible": user_of("manager"),
		"due_on": add_days(nowdate(), 30),
		**overrides,
	}


def make_improvement(**overrides: Any):
	return frappe.get_doc(values_of(**overrides)).insert()


def make_training(**overrides: Any):
	values = {"doctype": "Complaint Training", "topic": "Listening", "held_on": nowdate(), "people": 4}
	return frappe.get_doc({**values, **overrides}).insert()


def checked(**overrides: Any) -> dict:
	shown = {"effect_checked_on": nowdate(), "effect_shown_by": "No case of this kind in three months."}
	return {**shown, **overrides}


def figure(name: str, who: Reader = EVERYTHING, **filters) -> float | None:
	chosen = {"from_date": str(get_first_day(nowdate())), "to_date": str(get_last_day(nowdate())), **filters}
	return figures([name], Selection.read(chosen, who), who).value(name)


def test_the_status_follows_from_what_is_recorded():
	doc = make_improvement()
	assert doc.status == "Planned"
	doc.done_on = nowdate()
	doc.save()
	assert doc.status == "Done"
	with acting_as(user_of("manager")):
		doc.update({"effect": "Not effective", **checked()})
		doc.save()
	assert (doc.status, doc.effect_checked_by) == ("Not effective", user_of("manager"))
	assert make_improvement(dropped_reason="The counter closes.", status="Effective").status == "Dropped"


# days are counted from today
SHOWN = "Figures before and after."


@pytest.mark.parametrize(
	("values", "expected"),
	(
		({"done_on": 2}, "Done on"),
		({"effect": "Effective", "effect_checked_on": 0, "effect_shown_by": SHOWN}, "Done on"),
		({"effect": "Effective", "done_on": 0, "effect_checked_on": 0}, "Shown by"),
		({"effect": "Effective", "done_on": 0, "effect_shown_by": SHOWN}, "Checked on"),
		(
			{"effect": "Effective", "done_on": 0, "effect_checked_on": -1, "effect_shown_by": SHOWN},
			"Checked on",
		),
		({"done_on": 0, "dropped_reason": "Too dear."}, "Dropped because"),
		({"subject": "x" * 141}, "What is improved"),
		({"responsible": "nobody@example.com"}, "nobody@example.com"),
		({"comes_from": "Nowhere"}, "Comes from"),
	),
)
def test_an_improvement_that_cannot_be_is_refused_in_words(values, expected):
	values = {
		key: add_days(nowdate(), value) if isinstance(value, int) else value for key, value in values.items()
	}
	with pytest.raises(frappe.ValidationError, match=expected):
		make_improvement(**values)


def test_an_effect_that_was_checked_stands():
	doc = make_improvement(done_on=nowdate(), effect="Effective", **checked())
	for field, value in (
		("effect", "Not effective"),
		("action", "Something else"),
		("done_on", add_days(nowdate(), -3)),
	):
		doc.reload()
		doc.set(field, value)
		with pytest.raises(ImprovementError, match="stands"):
			doc.save()


def test_only_a_plan_no_case_refers_to_is_deleted():
	make_improvement().delete()
	noted = make_improvement()
	improvements.note(make_complaint().name, noted.name)
	for doc in (noted, make_improvement(done_on=nowdate())):
		with pytest.raises(ImprovementError, match="stays"):
			doc.delete()


def test_a_case_notes_its_improvement_once_in_its_journal():
	doc, case = make_improvement(), complaint_in("Closed")
	with acting_as(user_of("handler")):
		improvements.note(case, doc.name)
		with pytest.raises(ImprovementError, match="already"):
			improvements.note(case, doc.name)
	rows = frappe.get_all(
		"Complaint Event", {"complaint": case, "event": "Improvement Noted"}, ["user", "details"]
	)
	assert [(row.user, frappe.parse_json(row.details)) for row in rows] == [
		(user_of("handler"), {"document": doc.name})
	]
	assert improvements.complaints_of(doc.name) == [case]


def test_the_way_back_to_cases_follows_the_access_rule_over_http(http):
	doc = make_improvement()
	seen, hidden = make_complaint().name, make_complaint().name
	make_party(hidden, role="Person complained about", linked_doctype="User", linked_name=user_of("handler"))
	for case in (seen, hidden):
		improvements.note(case, doc.name)
	frappe.db.commit()
	for kind, found in (("handler", [seen]), ("manager", [seen, hidden]), ("executive", [])):
		answer = http(user_of(kind)).get(
			"/api/method/frappe.desk.form.load.getdoc", params={"doctype": doc.doctype, "name": doc.name}
		)
		assert answer.json()["docs"][0]["__onload"]["complaints"] == found, kind
		assert (hidden in answer.text) is (hidden in found)
	user = http(user_of("handler"))
	arguments = {"complaint": hidden, "improvement": doc.name}
	assert_refused(user.post("/api/method/iso10002.handling.improvements.note", json=arguments), status=403)


@pytest.mark.parametrize("field", ("subject", "action", "effect_shown_by", "dropped_reason"))
def test_an_improvement_names_no_case(field):
	case = make_complaint().name
	with pytest.raises(ImprovementError, match="name no complaint"):
		make_improvement(**{field: f"As in ({case})."})
	make_improvement(**{field: "As in CMP-1999-00001, which is no complaint."})
	with pytest.raises(ImprovementError, match="name no complaint"):
		make_training(contents=f"What went wrong in {case}")


@pytest.mark.parametrize("kind", ("executive", "handler", "auditor", "intake", "nobody"))
def test_who_reads_and_writes_improvements_and_trainings_over_http(http, kind):
	doc, training = make_improvement(), make_training(topic=unique())
	frappe.db.commit()
	session = http(user_without_a_role() if kind == "nobody" else user_of(kind))
	readable = kind in ("executive", "handler", "auditor")
	assert session.get(f"/api/resource/Complaint Improvement/{doc.name}").ok is readable
	assert session.get(f"/api/resource/Complaint Training/{training.name}").ok is (kind == "auditor")
	made = session.post("/api/resource/Complaint Improvement", json=values_of())
	assert made.ok is (kind == "handler"), words(made)
	assert_refused(
		session.post("/api/resource/Complaint Training", json={"topic": "x", "people": 1}), status=403
	)


def test_people_listed_are_counted_each_once():
	rows = [{"user": user_of("handler")}, {"person": "Anna"}, {"person": "Berta"}]
	assert make_training(participants=rows, people=50).people == 3
	for wrong, expected in (
		({"participants": [{"person": "Anna"}, {"person": " anna "}]}, "row 2"),
		({"participants": [{"remark": "late"}]}, "row 1"),
		({"people": 0}, "People trained"),
		({"people": -3}, "People trained"),
		({"held_on": add_days(nowdate(), 1)}, "Held on"),
	):
		with pytest.raises(frappe.ValidationError, match=expected):
			make_training(**wrong)


def test_figures_count_them_for_every_reader_alike():
	names = ("improvements", "improvements_checked", "improvements_effective", "trainings", "staff_trained")
	before = {name: figure(name) for name in names}
	make_improvement()
	make_improvement(done_on=nowdate())
	make_improvement(done_on=nowdate(), effect="Effective", **checked())
	make_improvement(done_on=nowdate(), effect="Not effective", **checked())
	make_training(people=7)
	assert [figure(name) - before[name] for name in names] == [3, 2, 1, 1, 7]
	with acting_as(user_of("handler")):
		from iso10002.analytics.reader import current

		assert [figure(name, current()) for name in names] == [figure(name, ORGANISATION) for name in names]


def test_figures_count_what_rules_proposed_and_what_people_rejected():
	names = ("tickets_proposed", "tickets_rejected")
	before = [figure(name) for name in names]
	for state in ("Open", "Accepted", "Rejected"):
		put("Complaint Proposal", state=state)
	assert [figure(name) for name in names] == [before[0] + 3, before[1] + 1]


def test_figures_of_the_process_have_no_filter_on_cases():
	with pytest.raises(frappe.ValidationError, match="cannot be filtered"):
		figure("improvements", channel="Phone")
	with pytest.raises(frappe.ValidationError, match="Clock rule"):
		figure("staff_trained", clock_rule=frappe.get_all("Complaint Clock Rule", pluck="name")[0])
