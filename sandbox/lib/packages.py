"""What all sites share: Debian programs, Python packages, Frappe itself, npm packages and built assets."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

from .steps import (
	LOGS,
	ROOT,
	SANDBOX,
	WORK,
	Problem,
	digest,
	link,
	need_space,
	once,
	run,
	say,
	step,
	unstamp,
	write,
)

APP = "iso10002"
LOCK = SANDBOX / "lock"
TOOLS = WORK / "tools" / "bin"
PYTHON = WORK / "env" / "bin" / "python"
APPS = WORK / "apps"
ASSETS = WORK / "assets"
NODE_MINIMUM = 18
DEBIAN_MB = 1200

# program: the Debian package that has it. mariadb-server would start a database of its own on the machine.
SERVICES = {
	"mariadbd": "mariadb-server-core",
	"mariadb-install-db": "mariadb-server-core",
	"mysql": "mariadb-client",
	"mariadb": "mariadb-client",
	"mariadb-dump": "mariadb-client",
	"redis-server": "redis-server",
}
WANTED = {"wkhtmltopdf": "wkhtmltopdf"}  # for PDF; all else works without
NODE = {"node": "nodejs", "npm": "npm"}
BROWSERS = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome")
BROWSER = {"chromium-headless-shell": "chromium-headless-shell"}  # less work than the whole browser


def program(name: str) -> str | None:
	"""Path of a program; Debian has the servers in sbin, which is not on everybody's PATH."""
	return shutil.which(name, path=os.environ.get("PATH", "") + ":/usr/sbin:/sbin:/usr/local/sbin")


def browser() -> str | None:
	"""A Chromium that is there; Debian's where none is."""
	return next(filter(None, map(program, BROWSERS)), None)


def debian(programs: dict[str, str]) -> None:
	"""Install what is missing of these programs from Debian, or say how."""
	there = set(programs) & set(BROWSER) if browser() else set()
	missing = sorted(
		{package for name, package in programs.items() if name not in there and not program(name)}
	)
	if not _has_venv():
		missing.append(f"python3.{sys.version_info.minor}-venv")
	wanted = [package for name, package in WANTED.items() if not program(name)]
	if missing:
		_install([*missing, *wanted])
	elif wanted:
		say(f"{', '.join(wanted)} is not installed: no PDF can be made")
	if "node" in programs:
		_check_node()


def _has_venv() -> bool:
	try:
		import ensurepip  # noqa: F401
		import venv  # noqa: F401
	except ImportError:
		return False
	return True


def _install(missing: list[str]) -> None:
	line = f"apt-get update && apt-get install -y --no-install-recommends {' '.join(missing)}"
	if not shutil.which("apt-get"):
		raise Problem(f"Missing on this machine: {', '.join(missing)} (Debian's names). Please install them.")
	if os.geteuid() != 0:
		raise Problem(f"Missing on this machine: {', '.join(missing)}. As root, run:\n    {line}")
	env = {"DEBIAN_FRONTEND": "noninteractive"}
	need_space(DEBIAN_MB, Path("/var"), "Debian packages")
	with step(f"Debian packages: {', '.join(missing)}"):
		try:
			run(["apt-get", "update"], LOGS / "apt-update.log", "apt-get update", env=env)
		except Problem as problem:  # one of the machine's sources may be out of reach; what is needed may not
			say(f"{problem}\nGoing on without.")
		install = ["apt-get", "install", "-y", "--no-install-recommends", *missing]
		run(install, LOGS / "apt-install.log", "apt-get install", env=env)


def _check_node() -> None:
	version = subprocess.run([program("node") or "node", "--version"], capture_output=True, text=True).stdout
	found = re.match(r"v(\d+)", version)
	if not found or int(found[1]) < NODE_MINIMUM:
		raise Problem(f"node {version.strip() or '(unknown)'} is too old: {NODE_MINIMUM} or later is needed.")


def find_python() -> str:
	"""Python 3.11 for the Frappe tree, which knows no later one."""
	if sys.version_info[:2] == (3, 11):
		return sys._base_executable
	found = shutil.which("python3.11")
	if not found:
		raise Problem("The sandbox needs python3.11 (Debian 12: apt-get install python3.11).")
	return found


def tools() -> None:
	"""uv, ruff and preflight in an environment of their own."""

	def make() -> None:
		run(
			[sys._base_executable, "-m", "venv", "--clear", WORK / "tools"],
			LOGS / "tools.log",
			"python -m venv",
		)
		pip = [TOOLS / "python", "-m", "pip", "install", "--disable-pip-version-check", "--require-hashes"]
		run([*pip, "-r", LOCK / "tools.txt"], LOGS / "tools.log", "pip install of the tools")

	key = digest(LOCK / "tools.txt", str(WORK), sys._base_executable, sys.version)
	once("tools", key, "tools (uv, ruff, preflight)", make)


def python_packages() -> None:
	"""The environment of the sites: Frappe's dependencies and what the tests need."""
	python = find_python()

	def make() -> None:
		log = LOGS / "python-packages.log"
		run([TOOLS / "uv", "venv", "--clear", "--python", python, WORK / "env"], log, "uv venv")
		install = [TOOLS / "uv", "pip", "install", "--python", PYTHON, "--require-hashes"]
		run([*install, "-r", LOCK / "build.txt"], log, "install of setuptools")
		run(
			[*install, "--no-build-isolation", "-r", LOCK / "site.txt"], log, "install of the Python packages"
		)
		site_packages = next((WORK / "env" / "lib").glob("python3.*/site-packages"))
		write(site_packages / "sandbox.pth", f"{APPS / 'frappe'}\n{ROOT}\n")

	version = subprocess.run([python, "--version"], capture_output=True, text=True).stdout
	key = digest(LOCK / "site.txt", LOCK / "build.txt", str(WORK), str(ROOT), python, version)
	once("python-packages", key, "Python packages", make)


def frappe_tree() -> None:
	"""Frappe, made from its wheel: see frappe_tree.py."""
	script = SANDBOX / "frappe_tree.py"

	def make() -> None:
		log = LOGS / "frappe.log"
		download = [TOOLS / "python", "-m", "pip", "download", "--disable-pip-version-check", "--no-deps"]
		download += ["--only-binary", ":all:", "--require-hashes", "-r", LOCK / "frappe.txt"]
		run([*download, "-d", WORK / "download"], log, "download of Frappe")
		wheel = next((WORK / "download").glob("criscostack-*.whl"))
		run([TOOLS / "python", script, wheel, APPS / "frappe"], log, "making Frappe's tree")
		unstamp("assets-frappe")

	if once("frappe", digest(script, LOCK / "frappe.txt"), "Frappe", make):
		remove_links()
	link(APPS / APP, ROOT)
	write_apps(WORK)


def remove_links() -> None:
	(APPS / APP).unlink(missing_ok=True)


def write_apps(directory: Path) -> None:
	"""apps.txt, which Frappe and the asset build read."""
	write(directory / "sites" / "apps.txt", f"frappe\n{APP}\n")


def npm_packages() -> None:
	def make() -> None:
		for name in ("package.json", "package-lock.json"):
			(WORK / "npm").mkdir(parents=True, exist_ok=True)
			shutil.copyfile(LOCK / name, WORK / "npm" / name)
		npm = [program("npm"), "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"]
		run(npm, LOGS / "npm.log", "npm ci", cwd=WORK / "npm")

	once("npm", digest(LOCK / "package-lock.json", LOCK / "package.json"), "npm packages", make)
	for name in ("package.json", "node_modules"):
		link(APPS / "frappe" / name, WORK / "npm" / name)


def assets() -> bool:
	"""JavaScript and CSS of the desk and of the app; True if something was built."""
	link(WORK / "sites" / "assets", ASSETS)
	ASSETS.mkdir(parents=True, exist_ok=True)
	script = SANDBOX / "build_assets.mjs"
	base = digest(
		str(WORK), script, LOCK / "package-lock.json", SANDBOX / "frappe_tree.py", LOCK / "frappe.txt"
	)
	built = False
	if not manifest_holds():
		unstamp(f"assets-{APP}")
	for app, key in (("frappe", base), (APP, digest(base, tree_key(ROOT / APP / "public")))):
		build = [program("node"), script, WORK, app]
		what = f"assets of {app}"
		log = LOGS / f"assets-{app}.log"
		built |= once(f"assets-{app}", key, what, lambda b=build, lg=log, w=what: run(b, lg, w))
	return built


def manifest_holds() -> bool:
	"""Whether all files the manifest names are there: another sandbox may have built in the same checkout."""
	manifest = ASSETS / "assets.json"
	named = json.loads(manifest.read_text()).values() if manifest.exists() else []
	return all((WORK / "sites" / name.lstrip("/")).exists() for name in named)


def no_assets() -> None:
	"""Pages without JavaScript and CSS: the manifest has to be there all the same."""
	ASSETS.mkdir(parents=True, exist_ok=True)
	link(WORK / "sites" / "assets", ASSETS)
	if not (ASSETS / "assets.json").exists():
		write(ASSETS / "assets.json", "{}")


def tree_key(directory: Path, wanted: str = r".") -> str:
	"""Hash of the files below a directory whose path matches; what builds make is left out."""
	files = []
	for folder, folders, names in os.walk(directory):
		folders[:] = [name for name in folders if name not in ("dist", "node_modules", "__pycache__")]
		files += [Path(folder, name) for name in names]
	kept = {str(f.relative_to(directory)): f for f in files if f.is_file() and not f.is_symlink()}
	return digest(*(part for name in sorted(kept) if re.search(wanted, name) for part in (name, kept[name])))
