"""Requests to the site as a browser sends them, without a server: they go through Frappe's own WSGI application.

Each request runs in a thread of its own, so that what Frappe keeps for one request stays apart from the
connection of the command.
"""

from concurrent.futures import ThreadPoolExecutor
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass
from io import StringIO

from werkzeug.test import Client


@dataclass(frozen=True)
class Answer:
	"""What came back: the HTTP status, the body as text, and all that was sent."""

	status: int
	text: str
	sent: str

	@property
	def ok(self) -> bool:
		return self.status < 400


class Web:
	"""The site, asked by one user with an API key, or by a guest."""

	_thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="leak-check")

	def __init__(self, site: str, token: str | None = None):
		self.headers = {"X-Frappe-Site-Name": site, "Accept": "application/json"}
		if token:
			self.headers["Authorization"] = f"token {token}"

	def request(self, method: str, path: str, **more: object) -> Answer:
		"""Ask; `more` as werkzeug's client takes it: query_string, json, data."""
		return self._thread.submit(self._ask, method, path, more).result()

	def _ask(self, method: str, path: str, more: dict) -> Answer:
		from frappe.app import application  # importing it sets up a web process

		sent = f"{path} {more}"  # before the client closes files among it
		# Frappe prints what it refuses; the other thread waits, so nothing else is silenced
		with redirect_stdout(StringIO()), redirect_stderr(StringIO()):
			# buffered: Frappe has closed its connection by the time a body would be read
			try:
				response = Client(application).open(
					path,
					method=method,
					headers=self.headers,
					buffered=True,
					base_url="http://localhost",
					**more,
				)
			except Exception:
				return Answer(500, "", sent)  # what a server answers where Frappe fails at its own error page
			text = response.get_data().decode("utf-8", errors="replace")
			response.close()
		return Answer(response.status_code, text, sent)
