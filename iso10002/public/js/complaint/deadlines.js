// The deadlines of a case, and what may be done about each: the server says which.
frappe.provide("iso10002.complaint");

(() => {
	const lib = iso10002.complaint;
	const METHODS = "iso10002.handling.clocks.actions.";

	const COLOURS = { Running: "blue", Paused: "yellow", Met: "green", Waiting: "gray", Stopped: "gray", Exempt: "gray" };
	const REASON = { fieldtype: "Small Text", fieldname: "reason", label: __("Reason"), reqd: 1 };
	const ACTIONS = {
		extend: {
			label: __("Extend"),
			fields: () => [
				{
					fieldtype: "Int",
					fieldname: "length",
					label: __("By how much"),
					reqd: 1,
					description: __("In the unit its rule has for extensions."),
				},
				{
					fieldtype: "Datetime",
					fieldname: "notice_sent_on",
					label: __("Complainant told on"),
					default: frappe.datetime.system_datetime(),
					reqd: 1,
				},
				REASON,
			],
		},
		pause: { label: __("Pause"), fields: () => [REASON] },
		resume: { label: __("Resume"), fields: () => [] },
		exempt: { label: __("Take away"), fields: () => [REASON] },
		mark_met: {
			label: __("Mark as met"),
			fields: () => [
				{
					fieldtype: "Datetime",
					fieldname: "met_on",
					label: __("Met on"),
					default: frappe.datetime.system_datetime(),
					reqd: 1,
				},
				{ fieldtype: "Small Text", fieldname: "remark", label: __("What was done"), reqd: 1 },
			],
		},
	};

	lib.render_deadlines = function (frm) {
		const field = frm.fields_dict.deadlines_panel;
		if (!field) return;
		const { clocks = [] } = lib.panel(frm) || {};
		field.$wrapper.html(
			clocks.length
				? `<div class="iso-documents">${clocks.map((row) => clock_html(row)).join("")}</div>`
				: `<p class="text-muted">${__("No deadline runs for this case.")}</p>`
		);
		field.$wrapper.find("button").on("click", (event) => {
			const { clock, action } = event.currentTarget.dataset;
			const row = clocks.find((found) => found.name === clock);
			lib.with_saved(frm, () => act(frm, row, action));
		});
	};

	function clock_html(row) {
		const late = row.state === "Running" && lib.is_past(row.due_on);
		const when = row.state === "Met" ? __("met {0}", [lib.moment_of(row.met_on)]) : lib.moment_of(row.due_on);
		const buttons = (row.may || []).map(
			(name) => `<button type="button" class="btn btn-xs btn-default" data-action="${lib.safe(name)}"
				data-clock="${lib.safe(row.name)}">${ACTIONS[name] ? ACTIONS[name].label : lib.safe(name)}</button>`
		);
		return `<div class="iso-document">
			<div>${lib.safe(__(row.clock_name))}</div>
			<div class="${late ? "iso-late" : ""}" title="${lib.safe(when)}">${lib.safe(when)}</div>
			<div><span class="indicator-pill no-indicator-dot ${late || row.breached_on ? "red" : COLOURS[row.state]}">
				${late ? __("Overdue") : row.breached_on ? __("Missed") : lib.safe(__(row.state, null, "Complaint Clock"))}</span></div>
			<div class="iso-document-buttons">${buttons.join(" ")}</div>
		</div>`;
	}

	function act(frm, row, name) {
		const action = ACTIONS[name];
		const fields = action.fields();
		const dialog = new frappe.ui.Dialog({
			title: `${action.label}: ${lib.safe(__(row.clock_name))}`,
			fields: fields.length ? fields : [{ fieldtype: "HTML", options: __("The deadline moves by the time it stood still.") }],
			primary_action_label: action.label,
			primary_action: (values) => lib.send(frm, dialog, METHODS + name, { clock: row.name, ...extra(name), ...values }),
		});
		dialog.$wrapper.addClass("iso-dialog");
		dialog.show();
	}

	/** The unit of an extension is the one of its rule. */
	function extra(name) {
		return name === "extend" ? { unit: null } : {};
	}
})();
