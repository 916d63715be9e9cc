"""What the complainant's pages cost: the form, handing it in, the status page. Part of benchmark.py."""

from __future__ import annotations

import re
import uuid

import frappe
from benchmark_tools import Report, complaint, counting, medians
from werkzeug.test import EnvironBuilder
from werkzeug.wrappers import Request

MOST_BYTES = 100_000
MOST_TIMES_AGENT = 2.0
MOST_STATEMENTS_OF_STATUS = 10
# What makes a browser ask for more: a source elsewhere than in the page itself.
LOADED = re.compile(r"<(?:script|img|link|iframe)[^>]*(?:src|href)=[\"'](?!data:)[^\"']+", re.IGNORECASE)
ICON = 'rel="icon"'


def measure_portal(report: Report, number: int) -> None:
	from iso10002.portal import complain, status

	page = page_of(complain.page)
	more = [tag for tag in LOADED.findall(page.decode()) if ICON not in tag]
	report.line("page to complain on", len(page) / 1000, "kB", MOST_BYTES / 1000)
	report.line("further requests it makes a browser send", len(more), "", 0)
	by_guest, by_agent = medians(number, hand_in, complaint)
	report.line("time to hand in a complaint, written to the end", by_guest, "ms")
	report.line("time for an agent to record the same", by_agent, "ms")
	report.line("compared", by_guest / by_agent, "times", MOST_TIMES_AGENT)
	with counting() as of_guest:
		hand_in()
	with counting() as of_agent:
		complaint()
	report.line(
		f"statements: {len(of_guest)} handed in, {len(of_agent)} by an agent",
		len(of_guest) / len(of_agent),
		"times",
		MOST_TIMES_AGENT,
	)
	reference = hand_in()
	frappe.db.commit()
	status.view(reference)  # fills the caches
	with counting() as statements:
		status.view(reference)
	report.line("statements of the status page", len(statements), "", MOST_STATEMENTS_OF_STATUS)
	(milliseconds,) = medians(number, lambda: status.view(reference))
	report.line("time for what it shows", milliseconds, "ms")


def page_of(page) -> bytes:
	"""Return what a visitor's browser gets."""
	frappe.set_user("Guest")
	frappe.local.request = Request(EnvironBuilder(method="GET", path="/complaint").get_environ())
	try:
		return page().get_data()
	finally:
		del frappe.local.request
		frappe.set_user("Administrator")


def hand_in() -> str:
	"""Take in what a visitor sent, as the page and the interface for other systems do."""
	from iso10002.portal import take_in

	sent = {
		"description": "The parcel arrived open and half empty.",
		"category": "Damage suffered",
		"product": "Parcel",
		"remedy_requested": "Yes",
		"remedy_sought": "A new parcel",
		"name": "Maria Muster",
		"email": "maria@example.org",
		"phone": "+49 30 123456",
		"consent": "1",
	}
	return take_in.take_in(
		take_in.clean(sent), [], channel="Web form", language="en", key=uuid.uuid4().hex
	).reference
