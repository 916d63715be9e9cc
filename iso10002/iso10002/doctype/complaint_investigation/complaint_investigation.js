// Form of an investigation: choices limited to the case, the order of work, and answering a question one was asked.
frappe.ui.form.on("Complaint Investigation", {
	setup(frm) {
		const of_this_case = () => ({ filters: { complaint: frm.doc.complaint || "" } });
		frm.set_query("party", "interviews", of_this_case);
		frm.set_query("evidence", "evidence", of_this_case);
		frm.set_query("cause", "causes", () => ({ filters: { is_group: 0, disabled: 0 } }));
		frm.set_query("investigator", () => ({
			query: "iso10002.handling.search.officers",
			filters: { field: "investigator", complaint: frm.doc.complaint || null },
		}));
	},

	refresh(frm) {
		frm.set_df_property("findings", "cannot_add_rows", true);
		frm.set_df_property("findings", "cannot_delete_rows", true);
		show_what_comes_next(frm);
		if (frm.is_new()) return;
		frm.add_custom_button(__("Case"), () => frappe.set_route("Form", "Complaint", frm.doc.complaint));
		if (frm.doc.docstatus === 0 && frappe.model.can_create("Complaint Evidence")) {
			frm.add_custom_button(__("Add evidence"), () =>
				frappe.new_doc("Complaint Evidence", { complaint: frm.doc.complaint })
			);
		}
		frm.doc.inquiries
			.filter((row) => row.asked_of === frappe.session.user && !row.answer && frm.doc.docstatus === 0)
			.forEach((row) => {
				frm.add_custom_button(__("Answer question {0}", [row.idx]), () => answer(frm, row));
			});
	},

	depth(frm) {
		if (!frm.is_dirty() || frm.is_new()) return;
		frappe.show_alert(__("The steps of this depth are filled in when you save."));
	},
});

/** One line above the fields that says what to do next. */
function show_what_comes_next(frm) {
	const { status, investigator } = frm.doc;
	const mine = investigator === frappe.session.user;
	frm.set_intro(""); // Frappe adds to the line that is there
	if (frm.doc.docstatus !== 0 || status === "Ended by a conflict of interest") return;
	if (!frm.doc.conflict_declaration) {
		frm.set_intro(
			mine
				? __("First declare whether you have a conflict of interest. Then the work can be recorded.")
				: __("Waiting for the investigator's declaration on conflicts of interest."),
			"orange"
		);
	} else {
		const open = (frm.doc.steps || []).filter(
			(row) => row.required && !row.done_on && !row.skipped_because
		).length;
		const unanswered = (frm.doc.findings || []).filter((row) => !row.outcome).length;
		frm.set_intro(
			open || unanswered
				? __("Still open: {0} required steps, {1} findings.", [open, unanswered])
				: __("All steps and findings are there. Sum up and complete the investigation."),
			"blue"
		);
	}
}

function answer(frm, row) {
	frappe.prompt(
		[
			{ fieldname: "question", fieldtype: "Small Text", label: __("Question"), read_only: 1, default: row.question },
			{ fieldname: "answer", fieldtype: "Text", label: __("Answer"), reqd: 1 },
		],
		async ({ answer: text }) => {
			await frappe.call({
				method: "iso10002.handling.inquiries.answer_question",
				args: { investigation: frm.doc.name, row: row.name, answer: text },
			});
			frm.reload_doc();
		},
		__("Question {0}", [row.idx]),
		__("Answer")
	);
}
