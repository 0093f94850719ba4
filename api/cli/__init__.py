"""The verbs of the command line: what is asked of the service, and how it is told."""
