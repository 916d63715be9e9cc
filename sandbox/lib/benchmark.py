"""The command benchmark: times and statement counts on a site of its own, without pytest."""

from __future__ import annotations

import argparse
import os
import subprocess

from . import packages
from .setup import STAYS, build, check_work, space
from .site import INSIDE, Instance, prepare_test
from .steps import dying_with_us, locked, say

SITE = "benchmark.localhost"
NAME = "benchmark"


def benchmark(argv: list[str]) -> int:
	options, rest = arguments(argv)
	check_work()
	instance = Instance(NAME, SITE, bound=True)
	space(NAME)
	build(False, packages.SERVICES)
	with locked(NAME, "The site of the benchmark"):
		try:
			prepare_test(instance, options.fresh)
			say("benchmark")
			command = [instance.python, INSIDE / "benchmark.py", instance.site, *rest]
			env = {**os.environ, **instance.env()}
			command = dying_with_us([str(part) for part in command])
			return subprocess.run(command, cwd=instance.sites, env=env, check=False).returncode
		finally:
			instance.stop()


def arguments(argv: list[str]) -> tuple[argparse.Namespace, list[str]]:
	parser = argparse.ArgumentParser(
		prog="sandbox/benchmark",
		description="Measure the costs docs/performance.md speaks of, on a site of its own; "
		f"ends with 1 where a limit is not kept. {STAYS}",
		epilog="What it does not know goes to the measurement: --cases, --due, --inserts, --figures, --runs, --report, --only.",
		allow_abbrev=False,
	)
	parser.add_argument("--fresh", action="store_true", help="make the site anew instead of migrating it")
	return parser.parse_known_args(argv)
