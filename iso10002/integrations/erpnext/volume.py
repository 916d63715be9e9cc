"""How much business there was, so that complaints can be read as a rate."""

from collections.abc import Mapping
from datetime import date

import frappe
from frappe.query_builder.functions import Count

from iso10002.integrations import hosts

# Filters of figures that pick orders as they pick complaints, with the field of the order.
OF_ORDERS = {"company": "company", "customer_group": "customer_group", "territory": "territory"}
# Filters that pick some customers or some business, which orders do not say: a rate of them would not be true.
NOT_OF_ORDERS = ("branch", "department", "item", "market_segment", "product", "unit", "unit_concerned")


def orders(start: date, end: date, filters: Mapping[str, str] | None = None) -> int:
	"""Return the submitted sales orders of a period, both days included, as far as filters of figures pick orders.

	0 without ERPNext, and where a filter picks business that cannot be told from the orders.
	"""
	filters = filters or {}
	if not hosts.active("erpnext") or any(name in filters for name in NOT_OF_ORDERS):
		return 0
	order = frappe.qb.DocType("Sales Order")
	query = frappe.qb.from_(order).select(Count("*")).where(order.docstatus == 1)
	query = query.where(order.transaction_date >= start).where(order.transaction_date <= end)
	for name, field in OF_ORDERS.items():
		if name in filters:
			query = query.where(order[field] == filters[name])
	return query.run()[0][0]
