"""What differs between Frappe 15 and 16."""

import frappe

MAJOR = int(frappe.__version__.split(".")[0])

# What a `has_permission` hook answers that leaves the decision to others. Frappe 15 takes the first answer that is
# not None as the last word, 16 takes None for a no.
NO_OPINION = None if MAJOR < 16 else True
