// Small line drawings; they take the colour of the text around them.
frappe.provide("iso10002.complaint");

(() => {
	const PATHS = {
		check: "M5 12.5 10 17.5 19 7.5",
		circle: "M12 5a7 7 0 1 0 0 14a7 7 0 0 0 0-14z",
		down: "M6 9l6 6 6-6",
		inbox: "M3 13h5l2 3h4l2-3h5M5 5h14l2 8v6H3v-6z",
		reply: "M9 6 4 11l5 5M4 11h9a7 7 0 0 1 7 7v1",
		scale: "M12 4v16M7 20h10M5 7h14M5 7l-3 7h6zM19 7l-3 7h6z",
		search: "M11 4a7 7 0 1 0 0 14a7 7 0 0 0 0-14zM16 16l5 5",
		pen: "M4 20l1-5L16 4l4 4L9 19z",
		send: "M21 3 10 14M21 3l-7 18-4-7-7-4z",
		phone: "M5 4h4l2 5-2.5 2a11 11 0 0 0 4.5 4.5L15 13l5 2v4a1 1 0 0 1-1 1A16 16 0 0 1 4 5a1 1 0 0 1 1-1z",
		people: "M9 5a3.5 3.5 0 1 0 0 7a3.5 3.5 0 0 0 0-7zM2 20a7 7 0 0 1 14 0M16 5.5a3.5 3.5 0 0 1 0 6.5M18 15a7 7 0 0 1 4 5",
		gift: "M4 11h16v9H4zM3 7h18v4H3zM12 7v13M12 7c-5 0-5-4-2.5-4S12 7 12 7c0 0 0-4 2.5-4S17 7 12 7",
		flag: "M5 21V4h12l-2 4 2 4H5",
		clock: "M12 4a8 8 0 1 0 0 16a8 8 0 0 0 0-16zM12 8v4.5l3 2",
		file: "M6 3h8l4 4v14H6zM14 3v4h4",
		lock: "M6 11h12v9H6zM8.5 11V8a3.5 3.5 0 0 1 7 0v3",
		turn: "M4 4v6h6M4 10a8 8 0 1 1 1 7",
	};

	/** Return a drawing as SVG text. */
	iso10002.complaint.icon = function (name) {
		return `<svg class="iso-icon" viewBox="0 0 24 24" aria-hidden="true" focusable="false">
			<path d="${PATHS[name] || PATHS.circle}"/>
		</svg>`;
	};
})();
