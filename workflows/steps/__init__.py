"""How a run carries out its steps.

Start with `table`: one row a step, with its time-outs, retries and undo. `runner` runs them and parks
the run if one fails; `known` holds what the run knows of its upgrade; `alarm` alerts operators;
`credit_asking` asks the credit service until it answers; `failures` reads why a step failed.
"""
