"""Temporal workflows: when things happen. What happens is decided in `domain`."""
