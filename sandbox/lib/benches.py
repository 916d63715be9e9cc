"""An existing bench: its Python, its sites, its MariaDB and Redis, which have to be running."""

from __future__ import annotations

import json
import shlex
import socket
import subprocess
from pathlib import Path
from urllib.parse import urlsplit

from . import packages
from .packages import APP, LOCK, TOOLS
from .site import Instance
from .steps import LOGS, ROOT, WORK, Problem, digest, once, remove, run, say, step


class Bench(Instance):
	"""A site of an existing bench. Only logs and process files are ours, in a directory of the sandbox."""

	def __init__(self, path: Path, site: str):
		path = path.expanduser().absolute()
		super().__init__(f"bench-{digest(str(path), site)[:8]}", site, bound=True)
		self.path, self.sites = path, path / "sites"
		self.python = path / "env" / "bin" / "python"
		self.check()

	def check(self) -> None:
		for part in ("env/bin/python", "sites/apps.txt", "sites/common_site_config.json", "apps/frappe"):
			if not (self.path / part).exists():
				raise Problem(f"{self.path} is no bench: it has no {part}.")
		if not (self.sites / self.site / "site_config.json").is_file():
			found = sorted(config.parent.name for config in self.sites.glob("*/site_config.json"))
			raise Problem(f"{self.path} has no site {self.site}. It has: {', '.join(found) or 'none'}.")
		self.check_services()

	def check_services(self) -> None:
		config = json.loads((self.sites / "common_site_config.json").read_text())
		config |= json.loads((self.sites / self.site / "site_config.json").read_text())
		needed = {name: urlsplit(config.get(name) or "") for name in ("redis_cache", "redis_queue")}
		for name, address in needed.items():
			self.check_answers(name, address.hostname or "127.0.0.1", address.port or 6379)
		if config.get("db_type", "mariadb") == "mariadb" and not config.get("db_socket"):
			self.check_answers(
				"MariaDB", config.get("db_host") or "127.0.0.1", int(config.get("db_port") or 3306)
			)

	def check_answers(self, name: str, host: str, port: int) -> None:
		try:
			socket.create_connection((host, port), timeout=5).close()
		except OSError as error:
			raise Problem(
				f"{name} of this bench does not answer at {host}:{port} ({error}). Start the bench's services."
			) from None

	def env(self) -> dict[str, str]:
		return {"CI": "", "PYTHONWARNINGS": "ignore"}

	def configure(self) -> None:
		"""The bench's configuration is not ours to write."""

	def test_packages(self) -> None:
		"""Pytest and the like for this bench's Python, beside the bench and not in it."""
		asked = "import sys, platform; print(sys.implementation.cache_tag, platform.machine())"
		tag = "-".join(
			subprocess.run([self.python, "-c", asked], capture_output=True, text=True).stdout.split()
		)
		if not tag:
			raise Problem(f"{self.python} does not run.")
		target = WORK / f"packages-{tag}"
		self.extra_path = str(target)

		def make() -> None:
			remove(target)
			install = [TOOLS / "uv", "pip", "install", "--python", self.python, "--target", target]
			install += ["--require-hashes", "-r", LOCK / "test.txt"]
			run(install, LOGS / f"packages-{tag}.log", "install of the test packages")

		once(f"packages-{tag}", digest(LOCK / "test.txt", str(target)), f"test packages for {tag}", make)

	def prepare(self) -> None:
		"""The app on the site and up to date, the setup wizard finished."""
		apps = (self.sites / "apps.txt").read_text().split()
		where = self.ask(f"import {APP}; print({APP}.__path__[0])") if APP in apps else ""
		if not where:
			raise Problem(
				f"The bench has no app {APP}. Add it:\n"
				f"    cd {shlex.quote(str(self.path))} && bench get-app {shlex.quote(str(ROOT))}"
			)
		if Path(where).resolve().parent != ROOT:
			same = packages.tree_key(Path(where)) == packages.tree_key(ROOT / APP)
			say(
				f"the bench's own copy of the app is tested: {where} ({'same as' if same else 'DIFFERS from'} this one)"
			)
		self.check_assets(Path(where) / "public")
		if APP not in self.installed():
			with step(f"install-app {APP}"):
				self.run("install-app", "install-app", APP)
		with step("migrate"):
			self.run("migrate", "migrate", "--skip-search-index")
		with step("setup wizard, settings for tests"):
			self.script("wizard")
			self.script("test_site")

	def check_assets(self, public: Path) -> None:
		"""Whether the bench has built what the app's pages load."""
		manifest = self.sites / "assets" / "assets.json"
		built = json.loads(manifest.read_text()) if manifest.exists() else {}
		for bundle in public.rglob("*.bundle.*"):
			name = bundle.name.replace(".scss", ".css").replace(".ts", ".js")
			if "dist" not in bundle.parts and "node_modules" not in bundle.parts and name not in built:
				raise Problem(f"The bench has not built {name}. Build it: bench build --app {APP}")

	def installed(self) -> list[str]:
		ask = "import frappe, sys; frappe.init(sys.argv[1]); frappe.connect(); print(*frappe.get_installed_apps())"
		return self.ask(ask, self.site).split()

	def ask(self, code: str, *args: str) -> str:
		command = [self.python, "-c", f"import sys; sys.path.remove(''); {code}", *args]
		answer = subprocess.run(command, cwd=self.sites, capture_output=True, text=True)
		return answer.stdout.strip()
