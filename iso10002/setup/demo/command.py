"""What `bench iso10002-demo` prints and commits."""

import sys
import time

import click
import frappe
from frappe import _
from frappe.utils import update_progress_bar
from frappe.utils.synchronization import filelock

from iso10002.setup.demo.clear import clear
from iso10002.setup.demo.load import LoadedAlreadyError, load
from iso10002.setup.demo.made import count_cases, remembered
from iso10002.setup.demo.people import PASSWORD, STANDING

LOCK = "iso10002_demo"


def run(action: str, *, force: bool = False) -> None:
	"""Load or clear the demo data and say what was done. Commits.

	Raises:
		DemoError: loading is not possible on this site; the message says why and what to do.
	"""
	with filelock(LOCK, timeout=5):
		if action == "load":
			_load(force)
		else:
			_clear()


def _load(force: bool) -> None:
	started = time.monotonic()
	try:
		written = load(force=force, progress=_show)
	except LoadedAlreadyError as error:
		click.echo(str(error))
		return
	frappe.db.commit()
	for doctype, number in written.items():
		click.echo(f"  {number:>7,} {_(doctype)}")
	click.echo(_("Loaded in {0} seconds.").format(round(time.monotonic() - started)))
	_say_logins()


def _show(done: int, total: int) -> None:
	"""Draw the progress on a terminal; in a log it would only be noise."""
	if sys.stdout.isatty():
		update_progress_bar(_("Complaints"), done - 1, total)
		if done == total:
			click.echo()


def _say_logins() -> None:
	click.echo(_("Log in with the password {0} as one of:").format(PASSWORD))
	made = remembered()
	for person in STANDING:
		note = (
			""
			if made and person.email in made.users
			else "  " + _("(was here before, with its own password)")
		)
		click.echo(f"  {person.email:<28}{_(person.role)}{note}")


def _clear() -> None:
	if not count_cases(demo=True) and not remembered():
		click.echo(_("There is no demo data on this site."))
		return
	removed = clear()
	frappe.db.commit()
	kept = removed.pop("kept")
	for doctype, number in removed.items():
		click.echo(f"  {number:>7,} {_(doctype)}")
	if kept:
		click.echo(
			_("Left in place, because something else on the site refers to it: {0}").format(", ".join(kept))
		)
	click.echo(_("The demo data is gone."))
