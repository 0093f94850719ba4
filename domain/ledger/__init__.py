"""Double-entry bookkeeping, and the statement made from it. Start at `bookings`."""
