// Form of a team: lead and members are people who may handle complaints.
frappe.ui.form.on("Complaint Team", {
	setup(frm) {
		if (!frappe.model.can_read("Complaint")) return; // an admin who sees no case chooses among all users
		const handlers = () => ({ query: "iso10002.handling.search.officers", filters: { field: "handler" } });
		frm.set_query("lead", handlers);
		frm.set_query("user", "members", handlers);
	},
});
