"""The command benchmark: times and statement counts on sites of its own, without pytest."""

from __future__ import annotations

import argparse
import os
import subprocess

from . import packages
from .setup import STAYS, build, check_work, space
from .site import INSIDE, Instance, prepare_kept, prepare_test
from .steps import dying_with_us, locked, need_space, say

# A small site, clean for each run, and one that is filled once with very many complaints and kept.
SMALL, LARGE = "benchmark", "benchmark-large"
ON_SMALL = ("creation", "sweep", "portal")
ON_LARGE = ("access", "figures")
MB_FOR_1000 = 40
MOST_BUFFER_MB = 12000


def benchmark(argv: list[str]) -> int:
	options, rest = arguments(argv)
	check_work()
	space(SMALL)
	build(False, packages.SERVICES)
	failed = 0
	for name, parts in ((SMALL, ON_SMALL), (LARGE, ON_LARGE)):
		wanted = [part for part in parts if options.only in (None, part)]
		if wanted:
			failed |= run(Instance(name, f"{name}.localhost", bound=True), wanted, options, rest)
	return failed


def run(instance: Instance, parts: list[str], options: argparse.Namespace, rest: list[str]) -> int:
	"""Measure these parts on a site; 1 where a limit is not kept."""
	with locked(instance.name, "The site of the benchmark"):
		try:
			if instance.name == LARGE:
				need_space(
					MB_FOR_1000 * options.complaints // 1000
					if not (instance.dir / "mysql").is_dir()
					else 1000
				)
				instance.mariadb_options = large_database()
				prepare_kept(instance, options.fresh)
			else:
				prepare_test(instance, options.fresh)
			say(f"benchmark: {', '.join(parts)}")
			command = [instance.python, INSIDE / "benchmark.py", instance.site, "--parts", *parts]
			command += ["--complaints", options.complaints, *rest]
			env = {**os.environ, **instance.env()}
			command = dying_with_us([str(part) for part in command])
			return subprocess.run(command, cwd=instance.sites, env=env, check=False).returncode
		finally:
			instance.stop()


def large_database() -> tuple[str, ...]:
	"""MariaDB's options for millions of rows: half of the memory, and a log that takes long copies."""
	memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") >> 20
	return (
		f"--innodb-buffer-pool-size={min(memory // 2, MOST_BUFFER_MB)}M",
		"--innodb-log-file-size=2G",
		"--innodb-sort-buffer-size=64M",
		"--userstat=1",
	)


def arguments(argv: list[str]) -> tuple[argparse.Namespace, list[str]]:
	parser = argparse.ArgumentParser(
		prog="sandbox/benchmark",
		description="Measure the costs docs/performance.md speaks of, on sites of its own; ends with 1 where a limit is not "
		f"kept. {', '.join(ON_LARGE)} are measured on a site that is filled once with --complaints and kept for later runs "
		f"(about {MB_FOR_1000} GB for a million); --fresh or sandbox/down --purge removes it. {STAYS}",
		epilog="What it does not know goes to the measurement: --cases, --due, --inserts, --runs, --months, --report, --verbose.",
		allow_abbrev=False,
	)
	parser.add_argument("--fresh", action="store_true", help="make the sites anew instead of migrating them")
	parser.add_argument("--only", choices=(*ON_SMALL, *ON_LARGE), help="measure this part alone")
	parser.add_argument(
		"--complaints",
		type=int,
		default=1_000_000,
		help="complaints on the large site, at least (default: 1000000)",
	)
	return parser.parse_known_args(argv)
