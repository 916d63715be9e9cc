"""The deadlines of a case: counting time, choosing rules, following events, sweeping what is due.

- `calendars`: business days and working hours of a place
- `counting`: from a start to a due time
- `definition`: one clock as a rule had it, frozen
- `derive`: from events to the state of a clock, a pure function
- `rules`: which rule serves which case
- `keep`: the rows of Complaint Clock follow the events
- `actions`: extend, pause, resume, exempt
- `sweep`, `notices`: warnings, missed deadlines and escalation

`docs/clocks.md` says how deadlines are counted.
"""
