"""docs/requirements.md names what exists: every test in it, every place in the code, every test of a clause."""

import ast
import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
PAGE = ROOT / "docs" / "requirements.md"


def rows() -> list[list[str]]:
	"""Return the cells of the rows of all tables of the page, without their headings."""
	cells = [line.strip("|").split("|") for line in PAGE.read_text().splitlines() if line.startswith("|")]
	return [[cell.strip() for cell in row] for row in cells if row[0].strip() not in ("What", "---")]


def named(cell: str) -> list[str]:
	return re.findall(r"`([^`]+)`", cell)


def tests_there_are() -> set[str]:
	found = set()
	for path in (ROOT / "tests").rglob("test_*.py"):
		found |= {node.name for node in ast.parse(path.read_text()).body if isinstance(node, ast.FunctionDef)}
	return {name for name in found if name.startswith("test_")}


def test_every_row_of_the_table_is_shown_by_tests_that_exist():
	there = tests_there_are()
	for what, _enforced, shown in rows():
		assert named(shown), f"{what}: no test"
		assert not set(named(shown)) - there, f"{what}: {set(named(shown)) - there}"


def test_every_row_of_the_table_is_enforced_in_a_place_that_exists():
	for what, enforced, _shown in rows():
		assert enforced, what
		for place in named(enforced):
			assert (ROOT / "iso10002" / place).exists(), f"{what}: {place}"


def test_every_test_of_a_clause_is_in_the_table():
	in_table = {name for _what, _enforced, shown in rows() for name in named(shown)}
	of_clauses = {name for name in tests_there_are() if re.match(r"test_(7_\d|annex_[d-g]|story_\d)_", name)}
	assert len(of_clauses) >= 30 and not of_clauses - in_table, of_clauses - in_table


def test_every_clause_of_the_handling_has_its_tables():
	headings = re.findall(r"^## (.+)$", PAGE.read_text(), re.M)
	for wanted in (*(f"7.{number}" for number in range(1, 10)), *(f"Annex {letter}" for letter in "DEFG")):
		assert any(heading.startswith(wanted) for heading in headings), wanted
