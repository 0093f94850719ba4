"""The business itself: pure rules and values, with no I/O, no Temporal, no clock, no randomness.

Start reading at `domain.upgrade.decider`, the decider of one upgrade.
"""
