"""Tests on a real site: document API, HTTP and browser. `sandbox/test` starts the site and sets the environment.

Each test begins as Administrator and ends with a rollback. What HTTP or a browser should see has to be committed by
the test, and what they wrote is seen after `fresh()`."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Callable, Iterator
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest
import requests

# pytest-xdist calls its processes gw0, gw1, ...: each works on a site of its own
if number := os.environ.get("PYTEST_XDIST_WORKER", "").removeprefix("gw"):
	os.environ.update(json.loads(os.environ["ISO10002_PLACES"])[int(number)])

try:
	import frappe
	from frappe.cache_manager import clear_doctype_map
except ImportError:
	frappe = None

ROOT = Path(__file__).resolve().parents[1]
SITES, SITE, URL = (os.environ.get(f"ISO10002_{name}", "") for name in ("SITES", "SITE", "URL"))
PASSWORD = "test-password-Gr8!"
UNSAFE = {"POST", "PUT", "PATCH", "DELETE"}


def pytest_addoption(parser: pytest.Parser) -> None:
	parser.addoption(
		"--demo-cases", type=int, default=250, help="demo cases the figures are compared on (all: 6000)"
	)


def pytest_configure(config: pytest.Config) -> None:
	if frappe is None or not (SITES and SITE and URL):
		raise pytest.UsageError("These tests need a site. Run them with: sandbox/test [pytest arguments]")
	# Frappe 16 opens ../logs/cssutils.log when this is imported: in the sites directory, as its own processes do
	before = os.getcwd()
	os.chdir(SITES)
	import_module("frappe.utils.pdf")
	os.chdir(before)


def pytest_terminal_summary(terminalreporter: Any) -> None:
	if failed := os.environ.get("ISO10002_CHECKS_FAILED"):
		terminalreporter.section("checks before the tests")
		terminalreporter.line(f"FAILED: {failed} (see above)", red=True)


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
	"""Leave out what needs ERPNext and Helpdesk where the site has not both."""
	needing = [item for item in items if item.get_closest_marker("hosts")]
	if needing and not _has_hosts():
		config.hook.pytest_deselected(items=needing)
		items[:] = [item for item in items if item not in needing]


def _has_hosts() -> bool:
	from iso10002.integrations.hosts import HOSTS, installed

	before = os.getcwd()
	os.chdir(SITES)
	frappe.init(SITE, sites_path=SITES)
	frappe.connect()
	try:
		return all(map(installed, HOSTS))
	finally:
		frappe.destroy()
		os.chdir(before)


# The site


@pytest.fixture(scope="session", autouse=True)
def site() -> Iterator[str]:
	"""Connected to the site, in the sites directory as Frappe expects."""
	before = os.getcwd()
	os.chdir(SITES)
	frappe.init(SITE, sites_path=SITES)
	frappe.connect()
	frappe.conf.throttle_user_limit = 100_000  # tests make more users in an hour than Frappe allows
	yield SITE
	frappe.destroy()
	os.chdir(before)


@pytest.fixture(scope="session", autouse=True)
def people(site: str) -> None:
	"""The standing user of each kind of work, made once for the whole run."""
	from factories import ROLE_OF, user_of

	for kind in ROLE_OF:
		user_of(kind)
	frappe.db.commit()


@pytest.fixture(autouse=True)
def clean(site: str) -> Iterator[None]:
	"""Each test as Administrator, on a fresh view of the database; nothing it did not commit remains."""
	_reset()
	yield
	_reset()


def _reset() -> None:
	frappe.db.rollback()
	if frappe.session.user != "Administrator":
		frappe.set_user("Administrator")
	frappe.local.message_log = []
	frappe.local.error_log = []
	frappe.local.role_permissions = {}
	frappe.local.document_cache = {}
	if hasattr(frappe.local, "request"):
		del frappe.local.request  # left by what made a page in this process
	frappe.flags.in_test = False
	# a document cached while the test had changed it, a rule that was rolled back
	frappe.cache.delete_keys("document_cache::")
	for doctype in ("Complaint", "Note"):
		clear_doctype_map("Assignment Rule", doctype)


@pytest.fixture
def fresh() -> Callable[[], None]:
	"""fresh(): commit, and see what others (HTTP, worker) have written since."""

	def see() -> None:
		frappe.db.commit()
		frappe.local.document_cache = {}

	return see


# HTTP


@pytest.fixture(scope="session")
def url() -> str:
	return URL


class Http(requests.Session):
	"""A session with the site's address in front of paths, the CSRF token, and errors a person can read."""

	def __init__(self, user: str = "Guest"):
		super().__init__()
		self.user = user
		self.token: str | None = None
		self.headers["Accept"] = "application/json"

	def login(self, password: str) -> None:
		answer = self.post("/api/method/login", data={"usr": self.user, "pwd": password})
		assert answer.ok, f"{self.user} cannot log in: {answer.status_code} {answer.text[:300]}"
		# the desk makes the token; without one, Frappe would not check it
		page = self.get("/app", headers={"Accept": "text/html"})
		found = re.search(r"csrf_token\s*=\s*[\"']([^\"']+)", page.text)
		self.token = found[1] if found and found[1] != "None" else None

	def logged_in(self) -> bool:
		answer = self.get("/api/method/frappe.auth.get_logged_user")
		return answer.ok and answer.json().get("message") == self.user

	def request(self, method: str, url: str, **more: Any) -> requests.Response:
		if url.startswith("/"):
			url = URL + url
		if self.token and method.upper() in UNSAFE:
			more["headers"] = {"X-Frappe-CSRF-Token": self.token, **(more.get("headers") or {})}
		more.setdefault("timeout", 60)
		return super().request(method, url, **more)

	def call(self, method: str, http: str = "POST", **arguments: Any) -> Any:
		"""Call a whitelisted function; its answer, or an assertion with the server's words."""
		where = {"json": arguments} if http == "POST" else {"params": arguments}
		answer = self.request(http, f"/api/method/{method}", **where)
		assert answer.ok, f"{method}: {answer.status_code} {answer.text[:2000]}"
		return answer.json().get("message")


@pytest.fixture(scope="session")
def _sessions() -> dict[str, Http]:
	return {}


@pytest.fixture
def http(site: str, _sessions: dict[str, Http]) -> Callable[..., Http]:
	"""http(user): a requests session logged in as that user, kept for the whole run; http() is a visitor.

	Commits. Without a password, the user gets a new one that the tests know (Administrator has to have its own)."""

	def connect(user: str = "Guest", password: str | None = None) -> Http:
		frappe.db.commit()
		if user == "Guest":
			return Http()
		if user in _sessions and _sessions[user].logged_in():
			return _sessions[user]
		if password is None and user == "Administrator":
			password = os.environ.get("ISO10002_ADMIN_PASSWORD", "admin")
		elif password is None:
			from frappe.utils.password import update_password

			password = PASSWORD
			update_password(user, password)
			frappe.db.commit()
		session = Http(user)
		session.login(password)
		_sessions[user] = session
		return session

	return connect


@pytest.fixture(scope="module")
def _hidden_case() -> dict:
	"""What the hidden case of a file's tests is made of; filled by `hidden`."""
	return {}


@pytest.fixture
def hidden(http: Callable[..., Http], _hidden_case: dict) -> dict:
	"""A case hidden from its intake clerk and handlers, with rows of Frappe about it (see hidden_case.py)."""
	from hidden_case import hidden_case, with_rows

	return with_rows(hidden_case(http, _hidden_case))


@pytest.fixture
def portal_settings(site: str) -> Iterator[Callable[..., None]]:
	"""portal_settings(open=0): other settings of the complainant's pages, as long as the test runs."""
	before: dict[str, Any] = {}

	def change(**values: Any) -> None:
		settings = frappe.get_doc("Complaint Portal Settings")
		for field in values:
			before.setdefault(field, settings.get(field))
		settings.update(values)
		settings.save()
		frappe.db.commit()

	yield change
	if before:
		frappe.db.rollback()
		frappe.set_user("Administrator")
		change(**before)


@pytest.fixture
def employees(site: str) -> Iterator[None]:
	"""DocType Employee: ERPNext's, or one with its field names for the time of a test."""
	if frappe.db.exists("DocType", "Employee"):
		yield
		return
	fields = [
		{"fieldname": "user_id", "fieldtype": "Link", "options": "User", "label": "User"},
		{"fieldname": "reports_to", "fieldtype": "Link", "options": "Employee", "label": "Reports to"},
		{"fieldname": "company_email", "fieldtype": "Data", "label": "Company Email"},
	]
	frappe.get_doc(
		{
			"doctype": "DocType",
			"name": "Employee",
			"module": "Custom",
			"custom": 1,
			"autoname": "hash",
			"fields": fields,
			"permissions": [{"role": "System Manager", "read": 1}],
		}
	).insert()
	yield
	frappe.db.rollback()
	frappe.delete_doc("DocType", "Employee", force=True)
	frappe.db.commit()


# Browser


@pytest.fixture(scope="session")
def browser() -> Iterator[Any]:
	"""Debian's chromium, without a screen."""
	from playwright.sync_api import sync_playwright

	flags = ["--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking"]
	flags += ["--disable-component-update", "--disable-sync"]
	if os.geteuid() == 0:
		flags.append("--no-sandbox")
	path = os.environ.get("ISO10002_CHROMIUM", "/usr/bin/chromium-headless-shell")
	with sync_playwright() as playwright:
		chromium = playwright.chromium.launch(executable_path=path, headless=True, args=flags)
		yield chromium
		chromium.close()


@pytest.fixture(scope="session")
def _contexts(browser: Any) -> Iterator[dict[Any, Any]]:
	"""One context of the browser for each user: what the desk loads is loaded once and not for every test."""
	contexts: dict[Any, Any] = {}
	yield contexts
	for context in contexts.values():
		context.close()


@pytest.fixture
def desk(browser: Any, _contexts: dict[Any, Any], http: Callable[..., Http]) -> Iterator[Callable[..., Any]]:
	"""desk(user, viewport=(1280, 800)): a page logged in as that user; desk("Guest") is a visitor's."""
	pages, visits = [], []

	def open_page(user: str = "Administrator", viewport: tuple[int, int] = (1280, 800), **more: Any) -> Any:
		width, height = viewport
		context = None if user == "Guest" else _contexts.get((user, repr(more)))
		if not context:
			context = browser.new_context(base_url=URL, **more)
			if user == "Guest":
				visits.append(context)
			else:
				_contexts[user, repr(more)] = context
		if user != "Guest":
			cookies = http(user).cookies
			context.add_cookies([{"name": c.name, "value": c.value or "", "url": URL} for c in cookies])
		page = context.new_page()
		page.set_viewport_size({"width": width, "height": height})
		page.set_default_timeout(30_000)
		pages.append(page)
		return page

	yield open_page
	for page in pages:
		if not page.is_closed() and page.url.startswith(URL):
			page.evaluate("localStorage.clear()")
		page.close()
	for context in visits:
		context.close()


@pytest.fixture(scope="session")
def screenshots() -> Path:
	"""Where pictures of pages go."""
	directory = Path(os.environ.get("ISO10002_SCREENSHOTS") or ROOT / "screenshots")
	directory.mkdir(parents=True, exist_ok=True)
	return directory
