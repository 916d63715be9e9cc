// What belongs to a case beside it: investigations, reviews, referrals and evidence, each in the tab of its stage.
frappe.provide("iso10002.complaint");

(() => {
	const lib = iso10002.complaint;

	const KINDS = [
		{
			doctype: "Complaint Investigation",
			panel: "investigations_panel",
			none: __("No investigation report yet."),
			add: __("Start an investigation"),
			method: "iso10002.handling.investigation.make_investigation",
			stages: ["Assessed", "Investigating"],
			cells: (frm, row) => [__(row.depth), person(frm, row.investigator), status_html(row)],
		},
		{
			doctype: "Complaint Review",
			panel: "reviews_panel",
			none: __("No review report yet."),
			add: __("Start the review"),
			method: "iso10002.handling.review.make_review",
			stages: ["Under Review"],
			cells: (frm, row) => [__(row.outcome || ""), person(frm, row.reviewer), status_html(row)],
		},
		{
			doctype: "Complaint Referral",
			panel: "referrals_panel",
			none: __("Not referred to an outside body."),
			add: __("Record a referral"),
			method: "iso10002.handling.referral.make_referral",
			stages: ["Rejected", "Referred"],
			cells: (frm, row) => [row.body, frappe.datetime.str_to_user(row.referred_on), __(row.outcome || __("Open"))],
		},
		{
			doctype: "Complaint Evidence",
			panel: "evidence_panel",
			none: __("No evidence kept yet."),
			add: __("Add evidence"),
			cells: (frm, row) => [row.description, row.source, lib.moment_of(row.obtained_on)],
		},
	];

	lib.render_documents = function (frm) {
		const { documents = {} } = lib.panel(frm) || {};
		KINDS.forEach((kind) => {
			const field = frm.fields_dict[kind.panel];
			if (field) render_kind(frm, field.$wrapper, kind, documents[kind.doctype]);
		});
	};

	/** What similar cases got: asked for when it is wanted, and only a hint. */
	lib.render_similar = function (frm) {
		const field = frm.fields_dict.similar_panel;
		if (!field) return;
		field.$wrapper.html(
			frm.doc.category
				? `<button type="button" class="btn btn-xs btn-default">${__("What did similar cases get?")}</button>`
				: ""
		);
		field.$wrapper.find("button").on("click", async () => {
			const rows = await frappe.xcall("iso10002.handling.consistency.similar_remedies", {
				complaint: frm.doc.name,
			});
			field.$wrapper.html(`<div class="iso-documents">
				<p class="text-muted">${__("Cases of the same category and severity in the last 24 months:")}</p>
				${rows.map(similar_html).join("") || `<p>${__("None had a remedy.")}</p>`}
			</div>`);
		});
	};

	function similar_html(row) {
		const money = (value) => lib.safe(format_currency(value, row.currency));
		const range = row.highest
			? __("{0} to {1}, on average {2}", [money(row.lowest), money(row.highest), money(row.average)])
			: "";
		const cases = row.cases === 1 ? __("1 case") : __("{0} cases", [row.cases]);
		return `<div class="iso-document"><div>${lib.safe(__(row.remedy_type))}</div><div>${range}</div><div>${cases}</div></div>`;
	}

	function render_kind(frm, $panel, kind, rows) {
		$panel.toggle(!!rows).empty();
		if (!rows) return;
		const body = rows.map((row) => row_html(frm, kind, row)).join("");
		$panel.html(`<div class="iso-documents">
			${body || `<p class="text-muted">${kind.none}</p>`}
			${may_add(frm, kind) ? `<button type="button" class="btn btn-xs btn-default">${kind.add}</button>` : ""}
		</div>`);
		$panel.find("button").on("click", () => lib.with_saved(frm, () => start(frm, kind)));
	}

	function row_html(frm, kind, row) {
		const link = frappe.utils.get_form_link(kind.doctype, row.name);
		const cells = kind.cells(frm, row).map((cell) => `<div>${cell && cell.html ? cell.html : lib.safe(cell)}</div>`);
		return `<div class="iso-document"><a href="${lib.safe(link)}">${lib.safe(row.name)}</a>${cells.join("")}</div>`;
	}

	function person(frm, user) {
		return user ? lib.name_of(frm, user) : "";
	}

	function status_html(row) {
		const colour = row.docstatus === 1 ? "green" : row.docstatus === 2 ? "gray" : "orange";
		return { html: `<span class="indicator-pill no-indicator-dot ${colour}">${lib.safe(__(row.status))}</span>` };
	}

	function may_add(frm, kind) {
		if (!frappe.model.can_create(kind.doctype) || lib.ENDED.includes(frm.doc.status)) return false;
		return !kind.stages || kind.stages.includes(frm.doc.status);
	}

	async function start(frm, kind) {
		if (!kind.method) {
			return frappe.new_doc(kind.doctype, { complaint: frm.doc.name });
		}
		const doc = await frappe.xcall(kind.method, { complaint: frm.doc.name });
		frappe.model.sync(doc);
		return frappe.set_route("Form", doc.doctype, doc.name);
	}
})();
