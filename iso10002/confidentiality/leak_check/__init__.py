"""Does this site keep confidential what it should? Marked cases, throw-away users, and every road tried.

`run.py` is the whole story; `world.py` makes the cases and users, `roads/` has one small function per road,
`clear.py` removes what was made. A new road is a new function with `@road(...)` in one of the modules of `roads/`.
"""
