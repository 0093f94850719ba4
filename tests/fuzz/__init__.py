"""Hostile inputs by the thousand, at every entrance: `python -m tests.fuzz`.

Each input begins as a right one and is spoiled in one to three places. Whatever comes of it, the
answer is one of the contract's: no traceback, no hang, no failed workflow task, no 500.
"""
