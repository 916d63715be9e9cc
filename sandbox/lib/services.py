"""Ports, processes, MariaDB and Redis. Every server listens on 127.0.0.1 only and is known by a file in run/."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import socket
import subprocess
import time
from collections.abc import Callable, Iterable
from pathlib import Path

from .packages import program
from .steps import Problem, dying_with_us, free_mb, run, tail, write

HOST = "127.0.0.1"


# Ports


def free_port(first: int = 0) -> int:
	"""A port nobody listens on: the first free one from `first` on, or any."""
	for port in range(first, first + 200) if first else [0]:
		with socket.socket() as probe, contextlib.suppress(OSError):
			probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
			probe.bind((HOST, port))
			return probe.getsockname()[1]
	raise Problem(f"No free port from {first} to {first + 199}.")


def check_port(port: int) -> None:
	"""Refuse a port that is taken, and name who has it."""
	with socket.socket() as probe:
		probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
		try:
			probe.bind((HOST, port))
		except PermissionError:
			raise Problem(f"Port {port} may not be used by this user. Choose one above 1023.") from None
		except OSError:
			raise Problem(f"Port {port} is taken by {owner(port)}. Choose another with --port N.") from None


def owner(port: int) -> str:
	"""Name and number of the process that listens on a port, as far as this user may see it."""
	inodes, uids = set(), set()
	for table in ("/proc/net/tcp", "/proc/net/tcp6"):
		with contextlib.suppress(OSError):
			for line in Path(table).read_text().splitlines()[1:]:
				field = line.split()
				if field[3] == "0A" and int(field[1].rpartition(":")[2], 16) == port:
					inodes.add(f"socket:[{field[9]}]")
					uids.add(field[7])
	for handle in Path("/proc").glob("[0-9]*/fd/*"):
		with contextlib.suppress(OSError):
			if os.readlink(handle) in inodes:
				pid = handle.parts[2]
				command = (
					Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
				)
				name = Path(f"/proc/{pid}/comm").read_text().strip()
				return f"{name} (process {pid}: {command.strip()[:100]})"
	return f"a process of the user with number {', '.join(sorted(uids)) or 'unknown'}"


# Processes


def started(pid: int) -> str | None:
	"""When the process started, in the kernel's ticks: with the number it names one process for ever."""
	with contextlib.suppress(OSError, IndexError):
		fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
		return None if fields[0] == "Z" else fields[19]
	return None


def kill_session(leader: int) -> None:
	"""End what a process of ours has left behind: all of its session."""
	for stat in Path("/proc").glob("[0-9]*/stat"):
		with contextlib.suppress(OSError, IndexError):
			if stat.read_text().rpartition(")")[2].split()[3] == str(leader):
				os.kill(int(stat.parent.name), signal.SIGKILL)


class Process:
	"""A server of ours: its number and start are kept in a file, so a reused number is never taken for it."""

	def __init__(self, directory: Path, name: str):
		self.name = name
		self.file = directory / "run" / f"{name}.json"
		self.log = directory / "logs" / f"{name}.log"

	def info(self) -> dict:
		with contextlib.suppress(OSError, ValueError):
			return json.loads(self.file.read_text())
		return {}

	def pid(self) -> int | None:
		info = self.info()
		alive = info and started(info["pid"]) == info["started"]
		return info["pid"] if alive else None

	def start(
		self, args: list[str | Path], cwd: Path, env: dict[str, str], bound: bool, **more: object
	) -> None:
		"""Start it in the background; `bound` ties its life to ours."""
		command = [str(arg) for arg in args]
		self.log.parent.mkdir(parents=True, exist_ok=True)
		with open(self.log, "a") as log:
			child = subprocess.Popen(
				dying_with_us(command) if bound else command,
				stdin=subprocess.DEVNULL,
				stdout=log,
				stderr=subprocess.STDOUT,
				cwd=cwd,
				env={**os.environ, **env},
				start_new_session=True,
			)
		write(self.file, json.dumps({"pid": child.pid, "started": started(child.pid), **more}))

	def wait_for(self, ready: Callable[[], bool], seconds: float = 120) -> None:
		"""Wait until the server answers; if it ends instead, show why."""
		end = time.monotonic() + seconds
		while not ready():
			if not self.pid() or time.monotonic() > end:
				self.stop()
				full = f" Only {free_mb()} MB of disk are free." if free_mb() < 200 else ""
				raise Problem(
					f"{self.name} did not start.{full} Its last lines, from {self.log}:\n{tail(self.log)}"
				)
			time.sleep(0.05)

	def stop(self, patience: float = 30) -> bool:
		"""Stop the process if it is still the one we started. True if it was running."""
		pid = self.pid()
		if pid:
			with contextlib.suppress(ProcessLookupError):
				os.kill(pid, signal.SIGTERM)
				if not self._gone(pid, patience):
					os.kill(pid, signal.SIGKILL)
					self._gone(pid, 5)
			kill_session(pid)  # a worker's running job is a process of its own
		self.file.unlink(missing_ok=True)
		return bool(pid)

	def _gone(self, pid: int, patience: float) -> bool:
		end = time.monotonic() + patience
		while time.monotonic() < end:
			with contextlib.suppress(ChildProcessError):
				os.waitpid(pid, os.WNOHANG)
			if not started(pid):
				return True
			time.sleep(0.05)
		return False


# Servers


def answers(port: int, send: bytes, expect: bytes) -> bool:
	"""Whether the server on a port sends what it should."""
	with contextlib.suppress(OSError), socket.create_connection((HOST, port), timeout=5) as wire:
		wire.sendall(send)
		return wire.recv(64).startswith(expect) if expect else bool(wire.recv(64))
	return False


def ready(name: str, port: int) -> bool:
	if name == "redis":
		return answers(port, b"PING\r\n", b"+PONG")
	return answers(port, b"", b"")  # MariaDB greets first


def start_mariadb(directory: Path, port: int, bound: bool, more: Iterable[str] = ()) -> Process:
	"""MariaDB on TCP only: a path to a Unix socket may be longer than the kernel takes. `more` options win."""
	server = Process(directory, "mariadb")
	data = directory / "mysql"
	args = [program("mariadbd"), "--no-defaults", f"--datadir={data}", f"--port={port}", "--socket="]
	args += [f"--bind-address={HOST}", f"--tmpdir={data}", "--skip-name-resolve", "--skip-log-bin"]
	args += ["--character-set-server=utf8mb4", "--collation-server=utf8mb4_unicode_ci"]
	args += ["--innodb-flush-log-at-trx-commit=0", "--innodb-doublewrite=0", "--sync-binlog=0"]
	args += ["--innodb-log-file-size=32M", "--innodb-buffer-pool-size=256M", "--max-allowed-packet=64M"]
	args += more
	if os.geteuid() == 0:
		args.append("--user=root")
	server.start(args, data, {}, bound, port=port)
	server.wait_for(lambda: ready("mariadb", port))
	return server


def make_mariadb(directory: Path) -> None:
	"""A new data directory."""
	# by a relative path, since the script stumbles over spaces; without --user, which changes a system folder's owner
	args = [program("mariadb-install-db"), "--no-defaults", "--datadir=./mysql", "--skip-test-db"]
	args += ["--auth-root-authentication-method=normal", "--innodb-log-file-size=32M"]
	log = directory / "logs" / "mariadb-install.log"
	run(args, log, "making MariaDB's data directory", cwd=directory)


def set_root_password(directory: Path, port: int, password: str) -> None:
	"""One account, reached from this machine only, with a password of its own."""
	sql = "DELETE FROM mysql.global_priv WHERE User = '' OR (User = 'root' AND Host <> '127.0.0.1');\n"
	sql += f"FLUSH PRIVILEGES;\nSET PASSWORD FOR 'root'@'127.0.0.1' = PASSWORD('{password}');\n"
	client = [
		program("mariadb"),
		"--no-defaults",
		"--protocol=tcp",
		f"--host={HOST}",
		f"--port={port}",
		"-uroot",
	]
	run(client, directory / "logs" / "mariadb-root.log", "setting MariaDB's password", input=sql)


def start_redis(directory: Path, port: int, bound: bool) -> Process:
	server = Process(directory, "redis")
	(directory / "redis").mkdir(parents=True, exist_ok=True)
	args = [program("redis-server"), "--port", port, "--bind", HOST, "--save", "", "--appendonly", "no"]
	server.start(args, directory / "redis", {}, bound, port=port)
	server.wait_for(lambda: ready("redis", port))
	return server
