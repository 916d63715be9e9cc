"""Names blacked out in texts that stay otherwise as they are."""

import re
from collections.abc import Iterable

BLACK = "█████"


def parts(value: str) -> list[str]:
	"""Return the words of a name that are long enough to name somebody."""
	return [part for part in re.split(r"[\s,;]+", value) if len(part) > 2]


def blacken(value: object, words: Iterable[str]) -> object:
	"""Return a text, or the texts in a dict or list, with each of the words blacked out in whatever case it is written."""
	words = sorted(words, key=len, reverse=True)
	if isinstance(value, dict):
		return {key: blacken(part, words) for key, part in value.items()}
	if isinstance(value, list):
		return [blacken(part, words) for part in value]
	if not isinstance(value, str) or not words:
		return value
	pattern = "|".join(rf"(?<!\w){re.escape(word)}(?!\w)" for word in words)
	return re.sub(pattern, BLACK, value, flags=re.IGNORECASE)
