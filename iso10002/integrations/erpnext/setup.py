"""What is on a site only beside ERPNext."""

from iso10002.integrations.erpnext import fields, quality, readback


def install() -> None:
	"""Put it there and leave alone what is there already."""
	fields.make()


def remove() -> None:
	"""Take it away."""
	readback.untie_all()
	quality.untie_all()
	fields.remove()
