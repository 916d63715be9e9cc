"""Reading PDFs in tests."""

from __future__ import annotations

import io
import re

from pypdf import PdfReader

REFERENCE = re.compile(r"[A-Z]+-\d{4}-\d+")


def pages_of(content: bytes) -> list[str]:
	return [page.extract_text() for page in PdfReader(io.BytesIO(content)).pages]


def assert_numbered(content: bytes) -> list[str]:
	"""Assert that the foot of every page says which of how many it is; return the texts of the pages."""
	pages = pages_of(content)
	for number, text in enumerate(pages, 1):
		foot = REFERENCE.sub("", text.strip()[-60:])
		# what stands between the two is lost where it is written from right to left
		assert "".join(re.findall(r"\d", foot)).endswith(f"{number}{len(pages)}"), foot
	return pages
