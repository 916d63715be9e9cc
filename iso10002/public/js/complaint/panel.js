// The panel above the tabs: where the case is, what comes next and what is still missing for it.
frappe.provide("iso10002.complaint");

(() => {
	const lib = iso10002.complaint;

	const MAIN_LINE = [
		["Received"],
		["Acknowledged"],
		["Assessed"],
		["Investigating"],
		["Decision Proposed"],
		["Decision Approved"],
		["Decision Communicated"],
		["Accepted", "Rejected"],
		["Under Review"],
		["Referred"],
		["Remedy in Progress"],
		["Closed"],
	];
	const ONLY_IF_REACHED = ["Under Review", "Referred", "Remedy in Progress"];
	const ENDED_EARLY = ["Withdrawn", "Not a Complaint", "Duplicate"];
	const ANSWER_OPEN = MAIN_LINE.slice(0, 6).flat();

	lib.ENDED = ["Closed", ...ENDED_EARLY];
	lib.ANSWER_OPEN = ANSWER_OPEN;

	lib.render_panel = function (frm) {
		const $panel = place(frm);
		const data = lib.panel(frm);
		if (frm.is_new() || !data) {
			$panel.empty().hide();
			return;
		}
		$panel.show().html(`
			<div class="iso-panel">
				${hold_html(frm, data)}
				${line_html(frm)}
				${now_html(frm, data)}
				${next_html(frm, data)}
			</div>`);
		bind(frm, $panel, data);
	};

	lib.position = function (stage) {
		return MAIN_LINE.findIndex((names) => names.includes(stage));
	};

	/** Steps that lead on, and the others (sending back, withdrawing, reopening ...). */
	lib.sort_steps = function (frm, steps) {
		const forward = steps.filter((step) => leads_on(frm, step));
		return {
			main: forward.find((step) => step.checks.every((check) => check.ok)) || forward[0],
			forward,
			side: steps.filter((step) => !forward.includes(step)),
		};
	};

	function leads_on(frm, step) {
		const { status } = frm.doc;
		if (lib.ENDED.includes(status) || ENDED_EARLY.includes(step.stage)) return false;
		// After a review the decision is communicated once more.
		if (status === "Under Review" && step.stage === "Decision Communicated") return true;
		return lib.position(step.stage) >= lib.position(status);
	}

	/** The panel stays in sight whichever tab is open. */
	function place(frm) {
		const $panel = frm.get_field("case_panel").$wrapper;
		if (!$panel.parent().is(frm.layout.page)) {
			$panel.closest(".form-section").addClass("hidden");
			frm.layout.page.prepend($panel.addClass("iso-panel-place"));
		}
		return $panel;
	}

	// What keeps it

	/** That the case is under a legal hold, since when and by whom; why, to who may read that field. */
	function hold_html(frm, data) {
		if (!data.hold) return "";
		const { legal_hold_reason: reason } = frm.doc;
		const { user, since } = data.hold;
		const facts = [
			user && `${__("Set by")}: ${lib.safe(lib.name_of(frm, user))}`,
			since && lib.safe(lib.moment_of(since)),
			reason && `${lib.label_of("legal_hold_reason")}: ${lib.safe_lines(reason)}`,
		];
		return `<div class="iso-hold form-message orange"><strong>${__("Legal hold")}</strong>
			${facts.filter(Boolean).join(" · ")}</div>`;
	}

	// Where we are

	function line_html(frm) {
		const { status } = frm.doc;
		const passed = JSON.parse(frm.doc.stages_passed || "[]");
		const ended_early = ENDED_EARLY.includes(status);
		const here = lib.position(status);
		const points = MAIN_LINE.map((names, position) => {
			const reached = names.find((name) => name === status || passed.includes(name));
			if (!reached && (ended_early || ONLY_IF_REACHED.includes(names[0]))) return "";
			if (names.includes(status)) return point_html(status, "now");
			if (reached) return point_html(reached, "done");
			const label = names.length > 1 ? __("Answer of the complainant") : __(names[0], null, "Complaint");
			return point_html(label, position < here ? "skipped" : "ahead", true);
		});
		if (ended_early) points.push(point_html(status, "now"));
		return `<ol class="iso-line" aria-label="${__("Progress")}">${points.join("")}</ol>`;
	}

	function point_html(name, state, is_label = false) {
		const current = state === "now" ? 'aria-current="step"' : "";
		return `<li class="iso-point iso-${state}" ${current}>
			<span class="iso-dot">${state === "done" ? lib.icon("check") : ""}</span>
			<span class="iso-point-name">${is_label ? name : __(name, null, "Complaint")}</span>
		</li>`;
	}

	function now_html(frm, data) {
		const facts = [`<strong>${__(frm.doc.status, null, "Complaint")}</strong> ${since(frm)}`];
		if (frm.doc.workflow_state && data.steps.some((step) => step.state)) {
			const state = __(frm.doc.workflow_state, null, "Complaint");
			if (state !== __(frm.doc.status, null, "Complaint")) facts.push(__("In the workflow: {0}", [lib.safe(state)]));
		}
		if (frm.doc.handler || !data.ended) facts.push(lib.owner_fact(frm));
		facts.push(...due_facts(frm));
		return `<div class="iso-now-line">${facts.map((fact) => `<span>${fact}</span>`).join("")}</div>`;
	}

	function since(frm) {
		if (!frm.doc.stage_since) return "";
		const title = lib.safe(lib.moment_of(frm.doc.stage_since));
		return `<span class="text-muted" title="${title}">${lib.safe(lib.from_now(frm.doc.stage_since))}</span>`;
	}

	function due_facts(frm) {
		const { doc } = frm;
		const facts = [];
		if (doc.status === "Received") facts.push(due_html(__("Acknowledge"), doc.acknowledge_due));
		if (ANSWER_OPEN.includes(doc.status)) facts.push(due_html(__("Answer"), doc.response_due));
		if (doc.safety_implication === "Yes" && !lib.ENDED.includes(doc.status)) {
			facts.push(`<span class="indicator-pill red">${__("Safety is concerned")}</span>`);
		}
		if (doc.significant) facts.push(significance_html(doc));
		return facts.filter(Boolean);
	}

	function significance_html(doc) {
		const told = doc.significance_noticed_on;
		const when = told ? __("Management told {0}", [lib.from_now(told)]) : __("Management is not told yet");
		const title = told ? lib.safe(lib.moment_of(told)) : "";
		return `<span class="indicator-pill ${told ? "orange" : "red"}" title="${title}">
			${__("Significant")}</span> <span class="text-muted" title="${title}">${lib.safe(when)}</span>`;
	}

	function due_html(what, due) {
		if (!due) return "";
		const title = lib.safe(lib.moment_of(due));
		const when = lib.safe(lib.from_now(due));
		if (lib.is_past(due)) {
			return `<span class="iso-late" title="${title}">${__("{0} was due {1}", [what, when])}</span>`;
		}
		return `<span title="${title}">${__("{0} due {1}", [what, when])}</span>`;
	}

	// What comes next

	function next_html(frm, data) {
		const steps = lib.sort_steps(frm, data.steps);
		if (!data.steps.length) return `<div class="iso-next text-muted">${nothing_to_do(frm, data)}</div>`;
		return `<div class="iso-next">
			<div class="iso-buttons">
				${steps.main ? button_html(steps.main, "btn-primary") : ""}
				${steps.forward
					.filter((step) => step !== steps.main)
					.map((step) => button_html(step, "btn-default"))
					.join("")}
				${more_html(steps.side, !steps.main)}
			</div>
			${steps.main ? checklist_html(steps.main) : ""}
		</div>`;
	}

	function nothing_to_do(frm, data) {
		if (data.ended) return __("The case has ended.");
		return __("From here somebody else takes the next step.");
	}

	function button_html(step, style) {
		return `<button type="button" class="btn btn-sm ${style} iso-step"
			data-action="${lib.safe(step.action)}">${lib.safe(__(step.action))}</button>`;
	}

	function more_html(steps, alone) {
		if (!steps.length) return "";
		const items = steps.map(
			(step) => `<li><a class="dropdown-item iso-step" href="#" role="button"
				data-action="${lib.safe(step.action)}">${lib.safe(__(step.action))}</a></li>`
		);
		return `<div class="dropdown iso-more">
			<button type="button" class="btn btn-sm btn-default" data-toggle="dropdown"
				aria-haspopup="true" aria-expanded="false">
				${alone ? __("Other steps") : __("More")} ${lib.icon("down")}
			</button>
			<ul class="dropdown-menu" role="menu">${items.join("")}</ul>
		</div>`;
	}

	function checklist_html(step) {
		if (!step.checks.length) return "";
		const open = step.checks.filter((check) => !check.ok).length;
		const head = open
			? __("For {0}: {1} of {2} still open", [
					`<strong>${lib.safe(__(step.action))}</strong>`,
					open,
					step.checks.length,
			  ])
			: __("For {0}: everything is there", [`<strong>${lib.safe(__(step.action))}</strong>`]);
		return `<div class="iso-checklist">
			<div class="iso-checklist-head text-muted">${head}</div>
			<ul>${step.checks.map(check_html).join("")}</ul>
		</div>`;
	}

	function check_html(check) {
		const label = lib.safe(check.label);
		if (check.ok) {
			return `<li class="iso-check iso-ok">
				${lib.icon("check")}<span>${label}</span><span class="sr-only">${__("done")}</span>
			</li>`;
		}
		return `<li class="iso-check iso-open">
			${lib.icon("circle")}<span><a href="#" role="button" data-check="${lib.safe(check.name)}"
				title="${lib.safe(check.advice)}">${label}</a>
				<span class="iso-clause">${__("clause {0}", [lib.safe(check.clause)])}</span></span>
		</li>`;
	}

	// What happens on a click

	function bind(frm, $panel, data) {
		$panel.find(".iso-step").on("click", (event) => {
			event.preventDefault();
			lib.take_step(frm, $(event.currentTarget).attr("data-action"));
		});
		$panel.find("[data-check]").on("click", (event) => {
			event.preventDefault();
			const name = $(event.currentTarget).attr("data-check");
			const checks = data.steps.flatMap((step) => step.checks);
			lib.go_to_check(frm, checks.find((check) => check.name === name && !check.ok));
		});
	}

	/** Where a check looks that is about more than fields of the case. */
	const PANELS = {
		persons_heard: "parties_panel",
		investigated_deeply_enough: "investigations_panel",
		no_referral_open: "referrals_panel",
		outside_body_named: "referrals_panel",
		outside_outcome_known: "referrals_panel",
		review_decided: "reviews_panel",
	};

	/** The field or panel where something can be done about a check; none if it is about who takes the step. */
	lib.place_of_check = function (frm, check) {
		const fields = check.fields.filter((field) => frm.get_field(field));
		return PANELS[check.name] || fields.find((field) => is_empty(frm.doc[field])) || fields[0];
	};

	lib.go_to_check = function (frm, check) {
		const place = check && lib.place_of_check(frm, check);
		if (place) return lib.go_to(frm, place);
		if (check) frappe.show_alert({ message: lib.safe(check.advice), indicator: "orange" });
	};

	function is_empty(value) {
		return !value || (Array.isArray(value) && !value.length);
	}
})();
