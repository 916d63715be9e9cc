"""Apps this one is extended by where they are on the site: recognised at run time, required nowhere.

What knows an app is in `integrations/<app>/` alone and is imported late. Its module `setup` has `install()`, which puts on the
site what only makes sense beside that app and leaves alone what is there, and `remove()`, which takes it away again.
"""

from importlib import import_module
from types import ModuleType

import frappe

from iso10002.handling.references import keep_app_in_words

# Each app with the DocTypes without which there is nothing to connect to.
NEEDED = {
	"erpnext": (
		"Company",
		"Customer",
		"Delivery Note",
		"Issue",
		"Item",
		"Sales Invoice",
		"Sales Order",
		"Warranty Claim",
	),
	"helpdesk": ("HD Customer", "HD Form Script", "HD Team", "HD Ticket", "HD Ticket Status"),
}
HOSTS = tuple(NEEDED)


def installed(host: str) -> bool:
	"""Whether an app of HOSTS is on the site with the tables of its DocTypes; a half-installed one is not."""
	if host not in frappe.get_installed_apps():
		return False
	tables = set(frappe.db.get_tables())
	return all(f"tab{doctype}" in tables for doctype in NEEDED[host])


def active(host: str) -> bool:
	"""Whether an app of HOSTS is on the site and switched on in ISO10002 Settings."""
	return installed(host) and bool(frappe.get_cached_doc("ISO10002 Settings").get(f"use_{host}"))


def tell_desk(bootinfo: frappe._dict) -> None:
	"""Tell the desk which hosts there are, so that it offers nothing the server refuses (hook `extend_bootinfo`)."""
	bootinfo.iso10002_hosts = [host for host in HOSTS if active(host)]


def arrived(app: str) -> None:
	"""Connect to an app that has just been installed (hook `after_app_install`)."""
	if app in HOSTS and installed(app):
		_setup(app).install()


def leaving(app: str) -> None:
	"""Take away what only made sense beside an app, while its DocTypes are there (hook `before_app_uninstall`)."""
	if app != "iso10002":
		keep_app_in_words(app)
	if app in HOSTS and installed(app):
		_setup(app).remove()


def connect() -> None:
	"""Connect to all hosts on the site (at our own installation, and hook `after_migrate`)."""
	for host in HOSTS:
		arrived(host)


def disconnect() -> None:
	"""Take away what was put on the site beside its hosts; at our own uninstallation."""
	for host in filter(installed, HOSTS):
		_setup(host).remove()


def _setup(host: str) -> ModuleType:
	return import_module(f"iso10002.integrations.{host}.setup")
