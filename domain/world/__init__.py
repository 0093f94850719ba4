"""Importing a world file: what it changes, what it leaves alone, and what it must not say. Start at `importing`."""
