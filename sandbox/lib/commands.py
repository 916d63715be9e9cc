"""The four commands: up, down, bench and test."""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

from . import packages, services
from .packages import APP, PYTHON, TOOLS
from .site import Instance, base_site, prepare_demo, prepare_test
from .steps import (
	ROOT,
	STAMPS,
	WORK,
	Branch,
	Problem,
	kill_running,
	locked,
	need_space,
	remove,
	say,
	stamp,
	stamped,
	step,
)

SITE = "sandbox.localhost"
TEST_SITE = "test.localhost"
PASSWORD = "complaint-demo"
PORT = 8310
SHARED_MB, SITE_MB, RUN_MB = 1300, 400, 300


def guarded(main: Callable[[list[str]], int | None]) -> None:
	"""Run a command: problems as one clear message, Ctrl-C and kill without leaving half a step running."""
	signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
	try:
		sys.exit(main(sys.argv[1:]))
	except Problem as problem:
		print(f"\nError: {problem}", file=sys.stderr)
		sys.exit(1)
	except KeyboardInterrupt:
		print("\nInterrupted. Run it again to go on from the last finished step.", file=sys.stderr)
		sys.exit(130)
	finally:
		kill_running()


def demo() -> Instance:
	return Instance("demo", SITE, bound=False)


def check_work() -> None:
	"""The work directory must be ours: half of it made by root is of no use to somebody else."""
	with contextlib.suppress(FileNotFoundError):
		owner = WORK.stat().st_uid
		if owner != os.geteuid():
			raise Problem(
				f"{WORK} belongs to another user (number {owner}). Run this as that user, remove the directory, "
				"or set SANDBOX_DIR to a directory of your own."
			)
	try:
		WORK.mkdir(parents=True, exist_ok=True)
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


def space(*sites: str) -> None:
	missing = 0 if (STAMPS / "base").exists() else SHARED_MB
	missing += sum(SITE_MB for site in sites if not (STAMPS / f"{site}-site").exists())
	need_space(missing + RUN_MB)


# up


def up(argv: list[str]) -> None:
	parser = argparse.ArgumentParser(
		prog="sandbox/up",
		description=f"Build and start a Frappe site with the app and demo data, for trying it out. {STAYS}",
	)
	parser.add_argument(
		"--no-ui", action="store_true", help="without the desk's JavaScript and CSS: API only, no node"
	)
	parser.add_argument("--no-demo", action="store_true", help="without demo data")
	parser.add_argument(
		"--port", type=int, help=f"port of the web server (default: as last time, at first {PORT})"
	)
	options = parser.parse_args(argv)
	check_work()
	instance = demo()
	web = services.Process(instance.dir, "web")
	instance.web_port = options.port or remembered_port(instance) or PORT
	if not (web.pid() and web.info().get("port") == instance.web_port):
		services.check_port(instance.web_port)
	space("demo")
	build(not options.no_ui, {**packages.SERVICES, **({} if options.no_ui else packages.NODE)})
	with locked("demo", "The sandbox"):
		prepare_demo(instance)
		serve(instance, web)
		if not options.no_demo:
			load_demo(instance)
		people = make_users(instance)
	say("ready")
	print(farewell(instance, people))


def remembered_port(instance: Instance) -> int:
	with contextlib.suppress(OSError, ValueError):
		return int((instance.dir / "port").read_text())
	return 0


def serve(instance: Instance, web: services.Process) -> None:
	"""Web server, worker and scheduler; started again when the code is not the one they run."""
	code = packages.tree_key(ROOT / APP, r"^(?!public/)") + str(instance.web_port)
	running = [services.Process(instance.dir, name).pid() for name in ("web", "worker", "schedule")]
	if all(running) and stamped("demo-code", code) and instance.answers():
		instance.configure()
		return
	with step("web server, worker, scheduler"):
		if web.info().get("port") != instance.web_port:
			services.check_port(instance.web_port)
		instance.stop("schedule", "worker", "web")
		instance.run("clear-cache", "clear-cache")
		instance.start_web()
		instance.start_schedule()
		(instance.dir / "port").write_text(str(instance.web_port))
	stamp("demo-code", code)


def load_demo(instance: Instance) -> None:
	"""The app's own demo data, once."""
	if stamped("demo-data", "loaded"):
		return
	try:
		instance.run("looking for the demo command", f"{APP}-demo", "--help")
	except Problem:
		say(f"demo data: this version of the app has no command {APP}-demo, so there is none")
		return
	with step("demo data"):
		instance.run("demo data", f"{APP}-demo", "load")
	stamp("demo-data", "loaded")


def make_users(instance: Instance) -> list[list[str]]:
	file = instance.dir / "people.json"
	instance.script("users", PASSWORD, str(file))
	return json.loads(file.read_text())


def farewell(instance: Instance, people: list[list[str]]) -> str:
	lines = ["", f"  The site:  http://127.0.0.1:{instance.web_port}", "", "  Log in as:"]
	width = max(len(user) for user, *_ in people)
	lines += [f"    {user:{width}}  password {password:15} {roles}" for user, roles, password in people]
	lines += ["", "  Commands:  sandbox/bench ARGS     for example sandbox/bench migrate"]
	lines += ["  Stop:      sandbox/down           with --purge it is removed as well", ""]
	return "\n".join(lines)


STAYS = "Everything it makes is in .sandbox/ (or SANDBOX_DIR); a second run goes on from what is there."


# down


def down(argv: list[str]) -> None:
	parser = argparse.ArgumentParser(
		prog="sandbox/down",
		description="Stop the sandbox, and what an interrupted test run has left running.",
	)
	parser.add_argument(
		"--purge", action="store_true", help="remove everything the sandbox has made, data included"
	)
	options = parser.parse_args(argv)
	check_work()
	stopped = []
	with contextlib.ExitStack() as held:
		if options.purge:
			held.enter_context(locked("build", "Building the sandbox", wait=False))
		for folder in sorted(path.parent for path in WORK.glob("*/run")):
			name = folder.name
			with locked(name, f"'{name}'", wait=False):
				stopped += [f"{name}: {service}" for service in Instance(name, "", bound=False).stop()]
		if options.purge:
			remove(WORK)
	say(f"stopped {', '.join(stopped)}" if stopped else "nothing was running")
	if options.purge:
		say(f"removed {WORK}")


# bench


def bench(argv: list[str]) -> None:
	"""The bench CLI for the sandbox's site; its working directory is that of the sites, as with bench."""
	check_work()
	instance = demo()
	if not stamped_site("demo"):
		raise Problem("There is no sandbox yet. Make it with sandbox/up.")
	if argv[:1] == ["build"]:
		packages.npm_packages()
		packages.assets()
		return
	if not services.Process(instance.dir, "mariadb").pid():
		raise Problem("The sandbox is not running. Start it with sandbox/up.")
	os.chdir(instance.sites)
	command = [str(arg) for arg in instance.bench(*argv)]
	os.execve(command[0], command, {**os.environ, **instance.env()})


def stamped_site(name: str) -> bool:
	return (STAMPS / f"{name}-site").exists()


# test


def test(argv: list[str]) -> int:
	parser = argparse.ArgumentParser(
		prog="sandbox/test",
		description="Check the code (ruff, preflight) and run the tests on a site of their own. "
		f"What it does not know goes to pytest, with paths from the project's root. {STAYS}",
		allow_abbrev=False,
	)
	parser.add_argument("--bench", metavar="PATH", type=Path, help="test on this existing bench, with --site")
	parser.add_argument("--site", metavar="NAME", help="the site on that bench; tests leave records on it")
	parser.add_argument(
		"--fresh", action="store_true", help="make the test site anew instead of migrating it"
	)
	parser.add_argument(
		"--instance",
		metavar="NAME",
		default="test",
		help="a test site of its own, to run beside another test run",
	)
	options, pytest_args = parser.parse_known_args(argv)
	check_work()
	if bool(options.bench) != bool(options.site):
		parser.error("--bench and --site belong together")
	if options.bench:
		raise Problem("not yet")
	instance = Instance(options.instance, TEST_SITE, bound=True, pause_scheduler=1, rate_limit={})
	space(instance.name)
	build(True, {**packages.SERVICES, **packages.NODE, **packages.BROWSER})
	with locked(instance.name, f"The test site '{instance.name}'"):
		failed = checks()
		try:
			prepare_test(instance, options.fresh)
			instance.web_port = services.free_port(PORT + 100)
			with step("web server, worker"):
				instance.start_web()
			env = {
				**instance.env(),
				"ISO10002_SITES": str(instance.sites),
				"ISO10002_SITE": instance.site,
				"ISO10002_URL": f"http://{services.HOST}:{instance.web_port}",
				"ISO10002_CHECKS_FAILED": ", ".join(failed),
			}
			return pytest(PYTHON, pytest_args, env) or bool(failed)
		finally:
			instance.stop()


def checks() -> list[str]:
	"""Ruff and preflight; the names of those that found something. Their findings are printed."""
	ruff = str(TOOLS / "ruff")
	preflight = [str(TOOLS / "preflight"), "--path", str(ROOT), "--target", "v16"]
	commands = {
		"ruff check": [ruff, "check", "--quiet", str(ROOT)],
		"ruff format": [ruff, "format", "--check", "--quiet", str(ROOT)],
		"preflight": preflight,
	}
	failed = []
	for name, command in commands.items():
		result = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
		say(f"{name}: {'FAILED' if result.returncode else 'ok'}")
		if result.returncode:
			print((result.stdout + result.stderr).rstrip(), flush=True)
			failed.append(name)
	return failed


def pytest(python: Path, args: list[str], env: dict[str, str]) -> int:
	"""Pytest as the last one to speak; Ctrl-C goes to it, and it prints what it has so far."""
	start = "import sys; sys.path.remove(''); import pytest; raise SystemExit(pytest.console_main())"
	say("tests")
	before = signal.signal(signal.SIGINT, signal.SIG_IGN)
	try:
		child = subprocess.Popen(
			[str(python), "-c", start, *args],
			cwd=ROOT,
			env={**os.environ, **env},
			preexec_fn=lambda: signal.signal(signal.SIGINT, signal.default_int_handler),
		)
		return child.wait()
	finally:
		signal.signal(signal.SIGINT, before)
