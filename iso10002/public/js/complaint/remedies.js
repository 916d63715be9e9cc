// What carries out the accepted remedies in another app: what was made there, and buttons for what can be made.
frappe.provide("iso10002.complaint");

(() => {
	const lib = iso10002.complaint;
	const API = "iso10002.integrations.erpnext.money";
	const CARRIED_OUT = ["Accepted", "Performed", "Verified"];
	const COLOURS = { Draft: "orange", Submitted: "blue", Done: "green", Cancelled: "gray" };

	lib.render_remedies = async function (frm) {
		const $panel = frm.fields_dict.remedy_documents_panel.$wrapper.empty();
		if (!(frm.doc.remedies || []).some((row) => CARRIED_OUT.includes(row.progress))) return;
		const name = frm.doc.name;
		const offers = await frappe.xcall(`${API}.offers`, { complaint: name }, "GET");
		if (frm.doc.name !== name || !offers.length) return;
		$panel.html(`<div class="iso-documents mb-3">${offers.map(offer_html).join("")}</div>`);
		$panel.find("button").on("click", (event) => {
			const offer = offers.find((row) => row.remedy === $(event.currentTarget).data("remedy"));
			lib.with_saved(frm, () => make(frm, offer));
		});
	};

	function offer_html(offer) {
		const what = `<div>${lib.safe(__("Remedy {0}: {1}", [offer.idx, __(offer.remedy_type)]))}</div>`;
		const button = offer.kind
			? `<button type="button" class="btn btn-xs btn-default" data-remedy="${lib.safe(offer.remedy)}">
				${lib.safe(__("Make {0}", [__(offer.kind)]))}</button>`
			: "";
		return `<div class="iso-document">${what}${document_html(offer)}<div>${button}</div></div>`;
	}

	function document_html(offer) {
		if (!offer.document) return "";
		const shown = lib.safe(`${__(offer.document_type)} ${offer.document}`);
		const link = frappe.utils.get_form_link(offer.document_type, offer.document);
		return `<div>${offer.may_open ? `<a href="${lib.safe(link)}">${shown}</a>` : shown}</div>
			<div><span class="indicator-pill no-indicator-dot ${COLOURS[offer.state]}">${lib.safe(__(offer.state))}</span></div>`;
	}

	async function make(frm, offer) {
		const remedy = { complaint: frm.doc.name, remedy: offer.remedy };
		const proposal = await frappe.xcall(`${API}.proposal`, remedy, "GET");
		const dialog = new frappe.ui.Dialog({
			title: __("Make {0}", [__(offer.kind)]),
			fields: offer.sources.length ? source_fields(offer, proposal) : account_fields(offer, proposal),
			primary_action_label: __("Make a draft"),
			async primary_action(values) {
				const rows = dialog.fields_dict.rows ? dialog.get_value("rows") : [];
				const made = await frappe.xcall(`${API}.make_document`, { ...remedy, ...values, rows });
				dialog.hide();
				await frm.reload_doc();
				const link = frappe.utils.get_form_link(made.doctype, made.name);
				frappe.show_alert({
					message: `<a href="${lib.safe(link)}">${lib.safe(__("Draft {0}", [made.name]))}</a>`,
					indicator: "green",
				});
			},
		});
		dialog.$wrapper.addClass("iso-dialog");
		dialog.show();
		if (dialog.fields_dict.rows) show_rows(dialog, proposal);
	}

	function amount_field(offer) {
		return {
			fieldtype: "Float",
			fieldname: "amount",
			precision: 2,
			label: __("Amount in {0}", [offer.currency]),
			default: offer.value || undefined,
			description: __("At most what was accepted."),
		};
	}

	function source_fields(offer, proposal) {
		const [first] = proposal.sources;
		const goods = ["Sales Return", "Sales Order", "Delivery Note"].includes(offer.kind);
		return [
			{
				fieldtype: offer.sources.length > 1 ? "Select" : "Data",
				fieldname: "source_doctype",
				label: __("Made from"),
				options: offer.sources.map((value) => ({ value, label: __(value) })),
				default: first ? first.doctype : offer.sources[0],
				hidden: offer.sources.length === 1,
			},
			{
				fieldtype: "Dynamic Link",
				fieldname: "source",
				label: offer.sources.length > 1 ? __("Number") : __(offer.sources[0]),
				options: "source_doctype",
				default: proposal.sources.length === 1 ? first.name : undefined,
				reqd: 1,
				get_query: () => ({
					filters: { docstatus: 1, ...(proposal.customer ? { customer: proposal.customer } : {}) },
				}),
			},
			...(goods && offer.value === 0 ? [] : [amount_field(offer)]),
			{ fieldtype: "MultiCheck", fieldname: "rows", label: __("Rows"), columns: 1, options: [] },
		];
	}

	/** The rows of the chosen document, all of them chosen. */
	function show_rows(dialog, proposal) {
		const show = (name) => {
			const found = proposal.sources.find((row) => row.name === name) || { rows: [] };
			const field = dialog.fields_dict.rows;
			field.df.options = found.rows.map((row) => ({
				value: row.name,
				label: `${row.qty} × ${lib.safe(row.item)}`,
				checked: true,
			}));
			field.df.hidden = found.rows.length < 2;
			field.refresh();
		};
		const { df } = dialog.fields_dict.source;
		// Frappe calls this also before its own default is there
		df.onchange = () => show(dialog.get_value("source") || df.default);
		show(df.default);
	}

	function account_fields(offer, proposal) {
		return [
			{
				fieldtype: "Link",
				fieldname: "customer",
				label: __("Customer"),
				options: "Customer",
				default: proposal.customer,
				reqd: 1,
			},
			{
				fieldtype: "Link",
				fieldname: "company",
				label: __("Company"),
				options: "Company",
				default: proposal.company,
				reqd: 1,
			},
			{
				fieldtype: "Link",
				fieldname: "account",
				label: __("Charged to"),
				options: "Account",
				reqd: 1,
				get_query: () => ({
					filters: { is_group: 0, disabled: 0, root_type: ["in", ["Expense", "Income"]] },
				}),
			},
			amount_field(offer),
		];
	}
})();
