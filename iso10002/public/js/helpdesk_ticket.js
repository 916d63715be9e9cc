// The agent page of a ticket in Helpdesk (its HD Form Script loads this): a complaint about the ticket, and those there are.

const METHOD = "iso10002.integrations";

export async function actions({ doc, call }) {
	const record = { doctype: "HD Ticket", name: String(doc.name) };
	const beside = await call(`${METHOD}.sources.beside`, record).catch(() => null);
	if (!beside) return [];
	const { proposal } = beside;
	const items = beside.complaints.map((row) => ({
		label: `${row.name} · ${__(row.status)}`,
		onClick: () => open(`complaint/${encodeURIComponent(row.name)}`),
	}));
	if (proposal) items.unshift({ label: __("It is none..."), icon: "x", onClick: () => open(`complaint-proposal/${proposal.name}`) });
	if (beside.start) {
		const label = proposal ? __("It is one") : __("New complaint");
		items.unshift({ label, icon: "file-plus", onClick: () => start(record) });
	}
	// one menu: Helpdesk puts a second one below the first, out of its header
	const label = proposal ? __("Looks like a complaint") : __("Complaint");
	return items.length ? [{ group: label, buttonLabel: label, hideLabel: true, items }] : [];
}

function start(record) {
	const about = new URLSearchParams({ reference_doctype: record.doctype, reference_name: record.name });
	open(`complaint/new?${about}`);
}

/** Open a page of the desk beside this one. */
function open(page) {
	window.open(`/app/${page}`);
}

function __(text) {
	return window.__ && window.__ !== __ ? window.__(text) : text;
}
