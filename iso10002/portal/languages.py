"""The languages of the complainant's side, and dates as their readers write them."""

from datetime import date, datetime

import frappe
from babel import Locale, UnknownLocaleError
from babel.dates import format_date, format_datetime
from frappe.utils import get_datetime, getdate

LANGUAGES = {
	"en": "English",
	"tr": "Türkçe",
	"ru": "Русский",
	"fa": "فارسی",
	"it": "Italiano",
	"ka": "ქართული",
	"de": "Deutsch",
}
RIGHT_TO_LEFT = frozenset({"ar", "fa", "he", "ur", "ps", "ku"})
COOKIE = "complaint_language"
# Short words mean other things elsewhere on a site ("Open"): here they have translations of their own.
CONTEXT = "Complaint page"


def _(text: str) -> str:
	"""Return a text of the complainant's pages in the language of the request."""
	return frappe._(text, context=CONTEXT)


def choose() -> str:
	"""Return the visitor's language: as chosen on the page, else as the browser says, else the site's."""
	request = frappe.local.request
	for wanted in (frappe.form_dict.get("lang"), request.cookies.get(COOKIE)):
		if wanted in LANGUAGES:
			return wanted
	for wanted in request.accept_languages.values():
		if wanted.split("-")[0].lower() in LANGUAGES:
			return wanted.split("-")[0].lower()
	site = (frappe.db.get_default("lang") or "en").split("-")[0]
	return site if site in LANGUAGES else "en"


def direction(language: str) -> str:
	return "rtl" if language.split("-")[0] in RIGHT_TO_LEFT else "ltr"


def day(moment: str | date | None, language: str) -> str:
	"""Write a day in words, such as 3 March 2026, as readers of the language do."""
	return format_date(getdate(moment), "long", locale=_locale(language)) if moment else ""


def moment(value: str | datetime | None, language: str) -> str:
	"""Write day and time."""
	return format_datetime(get_datetime(value), "d MMMM y, HH:mm", locale=_locale(language)) if value else ""


def countries(language: str) -> list[tuple[str, str]]:
	"""Return (name of the Country, its name in the language), sorted as read."""
	names = _locale(language).territories
	rows = frappe.get_all("Country", fields=["name", "code"])
	return sorted(
		((row.name, names.get((row.code or "").upper(), row.name)) for row in rows), key=lambda row: row[1]
	)


def _locale(language: str) -> Locale:
	"""Return the locale of a language, with the region the visitor's browser names: dates differ by region."""
	request = getattr(frappe.local, "request", None)
	wanted = [*(request.accept_languages.values() if request else ()), language]
	for tag in wanted:
		if tag.split("-")[0].lower() != language.split("-")[0]:
			continue
		try:
			return Locale.parse(tag.replace("-", "_"))
		except (UnknownLocaleError, ValueError):
			continue
	return Locale("en")
