"""Updating, uninstalling and installing again. Runs last: it takes the app off the site and puts it back."""

import importlib
import os
import subprocess
import sys

import frappe
import pytest

import iso10002
from iso10002.roles import ALL_ROLES
from iso10002.setup.workflow import WORKFLOW

KEPT = (
	"Complaint Category",
	"Complaint Cause",
	"Complaint Channel",
	"Complaint Remedy Type",
	"Complaint Priority Rule",
	"Complaint Clock Rule",
	"Complaint Calendar",
	"Email Template",
	"Role",
	"Workflow",
	"Workflow Document State",
	"Workflow Transition",
	"Workflow State",
	"Workflow Action Master",
)


def bench(*arguments: str) -> str:
	"""Run the bench command line for the test site, as an admin does."""
	frappe.db.commit()
	done = subprocess.run(
		[
			sys.executable,
			"-m",
			"frappe.utils.bench_helper",
			"frappe",
			"--site",
			os.environ["ISO10002_SITE"],
			*arguments,
		],
		cwd=os.environ["ISO10002_SITES"],
		capture_output=True,
		text=True,
		timeout=400,
	)
	assert done.returncode == 0, (done.stdout + done.stderr)[-3000:]
	frappe.db.rollback()
	frappe.clear_cache()
	if hasattr(frappe.local, "doc_events_hooks"):
		del frappe.local.doc_events_hooks  # of the apps there were before; a request has none yet
	return done.stdout


def kept() -> dict[str, list]:
	"""Return all rows of what belongs to the admin, as they are stored."""
	rows = {doctype: frappe.get_all(doctype, fields=["*"], order_by="name") for doctype in KEPT}
	rows["ISO10002 Settings"] = frappe.get_doc("ISO10002 Settings").as_dict()
	return rows


def test_every_line_of_the_patches_resolves():
	path = os.path.join(os.path.dirname(iso10002.__file__), "patches.txt")
	with open(path) as file:
		lines = [line.strip() for line in file if line.strip() and line[0] not in "[#"]
	for line in lines:
		assert callable(importlib.import_module(line.split()[0]).execute), line


def test_updating_twice_changes_nothing_the_admin_edited_or_deleted():
	frappe.db.set_value("Complaint Category", "Price", "description", "Ours")
	frappe.delete_doc("Complaint Channel", "Chat", force=True)
	frappe.db.set_value("Role", "Complaint Auditor", "home_page", "/app/complaint")
	frappe.db.set_value("Email Template", "Complaint: Closing", "subject", "Ours")
	workflow = frappe.get_doc("Workflow", WORKFLOW)
	workflow.transitions[0].allowed = "Complaint Manager"
	workflow.save()
	settings = frappe.get_doc("ISO10002 Settings")
	settings.priority_matrix[0].priority = "Urgent"
	settings.save()
	before = kept()
	bench("migrate")
	assert kept() == before
	bench("migrate")
	assert kept() == before


def left_behind() -> dict[str, list]:
	"""Return every record on the site that speaks of the app."""
	found = {
		"DocType": frappe.get_all("DocType", {"module": "ISO10002"}, pluck="name"),
		"Module Def": frappe.get_all("Module Def", {"app_name": "iso10002"}, pluck="name"),
		"Role": frappe.get_all("Role", {"name": ["in", ALL_ROLES]}, pluck="name"),
		"Has Role": frappe.get_all("Has Role", {"role": ["in", ALL_ROLES]}, pluck="name"),
		"Custom DocPerm": frappe.get_all("Custom DocPerm", {"role": ["in", ALL_ROLES]}, pluck="name"),
		"Workflow": frappe.get_all("Workflow", {"document_type": ["like", "Complaint%"]}, pluck="name"),
		"Email Template": frappe.get_all("Email Template", {"name": ["like", "Complaint:%"]}, pluck="name"),
		"Custom Field": frappe.get_all("Custom Field", {"fieldname": ["like", "iso10002%"]}, pluck="name"),
		"Property Setter": frappe.get_all(
			"Property Setter", {"doc_type": ["like", "Complaint%"]}, pluck="name"
		),
		"Scheduled Job Type": frappe.get_all(
			"Scheduled Job Type", {"method": ["like", "iso10002%"]}, pluck="name"
		),
		"tables": [name for name in frappe.db.get_tables(cached=False) if name.startswith("tabComplaint")],
	}
	for doctype in ("Workspace", "Number Card", "Dashboard Chart", "Print Format", "Report", "Notification"):
		found[doctype] = frappe.get_all(doctype, {"module": "ISO10002"}, pluck="name")
	found["Desktop Icon"] = frappe.get_all("Desktop Icon", {"app": "iso10002"}, pluck="name")
	if frappe.db.exists("DocType", "Workspace Sidebar"):  # Frappe 16
		found["Workspace Sidebar"] = frappe.get_all("Workspace Sidebar", {"title": ["like", "ISO 10002%"]})
	counter = frappe.qb.DocType("Series")
	found["Series"] = frappe.qb.from_(counter).select(counter.name).where(counter.name.like("CMP-%")).run()
	return {where: names for where, names in found.items() if names}


@pytest.fixture
def put_back():
	yield
	if "iso10002" not in frappe.get_installed_apps():
		bench("install-app", "iso10002")


def before_the_wizard() -> None:
	"""Make the site what it is between `new-site` and the setup wizard."""
	settings = frappe.get_doc("System Settings")
	settings.update({"setup_complete": 0, "language": "en", "country": None, "currency": None})
	settings.time_zone = "Asia/Kolkata"
	settings.flags.ignore_mandatory = True
	settings.save()
	for key in ("country", "currency"):
		frappe.db.set_default(key, None)
	wizard_is_to_come()


def wizard_is_to_come() -> None:
	if frappe.get_meta("Installed Application").has_field("is_setup_complete"):
		frappe.db.set_value("Installed Application", {"app_name": "frappe"}, "is_setup_complete", 0)
	frappe.db.commit()
	frappe.clear_cache()


def finish_the_wizard() -> None:
	from frappe.desk.page.setup_wizard.setup_wizard import setup_complete

	wizard_is_to_come()  # where there are users, Frappe 16 takes it for done when an app is installed
	person = {"email": "admin@example.com", "full_name": "Site Administrator", "password": "admin"}
	place = {"country": "Germany", "timezone": "Europe/Berlin", "currency": "EUR", "language": "English"}
	setup_complete({**person, **place, "enable_telemetry": 0})
	frappe.db.commit()
	frappe.clear_cache()


def make_case() -> str:
	values = {"doctype": "Complaint", "channel": "Phone", "description": "Again"}
	return frappe.get_doc(values).insert()


def test_uninstalling_leaves_nothing_and_installing_again_brings_all_back(put_back):
	states = set(frappe.get_all("Workflow State", pluck="name"))
	bench("uninstall-app", "iso10002", "--yes", "--no-backup")
	assert left_behind() == {}
	assert "Rejected" in set(frappe.get_all("Workflow State", pluck="name")), (
		"a state of Frappe's own is gone"
	)
	before_the_wizard()  # both ways at once: on a site with data, and before the wizard
	bench("install-app", "iso10002")
	assert set(frappe.get_all("Workflow State", pluck="name")) >= states
	assert set(ALL_ROLES) <= set(frappe.get_all("Role", pluck="name"))
	assert frappe.db.get_value("Workflow", WORKFLOW, "is_active") == 1
	assert frappe.db.count("Complaint Category") > 40 and frappe.db.exists("Complaint Channel", "Chat")
	case = make_case()
	assert case.name.endswith("-00001") and case.workflow_state
	finish_the_wizard()
	assert frappe.db.get_single_value("System Settings", "country") == "Germany"
	assert make_case().name.endswith("-00002")
