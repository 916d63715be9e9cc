"""Sites: each with its own MariaDB data, Redis, ports and files, on the shared Frappe."""

from __future__ import annotations

import contextlib
import functools
import json
import secrets
import shutil
import tempfile
import urllib.request
from collections.abc import Iterator
from pathlib import Path

from . import packages, services
from .packages import APP, APPS, PYTHON
from .steps import (
	LOGS,
	ROOT,
	SANDBOX,
	WORK,
	Problem,
	digest,
	link,
	remove,
	run,
	stamp,
	stamped,
	step,
	unstamp,
	write,
)

INSIDE = SANDBOX / "inside"
DATABASE = "sandbox"
ADMIN_PASSWORD = "admin"
MADE = "made"
# what `migrate` may look at: everything but what the browser loads
MIGRATED = r"^(?!public/|locale/).*(?<!\.js)(?<!\.css)$"


class Instance:
	"""One site with its services, in a directory of its own laid out like a bench."""

	def __init__(self, name: str, site: str, bound: bool, **config: object):
		self.name, self.site, self.bound, self.config = name, site, bound, config
		self.dir = WORK / name
		self.sites = self.dir / "sites"
		self.logs = self.dir / "logs"
		self.web_port = 0
		self.python, self.extra_path = PYTHON, ""
		self.mariadb_options: tuple[str, ...] = ()

	# Services

	def lay_out(self) -> None:
		"""The directories of a bench, and Frappe's configuration with the ports of this run."""
		for folder in (self.sites, self.logs, self.dir / "run"):
			folder.mkdir(parents=True, exist_ok=True)
		link(self.dir / "apps", APPS)
		link(self.dir / "env", WORK / "env")
		link(self.sites / "assets", packages.ASSETS)
		packages.write_apps(self.dir)
		write(self.sites / "currentsite.txt", self.site)

	def configure(self) -> None:
		redis = f"redis://{services.HOST}:{self.redis_port}"
		config = {
			"db_host": services.HOST,
			"db_port": self.db_port,
			"redis_cache": redis,
			"redis_queue": redis,
			"redis_socketio": redis,
			"webserver_port": self.web_port,
			"host_name": f"http://{services.HOST}:{self.web_port}",
			"default_site": self.site,
			"developer_mode": 1,
			"allow_tests": True,
			**self.config,
		}
		write(self.sites / "common_site_config.json", json.dumps(config, indent=1))

	def start_data(self) -> None:
		"""MariaDB and Redis; those of an earlier run that still answer are kept."""
		self.lay_out()
		start = functools.partial(services.start_mariadb, more=self.mariadb_options)
		self.db_port = self._keep_or_start("mariadb", start)
		self.redis_port = self._keep_or_start("redis", services.start_redis)
		self.configure()

	def _keep_or_start(self, name: str, start) -> int:
		process = services.Process(self.dir, name)
		if process.pid() and not self.bound:
			port = process.info()["port"]
			with contextlib.suppress(Problem):  # stopped, where it does not answer
				process.wait_for(lambda: services.ready(name, port), seconds=30)
				return port
		process.stop()
		for last_try in (False, False, True):
			port = services.free_port()
			try:
				start(self.dir, port, self.bound)
				return port
			except Problem:
				if last_try or services.free_port(port) == port:
					raise
		raise AssertionError

	def start_web(self) -> None:
		"""Web server and worker, always with the code as it is now."""
		self.stop("web", "worker", "schedule")
		self.configure()
		web = services.Process(self.dir, "web")
		serve = [self.python, INSIDE / "serve.py", self.site, self.web_port]
		web.start(serve, self.sites, self.env(), self.bound, port=self.web_port)
		worker = services.Process(self.dir, "worker")
		worker.start(self.bench("worker", "--quiet"), self.sites, self.env(), self.bound)
		web.wait_for(self.answers)

	def start_schedule(self) -> None:
		services.Process(self.dir, "schedule").start(
			self.bench("schedule"), self.sites, self.env(), self.bound
		)

	def answers(self) -> bool:
		return _ping(self.web_port)

	def stop(self, *names: str) -> list[str]:
		"""Stop these services, or all; the names of those that ran."""
		names = names or ("schedule", "worker", "web", "redis", "mariadb")
		patience = {"worker": 3, "web": 3, "schedule": 3, "mariadb": 120}
		return [n for n in names if services.Process(self.dir, n).stop(patience.get(n, 30))]

	# Commands

	def env(self) -> dict[str, str]:
		"""Frappe takes its bench from here, and its quiet mode from CI: it should act the same everywhere."""
		return {
			"FRAPPE_BENCH_ROOT": str(self.dir),
			"CI": "",
			"PYTHONDONTWRITEBYTECODE": "",
			"PYTHONWARNINGS": "ignore",
		}

	def bench(self, *args: str) -> list[str | Path]:
		return [self.python, "-m", "frappe.utils.bench_helper", "frappe", *args]

	def run(self, what: str, *args: str) -> None:
		log = self.logs / f"{what.replace(' ', '-')}.log"
		run(self.bench("--site", self.site, *args), log, what, cwd=self.sites, env=self.env())

	def script(self, name: str, *args: str) -> None:
		"""Run a script of inside/ on the site."""
		log = self.logs / f"{name}.log"
		run([self.python, INSIDE / f"{name}.py", self.site, *args], log, name, cwd=self.sites, env=self.env())

	# Data

	def take(self, source: Path) -> None:
		"""Replace database and files with a copy of another place's. Nothing may be running."""
		for folder in ("mysql", "redis"):
			remove(self.dir / folder)
		remove(self.sites / self.site)
		shutil.copytree(source / "site", self.sites / self.site)
		shutil.copytree(source / "mysql", self.dir / "mysql")

	def keep(self, target: Path) -> None:
		"""Save database and files. Nothing may be running."""
		fresh = target.with_name(f"{target.name}.new")
		remove(fresh)
		shutil.copytree(self.sites / self.site, fresh / "site", ignore=shutil.ignore_patterns("*.lock"))
		shutil.copytree(self.dir / "mysql", fresh / "mysql")
		remove(target)
		fresh.rename(target)


def _ping(port: int) -> bool:
	try:
		with urllib.request.urlopen(f"http://{services.HOST}:{port}/api/method/ping", timeout=30) as answer:
			return answer.status == 200
	except OSError:
		return False


def app_key() -> str:
	"""Changes when there is something to migrate: in the app, or in Frappe."""
	return digest(
		packages.tree_key(ROOT / APP, MIGRATED), packages.LOCK / "frappe.txt", SANDBOX / "frappe_tree.py"
	)


def base_key() -> str:
	return digest(SANDBOX / "frappe_tree.py", packages.LOCK / "site.txt", INSIDE / "wizard.py", DATABASE)


def base_site() -> None:
	"""A site with Frappe alone and its setup wizard finished; the other sites begin as copies of it."""
	base = WORK / "base"
	key = base_key()
	if stamped("base", key) and (base / "mysql").is_dir():
		return
	instance = Instance("making", "new.localhost", bound=True)
	instance.stop()
	remove(instance.dir)
	remove(base)
	instance.lay_out()
	password = secrets.token_hex(12)
	with step("MariaDB: data directory and start"):
		services.make_mariadb(instance.dir)
		instance.start_data()
		services.set_root_password(instance.dir, instance.db_port, password)
	try:
		with step("bare site (new-site)"), path_without_spaces() as apps:
			new = ["new-site", instance.site, "--force", "--db-name", DATABASE, "--no-mariadb-socket"]
			new += ["--admin-password", ADMIN_PASSWORD]
			new += ["--mariadb-root-username", "root", "--mariadb-root-password", password]
			env = {**instance.env(), "PYTHONPATH": str(apps / "frappe")}
			run(instance.bench(*new), instance.logs / "new-site.log", "new-site", cwd=instance.sites, env=env)
		with step("setup wizard"):
			instance.script("wizard")
	finally:
		instance.stop()
	instance.keep(base)
	stamp("base", key)
	shutil.copytree(instance.logs, LOGS / "base", dirs_exist_ok=True)
	remove(instance.dir)


@contextlib.contextmanager
def path_without_spaces() -> Iterator[Path]:
	"""The apps under another name: Frappe gives the path of its first tables to a shell without quotes."""
	with tempfile.TemporaryDirectory(prefix="sandbox-") as directory:
		apps = Path(directory, "apps")
		apps.symlink_to(APPS)
		yield apps


def prepare_kept(instance: Instance, fresh: bool) -> None:
	"""A site that keeps its data: made once, migrated when the app has changed. Its services run after."""
	name = instance.name
	if fresh or not (stamped(f"{name}-site", MADE) and (instance.dir / "mysql").is_dir()):
		unstamp(f"{name}-site")
		instance.stop()
		unstamp(f"{name}-data")
		instance.take(WORK / "base")
		instance.start_data()
		_install(instance, f"{name}-app")
		stamp(f"{name}-site", MADE)
	else:
		instance.start_data()
		_migrate(instance, f"{name}-app")


def prepare_test(instance: Instance, fresh: bool) -> None:
	"""The site of the tests: every run starts from the same clean copy, whatever the last one left behind."""
	name, clean = instance.name, instance.dir / "clean"
	instance.stop()
	changed = True
	key = digest(base_key(), INSIDE / "test_site.py")
	if fresh or not clean.is_dir() or not stamped(f"{name}-site", key):
		unstamp(f"{name}-site")
		instance.take(WORK / "base")
		instance.start_data()
		_install(instance, f"{name}-app")
		with step("settings and users of the tests"):
			instance.script("test_site")
		stamp(f"{name}-site", key)
	else:
		with step("clean copy of the test site"):
			instance.take(clean)
			instance.start_data()
		changed = _migrate(instance, f"{name}-app")
	if changed:
		with step("keeping a clean copy of the test site"):
			instance.stop()
			instance.keep(clean)
			instance.start_data()


def copy_test(instance: Instance, copy: Instance) -> None:
	"""A second site for the tests, the same as the first one was before any of them ran."""
	copy.stop()
	copy.take(instance.dir / "clean")
	copy.start_data()


def _install(instance: Instance, mark: str) -> None:
	key = app_key()
	unstamp(mark)
	with step(f"install-app {APP}"):
		instance.run("install-app", "install-app", APP)
	stamp(mark, key)


def _migrate(instance: Instance, mark: str) -> bool:
	key = app_key()
	if stamped(mark, key):
		return False
	with step("migrate (the app has changed)"):
		try:
			instance.run("migrate", "migrate", "--skip-search-index")
		except Problem as problem:
			raise Problem(f"{problem}\nWith --fresh, the site is made anew instead.") from None
	stamp(mark, key)
	return True
