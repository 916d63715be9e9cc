"""Who sees a case, on every road. Importing it closes three roads Frappe has no hook for."""

from iso10002.confidentiality import columns, parents, shares

shares.close()
columns.close()
parents.close()
