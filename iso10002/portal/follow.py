"""The page where complainants follow their own case and act in it: /complaint/status.

A case is opened with reference and receipt code, or with a signed link from a letter. Then a cookie holds it open for
half an hour in this browser; the address bar shows neither key nor reference.
"""

import hashlib
import hmac
import time

import frappe
from frappe.utils import strip_html
from werkzeug.wrappers import Response

from iso10002.handling import complainant, receipts
from iso10002.handling.errors import IntakeError, StageError
from iso10002.portal import pages, protection, status, take_in, uploads
from iso10002.portal.languages import _

OPEN_CASE = "complaint_case"
OPEN_FOR = 30 * 60
LONGEST_TEXT = 10_000
MESSAGES_AN_HOUR = 20


def page() -> Response:
	"""Ask for the key, show the case, or take what was sent."""
	request = frappe.local.request
	if request.method == "POST":
		action = request.form.get("action")
		return _open() if action == "open" else _act(action)
	if request.args.get("key"):
		return _open_by_link()
	case = opened()
	if not case:
		return _ask()
	if request.args.get("file"):
		return _file(case, request.args["file"])
	return show(case)


def opened() -> str | None:
	"""Return the reference of the case this browser has open."""
	reference, _bar, signature = (frappe.local.request.cookies.get(OPEN_CASE) or "").partition("|")
	return reference if signature and receipts.is_signed("session", reference, signature) else None


def cookie(reference: str) -> dict:
	until = int(time.time()) + OPEN_FOR
	return {OPEN_CASE: (f"{reference}|{receipts.sign('session', reference, until)}", OPEN_FOR)}


def show(case: str, code: int = 200, errors: dict | None = None, values: dict | None = None) -> Response:
	"""Return the page of a case that is open in this browser."""
	allowed = frappe.get_cached_doc("ISO10002 Settings").allowed_file_types or ""
	return pages.send(
		"status",
		code,
		view=status.view(case),
		token=_token(),
		errors=errors or {},
		values=values or {},
		done=frappe.local.request.args.get("done"),
		together=uploads.together(),
		longest=LONGEST_TEXT,
		accept=",".join(f".{part.strip()}" for part in allowed.split(",") if part.strip()),
		contact=frappe.get_cached_doc("ISO10002 Settings").contact,
	)


def open_with_code(reference: str, code: str) -> bool:
	"""Whether reference and receipt code belong together; wrong ones are counted by address.

	Not by reference: a code is 80 bits at random, which nobody guesses from however many addresses, and anybody who
	knows a reference could keep the complainant out.

	Raises:
		Refused: too many wrong ones from this address.
	"""
	where = protection.address()
	if protection.spent("wrong address", where, protection.settings().codes_an_hour):
		raise protection.Refused("busy", 429)
	if receipts.opens(str(reference).strip().upper()[:40], code):
		return True
	protection.note("wrong address", where)
	return False


def _ask(errors: dict | None = None, code: int = 200) -> Response:
	return pages.send(
		"open",
		code,
		{OPEN_CASE: ""},
		errors=errors or {},
		values={"reference": (frappe.local.request.form.get("reference") or "")[:40]},
	)


def _open() -> Response:
	form = frappe.local.request.form
	reference = (form.get("reference") or "").strip().upper()[:40]
	if not open_with_code(reference, form.get("code") or ""):
		wrong = _("This reference and this receipt code do not belong together. Please check both.")
		return _ask({"code": wrong}, 403)
	return pages.see_other(receipts.STATUS_PAGE, cookie(reference))


def _open_by_link() -> Response:
	arguments = frappe.local.request.args
	reference, key = arguments.get("case") or "", arguments["key"]
	where = protection.address()
	if protection.spent("wrong address", where, protection.settings().codes_an_hour):
		raise protection.Refused("busy", 429)
	if not receipts.is_signed("link", reference, key):
		protection.note("wrong address", where)
		return _ask(
			{"": _("This link does not work any more. Open the case with reference and receipt code.")}, 403
		)
	return pages.see_other(receipts.STATUS_PAGE, cookie(reference))


def _act(action: str | None) -> Response:
	case = opened()
	if not case:
		return _ask({"": _("The case was closed in this browser after a while. Please open it again.")}, 403)
	form = frappe.local.request.form
	if action == "leave":
		return pages.see_other(receipts.STATUS_PAGE, {OPEN_CASE: ""})
	if not hmac.compare_digest(_token().encode(), str(form.get("token") or "").encode()):
		raise protection.Refused("token")
	if action not in ACTIONS:
		raise protection.Refused("token")
	protection.spend("action", case, MESSAGES_AN_HOUR)
	try:
		done = ACTIONS[action](case, form)
	except take_in.FormError as error:
		return show(case, 422, error.errors, form)
	except uploads.FileTypeError as error:
		return show(case, 422, {"files": strip_html(str(error))}, form)
	except (StageError, IntakeError) as error:
		frappe.db.rollback()
		return show(case, 409, {"": strip_html(str(error))}, form)
	return pages.see_other(f"{receipts.STATUS_PAGE}?done={done}")


def _write(case: str, form: dict) -> str:
	text = _text(form, "message", _("Please write something."))
	files = uploads.read(frappe.local.request.files.getlist("files"))
	stored = uploads.store(case, files, "message")
	complainant.write(case, text, protection.settings().web_channel, stored)
	return "written"


def _answer(case: str, form: dict) -> str:
	if form.get("answer") not in ("accept", "reject"):
		raise take_in.FormError({"answer": _("Please choose one of the answers.")})
	text = _text(form, "words")
	complainant.answer(case, form["answer"] == "accept", text or None)
	return "answered"


def _review(case: str, form: dict) -> str:
	complainant.ask_for_review(
		case, _text(form, "grounds", _("Please say why the decision should be reviewed."))
	)
	return "review"


def _withdraw(case: str, form: dict) -> str:
	reason = _text(form, "reason") or _("Withdrawn by the complainant on the status page.")
	return "withdrawn" if complainant.withdraw(case, reason) else "wish"


ACTIONS = {"write": _write, "answer": _answer, "review": _review, "withdraw": _withdraw}


def _text(form: dict, field: str, missing: str | None = None) -> str:
	text = take_in.UNPRINTABLE.sub("", (form.get(field) or "").replace("\r\n", "\n")).strip()
	if missing and not text:
		raise take_in.FormError({field: missing})
	if len(text) > LONGEST_TEXT:
		raise take_in.FormError(
			{field: _("This text is too long: at most {0} characters.").format(LONGEST_TEXT)}
		)
	return text


def _token() -> str:
	"""Return what a form on the page of an open case carries: it is bound to the cookie of this browser."""
	held = frappe.local.request.cookies.get(OPEN_CASE) or ""
	return hashlib.sha256(f"iso10002 form {held}".encode()).hexdigest()


def _file(case: str, name: str) -> Response:
	found = status.file_of(case, name)
	if not found:
		return pages.message_page(_("There is no such file"), _("It does not belong to this case."), 404)
	file, shown = found
	response = Response(file.get_content(), mimetype="application/octet-stream")
	response.headers.set("Content-Disposition", "attachment", filename=shown)
	pages.secure(response, "")
	return response
