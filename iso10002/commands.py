"""The commands of the app for `bench --site SITE`. Thin: the modules they call do the work."""

import sys

import click
import frappe
from frappe.commands import get_site, pass_context


@click.command("iso10002-demo")
@click.argument("action", type=click.Choice(["load", "clear"]))
@click.option("--force", is_flag=True, help="Load also on a site that has complaints of its own.")
@pass_context
def demo(context, action: str, force: bool) -> None:
	"""Load 6,000 made-up complaints with their whole history, or clear them again."""
	from iso10002.setup.demo import command

	with Connection(context):
		command.run(action, force=force)


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


commands = [demo]
