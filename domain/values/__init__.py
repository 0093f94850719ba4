"""Values that every room shares: money, currencies, days and cycles, and why a command is rejected. Start at `base`."""
