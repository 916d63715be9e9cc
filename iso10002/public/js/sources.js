// On the form of a record a complaint may come from: a button for one, and those there are, as far as the reader may see.
frappe.provide("iso10002.sources");

(() => {
	const lib = iso10002.sources;
	if (lib.ready) return; // loaded with each of these forms, set up once
	lib.ready = true;

	const KINDS = ["Communication", "Contact", "Customer", "Delivery Note", "Issue", "Sales Invoice", "Sales Order", "Warranty Claim"];
	KINDS.push("HD Customer", "HD Ticket");
	const safe = (text) => frappe.utils.escape_html(cstr(text));

	KINDS.forEach((kind) => frappe.ui.form.on(kind, { refresh: (frm) => show(frm) }));

	async function show(frm) {
		if (frm.is_new() || !frappe.model.can_read("Complaint")) return;
		const name = frm.docname;
		const beside = await frappe.xcall("iso10002.integrations.sources.beside", { doctype: frm.doctype, name });
		if (frm.docname !== name) return;
		if (beside.start) frm.add_custom_button(__("Complaint"), () => lib.start(frm.doctype, name), __("Create"));
		show_complaints(frm, beside.complaints);
		$(document).trigger("iso10002-beside", [frm, beside]);
	}

	/** Open a new complaint about a record; the form of the complaint takes over what the record says. */
	lib.start = function (doctype, name) {
		lib.from = { doctype, name: cstr(name) };
		frappe.route_options = null;
		frappe.new_doc("Complaint");
	};

	function show_complaints(frm, complaints) {
		$(frm.wrapper).find(".iso-beside").remove();
		if (!complaints.length) return;
		const rows = complaints.map(
			(row) => `<li><a href="/app/complaint/${encodeURIComponent(row.name)}">${safe(row.name)}</a>
				${safe(__(row.status))}, ${safe(frappe.datetime.str_to_user(cstr(row.received_on).slice(0, 10)))}
				${row.product_or_service ? `, ${safe(row.product_or_service)}` : ""}</li>`
		);
		frm.dashboard.add_section(`<ul class="iso-beside list-unstyled">${rows.join("")}</ul>`, __("Complaints"));
		frm.dashboard.show();
	}
})();
