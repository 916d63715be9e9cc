// Giving a case on to another handler or team: with a reason, which goes into the history.
frappe.provide("iso10002.complaint");

(() => {
	const lib = iso10002.complaint;
	const GIVEN_TO = ["handler", "team"];

	lib.remember_handler = function (frm) {
		frm.iso_given_to = GIVEN_TO.map((name) => frm.doc[name]);
		lib.ask_for_handover(frm);
	};

	/** Ask for the reason once somebody who has the case would lose it. */
	lib.ask_for_handover = function (frm) {
		const given_on = GIVEN_TO.some((name, at) => frm.iso_given_to[at] && frm.iso_given_to[at] !== frm.doc[name]);
		frm.set_df_property("reassignment_reason", "hidden", given_on ? 0 : 1);
		frm.set_df_property("reassignment_reason", "reqd", given_on ? 1 : 0);
	};

	/** Who answers for the case, in a line of the panel. */
	lib.owner_fact = function (frm) {
		const { handler, team, accountable } = frm.doc;
		if (handler) return __("Handler: {0}", [lib.safe(lib.name_of(frm, handler))]);
		const name = lib.safe(lib.name_of(frm, accountable));
		return team
			? __("In the queue of {0}; {1} answers for it", [lib.safe(team), name])
			: __("No handler yet; {0} answers for it", [name]);
	};
})();
