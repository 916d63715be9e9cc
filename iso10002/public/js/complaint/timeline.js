// What happened in the case, newest first, and the checklist as it stood at closing.
frappe.provide("iso10002.complaint");

(() => {
	const lib = iso10002.complaint;
	const SHOWN_AT_FIRST = 25;

	const ICONS = {
		Received: "inbox",
		Acknowledged: "reply",
		Assessed: "scale",
		Investigating: "search",
		"Decision Proposed": "pen",
		"Decision Approved": "check",
		"Decision Communicated": "send",
		Accepted: "check",
		Rejected: "flag",
		"Under Review": "search",
		Referred: "send",
		"Remedy in Progress": "gift",
		Closed: "lock",
		Withdrawn: "lock",
		"Not a Complaint": "lock",
		Duplicate: "lock",
		Reopened: "turn",
		"Workflow Step": "turn",
		"Assessment Changed": "scale",
		"Priority Changed": "flag",
		Assigned: "people",
		Reassigned: "people",
		"Assignment Passed Over": "people",
		"Moved to Team": "people",
		"Significance Noticed": "flag",
		Correction: "pen",
		Contact: "phone",
		Reminder: "phone",
		"Party Added": "people",
		"Party Changed": "people",
		"Party Removed": "people",
		"Remedy Changed": "gift",
		"Document Made": "file",
		"Document Changed": "file",
		"Solution Carried Over": "turn",
		"Taken Over": "turn",
		"Reference Removed": "turn",
		"Improvement Noted": "gift",
	};
	// Kinds of events that come in several forms, by how they begin.
	const ICONS_BY_START = {
		Deadline: "clock",
		Escalated: "flag",
		Conflict: "flag",
		"No Conflict": "check",
		Investigation: "search",
		Interview: "people",
		Input: "people",
		Evidence: "file",
		Review: "search",
		Referral: "send",
		Message: "reply",
		Withdrawal: "flag",
		Receipt: "lock",
	};

	function icon_of(event) {
		const start = Object.keys(ICONS_BY_START).find((name) => event.startsWith(name));
		return ICONS[event] || ICONS_BY_START[start];
	}

	lib.render_timeline = function (frm) {
		const $panel = frm.get_field("timeline_panel").$wrapper;
		const data = lib.panel(frm);
		if (!data) return $panel.empty();
		const shown = data.timeline.slice(0, SHOWN_AT_FIRST);
		const rest = data.timeline.length - shown.length;
		$panel.html(`
			<ol class="iso-timeline">${shown.map((row) => event_html(frm, row)).join("")}</ol>
			${rest ? `<button type="button" class="btn btn-default btn-sm">${__("Show {0} more", [rest])}</button>` : ""}
		`);
		$panel.off("click.letter").on("click.letter", ".iso-show-letter", (event) => {
			event.preventDefault();
			const row = data.timeline[$(event.currentTarget).closest(".iso-event").index()];
			lib.show_letter(row.remark, lib.read_json(row.details).message);
		});
		$panel.find("button").on("click", (event) => {
			const older = data.timeline.slice(SHOWN_AT_FIRST).map((row) => event_html(frm, row));
			$panel.find(".iso-timeline").append(older.join(""));
			$(event.currentTarget).remove();
		});
	};

	function event_html(frm, row) {
		const is_stage = row.to_stage ? "iso-event-stage" : "";
		const by = [lib.name_of(frm, row.user), row.channel ? __(row.channel) : ""].filter(Boolean);
		return `<li class="iso-event ${is_stage}">
			<span class="iso-event-icon">${lib.icon(icon_of(row.event))}</span>
			<div class="iso-event-body">
				<div class="iso-event-head">
					<strong>${__(row.event, null, "Complaint Event")}</strong>
					<span class="text-muted">${lib.safe(by.join(" · "))}</span>
					<span class="text-muted iso-event-time" title="${recorded(row)}">
						${lib.safe(lib.moment_of(row.occurred_on))}</span>
				</div>
				${details_html(frm, row)}
				${row.remark ? `<div class="iso-event-remark">${lib.safe_lines(row.remark)}</div>` : ""}
			</div>
		</li>`;
	}

	function recorded(row) {
		return __("Recorded on {0}", [lib.safe(lib.moment_of(row.creation))]);
	}

	// What changed, in words

	function details_html(frm, row) {
		const details = lib.read_json(row.details);
		const lines = details ? (DETAILS[row.event] || other_details)(frm, details) : [];
		return lines.map((line) => `<div class="iso-event-detail">${line}</div>`).join("");
	}

	const DETAILS = {
		Correction: (frm, { field, from, to, added }) => [
			added
				? `${lib.safe(lib.label_of(field))} ${__("(added)")}: ${lib.safe_lines(added)}`
				: change_html(field, from, to),
		],
		"Assessment Changed": changes,
		"Priority Changed": changes,
		"Workflow Step": changes,
		Reassigned: (frm, { handler }) => [
			change_html("handler", ...handler.map((user) => user && lib.name_of(frm, user))),
		],
		"Party Added": party_line,
		"Party Changed": party_line,
		"Party Removed": party_line,
		"Remedy Changed": (frm, { remedies }) => remedies.map(remedy_line),
		"Taken Over": (frm, { record, files }) => [lib.safe([record, files && __("{0} files", [files])].filter(Boolean).join(", "))],
		"Reference Removed": (frm, { reference }) => [lib.safe(`${__(reference[0])} ${reference[1]}`)],
		"Source Dealt With": (frm, { record, way }) => [lib.safe(`${record}: ${__(way)}`)],
		"Proposal Accepted": (frm, { rule }) => [lib.safe(rule)],
		"Document Made": document_lines,
		"Document Changed": document_lines,
		Contact: letter_line,
		Reminder: letter_line,
		"Message Received": files_line,
		"Message Sent": files_line,
		"Solution Carried Over": (frm, { original, decision, remedies }) => [
			lib.safe([original, __(decision || ""), ...(remedies || []).map((name) => __(name))].filter(Boolean).join(", ")),
		],
	};

	/** Deadlines, and what is recorded in documents of their own. */
	function other_details(frm, details) {
		const due = Array.isArray(details.due_on) ? details.due_on.map(lib.moment_of).join(" → ") : "";
		const parts = [details.document, details.clock && __(details.clock), due, details.body];
		if (details.outcome) parts.push(__(details.outcome));
		if (details.role && details.party) parts.push(__(details.role));
		const line = lib.safe(parts.filter(Boolean).join(", "));
		return line ? [line] : [];
	}

	function letter_line(frm, { purpose, message }) {
		return message ? [`${lib.safe(__(purpose))} · <a href="#" role="button" class="iso-show-letter">${__("Show it")}</a>`] : [];
	}

	function files_line(frm, { files }) {
		const stored = Object.fromEntries(frm.get_files().map((file) => [file.name, file.file_url]));
		return (files || []).map(({ file, name }) =>
			stored[file] ? `<a href="${encodeURI(stored[file])}" target="_blank" rel="noopener">${lib.safe(name)}</a>` : lib.safe(name)
		);
	}

	function changes(frm, details) {
		return Object.entries(details).map(([field, [from, to]]) => change_html(field, from, to));
	}

	function change_html(field, from, to) {
		const values = [from, to].map((value) => `<em>${lib.safe(shown(field, value))}</em>`);
		return `${lib.safe(lib.label_of(field))}: ${values[0]} → ${values[1]}`;
	}

	function shown(field, value) {
		if (value === null || value === undefined || value === "") return __("(empty)");
		const df = frappe.meta.get_docfield("Complaint", field);
		if (df && df.fieldtype === "Datetime") return lib.moment_of(value);
		return df && df.fieldtype === "Select" ? __(value) : value;
	}

	function party_line(frm, { party, role, fields }) {
		const known = lib.panel(frm).parties.find((row) => row.name === party);
		const who = [role ? __(role) : "", known ? lib.party_name(known) : ""].filter(Boolean).join(", ");
		const what = (fields || []).map((name) => __(frappe.meta.get_label("Complaint Party", name)));
		return [lib.safe([who, what.join(", ")].filter(Boolean).join(": "))];
	}

	function remedy_line(row) {
		const steps = [row.from, row.to || __("removed")].filter(Boolean).map((name) => __(name));
		const value = row.value ? ` (${format_number(row.value)})` : "";
		return lib.safe(`${__(row.remedy)}${value}: ${steps.join(" → ")}`);
	}

	function document_lines(frm, { remedy, document_type, document, state }) {
		return [lib.safe(`${remedy ? `${__(remedy)}: ` : ""}${__(document_type)} ${document} (${__(state)})`)];
	}

	lib.read_json = function (text) {
		try {
			return text ? JSON.parse(text) : null;
		} catch (error) {
			return null;
		}
	};

	// The closing record

	lib.render_closing_record = function (frm) {
		const $panel = frm.get_field("closing_panel").$wrapper;
		const record = lib.read_json(frm.doc.closing_record);
		$panel.html(
			record && record.length
				? `<div class="iso-record">${record.map((row) => record_html(frm, row)).join("")}</div>`
				: ""
		);
	};

	function record_html(frm, row) {
		const by = [lib.moment_of(row.on), lib.name_of(frm, row.by)].filter(Boolean).join(" · ");
		const checks = (row.checks || []).map(
			(check) => `<li class="iso-check iso-ok">${lib.icon("check")}
				<span>${lib.safe(check.label)}
					<span class="iso-clause">${__("clause {0}", [lib.safe(check.clause)])}</span></span></li>`
		);
		return `<div class="iso-record-stage">
			<div><strong>${lib.safe(__(row.stage, null, "Complaint"))}</strong> <span class="text-muted">${lib.safe(by)}</span></div>
			<ul>${checks.join("")}</ul>
		</div>`;
	}
})();
