"""Keeps the headers of a received e-mail that say whether a person wrote it.

Frappe hands a received mail on as a Communication, without its headers and without a hook in between. So the one
function that makes it is extended, in every process before its first request or job: the Communication then
carries `mail_headers` until it is stored. Nothing else about receiving mails changes, for whichever mailbox.
"""

from frappe.email.receive import InboundMail

KEPT = (
	"Auto-Submitted",
	"Precedence",
	"List-Id",
	"X-Autoreply",
	"X-Autorespond",
	"X-Auto-Response-Suppress",
	"Return-Path",
	"X-Spam-Flag",
	"X-Spam-Status",
	"X-Loop",
	"Content-Type",
	"References",
)


def watch(*_args: object, **_kwargs: object) -> None:
	"""Extend Frappe's reading of mails, once in a process (hooks `before_request` and `before_job`)."""
	if hasattr(InboundMail, "iso10002_as_dict"):
		return
	InboundMail.iso10002_as_dict = InboundMail.as_dict
	InboundMail.as_dict = _as_dict


def _as_dict(mail: InboundMail) -> dict:
	headers = {name: str(mail.mail.get(name) or "")[:500] for name in KEPT}
	return {**mail.iso10002_as_dict(), "mail_headers": headers}
