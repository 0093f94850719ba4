"""Databases as earlier code left them, with upgrades in every stage; each is kept for good.

`NNNN.sql` holds what code with migrations up to NNNN wrote. `python -m tests.dumps CHECKOUT NAME`
makes one, with the commands of that checkout alone.
"""
