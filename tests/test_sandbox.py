"""The sandbox and the fixtures of the tests: what can be seen without building everything again."""

from __future__ import annotations

import json
import os
import re
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import frappe
import pytest

ROOT = Path(__file__).resolve().parents[1]
SANDBOX = ROOT / "sandbox"
sys.path.insert(0, str(SANDBOX))

from lib import packages, services, steps  # noqa: E402


@pytest.fixture
def work(tmp_path, monkeypatch):
	"""A sandbox directory of its own for the functions under test."""
	monkeypatch.setattr(steps, "WORK", tmp_path)
	monkeypatch.setattr(steps, "STAMPS", tmp_path / "stamps")
	return tmp_path


def command(name: str, *args: str, work: Path | None = None) -> subprocess.CompletedProcess:
	env = {**os.environ, **({"SANDBOX_DIR": str(work)} if work else {})}
	return subprocess.run(
		[sys.executable, str(SANDBOX / name), *args], env=env, capture_output=True, text=True, timeout=60
	)


# The site the tests run on


def test_site_is_served_to_this_machine_only(http, url):
	assert http().get("/api/method/ping").json() == {"message": "pong"}
	assert http("Administrator").logged_in()
	port = f":{int(url.rpartition(':')[2]):04X}"
	sockets = [line.split() for line in Path("/proc/net/tcp").read_text().splitlines()]
	assert {row[1] for row in sockets if row[3] == "0A" and row[1].endswith(port)} == {f"0100007F{port}"}
	assert not [line for line in Path("/proc/net/tcp6").read_text().splitlines() if f"{port} " in line[:60]]


def test_desk_opens(desk, screenshots):
	page = desk("Administrator")
	page.goto("/app/user?name=Administrator")
	# in the list: a notice, which is hidden at first, may name somebody too
	page.locator(".frappe-list").get_by_text("Administrator").first.wait_for()
	page.screenshot(path=screenshots / "user-list.png")


def test_unsafe_requests_need_the_token(http, fresh):
	session = http("Administrator")
	assert session.token
	body = {"doctype": "ToDo", "description": "over http"}
	name = session.post("/api/resource/ToDo", json=body).json()["data"]["name"]
	session_without = session.post("/api/resource/ToDo", json=body, headers={"X-Frappe-CSRF-Token": "other"})
	assert session_without.status_code in (400, 403)
	fresh()
	assert frappe.db.exists("ToDo", name)
	frappe.delete_doc("ToDo", name)
	frappe.db.commit()


def test_what_is_not_committed_does_not_stay():
	"""First half; the second is the next test."""
	frappe.get_doc({"doctype": "ToDo", "description": "not committed", "name": "x"}).insert()
	frappe.set_user("Guest")


def test_what_was_not_committed_is_gone():
	assert frappe.session.user == "Administrator"
	assert not frappe.db.exists("ToDo", {"description": "not committed"})


def test_worker_runs_jobs(fresh):
	mark = frappe.generate_hash(length=10)
	todo = {"doctype": "ToDo", "description": mark}
	frappe.enqueue("frappe.client.insert", at_front=True, doc=todo)  # not after what other tests left to do
	end = time.monotonic() + 120
	while not frappe.db.exists("ToDo", {"description": ("like", f"%{mark}%")}):
		assert time.monotonic() < end, "the worker did nothing"
		time.sleep(0.1)
		fresh()
	frappe.db.delete("ToDo", {"description": ("like", f"%{mark}%")})
	frappe.db.commit()


# Arguments and messages


@pytest.mark.parametrize("name", ["up", "down", "test"])
def test_help(name):
	answer = command(name, "--help")
	assert answer.returncode == 0
	assert f"sandbox/{name}" in answer.stdout


@pytest.mark.parametrize(
	("name", "args", "says"),
	[
		("up", ["--prot", "1"], "unrecognized arguments"),
		("up", ["--port", "many"], "invalid int value"),
		("test", ["--bench", "."], "--bench and --site belong together"),
		("test", ["--site", "a"], "--bench and --site belong together"),
		("test", ["--bench", "/nowhere", "--site", "a"], "/nowhere is no bench"),
		("test", ["--instance", "demo"], "no name the sandbox uses itself"),
		("test", ["--instance", "../x"], "no name the sandbox uses itself"),
		("bench", ["migrate"], "Make it with sandbox/up"),
	],
)
def test_wrong_arguments_are_named(name, args, says, tmp_path):
	answer = command(name, *args, work=tmp_path / "work")
	assert answer.returncode in (1, 2)
	assert says in answer.stderr
	assert "Traceback" not in answer.stderr


def test_down_with_nothing_running(tmp_path):
	answer = command("down", "--purge", work=tmp_path / "work")
	assert answer.returncode == 0, answer.stderr
	assert "nothing was running" in answer.stdout
	assert not (tmp_path / "work").exists()


def test_a_directory_with_other_things_is_refused(tmp_path):
	(tmp_path / "letter.txt").write_text("mine")
	answer = command("down", "--purge", work=tmp_path)
	assert answer.returncode == 1
	assert "has other things in it" in answer.stderr
	assert (tmp_path / "letter.txt").exists()


def test_a_taken_port_is_named_before_anything_is_built(tmp_path):
	with socket.socket() as other:
		other.bind((services.HOST, 0))
		other.listen()
		port = other.getsockname()[1]
		answer = command("up", "--port", str(port), work=tmp_path / "work")
	assert answer.returncode == 1
	assert f"Port {port} is taken by" in answer.stderr
	assert f"process {os.getpid()}" in answer.stderr
	assert not (tmp_path / "work" / "tools").exists()


def test_missing_programs_are_named_with_the_line_to_run(monkeypatch):
	monkeypatch.setattr(packages, "program", lambda name: None)
	monkeypatch.setattr(packages.os, "geteuid", lambda: 1000)
	monkeypatch.setattr(packages.shutil, "which", lambda name: "/usr/bin/apt-get")
	with pytest.raises(
		steps.Problem, match=r"apt-get update && apt-get install .* mariadb-server-core redis-server"
	):
		packages.debian(packages.SERVICES)


def test_an_old_node_is_named(tmp_path, monkeypatch):
	node = tmp_path / "node"
	node.write_text("#!/bin/sh\necho v16.20.2\n")
	node.chmod(0o755)
	monkeypatch.setattr(packages, "program", lambda name: str(node))
	with pytest.raises(steps.Problem, match=r"node v16.20.2 is too old: 18 or later"):
		packages.debian(packages.NODE)


def test_a_full_disk_is_noticed_before_and_during_a_step(work, monkeypatch):
	monkeypatch.setattr(steps, "free_mb", lambda path=work: 10)
	with pytest.raises(steps.Problem, match="about 100 MB are needed"):
		steps.need_space(100, work)
	with pytest.raises(steps.Problem, match=r"disk .* is full"):
		steps.run(["sleep", "60"], work / "sleep.log", "sleeping")


def test_a_failing_command_shows_its_last_lines(work):
	with pytest.raises(steps.Problem, match=r"making tea failed \(exit code 3\)(?s:.*)no water"):
		steps.run(["sh", "-c", "echo no water; exit 3"], work / "tea.log", "making tea")


# Steps


def test_a_step_is_done_once_for_the_same_inputs_and_again_after_failure(work, capsys):
	done = []
	assert steps.once("tea", "green", "making tea", lambda: done.append(1))
	assert not steps.once("tea", "green", "making tea", lambda: done.append(2))
	with pytest.raises(ZeroDivisionError):
		steps.once("tea", "black", "making tea", lambda: 1 / 0)
	assert steps.once("tea", "green", "making tea", lambda: done.append(3))
	assert done == [1, 3]
	assert re.search(r"making tea: done in \d", capsys.readouterr().out)


def test_only_one_run_at_a_time_and_a_killed_one_leaves_no_lock(work):
	code = "import sys, time; sys.path.insert(0, sys.argv[1]); from lib import steps\n"
	code += "with steps.locked('build', 'it'): print('mine', flush=True); time.sleep(60)"
	env = {**os.environ, "SANDBOX_DIR": str(work)}
	other = subprocess.Popen([sys.executable, "-c", code, str(SANDBOX)], env=env, stdout=subprocess.PIPE)
	assert other.stdout.readline() == b"mine\n"
	with pytest.raises(steps.Problem, match=f"process {other.pid}"), steps.locked("build", "it", wait=False):
		pass
	other.kill()
	other.wait()
	with steps.locked("build", "it", wait=False):
		pass


def test_a_change_of_the_app_is_noticed(tmp_path):
	(tmp_path / "doctype").mkdir()
	(tmp_path / "doctype" / "a.json").write_text("{}")
	first = packages.tree_key(tmp_path)
	(tmp_path / "__pycache__").mkdir()
	(tmp_path / "__pycache__" / "a.pyc").write_text("")
	assert packages.tree_key(tmp_path) == first
	(tmp_path / "doctype" / "a.json").rename(tmp_path / "doctype" / "b.json")
	second = packages.tree_key(tmp_path)
	(tmp_path / "doctype" / "b.json").write_text("[]")
	assert len({first, second, packages.tree_key(tmp_path)}) == 3


# Processes and servers


def test_only_the_process_we_started_is_stopped(tmp_path):
	ours = services.Process(tmp_path, "ours")
	ours.start(["sleep", "60"], tmp_path, {}, bound=True)
	pid = ours.pid()
	info = ours.info()
	ours.file.write_text(
		json.dumps({**info, "started": "1"})
	)  # as if the number had been given to somebody else
	assert ours.pid() is None
	assert not ours.stop()
	assert services.started(pid)
	ours.file.write_text(json.dumps(info))
	assert ours.stop()
	assert not services.started(pid)


def test_services_of_a_killed_test_run_end_with_it(tmp_path):
	code = "import sys, os; sys.path.insert(0, sys.argv[1]); from pathlib import Path; from lib import services\n"
	code += (
		"p = services.Process(Path(sys.argv[2]), 'x'); p.start(['sleep', '60'], Path('/'), {}, bound=True)\n"
	)
	code += "print(p.pid(), flush=True); sys.stdin.read()"
	args = [sys.executable, "-c", code, str(SANDBOX), str(tmp_path)]
	run = subprocess.Popen(args, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
	pid = int(run.stdout.readline())
	assert services.started(pid)
	run.send_signal(signal.SIGKILL)
	run.wait()
	end = time.monotonic() + 30  # a machine may be busy
	while services.started(pid):
		assert time.monotonic() < end
		time.sleep(0.05)


def test_a_service_whose_run_was_killed_while_it_started_does_not_start(tmp_path):
	command = steps.dying_with_us(["touch", str(tmp_path / "started")])
	subprocess.run(command, check=True)
	(tmp_path / "started").unlink()
	# the shell between is the parent it finds, as PID 1 would be
	subprocess.run(["sh", "-c", '"$@"; true', "sh", *command], check=True)
	assert not (tmp_path / "started").exists()


@pytest.mark.skipif(not services.program("mariadb-install-db"), reason="no MariaDB server on this machine")
def test_mariadb_and_redis_in_a_deep_path_with_spaces(tmp_path):
	"""The path of a Unix socket ends at 107 characters: nothing may depend on one."""
	deep = tmp_path / "a path with spaces & more" / ("deep" * 20) / ("er" * 20)
	deep.mkdir(parents=True)
	services.make_mariadb(deep)
	port = services.free_port()
	database = services.start_mariadb(deep, port, bound=True)
	redis = services.start_redis(deep, services.free_port(), bound=True)
	try:
		services.set_root_password(deep, port, "secret")
		client = [
			services.program("mariadb"),
			"--no-defaults",
			"--protocol=tcp",
			"-h127.0.0.1",
			f"-P{port}",
			"-uroot",
		]
		count = "select count(*) from mysql.global_priv where user = 'root'"
		right = subprocess.run([*client, "-psecret", "-Ne", count], capture_output=True, text=True)
		assert right.stdout.strip() == "1", right.stderr
		assert subprocess.run([*client, "-Ne", count], capture_output=True).returncode
	finally:
		assert redis.stop()
		assert database.stop()


# Files


def test_locks_name_no_host_and_hash_everything():
	lock = json.loads((packages.LOCK / "package-lock.json").read_text())
	for name, package in lock["packages"].items():
		assert "resolved" not in package, name
		assert not name or "integrity" in package, name
	for file in packages.LOCK.glob("*.txt"):
		text = file.read_text()
		assert "://" not in text, file
		for requirement in re.findall(r"^\S+==.*(?:\n .*)*", text, re.M):
			assert "--hash=sha256:" in requirement, requirement
