#!/usr/bin/env python3
"""Make Frappe's source tree from a Python wheel: frappe_tree.py WHEEL TARGET.

Frappe itself is installed from its repository and is not published as a Python package. The wheel criscostack 1.0.0
is Frappe 15.0.0-dev of August 2023 in which one word was renamed throughout. This script renames it back: in every
file, and in every path. It is for development and tests, never for production."""

import io
import re
import shutil
import sys
import zipfile
from pathlib import Path

# in this order, in every file's bytes and every path
RENAMED = (
	(b"CRISCOSTACK", b"FRAPPE"),
	(b"criscostack", b"frappe"),
	(b"Criscoerp", b"ERPNext"),
	(b"criscoerp", b"erpnext"),
	(b"Crisco", b"Frappe"),
	(b"CRISCO", b"FRAPPE"),
	(b"crisco", b"frappe"),
)
PATHS = {"utils/brik_helper.py": "utils/bench_helper.py"}
BINARY = set(".png .jpg .jpeg .gif .woff .woff2 .ttf .eot .mp3 .ico .pdf .xlsx .gz .zip".split())
PACKAGE = "criscostack/"


def rename(data: bytes) -> bytes:
	for old, new in RENAMED:
		data = data.replace(old, new)
	return data


def main(wheel: Path, app: Path) -> None:
	fresh = app.with_name(f"{app.name}.new")
	shutil.rmtree(fresh, ignore_errors=True)
	with zipfile.ZipFile(io.BytesIO(wheel.read_bytes())) as archive:
		for name in archive.namelist():
			if (
				name.endswith("/")
				or not name.startswith(PACKAGE)
				or re.search(r"/(\.DS_Store|__pycache__/)", name)
			):
				continue
			path = name.removeprefix(PACKAGE)
			path = PATHS.get(path, rename(path.encode()).decode())
			target = fresh / "frappe" / path
			target.parent.mkdir(parents=True, exist_ok=True)
			data = archive.read(name)
			target.write_bytes(data if target.suffix in BINARY else rename(data))
	shutil.rmtree(app, ignore_errors=True)
	fresh.rename(app)


if __name__ == "__main__":
	main(Path(sys.argv[1]), Path(sys.argv[2]))
