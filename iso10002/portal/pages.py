"""The complainant's pages: which address shows what, and how a page is sent.

A page is one answer without anything else to load: style and script are in it, so it also works where little is
loaded. Nothing on it may come from or go to another place (Content-Security-Policy).
"""

import functools
import secrets
from collections.abc import Callable
from pathlib import Path

import frappe
from frappe.website.page_renderers.base_renderer import BaseRenderer
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup
from werkzeug.wrappers import Response

from iso10002.portal import languages, protection
from iso10002.portal.languages import _

TEMPLATES = Path(__file__).resolve().parents[1] / "templates" / "portal"

# address: function without arguments that returns a Response
PAGES = {
	"complaint": "iso10002.portal.complain.page",
	"complaint/status": "iso10002.portal.follow.page",
	"complaint/survey": "iso10002.portal.survey.page",
	"complaint/figures": "iso10002.portal.figures.page",
}


class PortalPage(BaseRenderer):
	"""Answers the addresses of `PAGES` (hook `page_renderer`)."""

	def can_render(self) -> bool:
		return self.path in PAGES

	def render(self) -> Response:
		frappe.local.lang = languages.choose()
		show: Callable[[], Response] = frappe.get_attr(PAGES[self.path])
		try:
			return show()
		except protection.Refused as refused:
			frappe.db.rollback()
			return message_page(_title(refused), _advice(refused), refused.status)
		except Exception:
			frappe.db.rollback()  # Frappe would commit what was written before the error page
			frappe.log_error(title=f"Page {self.path}")
			frappe.db.commit()  # the log only
			text = _("Nothing was saved. Please try again later, or contact us in another way.")
			return message_page(_("Something went wrong on our side"), text, 500)


def send(template: str, status: int = 200, cookies: dict | None = None, **values: object) -> Response:
	"""Return a page in the visitor's language.

	Args:
		template: a file in templates/portal, without its ending.
		status: of HTTP.
		cookies: name and value, or name and (value, seconds); for the complainant's pages only.
		values: what the template shows; texts are escaped.
	"""
	language = frappe.local.lang
	nonce = secrets.token_urlsafe(12)
	request = frappe.local.request
	html = (
		_environment()
		.get_template(f"{template}.html")
		.render(
			language=language,
			direction=languages.direction(language),
			languages=languages.LANGUAGES,
			nonce=nonce,
			path=request.path,
			settings=protection.settings(),
			organisation=protection.settings().organisation,
			day=functools.partial(languages.day, language=language),
			moment=functools.partial(languages.moment, language=language),
			**values,
		)
	)
	response = Response(html, status=status, mimetype="text/html")
	secure(response, nonce)
	for name, value in {languages.COOKIE: (language, 31536000), **(cookies or {})}.items():
		set_cookie(response, name, *(value if isinstance(value, tuple) else (value, None)))
	return response


def message_page(title: str, text: str, status: int = 200, **more: object) -> Response:
	"""Return a page that says one thing."""
	return send("message", status=status, title=title, text=text, **more)


def see_other(path: str, cookies: dict | None = None) -> Response:
	"""Send the browser to another of these pages, so that a reload sends nothing twice."""
	response = Response("", status=303)
	response.headers["Location"] = path
	secure(response, "")
	for name, value in (cookies or {}).items():
		set_cookie(response, name, *(value if isinstance(value, tuple) else (value, None)))
	return response


def set_cookie(response: Response, name: str, value: str, seconds: int | None = None) -> None:
	"""Set a cookie that scripts cannot read and other sites cannot send; an empty value takes it away."""
	response.set_cookie(
		name,
		value,
		max_age=seconds if value else 0,
		path="/complaint",
		httponly=True,
		samesite="Lax",
		secure=frappe.local.request.scheme == "https",
	)


def secure(response: Response, nonce: str) -> None:
	"""Set the headers that keep a page from being framed, sniffed, stored or enriched from elsewhere."""
	response.headers["Content-Security-Policy"] = (
		f"default-src 'none'; style-src 'nonce-{nonce}'; script-src 'nonce-{nonce}'; img-src 'self' data:; "
		"connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
	)
	response.headers["X-Frame-Options"] = "DENY"
	response.headers["X-Content-Type-Options"] = "nosniff"
	response.headers["Referrer-Policy"] = "no-referrer"
	response.headers["Cross-Origin-Opener-Policy"] = "same-origin"
	response.headers["Permissions-Policy"] = "camera=(), microphone=(), geolocation=()"
	response.headers["Cache-Control"] = "no-store"
	if frappe.local.request.path.rstrip("/") not in ("/complaint", "/complaint/figures"):
		response.headers["X-Robots-Tag"] = "noindex"


@functools.cache
def _environment() -> Environment:
	"""The app's own templates, compiled once; everything shown in them is escaped."""
	environment = Environment(
		loader=FileSystemLoader(TEMPLATES), autoescape=True, undefined=StrictUndefined, trim_blocks=True
	)
	environment.globals["_"] = _
	environment.globals["inlined"] = lambda name: Markup((TEMPLATES / name).read_text())
	environment.filters["lines"] = _lines
	return environment


def _lines(text: str | None) -> Markup:
	"""Return a text with its lines, in the direction of its own language: a case has words in several."""
	lines = Markup("<br>").join(Markup.escape(text or "").split("\n"))
	return Markup("<bdi>{}</bdi>").format(lines)


def _title(refused: protection.Refused) -> str:
	return _("Please try again later") if refused.reason == "busy" else _("This was not sent")


def _advice(refused: protection.Refused) -> str:
	return {
		"busy": _("There were too many requests from your network. Nothing was saved. Try again in an hour."),
		"token": _(
			"The page was open for too long, or cookies are switched off. Open it again and send once more."
		),
		"time": _("The page was sent very fast or was open for too long. Open it again and send once more."),
		"trap": _("A field that has to stay empty was filled in. Open the page again and leave it empty."),
	}[refused.reason]
