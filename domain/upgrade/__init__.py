"""The heart: one upgrade, from its order to its invoice.

Read `states`, `events`, `evolve`, `commands` and `decider` in this order. `moving` and `credit_check`
are parts of the decider, `alerts` says what operators are told, `stored_events` how events are stored.
"""
