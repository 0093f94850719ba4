"""Documents made of stored data alone: the same data, the same bytes."""
