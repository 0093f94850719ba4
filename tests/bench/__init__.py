"""Benchmarks: `./dev bench [--only NAME] [--json FILE]`.

Absolute numbers are this machine's. What can be compared are ratios: both sides of one are measured
in the same run, in turns, and the median of all rounds counts.
"""
