"""Who sees a case, on every road. Importing it closes two roads Frappe has no hook for."""

from iso10002.confidentiality import columns, shares

shares.close()
columns.close()
