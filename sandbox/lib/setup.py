"""What comes before any site: a directory of our own, room on the disk, and what the sites share."""

from __future__ import annotations

import contextlib
import os

from . import packages
from .site import base_site
from .steps import STAMPS, WORK, Branch, Problem, locked, need_space

# what each step takes, with the caches of uv and npm
STEP_MB = {"tools": 150, "python-packages": 1000, "frappe": 150, "npm": 300, "base": 300}
SITE_MB, RUN_MB = 350, 250
STAYS = "Everything it makes is in .sandbox/ (or SANDBOX_DIR); a second run goes on from what is there."


def check_work() -> None:
	"""The work directory must be ours: half of it made by root is of no use to somebody else."""
	with contextlib.suppress(FileNotFoundError):
		owner = WORK.stat().st_uid
		if owner != os.geteuid():
			raise Problem(
				f"{WORK} belongs to another user (number {owner}). Run this as that user, remove the directory, "
				"or set SANDBOX_DIR to a directory of your own."
			)
	if WORK.is_dir() and not STAMPS.is_dir() and any(WORK.iterdir()):
		raise Problem(f"{WORK} has other things in it. Set SANDBOX_DIR to a directory that is new or empty.")
	try:
		STAMPS.mkdir(parents=True, exist_ok=True)
	except OSError as error:
		raise Problem(
			f"{WORK} cannot be made: {error.strerror}. Set SANDBOX_DIR to another directory."
		) from None


def build(ui: bool, programs: dict[str, str]) -> None:
	"""Everything the sites share. The browser's part is built beside the database's."""
	with locked("build", "Building the sandbox"):
		packages.debian(programs)
		packages.tools()
		packages.frappe_tree()
		branch = Branch(ui_part) if ui else None
		packages.python_packages()
		base_site()
		if branch:
			branch.finish()
		else:
			packages.no_assets()


def ui_part() -> None:
	packages.npm_packages()
	packages.assets()


def space(site: str) -> None:
	"""Room for what is still to be made."""
	steps = sum(mb for step, mb in STEP_MB.items() if not (STAMPS / step).exists())
	need_space(steps + RUN_MB + (0 if (STAMPS / f"{site}-site").exists() else SITE_MB))
