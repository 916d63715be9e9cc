// The form of a complaint. What it shows and does is in public/js/complaint (hook `doctype_js`).

frappe.ui.form.on("Complaint", {
	setup(frm) {
		const lib = iso10002.complaint;
		// Before the fields are drawn
		$(document).on("form-refresh", (event, shown) => {
			if (shown !== frm) return;
			lib.quieten_fields(frm);
			lib.lock_recorded(frm);
			lib.remember_times(frm);
		});
		["handler", "investigator", "reviewer"].forEach((field) => {
			frm.set_query(field, () => ({
				query: "iso10002.handling.search.officers",
				filters: { field, complaint: frm.is_new() ? null : frm.doc.name },
			}));
		});
		frm.set_query("team", () => ({ filters: { disabled: 0 } }));
		["category", "cause"].forEach((field) => frm.set_query(field, () => ({ filters: { is_group: 0 } })));
		frm.set_query("category", "allegations", () => ({ filters: { is_group: 0 } }));
		frm.set_query("person", "allegations", () => lib.party_query(frm, "Person complained about"));
		["previous_complaint", "about_handling_of", "duplicate_of"].forEach((field) => {
			frm.set_query(field, () => ({ filters: { name: ["!=", frm.doc.name] } }));
		});
	},

	refresh(frm) {
		const lib = iso10002.complaint;
		lib.lock_recorded(frm);
		lib.remember_handler(frm);
		lib.render_panel(frm);
		if (frm.is_new()) {
			lib.render_intake(frm);
			return;
		}
		lib.render_parties(frm);
		lib.render_deadlines(frm);
		lib.render_documents(frm);
		lib.render_remedies(frm);
		lib.render_similar(frm);
		lib.render_timeline(frm);
		lib.render_closing_record(frm);
		lib.add_menu(frm);
	},

	handler: (frm) => iso10002.complaint.ask_for_handover(frm),
	team: (frm) => iso10002.complaint.ask_for_handover(frm),
	received_on: (frm) => iso10002.complaint.keep_seconds(frm, "received_on"),
	aware_on: (frm) => iso10002.complaint.keep_seconds(frm, "aware_on"),

	validate(frm) {
		iso10002.complaint.hand_over_parties(frm);
	},

	// With a workflow active, its menu opens the same dialog as the buttons of the panel. Waiting for a promise
	// that never ends keeps Frappe from taking the step a second time.
	before_workflow_action(frm) {
		const action = frm.selected_workflow_action;
		frm.selected_workflow_action = null;
		frappe.dom.unfreeze();
		iso10002.complaint.take_step(frm, action);
		return new Promise(() => {});
	},
});
