"""What must be true to enter each stage: one table, read by saving, the API, the form's checklist and the
closing record.

Add a rule by adding one function to the module of its part of the process. Clause numbers are those of
ISO 10002:2018, a letter is an annex; the words are ours.
"""

from iso10002.handling.checks import answer, closing, decision, intake  # enter their checks in the table
from iso10002.handling.checks.table import CHECKS, Check, Result, describe, results

__all__ = ["CHECKS", "Check", "Result", "answer", "closing", "decision", "describe", "intake", "results"]
