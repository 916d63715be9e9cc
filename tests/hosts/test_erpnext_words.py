"""ERPNext's own words on a complaint: links made beside it, filled from what may be read, figures by them."""

import frappe
import pytest
from factories import acting_as, make_complaint, make_user, unique, user_of
from host_things import company, make_customer, make_invoice, make_item, make_order
from money_things import about, clerk, make_employee
from over_http import assert_refused

from iso10002 import roles
from iso10002.analytics.report import FigureReport
from iso10002.handling.errors import ClockRuleError
from iso10002.integrations import hosts
from iso10002.integrations.erpnext import fields, setup, volume
from iso10002.integrations.erpnext.errors import HolidayError
from iso10002.integrations.erpnext.holidays import take_holidays

pytestmark = pytest.mark.hosts

TAKE = "/api/method/iso10002.integrations.erpnext.holidays.take_holidays"


def test_the_links_are_there_and_leave_the_access_rule_alone():
	for field in fields.FIELDS["Complaint"]:
		df = frappe.get_meta("Complaint").get_field(field["fieldname"])
		assert df.ignore_user_permissions and not df.in_global_search, field["fieldname"]
	user = make_user(roles.HANDLER, email=f"{unique('limited')}@example.com".lower()).name
	seen = make_complaint(company=company()).name
	with acting_as(user):
		assert frappe.get_list("Complaint", {"name": seen})
	values = {"user": user, "allow": "Company", "for_value": _other_company(), "apply_to_all_doctypes": 1}
	frappe.get_doc({"doctype": "User Permission", **values}).insert()
	with acting_as(user):
		assert frappe.get_list("Complaint", {"name": seen})


def test_a_reference_says_company_territory_customer_group_and_item_to_whoever_may_read_it():
	customer, item = make_customer(), make_item(is_stock_item=0)
	invoice = make_invoice(customer.name, item.name)
	case = make_complaint(as_user=clerk(), **about(invoice))
	assert (case.company, case.territory, case.customer_type, case.item, case.product_or_service) == (
		invoice.company,
		customer.territory,
		customer.customer_group,
		item.name,
		item.item_name,
	)
	blind = make_complaint(as_user=user_of("intake"), **about(invoice))
	assert not any(blind.get(field) for field in ("territory", "customer_type", "item"))


def test_the_company_of_the_reference_counts_before_the_default_one():
	other = _other_company()
	order = make_order(make_customer().name, make_item(is_stock_item=0).name)
	frappe.db.set_value("Sales Order", order.name, "company", other)
	assert make_complaint(as_user=clerk(), **about(order)).company == other


def test_what_a_person_entered_is_not_written_over():
	invoice = make_invoice(make_customer().name, make_item(is_stock_item=0).name)
	case = make_complaint(
		as_user=clerk(), customer_type="Wholesale", product_or_service="Kettle", **about(invoice)
	)
	assert (case.customer_type, case.product_or_service) == ("Wholesale", "Kettle")


def test_a_department_is_the_unit_complained_about():
	department = frappe.get_all("Department", {"is_group": 0, "company": company()}, limit=1, pluck="name")[0]
	case = make_complaint(department=department)
	assert case.unit_concerned == frappe.db.get_value("Department", department, "department_name")


def test_a_renamed_item_is_followed_and_a_deleted_one_is_let_go_without_a_word_of_the_case(http, fresh):
	item = make_item(is_stock_item=0).name
	case = make_complaint(item=item).name
	frappe.rename_doc("Item", item, item + "-NEW")
	assert frappe.db.get_value("Complaint", case, "item") == item + "-NEW"
	stock = make_user("Stock Manager", "Item Manager", email="test-stock@example.com").name
	answer = http(stock).delete(f"/api/resource/Item/{item}-NEW")
	assert answer.ok and case not in answer.text, answer.text[:500]
	fresh()
	assert frappe.db.get_value("Complaint", case, "item") is None
	frappe.get_doc("Complaint", case).save()
	assert frappe.db.exists("Complaint Event", {"complaint": case, "event": "Reference Removed"})


def test_what_does_not_exist_is_refused_over_http(http):
	answer = http(user_of("intake")).post(
		"/api/resource/Complaint",
		json={"channel": "Phone", "description": "Late.", "company": "No such company"},
	)
	assert_refused(answer, "Choose a record that exists")


@pytest.mark.parametrize("name", ["company", "territory", "item", "customer_group"])
def test_figures_by_the_words_of_erpnext(name):
	customer, item = make_customer(), make_item(is_stock_item=0)
	case = make_complaint(as_user=clerk(), **about(make_invoice(customer.name, item.name)))
	value = case.customer_type if name == "customer_group" else case.get(name)
	assert value
	with acting_as(user_of("manager")):
		found = FigureReport({}).figures(["received"], [name])
		assert found.value("received", (value,)) >= 1
		only = FigureReport({name: value}).figures(["received"])
		assert only.value("received") == found.value("received", (value,))


def test_orders_are_counted_as_far_as_a_filter_picks_them():
	today, customer, item = frappe.utils.getdate(), make_customer(), make_item().name
	before = volume.orders(today, today)
	make_order(customer.name, item)  # a draft is no order
	make_order(customer.name, item).submit()
	assert volume.orders(today, today) == before + 1
	assert volume.orders(today, today, {"company": company(), "territory": customer.territory}) >= 1
	assert volume.orders(today, today, {"company": "Another"}) == 0
	assert volume.orders(today, today, {"item": item}) == 0
	assert volume.orders(today, today, {"severity": "Minor"}) == before + 1


def test_an_edited_field_stays_as_it_is_and_all_go_with_erpnext():
	name = frappe.db.get_value("Custom Field", {"dt": "Complaint", "fieldname": "territory"})
	frappe.db.set_value("Custom Field", name, "label", "Sales area")
	fields.make()
	assert frappe.db.get_value("Custom Field", name, "label") == "Sales area"
	own = frappe.get_doc(
		{
			"doctype": "Custom Field",
			"dt": "Complaint",
			"fieldname": "own_word",
			"fieldtype": "Data",
			"label": "Own",
		}
	).insert()
	try:
		setup.remove()
		for doctype, found in fields.FIELDS.items():
			for field in found:
				assert not frappe.get_meta(doctype).has_field(field["fieldname"])
		assert frappe.get_meta("Complaint").has_field("own_word")
		make_complaint()
	finally:
		frappe.delete_doc("Custom Field", own.name)
		setup.install()
		frappe.db.commit()
	assert frappe.get_meta("Complaint").has_field("company")


# People and clocks


def test_the_superior_and_the_staff_of_somebody_complained_about_are_no_officers():
	from factories import make_party

	from iso10002.handling.errors import IndependenceError

	boss, middle, staff, other = (
		make_user(roles.HANDLER, email=f"{unique(name)}@example.com".lower()).name
		for name in ("boss", "middle", "staff", "other")
	)
	top = make_employee(boss)
	concerned = make_employee(middle, reports_to=top.name)
	make_employee(staff, reports_to=concerned.name)
	make_employee(other)
	case = make_complaint().name
	make_party(
		case,
		role="Person complained about",
		linked_doctype="Employee",
		linked_name=concerned.name,
		full_name="M",
	)
	for user in (boss, middle, staff):
		doc = frappe.get_doc("Complaint", case)
		doc.handler = user
		with pytest.raises(IndependenceError):
			doc.save()
	doc = frappe.get_doc("Complaint", case)
	doc.handler = other
	doc.save()


def holiday_list(start: str, end: str, *days: tuple[str, str, int]) -> str:
	rows = [{"holiday_date": day, "description": text, "weekly_off": off} for day, text, off in days]
	values = {"holiday_list_name": unique("Holidays"), "from_date": start, "to_date": end, "holidays": rows}
	return frappe.get_doc({"doctype": "Holiday List", **values}).insert().name


def calendar(**overrides):
	hours = [
		{"weekday": day, "from_time": "09:00", "to_time": "17:00"}
		for day in ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday")
	]
	values = {"calendar_name": unique("Calendar"), "time_zone": "Europe/Berlin", "hours": hours, **overrides}
	return frappe.get_doc({"doctype": "Complaint Calendar", **values}).insert()


def test_a_calendar_takes_the_holidays_of_a_list_and_leaves_out_days_off_it_has_anyway():
	name = holiday_list(
		"2027-01-01",
		"2027-12-31",
		("2027-01-01", "<b>New Year</b>", 0),
		("2027-01-03", "Sunday", 1),
		("2027-03-01", "Monday off", 1),
	)
	doc = calendar(holiday_list=name)
	with acting_as(user_of("manager")), pytest.raises(frappe.PermissionError):
		take_holidays(doc.name)  # no right on Holiday Lists
	taken = take_holidays(doc.name)
	assert taken == {"holidays": 2, "valid_from": "2027-01-01", "valid_to": "2027-12-31"}
	doc.reload()
	assert [(str(row.day), row.description) for row in doc.holidays] == [
		("2027-01-01", "New Year"),
		("2027-03-01", "Monday off"),
	]
	next_year = holiday_list("2028-01-01", "2028-12-31", ("2028-01-01", "New Year", 0))
	assert take_holidays(doc.name, next_year)["valid_to"] == "2028-12-31"
	doc.reload()
	assert len(doc.holidays) == 3 and str(doc.valid_from) == "2027-01-01"
	assert take_holidays(doc.name, next_year)["holidays"] == 1  # twice is the same
	assert len(frappe.get_doc("Complaint Calendar", doc.name).holidays) == 3


def test_days_nobody_knows_are_not_passed_over():
	doc = calendar(valid_from="2026-01-01", valid_to="2026-06-30")
	late = holiday_list("2027-01-01", "2027-12-31", ("2027-01-01", "New Year", 0))
	with pytest.raises(HolidayError, match="the days between are unknown"):
		take_holidays(doc.name, late)
	with pytest.raises(HolidayError, match="choose one"):
		take_holidays(doc.name, "No such list")


def test_holidays_are_taken_by_those_who_keep_calendars(http):
	name = holiday_list("2027-01-01", "2027-12-31", ("2027-01-01", "New Year", 0))
	doc = calendar(holiday_list=name)
	frappe.db.commit()
	assert_refused(http(clerk()).post(TAKE, json={"calendar": doc.name}), status=403)
	manager = make_user(roles.MANAGER, "HR Manager", email="test-manager-hr@example.com").name
	answer = http(manager).post(TAKE, json={"calendar": doc.name})
	assert answer.ok, answer.text[:500]


def test_a_clock_rule_looks_at_the_company():
	from clock_things import a_clock, make_rule

	rule = make_rule(a_clock(), conditions=[{"field": "company", "operator": "=", "value": company()}])
	assert rule.conditions[0].field == "company"
	with pytest.raises(ClockRuleError, match="is no value of"):
		make_rule(a_clock(), conditions=[{"field": "company", "operator": "=", "value": "No such company"}])


def test_service_levels_of_both_hosts_are_left_alone():
	def all_of_them() -> str:
		found = {}
		for doctype in ("Service Level Agreement", "HD Service Level Agreement", "HD Ticket Priority"):
			found[doctype] = [
				frappe.get_doc(doctype, name).as_dict(no_nulls=True)
				for name in frappe.get_all(doctype, pluck="name")
			]
		for doctype in ("Custom Field", "Property Setter"):
			field = "dt" if doctype == "Custom Field" else "doc_type"
			names = ("Issue", "HD Ticket", *found)
			found[doctype] = frappe.get_all(doctype, {field: ("in", names)}, pluck="name", order_by="name")
		return frappe.as_json(found)

	before = all_of_them()
	hosts.disconnect()
	hosts.connect()
	frappe.db.commit()  # fields that go and come commit half of it
	assert all_of_them() == before
	ours = frappe.get_hooks("doc_events", app_name="iso10002")
	assert not {"Service Level Agreement", "HD Service Level Agreement"} & set(ours)


def _other_company() -> str:
	name = unique("Company")
	values = {"company_name": name, "abbr": name[-6:], "default_currency": "EUR", "country": "Germany"}
	return frappe.get_doc({"doctype": "Company", **values}).insert().name
