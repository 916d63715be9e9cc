// On the form of a record a complaint may come from: a button for one, and those there are, as far as the reader may see.
frappe.provide("iso10002.sources");

(() => {
	const lib = iso10002.sources;
	if (lib.ready) return; // loaded with each of these forms, set up once
	lib.ready = true;

	const KINDS = ["Communication", "Contact", "Customer", "Delivery Note", "Issue", "Sales Invoice", "Sales Order", "Warranty Claim"];
	KINDS.push("HD Customer", "HD Ticket");
	const SHOWN = 5;
	const PERSONS = ["Contact", "Customer", "HD Customer"];
	const safe = (text) => frappe.utils.escape_html(cstr(text));

	/** Whether complaints come from records of a kind: its app is on the site and switched on. */
	lib.is_active = function (kind) {
		if (["Communication", "Contact"].includes(kind)) return true;
		return frappe.boot.iso10002_hosts.includes(kind.startsWith("HD ") ? "helpdesk" : "erpnext");
	};

	KINDS.forEach((kind) => frappe.ui.form.on(kind, { refresh: (frm) => show(frm) }));

	async function show(frm) {
		if (frm.is_new() || !lib.is_active(frm.doctype) || !frappe.model.can_read("Complaint")) return;
		const name = frm.docname;
		const beside = await frappe.xcall("iso10002.integrations.sources.beside", { doctype: frm.doctype, name });
		if (frm.docname !== name) return;
		if (beside.start) frm.add_custom_button(__("Complaint"), () => lib.start(frm.doctype, name), __("Create"));
		show_complaints(frm, beside.complaints);
		if (beside.proposal) show_proposal(frm, beside.proposal);
		if (PERSONS.includes(frm.doctype) && beside.complaints.length) show_picture(frm, name);
	}

	function show_proposal(frm, { name, rule }) {
		const why = __("This looks like a complaint (rule: {0}).", [safe(rule)]);
		frm.dashboard.set_headline(`${why}
			<a class="iso-yes" href="#" role="button">${__("It is one")}</a> · <a class="iso-no" href="#" role="button">${__("It is none")}</a>`);
		const $headline = $(frm.dashboard.wrapper || frm.wrapper);
		$headline.find(".iso-yes").on("click", () => (lib.start(frm.doctype, frm.docname), false));
		$headline.find(".iso-no").on("click", () => (lib.reject(name, () => frm.reload_doc()), false));
	}

	/** Ask why a proposed ticket is no complaint, and note it. */
	lib.reject = function (proposal, after) {
		const fields = [{ fieldname: "reason", fieldtype: "Small Text", label: __("Why it is no complaint"), reqd: 1 }];
		const send = async ({ reason }) => {
			await frappe.xcall("iso10002.integrations.proposals.reject", { proposal, reason });
			after();
		};
		frappe.prompt(fields, send, __("Not a complaint"), __("Note it"));
	};

	async function show_picture(frm, name) {
		const seen = await frappe.xcall("iso10002.integrations.picture.of", { doctype: frm.doctype, name });
		if (frm.docname !== name || !(seen.open + seen.past)) return;
		const figures = [
			__("{0} open", [seen.open]),
			__("{0} past", [seen.past]),
			seen.decided && __("{0} of {1} upheld", [seen.upheld, seen.decided]),
			seen.days !== null && __("answered after {0} days", [seen.days]),
			seen.often && __("most often: {0} ({1})", [safe(seen.often[0]), seen.often[1]]),
		].filter(Boolean);
		const hint = seen.vulnerable
			? `<span class="indicator-pill orange">${__("May need special consideration")}</span>`
			: "";
		$(frm.wrapper).find(".iso-picture").remove();
		$(frm.wrapper).find(".iso-beside strong").after(`<p class="iso-picture">${figures.join(" · ")} ${hint}</p>`);
	}

	/** Open a new complaint about a record; the form of the complaint takes over what the record says. */
	lib.start = function (doctype, name) {
		lib.from = { doctype, name: cstr(name) };
		frappe.route_options = null;
		frappe.new_doc("Complaint");
	};

	function said(row) {
		const day = frappe.datetime.str_to_user(cstr(row.received_on).slice(0, 10));
		return [__(row.status, null, "Complaint"), day, row.product_or_service].filter(Boolean).join(", ");
	}

	function show_complaints(frm, complaints) {
		$(frm.wrapper).find(".iso-beside").remove();
		if (!complaints.length) return;
		const rows = complaints.slice(0, SHOWN).map(
			(row) => `<li><a href="${frappe.utils.get_form_link("Complaint", row.name)}">${safe(row.name)}</a> ${safe(said(row))}</li>`
		);
		if (complaints.length > SHOWN) rows.push(`<li class="text-muted">${__("and {0} more", [complaints.length - SHOWN])}</li>`);
		// above the tabs: the dashboard is on a tab of its own in many forms
		$(`<div class="iso-beside form-message blue"><strong>${__("Complaints")}</strong>
			<ul class="list-unstyled">${rows.join("")}</ul></div>`).prependTo(frm.layout.wrapper);
	}
})();
