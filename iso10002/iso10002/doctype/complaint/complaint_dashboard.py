from frappe import _


def get_data() -> dict:
	"""Return what the Connections of a complaint show; each is counted and listed under the access rule."""
	return {
		"fieldname": "complaint",
		"non_standard_fieldnames": {"Complaint": "duplicate_of"},
		"transactions": [
			{"label": _("Handling"), "items": ["Complaint Investigation", "Complaint Evidence"]},
			{"label": _("Further ways"), "items": ["Complaint Review", "Complaint Referral"]},
			{"label": _("Duplicates"), "items": ["Complaint"]},
		],
	}
