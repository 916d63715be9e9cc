"""The figures: each measure is defined once, in `measures`; reports, cards, charts and papers name measures.

Nothing in here writes, so all of it may run on a read replica.
"""
