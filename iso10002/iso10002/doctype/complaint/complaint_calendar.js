// The calendar of complaints shows their open deadlines; one opens the case it belongs to.
frappe.views.calendar["Complaint"] = {
	field_map: {
		start: "due_on",
		end: "due_on",
		id: "id",
		title: "title",
		color: "color",
		allDay: "all_day",
	},
	options: { editable: false, selectable: false },
	get_events_method: "iso10002.handling.work.deadlines",
};
