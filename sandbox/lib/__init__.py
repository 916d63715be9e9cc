"""What up, down, bench and test share. Only the standard library: it runs before anything is installed."""

import sys

if sys.version_info < (3, 10):  # noqa: UP036 - an older one has to be told
	sys.exit("The sandbox needs Python 3.10 or later as python3 (Debian 12: apt-get install python3).")
