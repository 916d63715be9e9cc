// What the handler does towards the complainant's page: write a message, hand out a receipt code.
frappe.provide("iso10002.complaint");

(() => {
	const lib = iso10002.complaint;

	lib.write_message = (frm) =>
		lib.with_saved(frm, () => {
			const dialog = new frappe.ui.Dialog({
				title: __("Write to the complainant"),
				fields: [
					{
						fieldtype: "Small Text",
						fieldname: "text",
						label: __("Message"),
						reqd: 1,
						description: __("It is shown on the complainant's page. A mail says that there is news."),
					},
				],
				primary_action_label: __("Send"),
				primary_action: (values) => lib.send(frm, dialog, "iso10002.portal.messages.send", values),
			});
			dialog.$wrapper.addClass("iso-dialog");
			dialog.show();
		});

	lib.new_receipt_code = (frm) =>
		frappe.confirm(__("A new receipt code ends the old one. It is shown once, for the complainant."), async () => {
			const code = await frappe.xcall("iso10002.handling.receipts.new_code", { complaint: frm.doc.name });
			const shown = `<p class="h3"><bdi>${lib.safe(frm.doc.name)}</bdi><br><bdi>${lib.safe(code)}</bdi></p>`;
			frappe.msgprint({ title: __("Receipt code"), message: shown, indicator: "green" });
			frm.reload_doc();
		});
})();
