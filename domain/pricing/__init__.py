"""What an upgrade costs: one function behind quote and invoice. Start at `price`."""
