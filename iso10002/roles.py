"""The names of the roles this app brings. `docs/roles.md` has the matrix."""

INTAKE = "Complaint Intake"
HANDLER = "Complaint Handler"
INVESTIGATOR = "Complaint Investigator"
REVIEWER = "Complaint Reviewer"
APPROVER = "Complaint Approver"
MANAGER = "Complaint Manager"
PRIVACY_OFFICER = "Complaint Privacy Officer"
AUDITOR = "Complaint Auditor"
EXECUTIVE = "Complaint Executive"

ALL_ROLES = (
	INTAKE,
	HANDLER,
	INVESTIGATOR,
	REVIEWER,
	APPROVER,
	MANAGER,
	PRIVACY_OFFICER,
	AUDITOR,
	EXECUTIVE,
)
