"""Steps with a name and a time, stamps of what is done, and commands that cannot hang unseen."""

from __future__ import annotations

import contextlib
import fcntl
import hashlib
import os
import shutil
import signal
import subprocess
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
SANDBOX = ROOT / "sandbox"
WORK = Path(os.environ.get("SANDBOX_DIR") or ROOT / ".sandbox").resolve()
STAMPS = WORK / "stamps"
LOGS = WORK / "logs"
RESERVE_MB = 64

_start = time.monotonic()
_running: set[subprocess.Popen] = set()


class Problem(Exception):
	"""Something a person has to know or do. Its text is all that is printed."""


def say(text: str) -> None:
	print(f"[{time.monotonic() - _start:6.1f} s] {text}", flush=True)


@contextlib.contextmanager
def step(name: str) -> Iterator[None]:
	"""Print the name when a step begins, and its time when it is done."""
	say(f"{name} ...")
	began = time.monotonic()
	yield
	say(f"{name}: done in {time.monotonic() - began:.1f} s")


def digest(*parts: object) -> str:
	"""Hash of texts and, where a path is given, of a file; a step's stamp holds it, so a changed input repeats it."""
	total = hashlib.sha256()
	for part in parts:
		data = part.read_bytes() if isinstance(part, Path) else str(part).encode()
		total.update(hashlib.sha256(data).digest())
	return total.hexdigest()


def stamped(name: str, key: str) -> bool:
	file = STAMPS / name
	return file.is_file() and file.read_text() == key


def stamp(name: str, key: str) -> None:
	STAMPS.mkdir(parents=True, exist_ok=True)
	write(STAMPS / name, key)


def unstamp(name: str) -> None:
	(STAMPS / name).unlink(missing_ok=True)


def once(name: str, key: str, title: str, action: Callable[[], None]) -> bool:
	"""Run the action unless its stamp says it was done with the same inputs. True if it ran."""
	if stamped(name, key):
		return False
	unstamp(name)
	with step(title):
		action()
	stamp(name, key)
	return True


def write(file: Path, text: str, mode: int = 0o644) -> None:
	"""Write a file in one go: it has its old content or its new content, never half of it."""
	file.parent.mkdir(parents=True, exist_ok=True)
	fresh = file.with_name(f"{file.name}.new{os.getpid()}")
	with open(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, mode), "w") as handle:
		handle.write(text)
	fresh.replace(file)


def remove(path: Path) -> None:
	if path.is_symlink() or path.is_file():
		path.unlink()
	elif path.exists():
		shutil.rmtree(path)


def link(at: Path, target: Path | str) -> None:
	"""Make `at` a symbolic link to `target`, whatever was there."""
	if at.is_symlink() and os.readlink(at) == str(target):
		return
	remove(at)
	at.parent.mkdir(parents=True, exist_ok=True)
	at.symlink_to(target)


def free_mb(path: Path = WORK) -> int:
	while not path.exists():
		path = path.parent
	return shutil.disk_usage(path).free >> 20


def need_space(mb: int, path: Path = WORK, what: str = "the sandbox") -> None:
	"""Stop before a step that would fill the disk."""
	if free_mb(path) < mb:
		other = ", or set SANDBOX_DIR to a directory on a larger disk" if path == WORK else ""
		raise Problem(
			f"Not enough disk space for {what}: about {mb} MB are needed in {path}, {free_mb(path)} MB are free.\n"
			f"Free some space{other}, and run it again."
		)


def check_space(what: str) -> None:
	"""MariaDB waits for ever on a full disk, so whoever waits for something looks at the disk meanwhile."""
	if free_mb() < RESERVE_MB:
		raise Problem(
			f"{what}: the disk of {WORK} is full ({free_mb()} MB free). Free some space and run it again."
		)


def dying_with_us(args: list[str]) -> list[str]:
	"""The command, made to end when we are killed: a killed run leaves nothing behind that still builds."""
	if not shutil.which("setpriv"):
		return args
	# who was killed before the command could ask to be told is not its parent any more
	unless_orphaned = ["sh", "-c", '[ "$PPID" = "$0" ] && exec "$@"', str(os.getpid())]
	return ["setpriv", "--pdeathsig", "KILL", *unless_orphaned, *args]


def run(
	args: list[str | Path],
	log: Path,
	what: str,
	cwd: Path = ROOT,
	env: Mapping[str, str] | None = None,
	input: str | None = None,
) -> None:
	"""Run a command, its output into a log. On failure, its end is shown."""
	command = [str(arg) for arg in args]
	log.parent.mkdir(parents=True, exist_ok=True)
	with open(log, "w") as out:
		process = subprocess.Popen(
			dying_with_us(command),
			stdin=subprocess.PIPE if input is not None else subprocess.DEVNULL,
			stdout=out,
			stderr=subprocess.STDOUT,
			cwd=cwd,
			env={**os.environ, **(env or {})},
			start_new_session=True,
			text=True,
		)
	_running.add(process)
	try:
		if input is not None and process.stdin:
			with contextlib.suppress(BrokenPipeError):
				process.stdin.write(input)
				process.stdin.close()
		while True:
			with contextlib.suppress(subprocess.TimeoutExpired):
				process.wait(timeout=1)
				break
			check_space(what)
	finally:
		kill(process)
		_running.discard(process)
	if process.returncode:
		full = f"\nThe disk of {WORK} is nearly full." if free_mb() < 2 * RESERVE_MB else ""
		raise Problem(
			f"{what} failed (exit code {process.returncode}).{full} Its last lines, from {log}:\n{tail(log)}"
		)


def tail(log: Path, lines: int = 25) -> str:
	if not log.exists():
		return "    (no log)"
	return "\n".join(f"    {line}" for line in log.read_text(errors="replace").splitlines()[-lines:])


def kill(process: subprocess.Popen) -> None:
	if process.poll() is None:
		with contextlib.suppress(ProcessLookupError):
			os.killpg(process.pid, signal.SIGKILL)
		process.wait()


def kill_running() -> None:
	for process in list(_running):
		kill(process)


class Branch(threading.Thread):
	"""Steps that run beside the others; join() raises what went wrong in them."""

	def __init__(self, action: Callable[[], None]):
		super().__init__(daemon=True)
		self.action, self.error = action, None
		self.start()

	def run(self) -> None:
		try:
			self.action()
		except BaseException as error:
			self.error = error

	def finish(self) -> None:
		self.join()
		if self.error:
			raise self.error


@contextlib.contextmanager
def locked(name: str, what: str, wait: bool = True) -> Iterator[None]:
	"""Only one run at a time does this. The lock ends with the process, however it ends."""
	WORK.mkdir(parents=True, exist_ok=True)
	with open(WORK / f"{name}.lock", "a+") as file:
		try:
			fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
		except BlockingIOError:
			file.seek(0)
			holder = f"{what} is busy in another run (process {file.read().strip() or 'unknown'})"
			if not wait:
				raise Problem(f"{holder}.") from None
			say(f"{holder}: waiting for it ...")
			fcntl.flock(file, fcntl.LOCK_EX)
		file.seek(0)
		file.truncate()
		file.write(str(os.getpid()))
		file.flush()
		yield
