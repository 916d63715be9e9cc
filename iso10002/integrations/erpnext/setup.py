"""What is on a site only beside ERPNext."""


def install() -> None:
	"""Put it there and leave alone what is there already."""


def remove() -> None:
	"""Take it away."""
