"""What goes to other systems and comes back: webhooks, signatures, and where they may be sent."""
