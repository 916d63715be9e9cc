"""The commands of the app for `bench --site SITE`. Thin: the modules they call do the work."""

import os
import sys

import click
import frappe
from frappe.commands import get_site, pass_context


def find_file(context: click.Context, parameter: click.Parameter, path: str | None) -> str | None:
	"""Find a file the user named: bench has changed to the sites directory by now, the user was elsewhere."""
	if path is None:
		return None
	for start in (os.environ.get("PWD", ""), "", ".."):
		if os.path.isfile(found := os.path.join(start, path)):
			return os.path.abspath(found)
	raise click.BadParameter(f"{path} does not exist. Give the full path of the file.")


def in_place(path: str) -> str:
	"""Return the full path of a file to write, seen from where the user called bench."""
	return os.path.join(os.environ.get("PWD", ""), path)


@click.command("iso10002-demo")
@click.argument("action", type=click.Choice(["load", "clear"]))
@click.option("--force", is_flag=True, help="Load also on a site that has complaints of its own.")
@pass_context
def demo(context, action: str, force: bool) -> None:
	"""Load 6,000 made-up complaints with their whole history, or clear them again."""
	from iso10002.setup.demo import command

	with Connection(context):
		command.run(action, force=force)


@click.command("iso10002-import")
@click.argument("file", callback=find_file)
@click.option(
	"--mapping",
	callback=find_file,
	help="JSON file that says what the headings mean.",
)
@click.option("--dry-run", is_flag=True, help="Check everything and write nothing.")
@click.option(
	"--user", default="Administrator", show_default=True, help="In whose name the complaints are entered."
)
@click.option("--encoding", help="Encoding of the file, such as cp1252; found out if not given.")
@click.option(
	"--allow-without-reference",
	is_flag=True,
	help="Take complaints without an External reference. Do not run such a file twice.",
)
@pass_context
def import_csv(context, file: str, allow_without_reference: bool, **options) -> None:
	"""Import complaints from a CSV FILE: all of them, or none if anything is wrong."""
	from iso10002.handling.csv_import import report as csv_report

	with Connection(context):
		code = csv_report.run(file, without_reference=allow_without_reference, alone=True, **options)
	sys.exit(code)


@click.command("iso10002-management-report")
@click.option("--from", "start", required=True, help="First month, as a day of it: 2026-01-01.")
@click.option("--to", "end", required=True, help="Last month, as a day of it; it has to be over.")
@click.option("--comments", default="", help="What the figures mean; printed with them.")
@pass_context
def management_report(context, start: str, end: str, comments: str) -> None:
	"""Freeze the figures of a period with a hash, and attach them as PDF and XLSX."""
	with Connection(context):
		doc = frappe.get_doc(
			{
				"doctype": "Complaint Management Report",
				"from_date": start,
				"to_date": end,
				"comments": comments,
			}
		).insert()
		doc.submit()
		frappe.db.commit()
		click.echo(f"{doc.name}  {doc.from_date} - {doc.to_date}  SHA-256 {doc.sha256}")
		for url in frappe.get_all(
			"File", {"attached_to_name": doc.name}, pluck="file_url", order_by="file_name"
		):
			click.echo(frappe.get_site_path(url.lstrip("/")))


@click.command("iso10002-leak-check")
@click.option("--keep", is_flag=True, help="Leave the cases and users for looking at, until the next run.")
@click.option(
	"--json", "target", callback=lambda _c, _p, path: path and in_place(path), help="Also write FILE."
)
@click.option("--clear", "only_clear", is_flag=True, help="Only remove what a kept or killed run left.")
@pass_context
def leak_check(context, keep: bool, target: str | None, only_clear: bool) -> None:
	"""Try every road to a hidden complaint as every kind of user. Ends with code 1 if anything leaks."""
	from iso10002.confidentiality.leak_check import command

	with Connection(context):
		code = command.remove() if only_clear else command.check(keep, target)
	sys.exit(code or 0)


class Connection:
	"""Connected to the site as Administrator; refusals are printed without a traceback, and end with code 1."""

	def __init__(self, context) -> None:
		self.site = get_site(context)

	def __enter__(self) -> None:
		frappe.init(site=self.site)
		frappe.connect()

	def __exit__(self, kind: type | None, error: BaseException | None, _traceback: object) -> None:
		if error:
			frappe.db.rollback()
		frappe.destroy()
		if isinstance(error, frappe.ValidationError):
			click.secho(frappe.utils.strip_html(str(error)), fg="red", err=True)
			sys.exit(1)


commands = [demo, management_report, import_csv, leak_check]
