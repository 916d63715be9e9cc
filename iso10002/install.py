"""What happens when the app is installed on a site. Each step leaves alone what is there already."""

from iso10002.handling.intake import prepare_series
from iso10002.integrations import hosts
from iso10002.setup.clock_rules import seed_clock_rules
from iso10002.setup.desk import seed_desk
from iso10002.setup.document_workflows import seed_document_workflows
from iso10002.setup.letters import seed_letters
from iso10002.setup.mailed_report import seed_mailed_report
from iso10002.setup.masters import seed_depths, seed_masters, seed_settings
from iso10002.setup.portal import seed_portal
from iso10002.setup.roles import seed_roles
from iso10002.setup.workflow import seed_workflow


def before_install() -> None:
	"""Create the roles before the DocTypes that give them rights."""
	seed_roles()


def after_install() -> None:
	"""Seed what a site starts with; all of it is the admin's afterwards."""
	seed_masters()
	seed_settings()
	seed_depths()
	seed_clock_rules()
	seed_letters()
	seed_portal()
	seed_workflow()
	seed_document_workflows()
	seed_desk()
	seed_mailed_report()
	prepare_series()
	hosts.connect()
