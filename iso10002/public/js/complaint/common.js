// Shared by the panels and dialogs of the form of a complaint.
frappe.provide("iso10002.complaint");

Object.assign(iso10002.complaint, {
	/** Text of a user as HTML that shows it as it is. */
	safe(text) {
		return frappe.utils.escape_html(cstr(text));
	},

	/** As `safe`, with the line breaks kept. */
	safe_lines(text) {
		return iso10002.complaint.safe(text).replace(/\r?\n/g, "<br>");
	},

	/** What the server delivered for the panels of this form. */
	panel(frm) {
		return (frm.doc.__onload && frm.doc.__onload.case) || null;
	},

	/** Full name of a user, as far as the server told it. */
	name_of(frm, user) {
		const people = (iso10002.complaint.panel(frm) || {}).people || {};
		return people[user] || frappe.user.full_name(user) || user;
	},

	label_of(fieldname) {
		return __(frappe.meta.get_label("Complaint", fieldname));
	},

	/** A moment of the server in the time zone and the format of the user. */
	moment_of(value) {
		return frappe.datetime.str_to_user(cstr(value).split(".")[0]);
	},

	/** Whether a time of the server lies behind us. */
	is_past(value) {
		return !!value && cstr(value) < frappe.datetime.system_datetime();
	},

	/** "in 3 days", "2 hours ago", for a time of the server. */
	from_now(value) {
		return frappe.datetime.convert_to_user_tz(cstr(value).split(".")[0], false).fromNow();
	},

	/** Run `action` on a saved form; what was typed so far is saved first. */
	async with_saved(frm, action) {
		if (frm.is_dirty()) {
			await frm.save();
		}
		return action();
	},

	/** Scroll to a field, or to the panel that stands for it, wherever it is. */
	go_to(frm, fieldname) {
		const field = frm.get_field(fieldname);
		if (!field) return;
		frm.scroll_to_field(fieldname);
		// Frappe measures where the field is before its tab is shown
		setTimeout(() => field.$wrapper[0].scrollIntoView({ block: "center" }), 400);
		if (field.grid && field.grid.grid_rows.length) {
			const open = field.grid.grid_rows.find((row) => !row.doc.outcome) || field.grid.grid_rows[0];
			open.toggle_view(true);
		}
	},

	/** A field of the complaint for a dialog: type, label and choices as in the form. */
	copy_field(frm, fieldname, overrides = {}) {
		const df = frappe.meta.get_docfield("Complaint", fieldname, frm.docname);
		const control = frm.fields_dict[fieldname];
		return {
			fieldname,
			fieldtype: df.fieldtype,
			label: __(df.label),
			options: df.options,
			description: df.description ? __(df.description) : "",
			get_query: (control && control.get_query) || undefined,
			filter_description: df.filter_description,
			hide_timezone: df.hide_timezone,
			...overrides,
		};
	},

	/** Leave out what says nothing: the time zone where it is the site's, the inner workings of a search. */
	quieten_fields(frm) {
		const zone = frappe.datetime.is_system_time_zone() && (frappe.boot.time_zone || {}).user;
		const of_form = Object.values(frm.fields_dict).map((field) => field.df);
		[...frappe.meta.get_docfields("Complaint", frm.docname), ...of_form].forEach((df) => {
			if (df.fieldtype === "Datetime" && zone) {
				df.hide_timezone = true;
				df.description = cstr(df.description).split(zone).join("").replace(/<br>$/, "");
			}
			if (df.options === "User") df.filter_description = __("People with the role for it");
			if (["Complaint Category", "Complaint Cause"].includes(df.options)) df.filter_description = " ";
		});
	},

	is_text(df) {
		return ["Text", "Small Text", "Long Text"].includes(df.fieldtype);
	},
});
