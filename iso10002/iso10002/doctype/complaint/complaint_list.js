// The list of complaints: colours per stage, what is late in red, and the queues people work from.

(() => {
	const COLOURS = {
		Received: "orange",
		Acknowledged: "yellow",
		Assessed: "cyan",
		Investigating: "blue",
		"Decision Proposed": "purple",
		"Decision Approved": "purple",
		"Decision Communicated": "light-blue",
		Accepted: "green",
		Rejected: "red",
		"Under Review": "pink",
		Referred: "pink",
		"Remedy in Progress": "blue",
		Closed: "green",
		Withdrawn: "gray",
		"Not a Complaint": "gray",
		Duplicate: "gray",
	};
	const PRIORITY_COLOURS = { Low: "gray", Medium: "blue", High: "orange", Urgent: "red" };
	const ENDED = ["Closed", "Withdrawn", "Not a Complaint", "Duplicate"];
	const ANSWER_OPEN = [
		"Received",
		"Acknowledged",
		"Assessed",
		"Investigating",
		"Decision Proposed",
		"Decision Approved",
	];

	const safe = (text) => frappe.utils.escape_html(cstr(text));

	frappe.listview_settings["Complaint"] = {
		add_fields: ["status", "workflow_state", "priority", "acknowledge_due", "response_due", "safety_implication", "significant"],

		// With a workflow active its states are named, as the admin called them; the colour is that of the stage.
		get_indicator(doc) {
			const field = doc.workflow_state && frappe.workflow.get_state_fieldname("Complaint") ? "workflow_state" : "status";
			return [__(doc[field], null, "Complaint"), COLOURS[doc.status] || "gray", `${field},=,${doc[field]}`];
		},

		formatters: {
			handler: (value) => person_html("handler", value),
			response_due: (value, df, doc) => due_html(doc),
			priority: (value, df, doc) => priority_html(doc),
			product_or_service: (value) => `<span class="ellipsis" title="${safe(value)}">${safe(value)}</span>`,
		},

		onload(listview) {
			widen_stage();
			show_more_columns(listview);
			refresh_overdue_filter(listview);
			add_queues(listview);
		},

		refresh(listview) {
			mark_open_queue(listview);
			count_queues(listview);
		},
	};

	// On a board a case is titled with its reference. Without a title field, which would copy titles about, Frappe takes
	// the first field with text, the derived priority, and writes null until a case is assessed.
	const board = frappe.views.KanbanView.prototype;
	const get_card_meta = (board.iso_get_card_meta = board.iso_get_card_meta || board.get_card_meta);
	board.get_card_meta = function () {
		const found = get_card_meta.call(this);
		return this.doctype === "Complaint" ? { ...found, title_field: frappe.meta.get_field("Complaint", "name") } : found;
	};

	// Cells

	function due_html(doc) {
		const [due, what] =
			doc.status === "Received" && is_past(doc.acknowledge_due)
				? [doc.acknowledge_due, __("to be acknowledged")]
				: [doc.response_due, __("to be answered")];
		if (!due || !ANSWER_OPEN.includes(doc.status)) return `<span class="text-muted">-</span>`;
		const moment_of = frappe.datetime.convert_to_user_tz(cstr(due).split(".")[0], false);
		const title = safe(`${what} ${frappe.datetime.str_to_user(cstr(due).split(".")[0])}`);
		const colour = is_past(due) ? "red" : "gray";
		return `<span class="indicator-pill no-indicator-dot ${colour} ellipsis" title="${title}">
			${is_past(due) ? __("{0} late", [safe(moment_of.fromNow(true))]) : safe(moment_of.fromNow())}
		</span>`;
	}

	function priority_html(doc) {
		if (!doc.priority) return `<span class="text-muted">-</span>`;
		const safety = doc.safety_implication === "Yes";
		return `<span class="filterable indicator-pill no-indicator-dot ${PRIORITY_COLOURS[doc.priority]} ellipsis"
			title="${safety ? __("Safety is concerned") : ""}"
			data-filter="priority,=,${safe(doc.priority)}">${__(doc.priority)}${safety ? " !" : ""}</span>`;
	}

	function person_html(field, user) {
		const known = frappe.boot.user_info[user];
		const name = known ? known.fullname : cstr(user).split("@")[0];
		return `<a class="filterable ellipsis" title="${safe(user)}" data-filter="${field},=,${safe(user)}">${safe(name)}</a>`;
	}

	function is_past(value) {
		return !!value && cstr(value) < frappe.datetime.system_datetime();
	}

	/** Names of stages are longer than what stands in the other columns. */
	function widen_stage() {
		frappe.dom.set_style(
			`[id="page-List/Complaint/List"] .list-row-col:nth-child(3) { flex: 1.7; }`,
			"complaint-list-columns"
		);
	}

	/** Stage, priority and due date are seen on a small screen too, unless the user chose otherwise. */
	function show_more_columns(listview) {
		if (!listview.list_view_settings || listview.list_view_settings.total_fields) return;
		listview.list_view_settings.total_fields = window.innerWidth < 1200 ? 6 : 8;
		listview.setup_columns();
		listview.render_header(true);
	}

	// Queues: what people start their day with. The counts are those of the list, so the access rule applies.

	function queues(teams) {
		const me = frappe.session.user;
		const has = (role) => frappe.user.has_role(`Complaint ${role}`);
		return [
			{ label: __("My cases"), filters: [["handler", "=", me], ["status", "not in", ENDED]] },
			{ label: __("New"), filters: [["status", "=", "Received"]] },
			{ label: __("Overdue"), filters: overdue_filters(), late: true },
			{ label: __("Open"), filters: [["status", "not in", ENDED]] },
			{ label: __("Without handler"), filters: [["handler", "is", "not set"], ["status", "not in", ENDED]] },
			teams.length && {
				label: __("Queue of my team"),
				filters: [["team", "in", teams], ["handler", "is", "not set"], ["status", "not in", ENDED]],
			},
			has("Investigator") && {
				label: __("To investigate"),
				filters: [["investigator", "=", me], ["status", "=", "Investigating"]],
			},
			has("Approver") && { label: __("To approve"), filters: [["status", "=", "Decision Proposed"]] },
			has("Reviewer") && {
				label: __("To review"),
				filters: [["reviewer", "=", me], ["status", "=", "Under Review"]],
			},
		].filter(Boolean);
	}

	/** Frappe takes an empty time for the earliest of all, and a deadline that stands still has none. */
	function overdue_filters() {
		const now = frappe.datetime.system_datetime();
		return [["status", "in", ANSWER_OPEN], ["response_due", "is", "set"], ["response_due", "<", now]];
	}

	async function add_queues(listview) {
		const $bar = $(`<div class="complaint-queues" role="toolbar" aria-label="${__("Queues")}"
			style="display: flex; flex-wrap: wrap; gap: 8px; padding: 10px 15px 0;"></div>`);
		listview.page.page_form.before($bar);
		const teams = await frappe.xcall("iso10002.handling.teams.mine").catch(() => []);
		listview.iso_queues = queues(teams);
		listview.iso_queues.forEach((queue) => {
			queue.$button = $(`<button type="button" class="btn btn-default btn-sm">
				${queue.label} <span class="complaint-queue-count"></span></button>`)
				.on("click", () => open_queue(listview, queue))
				.appendTo($bar);
		});
		mark_open_queue(listview);
		count_queues(listview);
	}

	async function open_queue(listview, queue) {
		const was_open = is_open(listview, queue);
		await listview.filter_area.clear(was_open);
		if (!was_open) await listview.filter_area.add(filters_of(queue));
	}

	function filters_of(queue) {
		const filters = queue.late ? overdue_filters() : queue.filters;
		return filters.map((filter) => ["Complaint", ...filter]);
	}

	function is_open(listview, queue) {
		const now = listview.filter_area.get();
		const wanted = filters_of(queue);
		const same = (one, other) =>
			one[1] === other[1] && one[2] === other[2] && (one[1] === "response_due" || cstr(one[3]) === cstr(other[3]));
		return now.length === wanted.length && wanted.every((one) => now.some((other) => same(one, other)));
	}

	function mark_open_queue(listview) {
		(listview.iso_queues || []).forEach((queue) => {
			const open = is_open(listview, queue);
			queue.$button.toggleClass("active", open).attr("aria-pressed", open);
		});
	}

	function count_queues(listview) {
		(listview.iso_queues || []).forEach(async (queue) => {
			const count = await frappe.db.count("Complaint", { filters: filters_of(queue) });
			queue.$button
				.find(".complaint-queue-count")
				.text(count)
				.css("color", queue.late && count ? "var(--red-500, #e03636)" : "var(--text-muted)");
		});
	}

	/** A filter on "overdue" kept from another day means overdue today. */
	function refresh_overdue_filter(listview) {
		(listview.filters || []).forEach((filter) => {
			if (filter[1] === "response_due" && filter[2] === "<" && is_past(filter[3])) {
				filter[3] = frappe.datetime.system_datetime();
			}
		});
	}
})();
