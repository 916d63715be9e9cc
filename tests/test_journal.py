"""The journal of a case is only ever added to, and only by what happens to the case."""

import frappe
import pytest
from factories import complaint_in, make_complaint, make_party, user_of

from iso10002.handling import events
from iso10002.handling import stages as stage
from iso10002.handling.errors import AppendOnlyError


def an_event(case: str):
	return frappe.get_doc(
		"Complaint Event", frappe.get_all("Complaint Event", {"complaint": case}, pluck="name")[0]
	)


def test_receiving_a_complaint_is_its_first_event():
	case = make_complaint(as_user=user_of("intake"), channel="E-mail")
	rows = events.timeline(case.name)
	assert [(row.event, row.user, row.channel) for row in rows] == [
		(stage.RECEIVED, user_of("intake"), "E-mail")
	]


def test_an_event_is_not_written_by_hand_not_even_by_the_administrator():
	case = make_complaint()
	for flags in ({}, {"flags": {"appended_by_handling": True}}):
		values = {
			"complaint": case.name,
			"event": "Closed",
			"occurred_on": frappe.utils.now(),
			"user": "Administrator",
		}
		with pytest.raises(AppendOnlyError):
			frappe.get_doc({"doctype": "Complaint Event", **values, **flags}).insert()


def test_an_event_is_not_changed():
	event = an_event(make_complaint().name)
	event.remark = "Something else"
	with pytest.raises(AppendOnlyError):
		event.save(ignore_permissions=True)


def test_an_event_is_not_deleted_or_renamed():
	event = an_event(make_complaint().name)
	with pytest.raises(AppendOnlyError):
		frappe.delete_doc("Complaint Event", event.name, force=True, ignore_permissions=True)
	with pytest.raises((AppendOnlyError, frappe.ValidationError)):
		frappe.rename_doc("Complaint Event", event.name, "other", force=True)


def test_a_complaint_is_not_deleted_or_renamed():
	case = make_complaint().name
	with pytest.raises(frappe.ValidationError, match="never deleted"):
		frappe.delete_doc("Complaint", case, force=True, ignore_permissions=True)
	with pytest.raises(frappe.ValidationError):
		frappe.rename_doc("Complaint", case, "CMP-X", force=True)
	assert frappe.db.exists("Complaint", case)


def test_a_party_that_comes_changes_or_goes_is_noted_without_its_name():
	case = make_complaint().name
	party = make_party(case, full_name="Rumpelstiltskin")
	party.city = "Berlin"
	party.save()
	frappe.delete_doc("Complaint Party", party.name)
	found = [row.event for row in reversed(events.timeline(case))]
	assert found == [stage.RECEIVED, "Party Added", "Party Changed", "Party Removed"]
	everything = frappe.get_all("Complaint Event", {"complaint": case}, ["remark", "details"])
	assert "Rumpelstiltskin" not in str(everything) and "Berlin" not in str(everything)


def test_the_letter_is_kept_in_the_event_as_it_was_sent():
	case = complaint_in(stage.COMMUNICATED)
	event = frappe.get_all(
		"Complaint Event", {"complaint": case, "event": stage.COMMUNICATED}, pluck="details"
	)[0]
	values = frappe.parse_json(event)["values"]
	assert values["communication_text"] == "We are sorry and send a new parcel."
