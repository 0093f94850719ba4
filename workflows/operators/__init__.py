"""What operators see of a run in the Temporal UI.

Start with `details`, the text on the run's page; `attributes` are what lists of runs show and search;
`display` keeps both up to date.
"""
