"""Postgres: the event store, the read models, and everything else that must be true."""
