"""Pages of people at work; whatever an unnoticed script or error did on them fails the test."""

import pytest
from case_page import CasePage
from factories import user_of
from playwright.sync_api import expect

expect.set_options(timeout=30_000)  # the first page of a run waits for caches, on slow machines for longer


@pytest.fixture
def people(desk, screenshots):
	"""people("handler"): the page of the standing test user for that kind of work."""
	pages = {}

	def page_of(kind: str, **more) -> CasePage:
		if kind not in pages:
			more.setdefault("viewport", (1280, 800))
			pages[kind] = CasePage(desk(user_of(kind), **more), screenshots)
		return pages[kind]

	yield page_of
	assert {kind: page.errors for kind, page in pages.items() if page.errors} == {}
