"""What can be sent to a run: its order, updates, a query, Temporal's own cancel.

Start with `updates`; `order` reads and checks the order that a run begins with; `raw` takes arguments
as they come; `unknown_type` answers the start of a workflow that does not exist.
"""
