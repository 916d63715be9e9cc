// Noting in a case which improvement it led to: one there is, or a new one.
frappe.provide("iso10002.complaint");

(() => {
	const lib = iso10002.complaint;
	const DOCTYPE = "Complaint Improvement";

	lib.note_improvement = function (frm) {
		const dialog = new frappe.ui.Dialog({
			title: __("Note an improvement"),
			fields: [
				{ fieldtype: "Link", fieldname: "improvement", label: __("Improvement"), options: DOCTYPE, reqd: 1 },
				{
					fieldtype: "HTML",
					options: `<p class="text-muted">${__("Who may read no complaint reads improvements too: name neither people nor this complaint in it.")}</p>`,
				},
			],
			primary_action_label: __("Note"),
			async primary_action({ improvement }) {
				await frappe.xcall("iso10002.handling.improvements.note", { complaint: frm.doc.name, improvement });
				dialog.hide();
				await frm.reload_doc();
			},
		});
		dialog.show();
	};
})();
