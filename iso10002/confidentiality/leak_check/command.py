"""What `bench iso10002-leak-check` prints and writes."""

import json
from pathlib import Path

import click
from frappe.utils import update_progress_bar

from iso10002.confidentiality.leak_check.clear import clear, left_behind
from iso10002.confidentiality.leak_check.registry import Road
from iso10002.confidentiality.leak_check.report import as_dict, as_text
from iso10002.confidentiality.leak_check.run import run


def check(keep: bool, target: str | None) -> int:
	"""Run the check, print its table, and return the exit code: 1 if anything leaked. Commits."""
	outcome = run(keep=keep, progress=_show)
	click.echo(as_text(outcome))
	if target:
		Path(target).write_text(json.dumps(as_dict(outcome), indent=1, ensure_ascii=False))
	if keep:
		click.echo("The cases and users are kept. Remove them with --clear.")
	return 1 if outcome.leaks else 0


def remove() -> None:
	"""Remove what a killed or kept run left."""
	found = len(left_behind())
	clear()
	click.echo(f"Removed {found} cases and users." if found else "Nothing was left.")


def _show(done: int, total: int, road: Road) -> None:
	if click.get_text_stream("stdout").isatty():
		update_progress_bar("Roads", done - 1, total)
