"""A subscription, and an incident, each told by its own stream, and what admins may change of them."""
