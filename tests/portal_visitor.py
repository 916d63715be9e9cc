"""A visitor of the complainant's pages, over HTTP."""

from __future__ import annotations

import os
import re
import secrets
import time
from typing import Any

import frappe
import requests

from iso10002.portal import protection

URL, SITE, SITES = (os.environ.get(f"ISO10002_{name}", "") for name in ("URL", "SITE", "SITES"))


class Visitor(requests.Session):
	"""Somebody with a browser and no account. Forms look as if they had been open for a minute."""

	url, site, sites = URL, SITE, SITES

	def __init__(self, language: str = "en"):
		super().__init__()
		self.headers["Accept-Language"] = language
		self.reset_limits()

	def request(self, method: str, url: str, **more: Any) -> requests.Response:
		more.setdefault("timeout", 60)
		more.setdefault("allow_redirects", True)
		return super().request(method, URL + url if url.startswith("/") else url, **more)

	def reset_limits(self) -> None:
		"""Forget what addresses and codes have used."""
		frappe.cache.delete_keys("iso10002:")

	def form(self, age: int = 60, **values: Any) -> dict:
		"""Return what the form sends, opened `age` seconds ago."""
		if protection.VISITOR not in self.cookies:
			self.get("/complaint")
		mark = self.cookies[protection.VISITOR]
		start = f"{int(time.time()) - age}.{secrets.token_urlsafe(18)}"
		token = f"{start}.{protection._sign(mark, start)}"
		return {
			"description": "The lift is out of order.",
			"email": "v@example.org",
			"token": token,
			**values,
		}

	def send_form(self, form: dict, files: list[tuple[str, bytes]] = ()) -> requests.Response:
		"""Send the form; the answer has `reference` and `code` where the complaint was taken."""
		parts = [("files", (name, content)) for name, content in files]
		answer = self.post("/complaint", data=form, files=parts or None)
		found = re.search(r'id="reference">([^<]+)<.*id="code">([^<]+)<', answer.text, re.S)
		answer.reference, answer.code = found.groups() if found else (None, None)
		return answer

	def hand_in(self, files: list[tuple[str, bytes]] = (), **values: Any) -> requests.Response:
		"""Fill in the form with these values (and nothing to reach, if they say what happened) and send it."""
		form = self.form()
		if "description" in values:
			form.pop("email")
		return self.send_form({**form, **values}, files)

	def open_case(self, reference: str, code: str) -> requests.Response:
		"""Open the status page of a case with its receipt code."""
		self.get("/complaint/status")
		return self.post("/complaint/status", data={"action": "open", "reference": reference, "code": code})

	def act(self, action: str, files: list[tuple[str, bytes]] = (), **values: Any) -> requests.Response:
		"""Do something on the status page of the case that is open."""
		page = self.get("/complaint/status")
		token = re.search(r'name="token" value="([^"]+)"', page.text)
		parts = [("files", (name, content)) for name, content in files]
		data = {"action": action, "token": token[1] if token else "", **values}
		return self.post("/complaint/status", data=data, files=parts or None)
