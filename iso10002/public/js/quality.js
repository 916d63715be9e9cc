// Beside ERPNext: a Non Conformance or Quality Action of an improvement, or of the cause of a complaint.
frappe.provide("iso10002.quality");

(() => {
	const API = "iso10002.integrations.erpnext.quality";
	const RECORDS = ["Non Conformance", "Quality Action"];

	/** The kinds of records the user may make; none without ERPNext, or with it switched off. */
	iso10002.quality.open_to_user = () =>
		frappe.boot.iso10002_hosts.includes("erpnext") ? RECORDS.filter((doctype) => frappe.model.can_create(doctype)) : [];

	iso10002.quality.make_of_improvement = (frm) =>
		ask([], async (values) => {
			await made(await frappe.xcall(`${API}.make_record`, { improvement: frm.doc.name, ...values }));
			frm.reload_doc();
		});

	iso10002.quality.make_of_cause = (frm) =>
		ask(
			[
				{
					fieldtype: "Link",
					fieldname: "responsible",
					options: "User",
					label: __("Responsible"),
					default: frappe.session.user,
					reqd: 1,
				},
				{ fieldtype: "Date", fieldname: "due_on", label: __("Due on"), reqd: 1 },
			],
			async (values) => {
				await made(await frappe.xcall(`${API}.make_record_of_cause`, { complaint: frm.doc.name, ...values }));
				frm.reload_doc();
			}
		);

	function ask(more, make) {
		const dialog = new frappe.ui.Dialog({
			title: __("Make a record in ERPNext"),
			fields: [
				{
					fieldtype: "Select",
					fieldname: "doctype",
					label: __("Record"),
					options: iso10002.quality.open_to_user().map((value) => ({ value, label: __(value) })),
					default: iso10002.quality.open_to_user()[0],
					reqd: 1,
					description: __("Every employee may read it. It says the cause, and nothing of a complaint."),
				},
				{
					fieldtype: "Link",
					fieldname: "procedure",
					label: __("Quality Procedure"),
					options: "Quality Procedure",
					mandatory_depends_on: "eval:doc.doctype === 'Non Conformance'",
				},
				{
					fieldtype: "Select",
					fieldname: "kind",
					label: __("Corrective or preventive"),
					options: ["Corrective", "Preventive"].map((value) => ({ value, label: __(value) })),
					default: "Corrective",
					depends_on: "eval:doc.doctype === 'Quality Action'",
				},
				...more,
			],
			primary_action_label: __("Make"),
			async primary_action(values) {
				await make(values);
				dialog.hide();
			},
		});
		dialog.$wrapper.addClass("iso-dialog");
		dialog.show();
	}

	function made(record) {
		const link = frappe.utils.get_form_link(record.doctype, record.name, true);
		frappe.show_alert({ message: `${link}: ${frappe.utils.escape_html(record.text)}`, indicator: "green" });
	}

	frappe.ui.form.on("Complaint Improvement", {
		refresh(frm) {
			const may = !frm.is_new() && frm.fields_dict.quality_record && frm.perm[0] && frm.perm[0].write;
			if (!may || frm.doc.quality_record || !iso10002.quality.open_to_user().length) return;
			frm.add_custom_button(__("Make a record in ERPNext"), () => iso10002.quality.make_of_improvement(frm));
		},
	});
})();
