"""What an e-mail tells about itself: whether a machine wrote it, which case it is about, its plain text, its language."""

import html
import re

import frappe
from frappe import _

BLOCK_ENDS = re.compile(r"<(?:/(?:p|div|li|tr|h[1-6]|blockquote)|br\s*/?)>", re.IGNORECASE)
DROPPED = re.compile(r"<(style|script|head|title)\b.*?</\1\s*>", re.IGNORECASE | re.DOTALL)
TAG = re.compile(r"<[^>]*>")
REFERENCE = re.compile(r"[A-Z]{2,10}-\d{4}-\d{4,8}")
BOUNCE = re.compile(r"^(mailer-daemon|postmaster|mail-daemon|bounces?)([+@-]|$)", re.IGNORECASE)
NO_REPLY = re.compile(
	r"^(automatic reply|auto(matic)?[- ]?reply|auto:|out of office|abwesenheit|automatische antwort|"
	r"risposta automatica|otomatik yan[ıi]t|автоответ|undeliver|delivery status|mail delivery|returned mail)",
	re.IGNORECASE,
)
# Small words by which a text in Latin script is told apart.
SMALL_WORDS = {
	"de": "und der die das nicht ist ich wir ein eine mit für auf sie haben wurde",
	"it": "che non il la di per una sono con del della ho mi è gli",
	"tr": "ve bir bu için ile değil çok ben da de var olarak ama ürün",
	"en": "the and is not to of in my was with for have you it",
}


def why_not_a_person(headers: dict, sender: str, subject: str) -> str | None:
	"""Return why a mail was not written by a person to us, in words; None if nothing says so."""
	given = {name.lower(): (value or "").strip().lower() for name, value in headers.items()}
	if given.get("content-type", "").startswith("multipart/report") or BOUNCE.match(sender):
		return _("It says that a mail could not be delivered.")
	if given.get("return-path") == "<>":
		return _("It says that a mail could not be delivered.")
	if given.get("auto-submitted", "no").split(";")[0].strip() not in ("", "no"):
		return _("It is an automatic reply.")
	if given.get("x-autoreply") or given.get("x-autorespond") or NO_REPLY.match(subject.strip()):
		return _("It is an automatic reply.")
	if given.get("precedence") in ("bulk", "junk", "list", "auto_reply") or given.get("list-id"):
		return _("It was sent to a list.")
	if given.get("x-spam-flag", "").startswith("yes") or given.get("x-spam-status", "").startswith("yes"):
		return _("The mail server takes it for spam.")
	if given.get("x-loop") or frappe.db.exists("Email Account", {"email_id": sender}):
		return _("It comes from one of our own mailboxes.")
	return None


def case_named(text: str) -> str | None:
	"""Return the reference of the first case a text names, if there is one."""
	for found in dict.fromkeys(REFERENCE.findall(text.upper())):
		if frappe.db.exists("Complaint", found):
			return found
	return None


def plain(content: str) -> str:
	"""Return the text of a mail without markup, and without the lines quoted from an earlier mail."""
	text = html.unescape(TAG.sub("", BLOCK_ENDS.sub("\n", DROPPED.sub("", content or ""))))
	text = DROPPED.sub("", text)  # what Frappe made harmless by writing it as text
	lines = [
		line.rstrip() for line in text.replace("\xa0", " ").splitlines() if not line.lstrip().startswith(">")
	]
	return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()


def language_of(text: str) -> str | None:
	"""Guess the language of a text among those of the pages; None if nothing tells."""
	for language, letters in (("ka", r"[ა-ჿ]"), ("fa", r"[\u0600-\u06ff]"), ("ru", r"[а-яё]")):
		if len(re.findall(letters, text.lower())) > max(3, len(text) // 10):
			return language
	found = re.findall(r"[^\W\d_]+", text.lower())
	counts = {
		language: sum(word in words.split() for word in found) for language, words in SMALL_WORDS.items()
	}
	best = max(counts, key=lambda language: counts[language])
	return best if counts[best] >= 2 else None
