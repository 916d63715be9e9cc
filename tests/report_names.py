"""Reports by what they show: figures alone, which executives read too, or cases."""

FIGURES = (
	"Complaint Ageing and Overdue",
	"Complaint Timeliness by Clock",
	"Complaint First-Contact Resolution",
	"Complaint Trends",
	"Complaint Pareto of Categories",
	"Complaint Pareto of Causes",
	"Complaint Recurring Problems",
	"Complaint Wrong Priorities",
	"Complaint Remedies and Cost",
	"Complaint Reviews and External Referrals",
	"Complaint Monitoring Data",
	"Complaint Satisfaction",
)
OF_CASES = (
	"Complaint Register",
	"Complaint Repeat Complainants",
	"Complaint Consistency of Remedies",
	"Complaint Workload",
	"Complaint Data Quality",
)
