"""Without ERPNext and Helpdesk: nothing is taken for one of them, and everything works."""

import ast
from pathlib import Path

import frappe
import pytest

import iso10002
from iso10002.integrations import hosts

APP = Path(iso10002.__file__).parent


def absent(host: str) -> None:
	if hosts.installed(host):
		pytest.skip(f"this site has {host}")


@pytest.mark.parametrize("host", hosts.HOSTS)
def test_an_absent_host_is_neither_installed_nor_active(host):
	absent(host)
	assert not hosts.installed(host)
	assert not hosts.active(host)


@pytest.mark.parametrize("host", hosts.HOSTS)
def test_a_host_without_its_tables_counts_as_absent(host):
	absent(host)
	installed = frappe.get_installed_apps()
	frappe.db.set_global("installed_apps", frappe.as_json([*installed, host]))
	frappe.local.flags.pop("installed_apps", None)
	try:
		assert not hosts.installed(host)
		hosts.arrived(host)  # connects to nothing, and says so by doing nothing
		hosts.leaving(host)
	finally:
		frappe.db.rollback()
		frappe.clear_cache()
	assert host not in frappe.get_installed_apps()


def test_other_apps_arrive_and_leave_without_notice():
	hosts.arrived("payments")
	hosts.leaving("payments")
	hosts.connect()
	hosts.disconnect()
	hosts.connect()
	frappe.db.commit()  # on a site with hosts, fields that go and come commit half of it


def test_both_switches_are_on_where_nobody_touched_them():
	settings = frappe.get_doc("ISO10002 Settings")
	assert settings.use_erpnext == settings.use_helpdesk == 1


def test_nothing_imports_a_host_and_nothing_outside_integrations_names_its_code():
	for path in APP.rglob("*.py"):
		for node in ast.walk(ast.parse(path.read_text())):
			names = []
			if isinstance(node, ast.Import):
				names = [alias.name for alias in node.names]
			elif isinstance(node, ast.ImportFrom):
				names = [node.module or ""]
			for name in names:
				assert name.split(".")[0] not in hosts.HOSTS, f"{path} imports {name}"
