"""From options to a binding order: options, quotes, orders, and their renewal on a later day. Start at `quote`."""
