"""Without ERPNext nothing of it is on the site, and what is asked of it is refused in words."""

import frappe
import pytest
from factories import acting_as, complaint_in, user_of
from over_http import assert_refused

from iso10002.handling import stages as stage
from iso10002.handling.errors import StageError
from iso10002.integrations import hosts
from iso10002.integrations.erpnext import fields, holidays, money, quality, readback, volume
from iso10002.integrations.erpnext.errors import HolidayError, QualityError, RemedyDocumentError


@pytest.fixture(autouse=True)
def absent():
	if hosts.installed("erpnext"):
		pytest.skip("this site has ERPNext")


@pytest.fixture
def accepted() -> tuple[str, str]:
	case = complaint_in(stage.ASSESSED)
	doc = frappe.get_doc("Complaint", case)
	doc.append("remedies", {"remedy_type": "Refund", "progress": "Accepted", "value": 20, "currency": "EUR"})
	doc.save()
	return case, doc.remedies[0].name


def test_no_field_of_it_is_on_the_site():
	for doctype, found in fields.FIELDS.items():
		for field in found:
			assert not frappe.get_meta(doctype).has_field(field["fieldname"]), (doctype, field["fieldname"])


def test_nothing_is_offered_and_nothing_made(accepted):
	case, row = accepted
	with acting_as(user_of("handler")):
		assert money.offers(case) == []
		with pytest.raises(RemedyDocumentError, match="ERPNext is not on this site"):
			money.make_document(case, row)
		with pytest.raises(RemedyDocumentError, match="ERPNext is not on this site"):
			money.proposal(case, row)


def test_holidays_of_it_are_refused_and_there_are_no_orders():
	calendar = frappe.get_all("Complaint Calendar", limit=1, pluck="name")
	if not calendar:
		values = {"calendar_name": "Absent", "time_zone": "Europe/Berlin"}
		hours = [{"weekday": "Monday", "from_time": "09:00", "to_time": "17:00"}]
		doc = frappe.get_doc({"doctype": "Complaint Calendar", **values, "hours": hours})
		calendar = [doc.insert().name]
	with pytest.raises(HolidayError, match="ERPNext is not on this site"):
		holidays.take_holidays(calendar[0])
	assert volume.orders("2020-01-01", "2099-12-31") == 0


def test_no_record_of_quality_management_is_made():
	with pytest.raises(QualityError, match="ERPNext is not on this site"):
		quality.make_record("IMP-1", "Non Conformance")
	with pytest.raises(QualityError, match="ERPNext is not on this site"):
		quality.make_record_of_cause("CMP-1", "Non Conformance", user_of("handler"), "2030-01-01")
	quality.untie_all()


def test_a_round_of_reading_back_finds_nothing():
	readback.catch_up()
	assert readback.remedies_with("Sales Invoice", "x") == []


def test_a_link_to_a_document_cannot_be_written_by_hand(accepted):
	case, _row = accepted
	for values in ({"document_name": "Guest", "document_type": "User"}, {"document_state": "Done"}):
		doc = frappe.get_doc("Complaint", case)
		doc.remedies[0].update(values)
		with pytest.raises(StageError, match="kept by the system"):
			doc.save()
	with acting_as(user_of("intake")), pytest.raises(StageError, match="kept by the system"):
		frappe.get_doc(
			{
				"doctype": "Complaint",
				"channel": "Phone",
				"description": "The parcel arrived open.",
				"remedies": [{"remedy_type": "Refund", "document_type": "User", "document_name": "Guest"}],
			}
		).insert()


def test_over_http_it_is_refused_in_words(accepted, http):
	case, row = accepted
	answer = http(user_of("handler")).post(
		"/api/method/iso10002.integrations.erpnext.money.make_document",
		json={"complaint": case, "remedy": row},
	)
	assert_refused(answer, "ERPNext is not on this site", status=417)
