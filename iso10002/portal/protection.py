"""What keeps machines and strangers out of the complainant's pages, without asking people for anything.

Counters per address and per code, tokens that bind a form to the browser it was sent to, a field people do not see,
and the time a form was open. The counters are in the cache; all of it is checked before anything is read or written.
"""

import hashlib
import hmac
import ipaddress
import secrets
import time

import frappe
from frappe.utils import cint
from frappe.utils.password import get_encryption_key

HOUR = 3600
# Seconds. Nobody reads the form and writes a complaint faster; no page is left open for longer.
SOONEST, LATEST = 3, 24 * HOUR
# A person may correct a form some times before it is taken.
ATTEMPTS = 6
VISITOR = "complaint_visitor"
TRAP = "website"


class Refused(Exception):
	"""A request that is not taken; `reason` is one of: busy, token, time, trap."""

	def __init__(self, reason: str, status: int = 400):
		super().__init__(reason)
		self.reason, self.status = reason, status


def settings() -> frappe._dict:
	return frappe.get_cached_doc("Complaint Portal Settings")


def spend(what: str, key: str, limit: int, seconds: int = HOUR) -> None:
	"""Count one use of something by somebody.

	Args:
		what: the counter, such as "complaint".
		key: whose: an address, a reference.
		limit: how many uses a period has; 0 means none.
		seconds: the length of the period, from the first use.

	Raises:
		Refused: the limit is used up.
	"""
	if _count(what, key, seconds) > limit:
		raise Refused("busy", 429)


def spent(what: str, key: str, limit: int) -> bool:
	"""Whether a limit is used up, without using it."""
	return cint(frappe.cache.get(_counter(what, key))) >= limit


def note(what: str, key: str, seconds: int = HOUR) -> None:
	"""Count one use without refusing it."""
	_count(what, key, seconds)


def address() -> str:
	"""Return what stands for the visitor's network address: an IPv6 user has a whole /64."""
	try:
		found = ipaddress.ip_address((frappe.local.request_ip or "").strip())
	except ValueError:
		return "unknown"
	return str(ipaddress.ip_network(f"{found}/64", strict=False)) if found.version == 6 else str(found)


def visitor() -> str:
	"""Return the mark of this browser, from its cookie or a new one; the page sets it again."""
	given = frappe.local.request.cookies.get(VISITOR) or ""
	return given if len(given) == 43 else secrets.token_urlsafe(32)


def form_token(mark: str) -> str:
	"""Return the token of a form sent to this browser now: time, number and signature."""
	start = f"{int(time.time())}.{secrets.token_urlsafe(18)}"
	return f"{start}.{_sign(mark, start)}"


def check_form(token: str | None, trap: str | None) -> str:
	"""Check that a form comes from a person on our own page; return its number, the same when it comes twice.

	Raises:
		Refused: the token is missing, of another browser, too fresh or too old, or the hidden field was filled in.
	"""
	mark = frappe.local.request.cookies.get(VISITOR) or ""
	start, _dot, signature = str(token or "").rpartition(".")
	if not mark or not hmac.compare_digest(_sign(mark, start).encode(), signature.encode()):
		raise Refused("token")
	age = time.time() - int(start.partition(".")[0])
	if not SOONEST <= age <= LATEST:
		raise Refused("time")
	if trap:
		raise Refused("trap")
	return hashlib.sha256(f"form {start} {mark}".encode()).hexdigest()


def _sign(mark: str, start: str) -> str:
	text = f"iso10002\nform\n{mark}\n{start}"
	return hmac.new(get_encryption_key().encode(), text.encode(), "sha256").hexdigest()[:40]


def _counter(what: str, key: str) -> str:
	return frappe.cache.make_key(f"iso10002:{what}:{hashlib.sha256(key.encode()).hexdigest()[:24]}")


def _count(what: str, key: str, seconds: int) -> int:
	counter = _counter(what, key)
	frappe.cache.set(counter, 0, ex=seconds, nx=True)
	return frappe.cache.incrby(counter, 1)
