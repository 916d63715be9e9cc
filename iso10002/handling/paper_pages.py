"""PDFs of papers with page numbers, letterhead and right-to-left writing, whatever the site's wkhtmltopdf can do.

The wkhtmltopdf of Debian and Ubuntu is built without the patched Qt: it drops every footer and cuts off lines that are
written from right to left, without a word. There papers are made by WeasyPrint, which Frappe brings along too; where
its libraries are missing, the numbers are put onto the pages afterwards.
"""

import io
import re
import subprocess
from functools import lru_cache

import frappe
from bs4 import BeautifulSoup, Tag
from frappe.translate import print_language
from pypdf import PageObject, PdfReader, PdfWriter
from pypdf.generic import DecodedStreamObject, DictionaryObject, NameObject

PRINT = "frappe.utils.print_format.download_pdf"
# The frame of the papers (templates/papers/frame.html) as pages that know their number.
PAGED = """
@page {{ size: A4 {orientation}; margin: {margins}; @bottom-center {{ content: element(footer); width: 100% }} }}
body, .print-format {{ margin: 0 !important }}
#footer-html {{ position: running(footer) }}
.page::after {{ content: counter(page) }}
.topage::after {{ content: counter(pages) }}
"""
PORTRAIT, LANDSCAPE = ("portrait", "22mm 20mm 20mm"), ("landscape", "14mm 12mm 16mm")
RIGHT_TO_LEFT_LETTER = re.compile("[\u0590-\u08ff\ufb1d-\ufefc]")
SIZE, ABOVE_EDGE = 8, 24  # points
# Widths of Helvetica, which every reader of PDF has, in parts of its size.
DIGIT, OTHER = 0.556, 0.278


@frappe.whitelist(allow_guest=True)
def download_pdf(
	doctype: str,
	name: str,
	format: str | None = None,
	no_letterhead: int | str = 0,
	language: str | None = None,
	letterhead: str | None = None,
	**more: object,
) -> None:
	"""Print a document as Frappe does; papers of this app with page numbers (override_whitelisted_methods).

	Args:
		doctype, name, format, no_letterhead, language, letterhead, more: as Frappe's function of this name.

	Raises:
		PermissionError: the user may not print the document.
	"""
	asked = {"doctype": doctype, "name": name, "format": format, "no_letterhead": no_letterhead}
	asked.update({"language": language, "letterhead": letterhead})
	if prints_footers() or not is_paper(format):
		return _before(**asked, **more)
	from frappe.www.printview import validate_print_permission

	doc = frappe.get_doc(doctype, name)
	validate_print_permission(doc)
	with print_language(language):
		html = frappe.get_print(
			doctype, name, format, doc=doc, no_letterhead=no_letterhead, letterhead=letterhead
		)
		content = pdf_of(html)
	frappe.local.response.filename = f"{name.replace(' ', '-').replace('/', '-')}.pdf"
	frappe.local.response.filecontent = content
	frappe.local.response.type = "pdf"


def _before(**arguments: object) -> None:
	"""Call what would have answered without this app: the override of an app before it, or Frappe's own function."""
	overrides = frappe.get_hooks("override_whitelisted_methods", {}).get(PRINT, [])
	ours = f"{__name__}.download_pdf"
	earlier = overrides[: overrides.index(ours)] if ours in overrides else []
	frappe.call(frappe.get_attr(earlier[-1] if earlier else PRINT), **arguments)


def is_paper(print_format: str | None) -> bool:
	"""Whether a print format is one of this app."""
	return bool(print_format) and frappe.db.get_value("Print Format", print_format, "module") == "ISO10002"


def pdf_of(html: str, landscape: bool = False) -> bytes:
	"""Return a paper as PDF with page numbers.

	Args:
		html: the page as Frappe prints it, with the frame of the papers in `.print-format`.
	"""
	from frappe.utils.pdf import get_pdf  # opens a log of the site, so not before there is one

	options = {"orientation": "Landscape"} if landscape else None
	if prints_footers():
		return get_pdf(html, options)
	try:
		return paged(html, landscape)
	except (ImportError, OSError):  # WeasyPrint or the libraries it draws with are not there
		return stamped(get_pdf(html, options))


def paged(html: str, landscape: bool = False) -> bytes:
	"""Return a paper as PDF, made by WeasyPrint out of the frame alone, without the styles of the print view."""
	from weasyprint import CSS, HTML

	page = BeautifulSoup(html, "html5lib").select_one(".print-format")
	if footer := page.select_one("#footer-html"):
		page.insert(0, footer.extract())  # a footer is there from the page on it stands in
	_mark_right_to_left(page)
	orientation, margins = LANDSCAPE if landscape else PORTRAIT
	styles = CSS(string=PAGED.format(orientation=orientation, margins=margins))
	text = f'<meta charset="utf-8">{page}'
	return HTML(string=text, base_url=frappe.utils.get_url(), url_fetcher=_fetch).write_pdf(
		stylesheets=[styles]
	)


def _mark_right_to_left(page: Tag) -> None:
	"""Begin each right-to-left text with the mark for it: WeasyPrint takes the direction of a line from its first letter.

	A sentence that begins with a Latin name had its full stop at the wrong end. What is all Latin stays as it is.
	"""
	for part in page.select("[dir=rtl]"):
		for text in part.find_all(string=RIGHT_TO_LEFT_LETTER):
			text.replace_with(f"\u200f{text}")


def _fetch(url: str, *_more: object, **_options: object) -> dict:
	"""Return a file a letterhead shows: pictures of this site that are public, and nothing from elsewhere.

	Raises:
		ValueError: WeasyPrint leaves the picture out.
	"""
	from weasyprint import default_url_fetcher

	if url.startswith("data:"):
		return default_url_fetcher(url)
	path = url.removeprefix(frappe.utils.get_url())
	name = path.startswith("/files/") and frappe.db.get_value("File", {"file_url": path, "is_private": 0})
	if not name:
		raise ValueError(f"{url} is no public file of this site")
	return {"string": frappe.get_doc("File", name).get_content()}


def stamped(pdf: bytes) -> bytes:
	"""Return a PDF with the number of each page and of all pages at its foot, the same in every language."""
	writer = PdfWriter()
	writer.append_pages_from_reader(PdfReader(io.BytesIO(pdf)))
	for number, page in enumerate(writer.pages, 1):
		page.merge_page(_number(f"{number} / {len(writer.pages)}", *map(float, page.mediabox.upper_right)))
	file = io.BytesIO()
	writer.write(file)
	return file.getvalue()


def _number(text: str, width: float, height: float) -> PageObject:
	"""Return an empty page with a text in the middle of its foot."""
	length = SIZE * sum(DIGIT if letter.isdigit() else OTHER for letter in text)
	place = (width - length) / 2
	stream = DecodedStreamObject()
	stream.set_data(f"BT 0.37 0.42 0.48 rg /F1 {SIZE} Tf {place:.1f} {ABOVE_EDGE} Td ({text}) Tj ET".encode())
	font = {"/Type": "/Font", "/Subtype": "/Type1", "/BaseFont": "/Helvetica"}
	named = DictionaryObject({NameObject(key): NameObject(value) for key, value in font.items()})
	fonts = DictionaryObject({NameObject("/F1"): named})
	page = PageObject.create_blank_page(width=width, height=height)
	page[NameObject("/Resources")] = DictionaryObject({NameObject("/Font"): fonts})
	page[NameObject("/Contents")] = stream
	return page


@lru_cache
def prints_footers() -> bool:
	"""Whether the wkhtmltopdf of this machine was built with the Qt that prints headers and footers."""
	try:
		found = subprocess.run(["wkhtmltopdf", "--version"], capture_output=True, text=True, check=False)
	except OSError:
		return False
	return "with patched qt" in found.stdout.lower()
