"""The heart: one upgrade as states, events, commands and a decider. Start at `decider`."""
