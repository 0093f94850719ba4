"""The service facade and what is served over it."""
