"""The complainant's keys to the own case: the receipt code, and signed links in letters.

Neither is stored as such. Of the code there is a salted hash; a link is signed with the site's key and the salt
of its case, so that new salts take all links of a case out of use.
"""

import hashlib
import hmac
import secrets
import time

import frappe
from frappe.model.document import Document
from frappe.utils import get_url
from frappe.utils.password import get_encryption_key

from iso10002.confidentiality.rule import may_see
from iso10002.handling import events

# No letters that are read as another one: I, L, O, U.
ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
CODE_LENGTH = 16  # 80 bits: nobody guesses it, so a fast hash is enough
READ_AS = str.maketrans("OIL", "011")
LINK_DAYS = 180
ISSUED, ENDED = "Receipt Issued", "Receipt Ended"
STATUS_PAGE = "/complaint/status"


@frappe.whitelist(methods=["POST"])
def new_code(complaint: str) -> str:
	"""Give a case a new receipt code, for somebody who complained by phone or lost it; the old one ends.

	Args:
		complaint: the reference of the case.

	Returns:
		The code, which is shown this once: only its hash is stored.

	Raises:
		PermissionError: the user may not change this case.
	"""
	case = frappe.get_doc("Complaint", complaint)
	case.check_permission("write")
	code = make_code()
	receipt = _receipt(case.name)
	_set_code(receipt, code)
	receipt.save(
		ignore_permissions=True
	)  # safe: nobody has a right on receipts; the right on the case was checked
	events.append(case.name, ISSUED)
	return shown(code)


def end_code_of_others(complaint: str) -> None:
	"""End the receipt code of a case if who gave it out may not see the case any more: it opens the complainant's page.

	The links in letters go on: they went to the complainant alone.
	"""
	given = {"complaint": complaint, "event": ISSUED}
	issued = frappe.get_all("Complaint Event", given, ["user", "creation"], order_by="creation desc", limit=1)
	if not issued or issued[0].user == "Guest" or may_see(issued[0].user, complaint):
		return
	since = {"complaint": complaint, "event": ENDED, "creation": (">=", issued[0].creation)}
	if frappe.db.exists("Complaint Event", since):
		return
	receipt = _receipt(complaint)
	_set_code(receipt, make_code())  # nobody knows it
	receipt.save(ignore_permissions=True)  # safe: it only takes a key away
	events.append(complaint, ENDED)


def create(
	complaint: str, code: str, language: str | None, request_key: str | None, request_hash: str
) -> None:
	"""Write the receipt of a case that was handed in by the complainant.

	Raises:
		UniqueValidationError, DuplicateEntryError: the request with this key was taken in already.
	"""
	receipt = _new(complaint)
	receipt.update({"language": language, "request_key": request_key, "request_hash": request_hash})
	_set_code(receipt, code)
	receipt.insert(
		ignore_permissions=True
	)  # safe: nobody has a right on receipts; written with the case itself


def make_code(seed: str | None = None) -> str:
	"""Return a receipt code: random, or the one of a request that may come twice (signed, so nobody works it out)."""
	if not seed:
		return "".join(secrets.choice(ALPHABET) for _ in range(CODE_LENGTH))
	number = int.from_bytes(_mac("code", seed), "big")
	return "".join(ALPHABET[(number >> (5 * place)) & 31] for place in range(CODE_LENGTH))


def shown(code: str) -> str:
	"""Write a code in groups of four."""
	return "-".join(code[start : start + 4] for start in range(0, len(code), 4))


def opens(complaint: str, code: str) -> bool:
	"""Whether `code` is the receipt code of this case; takes the same time for a case that does not exist."""
	row = frappe.db.get_value("Complaint Receipt", {"complaint": complaint}, ["code_salt", "code_hash"])
	salt, stored = row or ("", "0" * 64)
	tidy = "".join(sign for sign in str(code).upper().translate(READ_AS) if sign in ALPHABET)
	return hmac.compare_digest(_hash(salt, tidy[: CODE_LENGTH + 1]), stored) and bool(row)


def link(complaint: str) -> str:
	"""Return a link that opens the status page of a case for half a year. Goes to the complainant only."""
	until = int(time.time()) + LINK_DAYS * 86400
	return get_url(f"{STATUS_PAGE}?case={complaint}&key={sign('link', complaint, until)}")


def sign(purpose: str, complaint: str, until: int) -> str:
	"""Return a signature that holds for one purpose and case until a time (seconds since 1970)."""
	receipt = _receipt(complaint)
	if receipt.is_new():
		receipt.insert(ignore_permissions=True)  # safe: a receipt without a code opens nothing
	return f"{until}.{_mac(purpose, complaint, receipt.link_salt, str(until)).hex()[:40]}"


def is_signed(purpose: str, complaint: str, signature: str) -> bool:
	"""Whether `signature` is one of `sign` for this purpose and case, and still holds."""
	until, _dot, _mac_part = str(signature).partition(".")
	salt = frappe.db.get_value("Complaint Receipt", {"complaint": complaint}, "link_salt")
	expected = f"{until}.{_mac(purpose, complaint, salt or '', until).hex()[:40]}"
	same = hmac.compare_digest(expected.encode(), str(signature).encode())
	return same and bool(salt) and until.isdigit() and int(until) > time.time()


def _mac(*parts: str) -> bytes:
	return hmac.new(
		get_encryption_key().encode(), "\n".join(("iso10002", *parts)).encode(), "sha256"
	).digest()


def _hash(salt: str, code: str) -> str:
	return hashlib.sha256(f"{salt}{code}".encode()).hexdigest()


def _receipt(complaint: str) -> Document:
	name = frappe.db.get_value("Complaint Receipt", {"complaint": complaint})
	return frappe.get_doc("Complaint Receipt", name) if name else _new(complaint)


def _new(complaint: str) -> Document:
	receipt = frappe.new_doc("Complaint Receipt")
	receipt.update({"complaint": complaint, "link_salt": secrets.token_hex(16)})
	_set_code(receipt, make_code())  # until one is issued, nobody knows it
	return receipt


def _set_code(receipt: Document, code: str) -> None:
	receipt.code_salt = secrets.token_hex(16)
	receipt.code_hash = _hash(receipt.code_salt, code)
