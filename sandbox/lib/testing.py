"""The command test: checks, a site, and pytest on it."""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import re
import shutil
import signal
import subprocess
from pathlib import Path

from . import packages, services
from .benches import Bench
from .packages import PYTHON, TOOLS
from .setup import STAYS, build, check_work, space
from .site import Instance, copy_test, prepare_test
from .steps import ROOT, check_space, dying_with_us, locked, remove, say, step

SITE = "test.localhost"
PORT = 8410
MOST_SITES = 2


def test(argv: list[str]) -> int:
	options, pytest_args = arguments(argv)
	check_work()
	if options.bench:
		return test_on_bench(options, pytest_args)
	instance = Instance(options.instance, SITE, bound=True)
	space(instance.name)
	build(True, {**packages.SERVICES, **packages.NODE, **packages.BROWSER})
	with locked(instance.name, f"The test site '{instance.name}'"):
		failed = checks(instance.dir)
		instances = [instance]
		try:
			prepare_test(instance, options.fresh)
			for number in range(2, options.sites + 1):
				instances.append(Instance(f"{instance.name}-{number}", SITE, bound=True))
				with step(f"site {number}"):
					copy_test(instance, instances[-1])
			return serve_and_test(instances, PYTHON, pytest_args, failed)
		finally:
			for started in instances:
				started.stop()


def arguments(argv: list[str]) -> tuple[argparse.Namespace, list[str]]:
	parser = argparse.ArgumentParser(
		prog="sandbox/test",
		usage="%(prog)s [--fresh] [--instance NAME] [--sites N] [pytest arguments]\n"
		"       %(prog)s --bench PATH --site NAME [pytest arguments]",
		description="Check the code (ruff, preflight) and run the tests on a site of their own. "
		f"What it does not know goes to pytest; paths are from the project's root. {STAYS}",
		allow_abbrev=False,
	)
	parser.add_argument("--bench", metavar="PATH", type=Path, help="test on this existing bench, with --site")
	parser.add_argument(
		"--site", metavar="NAME", help="the site on that bench; the tests leave records on it"
	)
	parser.add_argument(
		"--fresh", action="store_true", help="make the test site anew instead of migrating it"
	)
	parser.add_argument(
		"--instance",
		metavar="NAME",
		default="test",
		help="name of the test site: two names can run side by side",
	)
	parser.add_argument(
		"--sites",
		metavar="N",
		type=int,
		choices=range(1, 9),
		help="run the tests file by file on so many copies of the site at once; "
		f"when nothing is asked of pytest, {MOST_SITES} where there are as many processors",
	)
	options, rest = parser.parse_known_args(argv)
	if options.sites is None:
		options.sites = 1 if rest or options.bench else min(MOST_SITES, os.cpu_count() or 1)
	if bool(options.bench) != bool(options.site):
		parser.error("--bench and --site belong together")
	if not re.fullmatch(r"[a-z][a-z0-9-]*", options.instance) or options.instance in RESERVED:
		parser.error("--instance takes small letters, digits and dashes, and no name the sandbox uses itself")
	return options, rest


RESERVED = {"demo", "base", "making", "benchmark"}
RESERVED |= {"apps", "assets", "build", "download", "env", "logs", "npm", "sites", "stamps", "tools"}


def test_on_bench(options: argparse.Namespace, pytest_args: list[str]) -> int:
	bench = Bench(options.bench, options.site)
	with locked("build", "Building the sandbox"):
		packages.debian(packages.BROWSER)
		packages.tools()
		bench.test_packages()
	with locked(bench.name, f"The site {bench.site}"):
		failed = checks(bench.dir)
		try:
			bench.prepare()
			return serve_and_test([bench], bench.python, pytest_args, failed)
		finally:
			bench.stop("worker", "web")


def serve_and_test(instances: list[Instance], python: Path, pytest_args: list[str], failed: list[str]) -> int:
	"""Pytest with one process for each site; tests/conftest.py gives each process its site."""
	for instance in instances:
		# from a place of our own on: two runs that look at the same moment would find the same port free
		instance.web_port = services.free_port(PORT + os.getpid() % 500)
		with step(f"web server, worker ({instance.name})"):
			instance.start_web()
	places = [place(instance) for instance in instances]
	env = {
		**places[0],
		"ISO10002_PLACES": json.dumps(places),
		"ISO10002_CHROMIUM": os.environ.get("ISO10002_CHROMIUM") or packages.browser() or "",
		"ISO10002_CHECKS_FAILED": ", ".join(failed),
	}
	if len(instances) > 1:
		# by file and in their order: what a file shares is made once, and what takes the app away comes last
		pytest_args = [
			"-n",
			str(len(instances)),
			"--dist",
			"loadfile",
			"--no-loadscope-reorder",
			*pytest_args,
		]
	return pytest(python, instances[0].extra_path, pytest_args, env) or int(bool(failed))


def place(instance: Instance) -> dict[str, str]:
	"""What a test process has to know of its site."""
	return {
		**instance.env(),
		"ISO10002_SITES": str(instance.sites),
		"ISO10002_SITE": instance.site,
		"ISO10002_URL": f"http://{services.HOST}:{instance.web_port}",
	}


def checks(directory: Path) -> list[str]:
	"""Ruff and preflight; the names of those that found something. Their findings are printed."""
	ruff = str(TOOLS / "ruff")
	# preflight reads every folder it is pointed to, the sandbox's own too: it gets a copy of the app
	copy = directory / "preflight" / packages.APP
	remove(copy)
	skip = shutil.ignore_patterns("dist", "node_modules", "__pycache__")
	for name in (packages.APP, "tests"):
		shutil.copytree(ROOT / name, copy / name, ignore=skip)
	shutil.copy(ROOT / "pyproject.toml", copy)
	commands = {
		"ruff check": [ruff, "check", "--quiet", "--output-format", "concise", "."],
		"ruff format": [ruff, "format", "--check", "--quiet", "--output-format", "concise", "."],
		"preflight": [str(TOOLS / "preflight"), "--path", str(copy), "--target", "v16"],
	}
	failed = []
	for name, command in commands.items():
		result = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
		say(f"{name}: {'FAILED' if result.returncode else 'ok'}")
		if result.returncode:
			print((result.stdout + result.stderr).rstrip(), flush=True)
			failed.append(name)
	remove(copy.parent)
	return failed


def pytest(python: Path, extra_path: str, args: list[str], env: dict[str, str]) -> int:
	"""Pytest as the last one to speak; Ctrl-C goes to it, and it prints what it has so far."""
	start = "import sys; sys.path.remove('')"
	if extra_path:
		# last: what the bench has itself comes first. Only the tools of the tests are ours, whatever it has.
		start += f"; sys.path.insert(0, {extra_path!r}); import hypothesis, pytest"
		start += "; sys.path.append(sys.path.pop(0))"
	start += "; import pytest; raise SystemExit(pytest.console_main())"
	say("tests")
	child = None
	before = signal.signal(signal.SIGINT, signal.SIG_IGN)
	try:
		child = subprocess.Popen(
			dying_with_us([str(python), "-c", start, *args]),
			cwd=ROOT,
			env={**os.environ, **env},
			preexec_fn=lambda: signal.signal(signal.SIGINT, signal.default_int_handler),
		)
		while True:
			with contextlib.suppress(subprocess.TimeoutExpired):
				return child.wait(timeout=2)
			check_space("the tests")
	finally:
		if child and child.poll() is None:
			child.terminate()
		signal.signal(signal.SIGINT, before)
