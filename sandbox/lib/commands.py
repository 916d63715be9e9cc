"""The commands up, down and bench."""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import signal
import sys
from collections.abc import Callable

from . import packages, services
from .packages import APP
from .setup import STAYS, build, check_work, space
from .site import Instance, prepare_kept
from .steps import (
	ROOT,
	STAMPS,
	WORK,
	Problem,
	kill_running,
	locked,
	remove,
	say,
	stamp,
	stamped,
	step,
)

SITE = "sandbox.localhost"
PASSWORD = "complaint-demo"
PORT = 8310


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


# up


def up(argv: list[str]) -> int:
	parser = argparse.ArgumentParser(
		prog="sandbox/up",
		description=f"Build and start a Frappe site with the app and demo data, for trying it out. {STAYS}",
	)
	parser.add_argument(
		"--no-ui", action="store_true", help="without the desk's JavaScript and CSS: API only, no node"
	)
	parser.add_argument("--fresh", action="store_true", help="make the site anew; what is in it is lost")
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
		prepare_kept(instance, options.fresh)
		serve(instance, web)
		loaded = options.no_demo or load_demo(instance)
		people = make_users(instance)
	say("ready" if loaded else "ready, but without demo data: see above")
	print(farewell(instance, people))
	return 0 if loaded else 1


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


def load_demo(instance: Instance) -> bool:
	"""The app's own demo data, once. False if it could not be loaded; the site is of use all the same."""
	if stamped("demo-data", "loaded"):
		return True
	try:
		instance.run("looking for the demo command", f"{APP}-demo", "--help")
	except Problem:
		say(f"demo data: this version of the app has no command {APP}-demo, so there is none")
		return True
	try:
		with step("demo data"):
			instance.run("demo data", f"{APP}-demo", "load")
	except Problem as problem:
		say(str(problem))
		return False
	stamp("demo-data", "loaded")
	return True


def make_users(instance: Instance) -> list[list[str]]:
	file = instance.dir / "logins.json"
	with step("users"):
		instance.script("users", PASSWORD, str(file))
	return json.loads(file.read_text())


def farewell(instance: Instance, people: list[list[str]]) -> str:
	lines = ["", f"  The site:  http://127.0.0.1:{instance.web_port}", "", "  Log in as:"]
	shown = [row for row in people if row[2]]
	width = max(len(user) for user, *_ in shown)
	lines += [f"    {user:{width}}  password {password:15} {roles}" for user, roles, password, _ in shown]
	if more := len(people) - len(shown):
		lines.append(f"    and {more} more, of the demo data")
	lines += ["", "  Commands:  sandbox/bench ARGS     for example sandbox/bench migrate"]
	lines += ["  Stop:      sandbox/down           with --purge it is removed as well", ""]
	return "\n".join(lines)


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
			try:
				with locked(name, f"The site '{name}'", wait=False):
					stopped += [f"{name}: {service}" for service in Instance(name, "", bound=False).stop()]
			except Problem as busy:
				if options.purge or name == "demo":
					raise
				say(f"{busy} It is left alone.")
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
