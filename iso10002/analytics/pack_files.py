"""The files of a management report, made from its frozen figures: PDF by the print format, XLSX with drawn charts."""

import io
from html import escape
from itertools import groupby

import frappe
from frappe import _
from frappe.model.document import Document
from frappe.utils import format_date, format_datetime
from openpyxl import Workbook
from openpyxl.chart import BarChart, LineChart, Reference
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.worksheet.worksheet import Worksheet

from iso10002.analytics.report import COLOURS
from iso10002.handling.paper_pages import pdf_of

PRINT_FORMAT = "Complaint Management Summary"
HEAD = PatternFill("solid", fgColor="1F4E79")
UNITS = {"percent": "%", "days": "d", "points": "", "cases": "", "records": "", "money": "", "people": ""}


def attach(doc: Document) -> None:
	"""Attach PDF and XLSX to a frozen management report, privately."""
	for name, content in ((f"{doc.name}.pdf", pdf(doc)), (f"{doc.name}.xlsx", xlsx(doc))):
		file = frappe.new_doc("File")
		file.update(
			{
				"file_name": name,
				"attached_to_doctype": doc.doctype,
				"attached_to_name": doc.name,
				"content": content,
				"is_private": 1,
			}
		)
		# Safe: who may submit the report gets its own files attached to it; who reads it is asked by Frappe's File.
		file.insert(ignore_permissions=True)


def pdf(doc: Document) -> bytes:
	"""Return the management report as PDF."""
	return pdf_of(frappe.get_print(doc.doctype, doc.name, PRINT_FORMAT, doc=doc))


def iso10002_management_paper(doc: Document) -> dict:
	"""Return what the print format of a management report shows: the frozen figures and charts as pictures (SVG).

	Raises:
		PermissionError: the reader may not print it.
	"""
	doc.check_permission("print")
	content = frappe.parse_json(doc.figures or "{}")
	series = content.get("series", [])
	labels = [row["month"] for row in series]
	charts = []
	if series:
		charts = [
			(
				_("Received and answered by month"),
				bars(labels, [[row["received"] for row in series], [row["decided"] for row in series]]),
				[_("Received"), _("Answered")],
			),
			(
				_("Answered in time and resolved at first contact, in percent"),
				lines(
					labels,
					[
						[row["answered_in_time_share"] for row in series],
						[row["first_contact_share"] for row in series],
					],
				),
				[_("Answered in time"), _("Resolved at first contact")],
			),
		]
	return {
		"content": content,
		"charts": charts,
		"colours": COLOURS,
		"units": UNITS,
		"period": _("{0} to {1}").format(format_date(content.get("from")), format_date(content.get("to"))),
		"frozen": format_datetime(doc.frozen_on) if doc.frozen_on else "",
		"tables": [
			(_("Main categories"), _("Received"), content.get("groups", {}).get("category", [])),
			(_("Main causes"), _("Upheld"), content.get("groups", {}).get("cause", [])),
			(_("Channels"), _("Received"), content.get("groups", {}).get("channel", [])),
		],
	}


# Pictures: small drawings, because the PDF is made without a browser's scripts.

WIDTH, HEIGHT, LEFT, BOTTOM, TOP = 720, 230, 44, 34, 10


def bars(labels: list[str], series: list[list[float]]) -> str:
	"""Return a bar chart as SVG; one group of bars for each label."""
	top, inner = _top(series), []
	step = (WIDTH - LEFT) / max(len(labels), 1)
	width = step * 0.7 / len(series)
	for number, values in enumerate(series):
		for place, value in enumerate(values):
			if value is None:
				continue
			height = (HEIGHT - BOTTOM - TOP) * value / top
			x = LEFT + place * step + step * 0.15 + number * width
			inner.append(
				f'<rect x="{x:.1f}" y="{HEIGHT - BOTTOM - height:.1f}" width="{width:.1f}" height="{height:.1f}" '
				f'fill="{COLOURS[number]}"/>'
			)
	return _drawing(labels, top, inner)


def lines(labels: list[str], series: list[list[float]]) -> str:
	"""Return a line chart as SVG; a line is broken where a value is not known."""
	top, inner = _top(series), []
	step = (WIDTH - LEFT) / max(len(labels), 1)
	for number, values in enumerate(series):
		for is_known, part in groupby(enumerate(values), key=lambda row: row[1] is not None):
			if not is_known:
				continue
			points = [
				(LEFT + (place + 0.5) * step, HEIGHT - BOTTOM - (HEIGHT - BOTTOM - TOP) * value / top)
				for place, value in part
			]
			path = " ".join(f"{x:.1f},{y:.1f}" for x, y in points)
			inner.append(
				f'<polyline points="{path}" fill="none" stroke="{COLOURS[number]}" stroke-width="2.5"/>'
			)
			inner += [
				f'<circle cx="{x:.1f}" cy="{y:.1f}" r="3" fill="{COLOURS[number]}"/>' for x, y in points
			]
	return _drawing(labels, top, inner)


def _top(series: list[list[float]]) -> float:
	"""Return the upper end of the axis: a round number above the highest value."""
	highest = max((value or 0 for values in series for value in values), default=0) or 1
	size = 10 ** (len(str(int(highest))) - 1)
	return next(size * step for step in (1, 2, 2.5, 5, 10, 20) if size * step >= highest)


def _drawing(labels: list[str], top: float, inner: list[str]) -> str:
	step = (WIDTH - LEFT) / max(len(labels), 1)
	grid = []
	for part in range(5):
		y = HEIGHT - BOTTOM - (HEIGHT - BOTTOM - TOP) * part / 4
		grid.append(
			f'<line x1="{LEFT}" y1="{y:.1f}" x2="{WIDTH}" y2="{y:.1f}" stroke="#d5dbe3" stroke-width="1"/>'
		)
		grid.append(
			f'<text x="{LEFT - 6}" y="{y + 4:.1f}" font-size="11" fill="#5f6b7a" text-anchor="end">{top * part / 4:g}</text>'
		)
	every = max(1, len(labels) // 12)
	names = [
		f'<text x="{LEFT + (place + 0.5) * step:.1f}" y="{HEIGHT - 12}" font-size="11" fill="#5f6b7a" '
		f'text-anchor="middle">{escape(label)}</text>'
		for place, label in enumerate(labels)
		if place % every == 0
	]
	return (
		f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" width="100%" role="img" '
		f'font-family="Noto Sans, DejaVu Sans, Arial, sans-serif">{"".join(grid + inner + names)}</svg>'
	)


# Workbook


def xlsx(doc: Document) -> bytes:
	"""Return the management report as a workbook: figures, course with charts, breakdowns, and what it was frozen as."""
	content = frappe.parse_json(doc.figures)
	book = Workbook()
	sheet = book.active
	sheet.title = _("Figures")
	heads = [
		_("Figure"),
		_("Counted in"),
		_("This period"),
		_("Period before"),
		_("Year before"),
		_("Target"),
		_("Clause"),
	]
	rows = [
		[
			_(row["label"]),
			_(row["unit"]),
			row["now"],
			row["before"],
			row["year_before"],
			row["target"],
			row["clause"],
		]
		for row in content["lines"]
	]
	rows += [[_(row["label"]), _(row["unit"]), row["now"]] for row in content["satisfaction"]]
	_table(sheet, heads, rows, (42, 10, 13, 14, 13, 10, 16))
	_course(book.create_sheet(_("Over time")), content["series"])
	groups = book.create_sheet(_("Breakdowns"))
	rows = [
		[_(by.title()), _(row["label"]), _("not shown") if row["value"] is None else row["value"]]
		for by, found in content["groups"].items()
		for row in found
	]
	rows += [[_("Deadline"), row["label"], row["clocks_in_time_share"]] for row in content["clocks"]]
	_table(groups, [_("Broken down by"), _("Value"), _("Figure")], rows, (16, 46, 14))
	about = book.create_sheet(_("About this report"))
	about_rows = [
		[_("Report"), doc.name],
		[_("Period"), f"{content['from']} - {content['to']}"],
		[_("Frozen on"), str(doc.frozen_on)],
		[_("SHA-256 of the frozen figures"), doc.sha256],
		[_("Comments"), _safe(doc.comments or "")],
	]
	_table(about, [_("About this report"), ""], about_rows, (32, 90))
	file = io.BytesIO()
	book.save(file)
	return file.getvalue()


def _course(sheet: Worksheet, series: list[dict]) -> None:
	names = ("received", "decided", "answered_in_time_share", "first_contact_share")
	heads = [
		_("Month"),
		_("Received"),
		_("Answered"),
		_("Answered in time, %"),
		_("Resolved at first contact, %"),
	]
	_table(
		sheet, heads, [[row["month"], *(row[name] for name in names)] for row in series], (12, 12, 12, 20, 26)
	)
	last = len(series) + 1
	for chart, columns, title, place in (
		(BarChart(), (2, 3), _("Received and answered"), "G2"),
		(LineChart(), (4, 5), _("In time and at first contact, %"), "G19"),
	):
		chart.title, chart.height, chart.width = title, 7.5, 17
		for column in columns:
			chart.add_data(Reference(sheet, min_col=column, min_row=1, max_row=last), titles_from_data=True)
		chart.set_categories(Reference(sheet, min_col=1, min_row=2, max_row=last))
		sheet.add_chart(chart, place)


def _table(sheet: Worksheet, heads: list[str], rows: list[list], widths: tuple[int, ...]) -> None:
	sheet.append(heads)
	for cell in sheet[1]:
		cell.font, cell.fill = Font(bold=True, color="FFFFFF"), HEAD
	for row in rows:
		sheet.append([_safe(value) for value in row])
	for column, width in zip("ABCDEFG", widths, strict=False):
		sheet.column_dimensions[column].width = width
	for row in sheet.iter_rows(min_row=2):
		for cell in row:
			cell.alignment = Alignment(vertical="top", wrap_text=True)
	sheet.freeze_panes = "A2"


def _safe(value: object) -> object:
	"""A text that begins like a formula stays a text."""
	return f"'{value}" if isinstance(value, str) and value[:1] in ("=", "+", "-", "@") else value
