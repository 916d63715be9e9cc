"""Words out of rich texts of other apps."""

import html
import re

from frappe.utils import strip_html

BREAKS = re.compile(r"<(br|/p|/div|/li|/h[1-6]|/tr|/blockquote)\b[^>]*>", re.IGNORECASE)
UNSEEN = re.compile(r"<(style|script)\b.*?</\1>", re.IGNORECASE | re.DOTALL)


def plain(text: str | None, most: int = 20_000) -> str:
	"""Return a rich text as plain lines, at most `most` characters."""
	lines = strip_html(BREAKS.sub("\n", UNSEEN.sub("", text or "")))
	lines = html.unescape(lines).replace("\r", "").replace("\xa0", " ")
	return re.sub(r"\n\s*\n+", "\n\n", "\n".join(line.strip() for line in lines.split("\n"))).strip()[:most]


def point(subject: str | None, text: str) -> str:
	"""Return the point complained about: the subject, or the beginning of the words."""
	return (subject or "").strip()[:500] or text.split("\n", 1)[0][:500]
