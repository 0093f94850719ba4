"""How the service is run: settings, logs, and the local stack of real servers.

Imports nothing of the project, so that every composition root may import it.
"""
