"""Sites from before investigations had a file of their own: their depths, steps and workflows."""

from iso10002.setup.document_workflows import seed_document_workflows
from iso10002.setup.masters import seed_depths


def execute() -> None:
	seed_depths()
	seed_document_workflows()
