// Beside ERPNext: the holidays of one of its lists.
frappe.ui.form.on("Complaint Calendar", {
	refresh(frm) {
		const may = !frm.is_new() && frm.fields_dict.holiday_list && frm.perm[0].write;
		if (!may || !frappe.boot.iso10002_hosts.includes("erpnext")) return;
		frm.add_custom_button(__("Take Holidays"), async () => {
			if (frm.is_dirty()) await frm.save();
			const taken = await frappe.xcall("iso10002.integrations.erpnext.holidays.take_holidays", {
				calendar: frm.doc.name,
				holiday_list: frm.doc.holiday_list || null,
			});
			await frm.reload_doc();
			frappe.show_alert({ message: __("{0} holidays taken over", [taken.holidays]), indicator: "green" });
		});
	},
});
