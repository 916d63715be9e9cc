frappe.views.calendar["Complaint Clock"] = {
	field_map: {
		start: "due_on",
		end: "due_on",
		id: "name",
		title: "title",
		color: "color",
		allDay: "all_day",
	},
	get_events_method: "iso10002.handling.work.deadlines",
};
