frappe.ui.form.on("Complaint Management Report", {
	refresh(frm) {
		if (frm.is_new()) {
			const last = frappe.datetime.add_months(frappe.datetime.month_start(), -1);
			if (!frm.doc.from_date) frm.set_value("from_date", last);
			if (!frm.doc.to_date) frm.set_value("to_date", frappe.datetime.add_days(frappe.datetime.month_start(), -1));
		}
		if (frm.doc.docstatus !== 1) {
			frm.set_intro(__("Write the comments, save, and submit: the figures are frozen, and PDF and XLSX are made."));
			return;
		}
		if (frm.doc.__onload && frm.doc.__onload.is_intact === false)
			frm.set_intro(__("The frozen figures are not those the hash was made of. They were changed past the app."), "red");
		show_overview(frm);
		frm.add_custom_button(__("PDF"), () => open_file(frm, ".pdf"));
		frm.add_custom_button(__("XLSX"), () => open_file(frm, ".xlsx"));
	},
});

function open_file(frm, ending) {
	const file = frm.get_files().find((row) => row.file_name.endsWith(ending));
	if (file) window.open(file.file_url);
	else frappe.msgprint(__("The file is not attached any more."));
}

function show_overview(frm) {
	const safe = (value) => frappe.utils.escape_html(cstr(value ?? "–"));
	const rows = JSON.parse(frm.doc.figures || "{}").lines || [];
	const cells = (row) =>
		[__(row.label), row.now, row.before, row.year_before, row.target].map((value) => `<td>${safe(value)}</td>`);
	const heads = [__("Figure"), __("This period"), __("Period before"), __("Year before"), __("Target")];
	frm.get_field("overview").$wrapper.html(
		`<table class="table table-bordered"><thead><tr>${heads.map((head) => `<th>${safe(head)}</th>`).join("")}</tr></thead>
		<tbody>${rows.map((row) => `<tr>${cells(row).join("")}</tr>`).join("")}</tbody></table>`
	);
}
