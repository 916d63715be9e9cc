"""Sites from before there were a Kanban board by stage and saved filters."""

from iso10002.setup.desk import seed_desk


def execute() -> None:
	seed_desk()
