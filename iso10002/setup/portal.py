"""Settings of the complainant's pages a new site starts with. Written once, the admin's afterwards."""

import frappe

from iso10002.portal.languages import LANGUAGES

WEB_CHANNEL = "Web form"

# The categories of `masters` as a visitor would say them.
VISITORS_WORDS = {
	"Supply": "Delivery",
	"Product not delivered": "Something I ordered did not arrive",
	"Service not or only partly provided": "A service was not provided, or only in part",
	"Late delivery": "Something arrived late",
	"Late service": "A service came late",
	"Quality": "What I got",
	"Defective product": "A product is broken or does not work",
	"Poor service": "The service was bad",
	"Not as ordered": "I got something else than I ordered",
	"Not ordered at all": "I got something I never ordered",
	"Damage suffered": "Something of mine was damaged, or I was hurt",
	"Refusal": "Something was refused",
	"Guarantee not honoured": "The guarantee was not honoured",
	"Refusal to sell": "You would not sell me something",
	"Refusal to serve": "You would not serve me",
	"Sales and information": "Advice and information",
	"Method of sale": "How something was sold to me",
	"Wrong information": "I was told something wrong",
	"Too little information": "I was told too little",
	"Money": "Money and bills",
	"Payment arrangements": "How and when I have to pay",
	"Price": "The price",
	"Price increase": "The price went up",
	"Extra charges": "I was charged extra",
	"Unjustified cost": "I was charged for something I do not owe",
	"Wrong invoice": "The bill is wrong",
	"Contract": "My contract",
	"Terms of contract": "The terms of my contract",
	"Cover of contract": "What my contract covers",
	"Change of contract": "My contract was changed",
	"Poor performance of contract": "You did not do what the contract says",
	"Cancellation of contract": "Ending my contract",
	"Service cancelled": "My service was cancelled",
	"Commitment not kept": "A promise was not kept",
	"Loss and credit": "Insurance, damage and loans",
	"Assessment of damage": "How my damage was assessed",
	"Compensation refused": "I was refused compensation",
	"Compensation too low": "The compensation is too low",
	"Loan repayment": "Paying back a loan",
	"Interest asked": "The interest I have to pay",
	"Conduct": "How I was treated",
	"Discourtesy": "Somebody was rude to me",
	"Discrimination": "I was treated worse because of who I am",
	"Confidentiality not kept": "My data were not kept confidential",
	"Handling of a complaint": "An earlier complaint",
	"Undue delay in dealing with a complaint": "My complaint is taking too long",
	"Complaint not taken up": "My complaint was not taken up",
	"Unfair handling of a complaint": "My complaint was treated unfairly",
	"Other matters": "Something else",
}


def seed_portal() -> None:
	"""Fill the settings that have never been saved with what their fields say, and with the channel."""
	_seed_languages()
	settings = frappe.get_doc("Complaint Portal Settings")
	if settings.web_channel:
		return
	for df in settings.meta.fields:
		if df.default and settings.get(df.fieldname) is None:
			settings.set(df.fieldname, df.default)
	settings.web_channel = _channel()
	settings.flags.ignore_permissions = True  # safe: runs at installation or in a patch
	settings.save()


def _channel() -> str:
	"""Return the channel of the pages: the seeded one, else one in use, else a new one, for they cannot do without."""
	known = frappe.db.exists("Complaint Channel", WEB_CHANNEL)
	if known := known or frappe.db.get_value("Complaint Channel", {"disabled": 0}):
		return known
	channel = frappe.new_doc("Complaint Channel")
	channel.channel_name = WEB_CHANNEL
	return channel.insert(ignore_permissions=True).name  # safe: runs at installation or in a patch


def _seed_languages() -> None:
	"""Add the languages of the pages a Frappe version does not know yet; a case keeps its complainant's."""
	for code, name in LANGUAGES.items():
		if not frappe.db.exists("Language", code):
			language = frappe.new_doc("Language")
			language.update({"language_code": code, "language_name": name, "enabled": 1})
			language.insert(ignore_permissions=True)  # safe: runs at installation or in a patch
