"""Sites from before the frozen figures could be mailed."""

from iso10002.setup.mailed_report import seed_mailed_report


def execute() -> None:
	seed_mailed_report()
